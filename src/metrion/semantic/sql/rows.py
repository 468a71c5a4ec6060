"""The FROM, JOIN and WHERE of one scan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from metrion.semantic.calendar import Move
from metrion.semantic.model import Duration
from metrion.semantic.plan import (
    SNAPSHOT_DAYS,
    SNAPSHOT_PERIOD,
    SPANS,
    Aggregate,
    Filter,
    Join,
    Scan,
    Shift,
    Snapshot,
    Span,
    Spread,
    Window,
)
from metrion.semantic.sql.conditions import Conditions, conjunction
from metrion.semantic.sql.terms import column, day_of, moved, moved_back, named, period_start, quoted, table, term

if TYPE_CHECKING:
    from metrion.semantic.plan import Link, Periods, Rows
    from metrion.semantic.sql.terms import Node, Parameters

DAYS = "the days"
SEEN_AT = "seen_at"
"""Column of the periods: the day at which a period is looked at."""


@dataclass(slots=True)
class Clauses:
    """The parts of a SELECT that say which rows it reads."""

    source: Node
    joins: list[exp.Join] = field(default_factory=list)
    where: list[Node] = field(default_factory=list)
    derived: dict[str, Node] = field(default_factory=dict)

    def select(self, columns: list[Node], *, group: int = 0) -> exp.Select:
        """Return the SELECT of `columns`, grouped by the first `group` of them."""
        select = exp.Select(expressions=columns, from_=exp.From(this=self.source))
        if self.joins:
            select.set("joins", self.joins)
        if self.where:
            select.set("where", exp.Where(this=conjunction(self.where)))
        if group:
            places = [exp.Literal(this=str(place), is_string=False) for place in range(1, group + 1)]
            select.set("group", exp.Group(expressions=places))
        return select


class RowWriter:
    """Writes the rows of one statement."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters

    def clauses(self, rows: Rows | Aggregate) -> Clauses:
        """Return the clauses that read `rows`; an aggregate is read by its name."""
        match rows:
            case Aggregate(name=name):
                return Clauses(exp.Table(this=quoted(name)))
            case Scan():
                return self._scan(rows)
            case Join(input=below, right=right, link=link):
                clauses = self.clauses(below)
                clauses.joins.append(self._join(right, link))
            case Filter(input=below, predicates=predicates):
                clauses = self.clauses(below)
                conditions = Conditions(self._parameters, clauses.derived)
                clauses.where += [conditions.predicate(predicate) for predicate in predicates]
            case Shift(input=below, day=day, moves=moves):
                clauses = self.clauses(below)
                base = day_of(column(day.source, day.name), day.type)
                clauses.derived[day.name] = moved(base, moves)
            case Window():
                clauses = self._window(rows)
            case Span():
                clauses = self._span(rows)
            case Spread():
                clauses = self._spread(rows)
            case Snapshot():
                clauses = self._snapshot(rows)
        return clauses

    def _scan(self, scan: Scan) -> Clauses:
        source = table(scan.table, scan.alias)
        if scan.visible is None:
            return Clauses(source)
        if scan.visible.joins:
            return Clauses(self._visible_rows(scan))
        return Clauses(source, where=[Conditions(self._parameters, {}).predicate(scan.visible.condition)])

    def _join(self, scan: Scan, link: Link) -> exp.Join:
        on: list[Node] = [
            exp.EQ(this=column(many.source, many.name), expression=column(scan.alias, one)) for many, one in link.pairs
        ]
        if scan.visible is None or scan.visible.joins:
            source = table(scan.table, scan.alias) if scan.visible is None else self._visible_rows(scan)
        else:
            source = table(scan.table, scan.alias)
            on.append(Conditions(self._parameters, {}).predicate(scan.visible.condition))
        return exp.Join(this=source, side="LEFT", on=conjunction(on))

    def _visible_rows(self, scan: Scan) -> Node:
        """Return the visible rows as a subquery: its joins are the policy's own and hidden from the question."""
        if scan.visible is None:
            return table(scan.table, scan.alias)
        inner = Clauses(table(scan.table, scan.visible.alias))
        inner.joins = [self._join(right, link) for right, link in scan.visible.joins]
        inner.where = [Conditions(self._parameters, {}).predicate(scan.visible.condition)]
        return _subquery(inner.select([_every_column(scan.visible.alias)]), scan.alias)

    def _window(self, window: Window) -> Clauses:
        clauses = self.clauses(window.input)
        day = day_of(column(window.day.source, window.day.name), window.day.type)
        if isinstance(window.input, Aggregate):
            clauses.joins.append(_of_periods(window.periods, _holds(day, window)))
            return clauses
        # Rows meet their periods through an equality of days: an engine has no quick join by inequalities.
        spans = self._days(window)
        period = named(column(window.period.source, window.period.name), window.period.name)
        held = _subquery(spans.select([column(DAYS, "day"), period]), window.period.source)
        own = exp.EQ(this=day, expression=column(window.period.source, "day"))
        clauses.joins.append(exp.Join(this=held, kind="INNER", on=own))
        return clauses

    def _days(self, window: Window | Span) -> Clauses:
        """Return the days that have rows, each joined with the periods whose window holds it."""
        day = day_of(column(window.day.source, window.day.name), window.day.type)
        occurring = self.clauses(window.input).select([named(day, "day")])
        occurring.set("distinct", exp.Distinct())
        holds = _of_periods(window.periods, _holds(column(DAYS, "day"), window))
        return Clauses(_subquery(occurring, DAYS), joins=[holds])

    def _span(self, span: Span) -> Clauses:
        """Join each row with the span of its day, which is worked out once for each day."""
        period = column(span.periods.name, span.periods.column)
        clauses = self.clauses(span.input)
        day = day_of(column(span.day.source, span.day.name), span.day.type)
        ends: list[Node] = [
            named(exp.Min(this=period), span.first.name),
            named(exp.Max(this=period.copy()), span.last.name),
        ]
        found = _subquery(self._days(span).select([column(DAYS, "day"), *ends], group=1), SPANS)
        clauses.joins.append(exp.Join(this=found, kind="INNER", on=exp.EQ(this=day, expression=column(SPANS, "day"))))
        return clauses

    def _spread(self, spread: Spread) -> Clauses:
        period = column(spread.periods.name, spread.periods.column)
        within = exp.Between(
            this=period,
            low=column(spread.first.source, spread.first.name),
            high=column(spread.last.source, spread.last.name),
        )
        return Clauses(self.clauses(spread.input).source, joins=[_of_periods(spread.periods, [within])])

    def _snapshot(self, snapshot: Snapshot) -> Clauses:
        clauses = self.clauses(snapshot.input)
        columns: list[Node] = [_every_column(snapshot.source)]
        if snapshot.window is not None:
            period = snapshot.window.period
            columns.append(named(column(period.source, period.name), SNAPSHOT_PERIOD))
        within = [term(of, clauses.derived) for of in snapshot.within]
        bare = column(snapshot.day.source, snapshot.day.name)
        day = bare if snapshot.by_instant else day_of(bare, snapshot.day.type)
        qualify = None
        if snapshot.take == "avg":
            days = exp.Count(this=exp.Distinct(expressions=[day]))
            columns.append(named(exp.Window(this=days, partition_by=within, over="OVER"), SNAPSHOT_DAYS))
        else:
            extreme = (exp.Max if snapshot.take == "last" else exp.Min)(this=day.copy())
            taken = exp.Window(this=extreme, partition_by=within, over="OVER")
            qualify = exp.Qualify(this=exp.EQ(this=day, expression=taken))
        select = clauses.select(columns)
        if qualify is not None:
            select.set("qualify", qualify)
        return Clauses(_subquery(select, snapshot.source), derived=clauses.derived)


def _holds(day: Node, window: Window | Span) -> list[Node]:
    """Return that a period's window holds a day."""
    seen = moved_back(column(window.periods.name, SEEN_AT), window.moves)
    if isinstance(window.window, Duration):
        start: Node = exp.GT(this=moved(day.copy(), (Move.of(window.window),)), expression=seen.copy())
    else:
        first = period_start(seen.copy(), window.window, window.periods.week_start)
        start = exp.GTE(this=day.copy(), expression=first)
    return [exp.LTE(this=day, expression=seen), start]


def _of_periods(periods: Periods, on: list[Node]) -> exp.Join:
    return exp.Join(this=exp.Table(this=quoted(periods.name)), kind="INNER", on=conjunction(on))


def _every_column(source: str) -> exp.Column:
    return exp.Column(this=exp.Star(), table=quoted(source))


def _subquery(select: exp.Select, alias: str) -> exp.Subquery:
    return exp.Subquery(this=select, alias=exp.TableAlias(this=quoted(alias)))
