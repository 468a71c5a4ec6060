"""One plan as one statement: a common table expression for each part, and a final SELECT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from metrion.semantic.formula.nodes import Type, binary, case, cast, divide, null, number
from metrion.semantic.formula.sql import to_sqlglot
from metrion.semantic.partners import partners_apart
from metrion.semantic.plan import Aggregate, Align, Carried, Column, Matched, Members, Project, Ranking, Scan
from metrion.semantic.sql.conditions import Conditions
from metrion.semantic.sql.funnels import FunnelWriter
from metrion.semantic.sql.nodes import column, from_part, named, quoted, union
from metrion.semantic.sql.periods import PeriodWriter, periods_under
from metrion.semantic.sql.ranked import RankedWriter, is_ordered
from metrion.semantic.sql.rows import Clauses, RowWriter

if TYPE_CHECKING:
    from metrion.semantic.plan import Aggregated, BoundCondition, Computed, Input, Rows, Sort
    from metrion.semantic.sql.nodes import Node
    from metrion.semantic.sql.terms import Terms


def statement(plan: Sort, terms: Terms) -> exp.Select:
    """Return the statement of a plan; its values go to the parameters of `terms`."""
    return _Statement(terms).write(plan)


class _Statement:
    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._dialect = terms.dialect
        self._conditions = Conditions(terms)
        self._rows = RowWriter(terms, self.answer)
        self._periods = PeriodWriter(terms, self._rows, self.part)
        self._parts: dict[str, exp.Query] = {}

    def write(self, plan: Sort) -> exp.Select:
        project = plan.input
        direct = self._dialect.sorts_answers or not plan.order
        if direct and project.where is None and not project.hidden:
            select, source = self._project(project), ""
        else:
            source = self.answer(project)
            shown = [name for name in self._names(project) if name not in project.hidden]
            select = exp.Select(
                expressions=[named(column(source, name), name) for name in shown], from_=from_part(source)
            )
        if plan.order:
            # NULLs are last in both directions: sqlglot leaves the words out where that is the engine's default.
            keys = [
                exp.Ordered(
                    this=column(source, name) if source else exp.Column(this=quoted(name)),
                    desc=desc,
                    nulls_first=nulls_first,
                )
                for name, desc, nulls_first in plan.order
            ]
            select.set("order", exp.Order(expressions=keys))
        if plan.limit is not None:
            select.set("limit", exp.Limit(expression=self._terms.parameters.bind(plan.limit)))
        parts = [exp.CTE(this=query, alias=exp.TableAlias(this=quoted(name))) for name, query in self._parts.items()]
        select.set("with_", exp.With(expressions=parts))
        return select

    # --- values ------------------------------------------------------------------------------------

    def answer(self, project: Project) -> str:
        """Write an answer as a part that others read, and return its name."""
        if project.name in self._parts:
            return project.name
        select = self._project(project)
        if project.where is not None:
            whole = f"{project.name} whole"
            self._parts[whole] = select
            condition = self._conditions.predicate(_renamed(project.where, project.name, whole))
            select = exp.Select(expressions=[exp.Star()], from_=from_part(whole), where=exp.Where(this=condition))
        self._parts[project.name] = select
        return project.name

    def _names(self, project: Project) -> list[str]:
        return [*project.keys, *(value.name for value in project.values)]

    def _project(self, project: Project) -> exp.Select:
        source = project.input.name
        self.part(project.input)
        if project.broadcasts:
            source = self._widened(project, source)
        for depth, stage in enumerate(project.stages, start=1):
            columns: list[Node] = [exp.Star(), *(named(self._value(value, source), value.name) for value in stage)]
            name = f"{project.input.name} step {depth}"
            self._parts[name] = exp.Select(expressions=columns, from_=from_part(source))
            source = name
        keys: list[Node] = [named(column(source, key), key) for key in project.keys]
        values: list[Node] = [named(self._value(value, source, project.keys), value.name) for value in project.values]
        return exp.Select(expressions=[*keys, *values], from_=from_part(source))

    def _widened(self, project: Project, source: str) -> str:
        """Add the values that are shown in every row of their keys."""
        # By name: ClickHouse gives the columns of `*` other names where the joined parts have some of them too.
        columns: list[Node] = [named(column(source, name), name) for name in _columns_of(project.input)]
        joins = []
        for broadcast in project.broadcasts:
            of = broadcast.source
            name = self.answer(of) if isinstance(of, Project) else self.part(of)
            columns.append(named(column(name, broadcast.name), broadcast.name))
            on: list[Node] = [self._dialect.same(column(source, key), column(name, key)) for key in broadcast.on]
            condition = on[0] if len(on) == 1 else exp.and_(*on) if on else exp.Boolean(this=True)
            joins.append(exp.Join(this=exp.Table(this=quoted(name)), side="LEFT", on=condition))
        wide = f"{project.input.name} wide"
        self._parts[wide] = exp.Select(expressions=columns, from_=from_part(source), joins=joins)
        return wide

    def _value(self, value: Computed, source: str, keys: tuple[str, ...] = ()) -> Node:
        inputs = dict(value.inputs)
        if value.formula is None:
            ((_, only),) = value.inputs
            node = self._over(value, _input(only, source), source, keys)
        else:
            node = to_sqlglot(
                value.formula,
                lambda name: _input(inputs[name.value], source),
                self._dialect.name,
                zero_division=value.zero_division,
                bind=self._terms.parameters.bind,
            )
        return _or_zero(node) if value.fill_zero else node

    def _over(self, value: Computed, node: Node, source: str, keys: tuple[str, ...]) -> Node:
        match value.over:
            case Ranking(within=within, lowest_first=lowest, ties=ties):
                partition: list[Node] = [column(source, key) for key in within]
                order: list[Node] = [exp.Ordered(this=node.copy(), desc=not lowest, nulls_first=False)]
                if ties == "distinct":
                    order += [exp.Ordered(this=column(source, key), nulls_first=False) for key in keys]
                function = {"gap": "RANK", "dense": "DENSE_RANK", "distinct": "ROW_NUMBER"}[ties]
                place = exp.Window(
                    this=exp.Anonymous(this=function, expressions=[]),
                    partition_by=partition,
                    order=exp.Order(expressions=order),
                    over="OVER",
                )
                present = exp.Not(this=exp.Is(this=node.copy(), expression=null()))
                return case([(present, place)])
            case Carried(within=within, along=along):
                return self._dialect.carried(node, [column(source, key) for key in within], column(source, along))
            case _:
                return node

    # --- parts -------------------------------------------------------------------------------------

    def part(self, part: Aggregate | Align | Members) -> str:
        """Write a part, once, and return its name."""
        if part.name in self._parts:
            return part.name
        match part:
            case Aggregate():
                self._parts[part.name] = self._aggregate(part)
            case Members():
                for source in part.sources:
                    self.part(source)
                self._members(part)
            case Align():
                for one in part.inputs:
                    self.part(one)
                self._parts[part.name] = self._align(part)
        return part.name

    def _align(self, align: Align) -> exp.Select:
        """Union of the groups: each input has a group at most once, so that the maximum is its only value."""
        measures = [measure.name for part in align.inputs if isinstance(part, Aggregate) for measure in part.measures]
        branches: list[exp.Query] = []
        for part in align.inputs:
            own = {measure.name for measure in part.measures} if isinstance(part, Aggregate) else set()
            keys: list[Node] = [named(column(part.name, key), key) for key in part.keys]
            values = [named(column(part.name, name) if name in own else null(), name) for name in measures]
            branches.append(exp.Select(expressions=[*keys, *values], from_=from_part(part.name)))
        if self._dialect.types_from_first and len(branches) > 1:
            branches.insert(0, self._typing(align))
        rows = f"{align.name} unaligned"
        self._parts[rows] = union(branches, distinct=False)
        keys = [named(column(rows, key), key) for key in align.keys]
        values = [named(exp.Max(this=column(rows, name)), name) for name in measures]
        return Clauses(exp.Table(this=quoted(rows))).select([*keys, *values], group=len(keys))

    def _typing(self, align: Align) -> exp.Select:
        """Return the branch of a union that has no row and every column in its type."""
        first, *others = align.inputs
        columns: list[Node] = [named(column(first.name, key), key) for key in first.keys]
        for part in align.inputs:
            if isinstance(part, Aggregate):
                columns += [named(column(part.name, measure.name), measure.name) for measure in part.measures]
        joins = [exp.Join(this=exp.Table(this=quoted(part.name)), kind="CROSS") for part in others]
        nowhere = exp.Where(this=exp.Boolean(this=False))
        return exp.Select(expressions=columns, from_=from_part(first.name), joins=joins, where=nowhere)

    def _aggregate(self, aggregate: Aggregate) -> exp.Select:
        aggregate = partners_apart(aggregate)
        clauses = self._below(aggregate)
        if aggregate.where is not None:
            clauses.where.append(self._conditions.predicate(aggregate.where))
        if not self._dialect.orders and any(map(is_ordered, aggregate.measures)):
            return RankedWriter(self._terms, self._conditions, self._measure).select(aggregate, clauses)
        keys = [named(self._terms.of(of), name) for name, of in aggregate.by]
        if self._dialect.cuts_again and any(one.function == "count_distinct" for one in aggregate.measures):
            keys = clauses.cut_first(keys)
        if aggregate.is_selection:
            return clauses.select([*keys, *(named(self._terms.of(of), name) for name, of in aggregate.selected)])
        values: list[Node] = [named(self._measure(one), one.name) for one in aggregate.measures]
        return clauses.select([*keys, *values], group=len(keys))

    def _below(self, aggregate: Aggregate) -> Clauses:
        below = aggregate.input
        if isinstance(below, Project):
            return Clauses(exp.Table(this=quoted(self.answer(below))))
        if isinstance(below, Matched):
            writer = FunnelWriter(self._terms, self._rows)
            for name, query in writer.parts(below):
                self._parts[name] = query
            return Clauses(exp.Table(this=quoted(below.name)))
        if isinstance(below, Aggregate):
            return Clauses(exp.Table(this=quoted(self.part(below))))
        node: Rows | Aggregate = below
        while not isinstance(node, (Scan, Aggregate)):
            for periods in periods_under(node):
                self._parts.update(self._periods.parts(periods, self._parts))
            node = node.input
        if isinstance(node, Aggregate):
            self.part(node)
        return self._rows.clauses(below)

    def _members(self, members: Members) -> None:
        self._parts.update(self._periods.parts(members.periods, self._parts))
        self._parts.update(self._periods.members(members))

    def _measure(self, measure: Aggregated) -> Node:
        where = self._conditions.all_of(measure.where) if measure.where else None
        node = self._aggregated(measure, where)
        if measure.per is not None:
            days = exp.Max(this=column(measure.per.source, measure.per.name))
            node = divide(cast(node, Type.DOUBLE), days)
        if measure.total is not None:
            node = divide(cast(node, Type.DOUBLE), exp.Sum(this=column(measure.total.source, measure.total.name)))
        return _or_zero(node) if measure.zero else node

    def _aggregated(self, measure: Aggregated, where: Node | None) -> Node:
        dialect, terms = self._dialect, self._terms
        if measure.share is not None:
            return dialect.aggregate("sum", self._allocated(measure, terms.of(measure.share)), where)
        if measure.of is None:
            return dialect.counted(where)
        operand = terms.of(measure.of)
        match measure.function:
            case "percentile":
                share_of = measure.percentile or 0.5
                return dialect.percentile(operand, share_of, where, discrete=measure.discrete)
            case "weighted_avg" if measure.weight is not None:
                return dialect.weighted(operand, terms.of(measure.weight), where)
            case "first" | "last" if measure.by is not None:
                return dialect.extreme(operand, terms.of(measure.by), where, last=measure.function == "last")
            case function:
                whole = function == "sum" and measure.type == "integer"
                return dialect.whole_sum(operand, where) if whole else dialect.aggregate(function, operand, where)

    def _allocated(self, measure: Aggregated, share: Node) -> Node:
        """Return what a row weighs or counts, by its share."""
        counted = number(1) if measure.of is None else case([(_present(self._terms.of(measure.of)), number(1))])
        value = counted if measure.function == "count" or measure.of is None else self._terms.of(measure.of)
        return binary(exp.Mul, cast(value, Type.DOUBLE), exp.Coalesce(this=share, expressions=[number(1)]))


def _columns_of(part: Aggregate | Align) -> list[str]:
    """Return the names of all columns of a part."""
    parts = (part,) if isinstance(part, Aggregate) else part.inputs
    values = [measure.name for one in parts if isinstance(one, Aggregate) for measure in one.measures]
    return [*part.keys, *values]


def _renamed(condition: BoundCondition, old: str, new: str) -> BoundCondition:
    fields = tuple(
        (name, Column(new, term.name, term.type) if isinstance(term, Column) and term.source == old else term)
        for name, term in condition.fields
    )
    return type(condition)(condition.condition, fields)


def _input(value: Input, source: str) -> Node:
    node = column(source, value.column)
    return _or_zero(node) if value.zero else node


def _or_zero(node: Node) -> Node:
    return exp.Coalesce(this=node, expressions=[number(0)])


def _present(node: Node) -> Node:
    return exp.Not(this=exp.Is(this=node, expression=null()))
