"""How periods look at ticks, in SQL: steps back, extents, ways through a calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from sqlglot import exp

from metrion.semantic.calendar import Move, is_grain
from metrion.semantic.errors import NestedPeriods
from metrion.semantic.look import Leaping, Lookback, Point
from metrion.semantic.sql.conditions import conjunction
from metrion.semantic.sql.nodes import column, named, quoted

if TYPE_CHECKING:
    from metrion.semantic.look import Extent
    from metrion.semantic.plan import Leap, Periods, Scan, Span, Window
    from metrion.semantic.sql.nodes import Node
    from metrion.semantic.sql.terms import Terms

SEEN_AT = "seen_at"
"""Column of the periods: the tick at which a period is seen."""
FIRST_TICK = "first_tick"
"""Column of the periods of a calendar's level: the first tick."""


class Sources(Protocol):
    """Gives the rows of a dataset under a name."""

    def source(self, scan: Scan, alias: str) -> Node:
        """Return all rows of a dataset."""


class Looks:
    """Writes windows of one statement."""

    def __init__(self, terms: Terms, sources: Sources) -> None:
        self._terms = terms
        self._sources = sources

    def held(self, tick: Node, window: Window | Span) -> list[exp.Join]:
        """Return the joins with the periods whose window holds a tick."""
        periods, look = window.periods, window.look
        joins: list[exp.Join] = []
        seen: Node = column(periods.name, SEEN_AT)
        leaps = list(window.calendars)
        on_periods = exp.Join(this=exp.Table(this=quoted(periods.name)), kind="CROSS")
        for back in look.backs:
            if isinstance(back, Leaping):
                name = f"{periods.name} way {len(joins) + 1}"
                on = exp.EQ(this=seen, expression=column(name, "target"))
                joins.append(exp.Join(this=_subquery(self.ways(leaps.pop(0)), name), kind="INNER", on=on))
                seen = column(name, "source")
            else:
                seen = self._stepped(seen, back, periods)
        if look.extent is not None:
            conditions, more = self._extent(tick, seen, look.extent, window, leaps)
            joins += more
        else:
            if periods.unit is None:
                raise NestedPeriods(metric=periods.column)
            start = self._terms.dialect.period_start(seen.copy(), _kind(periods), periods.unit, periods.week_start)
            conditions = [
                exp.LTE(this=tick.copy(), expression=seen.copy()),
                exp.GTE(this=tick.copy(), expression=start),
            ]
        if not joins:
            return [exp.Join(this=exp.Table(this=quoted(periods.name)), kind="INNER", on=conjunction(conditions))]
        joins[-1].set("on", conjunction([joins[-1].args["on"], *conditions]))
        return [on_periods, *joins]

    def _stepped(self, seen: Node, back: object, periods: Periods) -> Node:
        match back:
            case Move():
                return self._terms.moved_back(seen, (back,), periods.tick)
            case Lookback(move=move):
                return self._terms.moved(seen, (Move(move.unit, -move.count),), periods.tick)
            case Point(level=level):
                if not is_grain(level):
                    raise NestedPeriods(metric=periods.column)
                dialect, kind = self._terms.dialect, _kind(periods)
                first = dialect.period_start(seen, kind, level, periods.week_start)
                if periods.unit is None:
                    return first
                own = dialect.period_start(first, kind, periods.unit, periods.week_start)
                return dialect.period_end(own, periods.unit, periods.tick)
        raise NestedPeriods(metric=periods.column)

    def _extent(
        self, tick: Node, seen: Node, extent: Extent, window: Window | Span, leaps: list[Leap]
    ) -> tuple[list[Node], list[exp.Join]]:
        periods = window.periods
        joins: list[exp.Join] = []
        conditions: list[Node] = []
        if extent.to_date is not None and is_grain(extent.to_date):
            start = self._terms.dialect.period_start(seen.copy(), _kind(periods), extent.to_date, periods.week_start)
            conditions.append(exp.GTE(this=tick.copy(), expression=start))
        elif extent.to_date is not None:
            name = f"{periods.name} start"
            on = exp.EQ(this=seen.copy(), expression=column(name, "day"))
            joins.append(exp.Join(this=_subquery(self._starts(leaps.pop(0)), name), kind="INNER", on=on))
            conditions.append(exp.GTE(this=tick.copy(), expression=column(name, "first")))
        elif extent.trailing is not None:
            moved = self._terms.moved(tick.copy(), (Move.of(extent.trailing),), periods.tick)
            conditions.append(exp.GT(this=moved, expression=seen.copy()))
        elif not extent.open_start:
            conditions.append(exp.GT(this=tick.copy(), expression=seen.copy()))
        if extent.leading is not None:
            move = Move.of(extent.leading)
            last = self._terms.moved_back(seen.copy(), (Move(move.unit, -move.count),), periods.tick)
            conditions.append(exp.LTE(this=tick.copy(), expression=last))
        elif not extent.open_end:
            conditions.append(exp.LTE(this=tick.copy(), expression=seen.copy()))
        return conditions, joins

    def _starts(self, leap: Leap) -> exp.Select:
        """Return each day of a calendar with the first day of its period."""
        day, level = self._terms.of(leap.day), self._terms.of(leap.level)
        first = exp.Window(this=exp.Min(this=day.copy()), partition_by=[level], over="OVER")
        return exp.Select(
            expressions=[named(day, "day"), named(first, "first")],
            from_=exp.From(this=self._sources.source(leap.calendar, leap.calendar.alias)),
        )

    def ways(self, leap: Leap) -> exp.Select:
        """Return pairs of days, `source` and `target`: the same place in two periods of a calendar.

        A place that the other period lacks is its last one (its first, where places count from a feast).
        """
        days = self._places(leap)
        own, other = ("source", "target") if not leap.target_is_key else ("target", "source")
        step = leap.count if own == "source" else -leap.count
        a, b = "days", "others"
        place = column(a, "place")
        clamped = exp.Case(
            ifs=[
                exp.If(this=exp.GT(this=place.copy(), expression=column(b, "last")), true=column(b, "last")),
                exp.If(this=exp.LT(this=place.copy(), expression=column(b, "first")), true=column(b, "first")),
            ],
            default=place,
        )
        number = exp.Literal(this=str(abs(step)), is_string=False)
        moved = (exp.Add if step >= 0 else exp.Sub)(this=column(a, "period"), expression=number)
        on: list[Node] = [
            exp.EQ(this=column(b, "period"), expression=moved),
            exp.EQ(this=column(b, "place"), expression=clamped),
        ]
        if leap.kind is not None:
            on.append(exp.EQ(this=column(b, "kind"), expression=column(a, "kind")))
        return exp.Select(
            expressions=[named(column(a, "day"), own), named(column(b, "day"), other)],
            from_=exp.From(this=_subquery(days, a)),
            joins=[exp.Join(this=_subquery(days.copy(), b), kind="INNER", on=conjunction(on))],
        )

    def _places(self, leap: Leap) -> exp.Select:
        """Return each day with the number of its period, its place in it, and the first and last place."""
        day: Node = self._terms.dialect.day_of(self._terms.of(leap.day), leap.day.type)
        level: Node = self._terms.of(leap.level)
        if leap.unit is not None:
            level = self._terms.dialect.period_start(day.copy(), "date", leap.unit, "monday")
        kind = None if leap.kind is None else self._terms.of(leap.kind)
        by_level = exp.Order(expressions=[exp.Ordered(this=level.copy())])
        number = exp.Window(this=exp.Anonymous(this="DENSE_RANK", expressions=[]), order=by_level, over="OVER")
        within: list[Node] = [level.copy(), *([kind.copy()] if kind is not None else [])]
        if leap.position is not None:
            place: Node = self._terms.of(leap.position)
        else:
            by_day = exp.Order(expressions=[exp.Ordered(this=day.copy())])
            place = exp.Window(this=exp.RowNumber(), partition_by=within, order=by_day, over="OVER")
        columns: list[Node] = [named(day, "day"), named(number, "period"), named(place, "place")]
        columns += [named(level.copy(), "level")]
        if kind is not None:
            columns.append(named(kind.copy(), "kind"))
        inner = exp.Select(
            expressions=columns,
            from_=exp.From(this=self._sources.source(leap.calendar, leap.calendar.alias)),
            where=exp.Where(this=exp.Not(this=exp.Is(this=level.copy(), expression=exp.Null()))),
        )
        parts: list[Node] = [column("placed", "period"), *([column("placed", "kind")] if kind is not None else [])]
        ends = [
            named(
                exp.Window(
                    this=extreme(this=column("placed", "place")),
                    partition_by=[one.copy() for one in parts],
                    over="OVER",
                ),
                name,
            )
            for extreme, name in ((exp.Min, "first"), (exp.Max, "last"))
        ]
        return exp.Select(
            expressions=[exp.Column(this=exp.Star(), table=quoted("placed")), *ends],
            from_=exp.From(this=_subquery(inner, "placed")),
        )


def _kind(periods: Periods) -> str:
    return "date" if periods.tick == "day" else "timestamp"


def _subquery(select: exp.Query, alias: str) -> exp.Subquery:
    return exp.Subquery(this=select, alias=exp.TableAlias(this=quoted(alias)))
