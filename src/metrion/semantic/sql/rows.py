"""The FROM, JOIN and WHERE of one scan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from metrion.semantic.plan import (
    LANDED,
    SNAPSHOT_DAYS,
    SNAPSHOT_PERIOD,
    SPANS,
    Aggregate,
    Among,
    Column,
    Filter,
    Join,
    Landing,
    Leap,
    Paired,
    Project,
    Reach,
    Scan,
    Snapshot,
    Span,
    Spread,
    Window,
    Written,
)
from metrion.semantic.sql.conditions import Conditions, conjunction
from metrion.semantic.sql.looks import Looks
from metrion.semantic.sql.nodes import column, named, quoted, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from metrion.semantic.plan import Link, Periods, Rows
    from metrion.semantic.sql.nodes import Node
    from metrion.semantic.sql.terms import Terms

DAYS = "the days"
LATEST = "metrion latest"
SHARE = "metrion share"


@dataclass(slots=True)
class Clauses:
    """The parts of a SELECT that say which rows it reads."""

    source: Node
    joins: list[exp.Join] = field(default_factory=list)
    where: list[Node] = field(default_factory=list)

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

    def cut_first(self, keys: list[exp.Alias]) -> list[exp.Alias]:
        """Have the source cut the keys that are cut from its columns alone, and return all keys as they are now had."""
        alias = self.source.alias if isinstance(self.source, exp.Table) else ""
        cut: list[Node] = []
        found: list[exp.Alias] = []
        for key in keys:
            sources = {one.table for one in key.this.find_all(exp.Column)}
            if alias and sources == {alias} and not isinstance(key.this, exp.Column):
                cut.append(named(key.this, f"metrion key {len(cut) + 1}"))
                found.append(named(column(alias, cut[-1].alias), key.alias))
            else:
                found.append(key)
        if cut:
            rows = exp.Select(expressions=[exp.Star(), *cut], from_=exp.From(this=self.source))
            self.source = _subquery(rows, alias)
        return found


class RowWriter:
    """Writes the rows of one statement. `part` makes sure that a part is written, and gives its name."""

    def __init__(self, terms: Terms, part: Callable[[Project], str] | None = None) -> None:
        self._terms = terms
        self._conditions = Conditions(terms)
        self._looks = Looks(terms, self)
        self._part = part

    def clauses(self, rows: Rows | Aggregate) -> Clauses:  # noqa: C901 - one for each kind of node
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
                clauses.where += [self._conditions.predicate(predicate) for predicate in predicates]
            case Among(input=below, of=of, partners=partners, key=key):
                clauses = self.clauses(below)
                found = self.clauses(partners).select([self._terms.equal(key)])
                clauses.where.append(exp.In(this=self._terms.equal(of), query=exp.Subquery(this=found)))
            case Paired(input=below, calendar=calendar):
                clauses = self.clauses(below)
                clauses.joins.append(exp.Join(this=self.source(calendar, calendar.alias), kind="CROSS"))
            case Reach():
                clauses = self._reach(rows)
            case Landing():
                clauses = self._landing(rows)
            case Window():
                clauses = self._window(rows)
            case Span():
                clauses = self._span(rows)
            case Spread():
                clauses = self._spread(rows)
            case Snapshot():
                clauses = self._snapshot(rows)
        return clauses

    # --- datasets ------------------------------------------------------------------------------------

    def source(self, scan: Scan, alias: str) -> Node:
        """Return all rows of a dataset under a name, before the policy."""
        if isinstance(scan.table, str):
            return table(scan.table, alias)
        if isinstance(scan.table, Written):
            return _subquery(self._written(scan.table), alias)
        if self._part is None:
            message = "an answer is read inside a statement only"
            raise AssertionError(message)
        return exp.Table(this=quoted(self._part(scan.table)), alias=exp.TableAlias(this=quoted(alias)))

    def _written(self, written: Written) -> exp.Query:
        """Return the SELECT of a definition over the visible rows of the datasets that it names."""
        select = written.select.copy()
        own = {cte.alias for cte in select.find_all(exp.CTE)}
        scans = {name: (scan, columns) for name, scan, columns in written.reads}
        for node in list(select.find_all(exp.Table)):
            if node.name in own or node.name not in scans:
                continue
            scan, columns = scans[node.name]
            offered: list[Node] = [named(self._terms.of(term), name) for name, term in columns]
            alias = node.args.get("alias") or exp.TableAlias(this=quoted(node.name))
            node.replace(exp.Subquery(this=self._scan(scan).select(offered), alias=alias))
        for inner in list(select.find_all(exp.Select)):  # ClickHouse names a column of a join after its table too
            inner.set("expressions", [_with_name(one) for one in inner.expressions])
        for where in list(select.find_all(exp.Where)):
            where.set("this", self._terms.dialect.of_partner(where.this))
        for cut in list(select.find_all(exp.DateTrunc, exp.TimestampTrunc)):
            cut.replace(self._terms.dialect.cut_off(cut))
        days = {name for _, _, columns in written.reads for name, term in columns if term.type == "date"}
        for sum_ in list(select.find_all(exp.Add, exp.Sub)):
            if _is_day(sum_.this, days) and not _is_day(sum_.expression, days) and not sum_.find(exp.Interval):
                sum_.replace(self._terms.dialect.day_plus(sum_))
        return select

    def _scan(self, scan: Scan) -> Clauses:
        if scan.visible is None:
            return Clauses(self.source(scan, scan.alias))
        if scan.visible.joins:
            return Clauses(self._visible_rows(scan))
        source = self.source(scan, scan.alias)
        return Clauses(source, where=[self._conditions.predicate(scan.visible.condition)])

    def _join(self, scan: Scan, link: Link, side: str = "LEFT") -> exp.Join:
        on: list[Node] = [
            exp.EQ(this=self._terms.equal(left), expression=self._terms.equal(right)) for left, right in link.pairs
        ]
        if link.at is not None and scan.validity is not None:
            on += self._valid(scan, link)
        if scan.tested:
            source = self._tested(scan, link)
        elif scan.visible is None or scan.visible.joins:
            source = self.source(scan, scan.alias) if scan.visible is None else self._visible_rows(scan)
        else:
            source = self.source(scan, scan.alias)
            on.append(self._terms.dialect.of_partner(self._conditions.predicate(scan.visible.condition)))
        return exp.Join(this=source, side=side, on=conjunction(on))

    def _tested(self, scan: Scan, link: Link) -> Node:
        """Return the visible rows as a subquery that has the columns of the join, and whether conditions hold."""
        inner = self._scan(scan)
        inner.where = [self._terms.dialect.of_partner(visible) for visible in inner.where]
        columns: list[Node] = [self._terms.of(right) for _, right in link.pairs]
        columns += [named(self._conditions.predicate(one), name) for name, one in scan.tested]
        return _subquery(inner.select(columns), scan.alias)

    def _valid(self, scan: Scan, link: Link) -> list[Node]:
        """Return that a row of a history is true at the moment that is meant."""
        if link.at is None or scan.validity is None:
            return []
        start, end = (column(scan.alias, name) for name in scan.validity)
        at = self._terms.of(link.at)
        still = exp.Is(this=end, expression=exp.Null())
        before = exp.LT(this=at.copy(), expression=end.copy())
        return [exp.LTE(this=start, expression=at), exp.Paren(this=exp.Or(this=before, expression=still))]

    def _visible_rows(self, scan: Scan) -> Node:
        """Return the visible rows as a subquery: its joins are the policy's own and hidden from the question."""
        if scan.visible is None:
            return self.source(scan, scan.alias)
        inner = Clauses(self.source(scan, scan.visible.alias))
        inner.joins = [self._join(right, link) for right, link in scan.visible.joins]
        inner.where = [self._terms.dialect.of_partner(self._conditions.predicate(scan.visible.condition))]
        select = inner.select([_every_column(scan.visible.alias)])
        if any(link.many for _, link in scan.visible.joins):
            select.set("distinct", exp.Distinct())  # the rows have a key: each is there once, whatever led to it
        return _subquery(select, scan.alias)

    def _reach(self, reach: Reach) -> Clauses:
        """Join each row with its groups, which are worked out apart: each group of a row once."""
        inner = self._scan(reach.own)
        inner.joins = [self._join(right, link) for right, link in reach.joins]
        dialect = self._terms.dialect
        inner.where += [dialect.of_partner(self._conditions.predicate(predicate)) for predicate in reach.where]
        own = [Column(reach.own.alias, key.name, key.type) for key in reach.key]
        columns: list[Node] = [named(self._terms.of(key), f"metrion key {i}") for i, key in enumerate(own)]
        columns += [named(self._terms.of(term), name) for name, term in reach.groups]
        if reach.weight is not None:
            weight, keys = reach.weight
            shares: list[Node] = [named(self._terms.of(weight), SHARE)]
            shares += [named(self._terms.of(key), f"metrion part {i}") for i, key in enumerate(keys)]
            select = inner.select([*columns, *shares])
            select.set("distinct", exp.Distinct())
            names = [*(f"metrion key {i}" for i in range(len(own))), *(name for name, _ in reach.groups)]
            shown: list[Node] = [named(column("shares", name), name) for name in names]
            total = named(exp.Sum(this=column("shares", SHARE)), SHARE)
            select = Clauses(_subquery(select, "shares")).select([*shown, total], group=len(shown))
        else:
            select = inner.select(columns)
            select.set("distinct", exp.Distinct())
        clauses = self.clauses(reach.input)
        on: list[Node] = [
            exp.EQ(this=self._terms.of(key), expression=column(reach.name, f"metrion key {i}"))
            for i, key in enumerate(reach.key)
        ]
        if reach.required:
            clauses.joins.append(exp.Join(this=_subquery(select, reach.name), kind="INNER", on=conjunction(on)))
        else:
            clauses.joins.append(exp.Join(this=_subquery(select, reach.name), side="LEFT", on=conjunction(on)))
        return clauses

    # --- time ----------------------------------------------------------------------------------------

    def _landing(self, landing: Landing) -> Clauses:
        clauses = self.clauses(landing.input)
        if isinstance(landing.how, Leap):
            ways = self._looks.ways(landing.how)
            at = self._terms.dialect.day_of(self._terms.of(landing.at), landing.at.type)
            found = exp.Select(
                expressions=[
                    named(column("ways", "source"), "source"),
                    named(column("ways", "target"), LANDED),
                ],
                from_=exp.From(this=_subquery(ways, "ways")),
            )
            on: Node = exp.EQ(this=at, expression=column(landing.name, "source"))
            # A row without a day, or outside of the calendar, keeps its place where nothing is asked of its time.
            how = {"kind": "INNER"} if landing.repeats else {"side": "LEFT"}
            clauses.joins.append(exp.Join(this=_subquery(found, landing.name), on=on, **how))
            return clauses
        # Each tick from the earliest that could look at the row's tick, of those that really do.
        extra = f"{landing.name} extra"
        numbers = self._terms.dialect.numbers(3, "n")
        occurring = self.clauses(landing.input).select([named(self._terms.of(landing.at), "source")])
        occurring.set("distinct", exp.Distinct())
        first = self._terms.moved(column("occurring", "source"), (landing.how,), landing.tick)
        target = self._terms.dialect.days_later(first, column(extra, "n"), landing.tick)
        back = type(landing.how)(landing.how.unit, -landing.how.count)
        candidates = exp.Select(
            expressions=[named(column("occurring", "source"), "source"), named(target, LANDED)],
            from_=exp.From(this=_subquery(occurring, "occurring")),
            joins=[exp.Join(this=_subquery(numbers, extra), kind="CROSS")],
        )
        seen = self._terms.moved(column("candidates", LANDED), (back,), landing.tick)
        found = exp.Select(
            expressions=[exp.Column(this=exp.Star(), table=quoted("candidates"))],
            from_=exp.From(this=_subquery(candidates, "candidates")),
            where=exp.Where(this=exp.EQ(this=seen, expression=column("candidates", "source"))),
        )
        on = exp.EQ(this=self._terms.of(landing.at), expression=column(landing.name, "source"))
        clauses.joins.append(exp.Join(this=_subquery(found, landing.name), kind="INNER", on=on))
        return clauses

    def _window(self, window: Window) -> Clauses:
        clauses = self.clauses(window.input)
        at = self._terms.of(window.at)
        if isinstance(window.input, Aggregate):
            clauses.joins += self._looks.held(at, window)
            return clauses
        # Rows meet their periods through an equality of ticks: an engine has no quick join by inequalities.
        spans = self._ticks(window)
        keys = (window.periods.column, *(name for name, _ in window.periods.others))
        held_columns: list[Node] = [column(DAYS, "tick")]
        held_columns += [named(column(window.periods.name, key), key) for key in keys]
        held = _subquery(spans.select(held_columns), window.periods.name)
        own = exp.EQ(this=at, expression=column(window.periods.name, "tick"))
        clauses.joins.append(exp.Join(this=held, kind="INNER", on=own))
        return clauses

    def _ticks(self, window: Window | Span) -> Clauses:
        """Return the ticks that have rows, each joined with the periods whose window holds it."""
        occurring = self.clauses(window.input).select([named(self._terms.of(window.at), "tick")])
        occurring.set("distinct", exp.Distinct())
        return Clauses(_subquery(occurring, DAYS), joins=self._looks.held(column(DAYS, "tick"), window))

    def _span(self, span: Span) -> Clauses:
        """Join each row with the span of its tick, which is worked out once for each tick."""
        period = column(span.periods.name, span.periods.column)
        clauses = self.clauses(span.input)
        at = self._terms.of(span.at)
        ends: list[Node] = [
            named(exp.Min(this=period), span.first.name),
            named(exp.Max(this=period.copy()), span.last.name),
        ]
        found = _subquery(self._ticks(span).select([column(DAYS, "tick"), *ends], group=1), SPANS)
        clauses.joins.append(exp.Join(this=found, kind="INNER", on=exp.EQ(this=at, expression=column(SPANS, "tick"))))
        return clauses

    def _spread(self, spread: Spread) -> Clauses:
        clauses = self.clauses(spread.input)
        period = column(spread.periods.name, spread.periods.column)
        on: list[Node] = [
            exp.GTE(this=period, expression=column(spread.first.source, spread.first.name)),
            exp.LTE(this=period.copy(), expression=column(spread.last.source, spread.last.name)),
        ]
        clauses.joins.append(_of_periods(spread.periods, on))
        return clauses

    def _snapshot(self, snapshot: Snapshot) -> Clauses:
        """Return the rows of the last (first) tick in a subquery that hands on the scan's columns."""
        clauses = self.clauses(snapshot.input)
        columns: list[Node] = [_every_column(snapshot.source)]
        if snapshot.window is not None:
            period = snapshot.window.period
            columns.append(named(column(period.source, period.name), SNAPSHOT_PERIOD))
            for name, _ in snapshot.window.periods.others:
                columns.append(named(column(period.source, name), snapshot.further(name).name))
        if snapshot.landing is not None:
            columns.append(named(column(snapshot.landing.name, LANDED), LANDED))
        within = [self._terms.of(of) for of in snapshot.within]
        bare = self._terms.of(snapshot.at)
        dialect = self._terms.dialect
        tick = bare if snapshot.by_instant else dialect.period_start(bare, snapshot.at.type, snapshot.tick, "monday")
        if snapshot.take == "avg":
            columns.append(named(dialect.different(tick, within), SNAPSHOT_DAYS))
            return Clauses(_subquery(clauses.select(columns), snapshot.source))
        extreme = (exp.Max if snapshot.take == "last" else exp.Min)(this=tick.copy())
        taken = exp.Window(this=extreme, partition_by=within, over="OVER")
        same = named(exp.EQ(this=tick, expression=taken), LATEST)
        select = clauses.select([*columns, same])
        return Clauses(_subquery(select, snapshot.source), where=[column(snapshot.source, LATEST)])


def _is_day(node: exp.Expr, days: set[str]) -> bool:
    return isinstance(node, exp.Column) and node.name in days


def _with_name(node: Node) -> Node:
    is_plain = isinstance(node, exp.Column) and not isinstance(node.this, exp.Star)
    return named(node, node.name) if is_plain else node


def _of_periods(periods: Periods, on: list[Node]) -> exp.Join:
    return exp.Join(this=exp.Table(this=quoted(periods.name)), kind="INNER", on=conjunction(on))


def _every_column(source: str) -> exp.Column:
    return exp.Column(this=exp.Star(), table=quoted(source))


def _subquery(select: exp.Query, alias: str) -> exp.Subquery:
    return exp.Subquery(this=select, alias=exp.TableAlias(this=quoted(alias)))
