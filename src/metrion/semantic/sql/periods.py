"""The periods of an answer: which there are, when each is seen, and every member in each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from metrion.semantic.calendar import Range
from metrion.semantic.calendar import period_start as start_of
from metrion.semantic.formula.nodes import case, null
from metrion.semantic.plan import Snapshot, Span, Spread, Window
from metrion.semantic.sql.conditions import Conditions, conjunction
from metrion.semantic.sql.looks import SEEN_AT
from metrion.semantic.sql.nodes import column, from_part, named, quoted, union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from metrion.semantic.plan import Aggregate, Members, Periods, Rows
    from metrion.semantic.sql.nodes import Node
    from metrion.semantic.sql.rows import RowWriter
    from metrion.semantic.sql.terms import Terms

Queries = dict[str, exp.Query]


def periods_under(node: Rows) -> Iterator[Periods]:
    """Yield the periods that a node joins."""
    if isinstance(node, (Window, Span, Spread)):
        yield node.periods
    if isinstance(node, Snapshot) and node.window is not None:
        yield node.window.periods


class PeriodWriter:
    """Writes periods of one statement. `part` writes an aggregate and gives its name."""

    def __init__(self, terms: Terms, rows: RowWriter, part: Callable[[Aggregate], str]) -> None:
        self._terms = terms
        self._rows = rows
        self._part = part
        self._conditions = Conditions(terms)

    def parts(self, periods: Periods, known: Mapping[str, exp.Query]) -> Queries:
        """Return the parts that make up the periods, unless they are known already."""
        if periods.name in known:
            return {}
        parts: Queries = {}
        found = f"{periods.name} found"
        if periods.level is not None:
            parts[found] = self._of_level(periods)
        elif periods.calendar is not None:
            parts[found] = self._of_calendar(periods)
        else:
            parts[found] = self._of_facts(periods)
            if periods.spine is not None:
                spine = f"{periods.name} spine"
                parts[spine] = self._spine(periods, found)
                found = spine
        parts[periods.name] = self._seen(periods, found)
        return parts

    def _of_facts(self, periods: Periods) -> exp.Query:
        branches: list[exp.Query] = []
        for source in periods.sources:
            name = self._part(source)
            branch = exp.Select(expressions=[column(name, periods.column)], from_=from_part(name))
            branch.set("where", exp.Where(this=_present(column(name, periods.column))))
            branches.append(branch)
        return union(branches, distinct=True)

    def _of_calendar(self, periods: Periods) -> exp.Query:
        """Return the periods whose ticks the calendar has within the range."""
        tick = self._day(periods)
        kind = "date" if periods.tick == "day" else "timestamp"
        start = self._terms.dialect.period_start(tick.copy(), kind, periods.unit or "day", periods.week_start)
        select = exp.Select(expressions=[named(start, periods.column)], from_=self._calendar(periods))
        where = self._in_range(tick, periods)
        if where:
            select.set("where", exp.Where(this=conjunction(where)))
        select.set("distinct", exp.Distinct())
        return select

    def _of_level(self, periods: Periods) -> exp.Query:
        """Return the periods of a calendar's level, each with its last tick."""
        level = periods.level
        if level is None:
            message = "periods of a level have one"
            raise AssertionError(message)
        day = self._day(periods)
        columns: list[Node] = [
            named(self._terms.of(level), periods.column),
            named(exp.Max(this=day), "last_tick"),
            named(exp.Min(this=day.copy()), "first_tick"),
        ]
        where: list[Node] = [_present(self._terms.of(level)), *self._in_range(day.copy(), periods)]
        if periods.sources and not periods.every:
            facts = self._of_facts(periods)
            where.append(exp.In(this=self._terms.of(level), query=exp.Subquery(this=facts)))
        select = exp.Select(expressions=columns, from_=self._calendar(periods))
        select.set("where", exp.Where(this=conjunction(where)))
        select.set("group", exp.Group(expressions=[exp.Literal(this="1", is_string=False)]))
        return select

    def _calendar(self, periods: Periods) -> exp.From:
        if periods.calendar is None:
            message = "these periods are read from a calendar"
            raise AssertionError(message)
        return exp.From(this=self._rows.source(periods.calendar, periods.calendar.alias))

    def _day(self, periods: Periods) -> Node:
        if periods.day is None:
            message = "a calendar has days"
            raise AssertionError(message)
        return self._terms.dialect.as_moment(self._terms.of(periods.day), periods.tick)

    def _in_range(self, tick: Node, periods: Periods) -> list[Node]:
        bind = self._terms.parameters.bind
        found: list[Node] = []
        if periods.first is not None:
            found.append(exp.GTE(this=tick.copy(), expression=bind(periods.first)))
        if periods.last is not None:
            found.append(exp.LTE(this=tick.copy(), expression=bind(periods.last)))
        return found

    def _spine(self, periods: Periods, found: str) -> exp.Select:
        ticks = periods.spine or Range()
        unit = periods.unit or "day"
        ends: list[Node] = []
        for moment, extreme in ((ticks.start, exp.Min), (ticks.end, exp.Max)):
            if moment is not None:
                ends.append(self._terms.parameters.bind(start_of(moment, unit, periods.week_start)))
            else:
                select = exp.Select(expressions=[extreme(this=column(found, periods.column))], from_=from_part(found))
                ends.append(exp.Subquery(this=select))
        return self._terms.dialect.series(ends[0], ends[1], unit, periods.tick, periods.column)

    def _seen(self, periods: Periods, found: str) -> exp.Select:
        """Return the periods with their further keys and the tick at which each is seen."""
        alias = exp.TableAlias(this=quoted(periods.name))
        source = exp.From(this=exp.Table(this=quoted(found), alias=alias))
        period = column(periods.name, periods.column)
        columns: list[Node] = [period]
        columns += [named(self._terms.of(term), name) for name, term in periods.others]
        columns.append(named(self._seen_at(periods), SEEN_AT))
        select = exp.Select(expressions=columns, from_=source)
        joins = [
            exp.Join(
                this=self._rows.source(scan, scan.alias),
                side="LEFT",
                on=conjunction(
                    [exp.EQ(this=self._terms.of(left), expression=self._terms.of(right)) for left, right in link.pairs]
                ),
            )
            for scan, link in periods.joins
        ]
        if joins:
            select.set("joins", joins)
        if periods.where:
            select.set("where", exp.Where(this=self._conditions.all_of(periods.where)))
        return select

    def _seen_at(self, periods: Periods) -> Node:
        """Return the period's last tick, but the anchor in the running period, and never after the range's end."""
        dialect = self._terms.dialect
        start: Node = column(periods.name, periods.column)
        if periods.level is not None:
            start = column(periods.name, "first_tick")
        if periods.seen_from == "start":
            if periods.tick == "day":
                return dialect.added(start.copy(), -1, "day", "day")
            return dialect.stepped(start.copy(), periods.tick, -1, periods.tick)
        if periods.unit == periods.tick:
            return start.copy()
        if periods.level is not None:
            end: Node = column(periods.name, "last_tick")
        else:
            end = dialect.period_end(start.copy(), periods.unit or "day", periods.tick)
        anchor = self._terms.parameters.bind(periods.anchor)
        running = conjunction(
            [exp.LTE(this=start.copy(), expression=anchor), exp.GT(this=end.copy(), expression=anchor.copy())]
        )
        seen = case([(running, dialect.as_moment(anchor.copy(), periods.tick))], end)
        if periods.last is None:
            return seen
        return dialect.least(seen, dialect.as_moment(self._terms.parameters.bind(periods.last), periods.tick))

    def members(self, members: Members) -> Queries:
        """Return every period with every combination of the other keys that any part has."""
        if members.lonely:
            return self._lonely(members)
        name = members.periods.name
        own = {members.periods.column, *(key for key, _ in members.periods.others)}
        others = [key for key in members.keys if key not in own]
        shown: list[Node] = [named(column(name, key), key) for key in members.keys if key in own]
        if not others:
            return {members.name: exp.Select(expressions=shown, from_=from_part(name))}
        occurring = f"{members.name} members"
        branches: list[exp.Query] = [
            exp.Select(expressions=[column(source.name, key) for key in others], from_=from_part(source.name))
            for source in members.sources
        ]
        columns: list[Node] = [named(column(name if key in own else occurring, key), key) for key in members.keys]
        select = exp.Select(expressions=columns, from_=from_part(name))
        select.set("joins", [exp.Join(this=exp.Table(this=quoted(occurring)), kind="CROSS")])
        return {occurring: union(branches, distinct=True), members.name: select}

    def _lonely(self, members: Members) -> Queries:
        """Return the periods in which the sources have no row."""
        name, period = members.periods.name, members.periods.column
        own = {period, *(key for key, _ in members.periods.others)}
        columns: list[Node] = [named(column(name, key) if key in own else null(), key) for key in members.keys]
        where: list[Node] = []
        for source in members.sources:
            seen = exp.Select(
                expressions=[column(source.name, period)],
                from_=from_part(source.name),
                where=exp.Where(this=_present(column(source.name, period))),
            )
            held = exp.In(this=column(name, period), query=exp.Subquery(this=seen))
            where.append(exp.Not(this=exp.Paren(this=held)))
        where += [self._conditions.predicate(one) for one in members.where]
        select = exp.Select(expressions=columns, from_=from_part(name), where=exp.Where(this=conjunction(where)))
        return {members.name: select}


def _present(node: Node) -> Node:
    return exp.Not(this=exp.Is(this=node, expression=null()))
