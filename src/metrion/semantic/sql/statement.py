"""One plan as one statement: a common table expression for each part, and a final SELECT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.semantic.calendar import DayRange
from metrion.semantic.calendar import period_start as start_of
from metrion.semantic.formula.nodes import call, case, cast, divide, null, number
from metrion.semantic.formula.sql import to_sqlglot
from metrion.semantic.plan import Aggregate, Align, Column, Members, RowExpression, Scan, Span, Spread, Window
from metrion.semantic.sql.conditions import Conditions, conjunction
from metrion.semantic.sql.rows import SEEN_AT, Clauses, RowWriter
from metrion.semantic.sql.terms import DATE, column, named, one_step, period_end, quoted, term

if TYPE_CHECKING:
    from metrion.semantic.plan import Aggregated, Computed, Input, Periods, Project, Rows, Sort, Term
    from metrion.semantic.sql.terms import Node, Parameters

_AGGREGATES: Final[dict[str, type[exp.Expression]]] = {
    "sum": exp.Sum,
    "count": exp.Count,
    "min": exp.Min,
    "max": exp.Max,
    "avg": exp.Avg,
    "median": exp.Median,
}


def statement(plan: Sort, parameters: Parameters, dialect: str) -> exp.Select:
    """Return the statement of a plan; its values go to `parameters`."""
    return _Statement(parameters, dialect).write(plan)


class _Statement:
    def __init__(self, parameters: Parameters, dialect: str) -> None:
        self._parameters = parameters
        self._dialect = dialect
        self._rows = RowWriter(parameters)
        self._parts: dict[str, exp.Query] = {}

    def write(self, plan: Sort) -> exp.Select:
        select = self._project(plan.input)
        if plan.order:
            # NULLs are last in both directions: sqlglot leaves the words out where that is the engine's default.
            keys = [
                exp.Ordered(this=exp.Column(this=quoted(name)), desc=desc, nulls_first=False)
                for name, desc in plan.order
            ]
            select.set("order", exp.Order(expressions=keys))
        if plan.limit is not None:
            select.set("limit", exp.Limit(expression=self._parameters.bind(plan.limit)))
        parts = [exp.CTE(this=query, alias=exp.TableAlias(this=quoted(name))) for name, query in self._parts.items()]
        select.set("with_", exp.With(expressions=parts))
        return select

    # --- values ------------------------------------------------------------------------------------

    def _project(self, project: Project) -> exp.Select:
        source = project.input.name
        self._part(project.input)
        for depth, stage in enumerate(project.stages, start=1):
            columns: list[Node] = [exp.Star(), *(named(self._value(value, source), value.name) for value in stage)]
            name = f"{project.input.name} step {depth}"
            self._parts[name] = exp.Select(expressions=columns, from_=_from(source))
            source = name
        keys: list[Node] = [named(column(source, key), key) for key in project.keys]
        values: list[Node] = [named(self._value(value, source), value.name) for value in project.values]
        return exp.Select(expressions=[*keys, *values], from_=_from(source))

    def _value(self, value: Computed, source: str) -> Node:
        inputs = dict(value.inputs)
        if value.formula is None:
            ((_, only),) = value.inputs
            node = _input(only, source)
        else:
            node = to_sqlglot(
                value.formula,
                lambda name: _input(inputs[name.value], source),
                self._dialect,
                zero_division=value.zero_division,
                bind=self._parameters.bind,
            )
        return _or_zero(node) if value.fill_zero else node

    # --- parts -------------------------------------------------------------------------------------

    def _part(self, part: Aggregate | Align | Members) -> None:
        if part.name in self._parts:
            return
        match part:
            case Aggregate():
                self._parts[part.name] = self._aggregate(part)
            case Members():
                for source in part.sources:
                    self._part(source)
                self._parts[part.name] = self._members(part)
            case Align():
                for one in part.inputs:
                    self._part(one)
                self._parts[part.name] = self._align(part)

    def _align(self, align: Align) -> exp.Select:
        """Union of the groups: each input has a group at most once, so that the maximum is its only value."""
        measures = [measure.name for part in align.inputs if isinstance(part, Aggregate) for measure in part.measures]
        branches: list[exp.Query] = []
        for part in align.inputs:
            own = {measure.name for measure in part.measures} if isinstance(part, Aggregate) else set()
            keys: list[Node] = [named(column(part.name, key), key) for key in part.keys]
            values = [named(column(part.name, name) if name in own else null(), name) for name in measures]
            branches.append(exp.Select(expressions=[*keys, *values], from_=_from(part.name)))
        rows = f"{align.name} unaligned"
        self._parts[rows] = _union(branches, distinct=False)
        keys = [named(column(rows, key), key) for key in align.keys]
        values = [named(exp.Max(this=column(rows, name)), name) for name in measures]
        return Clauses(exp.Table(this=quoted(rows))).select([*keys, *values], group=len(keys))

    def _aggregate(self, aggregate: Aggregate) -> exp.Select:
        if isinstance(aggregate.input, Aggregate):
            self._part(aggregate.input)
            clauses = Clauses(exp.Table(this=quoted(aggregate.input.name)))
        else:
            self._periods_under(aggregate)
            clauses = self._rows.clauses(aggregate.input)
        conditions = Conditions(self._parameters, clauses.derived)
        keys: list[Node] = [named(self._key(of, clauses), name) for name, of in aggregate.by]
        values: list[Node] = [named(self._measure(one, conditions), one.name) for one in aggregate.measures]
        return clauses.select([*keys, *values], group=len(keys))

    def _key(self, of: Term | RowExpression, clauses: Clauses) -> Node:
        return self._operand(of) if isinstance(of, RowExpression) else term(of, clauses.derived)

    def _measure(self, measure: Aggregated, conditions: Conditions) -> Node:
        of = self._operand(measure.of)
        node: Node
        if measure.function == "count_distinct":
            node = exp.Count(this=exp.Distinct(expressions=[of]))
        else:
            node = _AGGREGATES[measure.function](this=of)
        if measure.where:
            node = exp.Filter(this=node, expression=exp.Where(this=conditions.all_of(measure.where)))
        if measure.per is not None:
            days = exp.Max(this=column(measure.per.source, measure.per.name))
            node = divide(cast(node, exp.DataType.Type.DOUBLE), days)
        elif measure.function == "sum" and measure.type == "integer":
            # The engine adds whole numbers in 128 bits, which few readers know; too large a sum is an error.
            node = cast(node, exp.DataType.Type.BIGINT)
        return node

    def _operand(self, of: RowExpression | Column) -> Node:
        if isinstance(of, Column):
            return column(of.source, of.name)
        if of.formula is None:
            return exp.Star()
        return to_sqlglot(
            of.formula,
            lambda name: column(of.source, name.value),
            self._dialect,
            zero_division=of.zero_division,
            types=dict(of.types),
            bind=self._parameters.bind,
        )

    # --- periods -----------------------------------------------------------------------------------

    def _periods_under(self, aggregate: Aggregate) -> None:
        node: Rows | Aggregate = aggregate.input
        while not isinstance(node, (Scan, Aggregate)):
            if isinstance(node, (Window, Span, Spread)):
                self._periods(node.periods)
            node = node.input
        if isinstance(node, Aggregate):
            self._part(node)

    def _periods(self, periods: Periods) -> None:
        """Write the periods of the answer, each with the day at which it is seen."""
        if periods.name in self._parts:
            return
        for source in periods.sources:
            self._part(source)
        found = f"{periods.name} found"
        branches: list[exp.Query] = []
        for source in periods.sources:
            branch = exp.Select(expressions=[column(source.name, periods.column)], from_=_from(source.name))
            branch.set("where", exp.Where(this=_present(column(source.name, periods.column))))
            branches.append(branch)
        self._parts[found] = _union(branches, distinct=True)
        if periods.spine is not None:
            spine = f"{periods.name} spine"
            self._parts[spine] = self._spine(periods, found)
            found = spine
        period = column(found, periods.column)
        seen = named(self._seen_at(periods, period), SEEN_AT)
        self._parts[periods.name] = exp.Select(expressions=[period, seen], from_=_from(found))

    def _spine(self, periods: Periods, found: str) -> exp.Select:
        days = periods.spine or DayRange()
        ends: list[Node] = []
        for day, extreme in ((days.start, exp.Min), (days.end, exp.Max)):
            if day is not None:
                ends.append(self._parameters.bind(start_of(day, periods.unit, periods.week_start)))
            else:
                select = exp.Select(expressions=[extreme(this=column(found, periods.column))], from_=_from(found))
                ends.append(exp.Subquery(this=select))
        series = call("UNNEST", call("GENERATE_SERIES", *(cast(end, DATE) for end in ends), one_step(periods.unit)))
        return exp.Select(expressions=[named(cast(series, DATE), periods.column)])

    def _seen_at(self, periods: Periods, period: Node) -> Node:
        """Return the period's last day, but the anchor in the running period, and never after the range's end."""
        if periods.unit == "day":
            return period.copy()
        end = period_end(period.copy(), periods.unit)
        anchor = self._parameters.bind(periods.anchor)
        running = conjunction(
            [exp.LTE(this=period.copy(), expression=anchor), exp.GT(this=end.copy(), expression=anchor.copy())]
        )
        seen = case([(running, cast(anchor.copy(), DATE))], end)
        if periods.last is None:
            return seen
        return call("LEAST", seen, cast(self._parameters.bind(periods.last), DATE))

    def _members(self, members: Members) -> exp.Select:
        """Every period with every combination of the other keys that any part has."""
        self._periods(members.periods)
        name, others = members.periods.name, members.keys[1:]
        period = named(column(name, members.periods.column), members.keys[0])
        if not others:
            return exp.Select(expressions=[period], from_=_from(name))
        occurring = f"{members.name} members"
        branches: list[exp.Query] = [
            exp.Select(expressions=[column(source.name, key) for key in others], from_=_from(source.name))
            for source in members.sources
        ]
        self._parts[occurring] = _union(branches, distinct=True)
        select = exp.Select(
            expressions=[period, *(named(column(occurring, key), key) for key in others)], from_=_from(name)
        )
        select.set("joins", [exp.Join(this=exp.Table(this=quoted(occurring)), kind="CROSS")])
        return select


def _from(name: str) -> exp.From:
    return exp.From(this=exp.Table(this=quoted(name)))


def _input(value: Input, source: str) -> Node:
    node = column(source, value.column)
    return _or_zero(node) if value.zero else node


def _or_zero(node: Node) -> Node:
    return exp.Coalesce(this=node, expressions=[number(0)])


def _present(node: Node) -> Node:
    return exp.Not(this=exp.Is(this=node, expression=null()))


def _union(branches: list[exp.Query], *, distinct: bool) -> exp.Query:
    """Return the union. One branch that must be distinct is a SELECT DISTINCT."""
    result = branches[0]
    if len(branches) == 1 and distinct:
        result.set("distinct", exp.Distinct())
    for branch in branches[1:]:
        result = exp.Union(this=result, expression=branch, distinct=distinct)
    return result
