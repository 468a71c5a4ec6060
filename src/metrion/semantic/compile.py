"""The door of the metric engine: a question, the definitions and what the asker may see, to SQL.

Pure: no clock, no database. The same arguments give the same statement, and questions that differ only in the
values of their conditions have one statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.base.text import Text
from metrion.semantic.answer_types import answer_types
from metrion.semantic.build import build
from metrion.semantic.errors import MissingTimeAxis, UnknownOrder
from metrion.semantic.frame import Frame, World
from metrion.semantic.given import without_values
from metrion.semantic.naming import PartNames
from metrion.semantic.plan import Aggregate, Aggregated, Computed, Input, Moment, Project, Sort
from metrion.semantic.prepared import Compiled, CompiledColumn, Prepared, Statement
from metrion.semantic.question import cut_type
from metrion.semantic.request import DimensionRef, MetricQuery
from metrion.semantic.resolve import resolve
from metrion.semantic.scope import DataScope
from metrion.semantic.sharing import shared
from metrion.semantic.sql.dialects import dialect_of
from metrion.semantic.sql.names import fitted
from metrion.semantic.sql.statement import statement
from metrion.semantic.sql.terms import Parameters, Terms
from metrion.semantic.uniqueness import Promise
from metrion.semantic.value_type import data_type, value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.frame import Guard
    from metrion.semantic.model import Code, MetricsTable
    from metrion.semantic.question import Group, Question, TimeKey
    from metrion.semantic.scope import TimeContext
    from metrion.semantic.sql.terms import Parameter

TIME_LABEL = Text(zh="时间", en="Time")


def compile_query(  # noqa: PLR0913 - a question and its world
    request: MetricQuery,
    catalogue: Catalogue,
    scope: DataScope,
    time: TimeContext,
    tables: Mapping[Code, str],
    dialect: str = "duckdb",
    *,
    guard: Guard | None = None,
    unfit: frozenset[tuple[Code, str]] = frozenset(),
) -> Compiled:
    """Return the statement that answers `request` for one person: `prepared`, with the values of its conditions."""
    shape, values = without_values(request)
    return prepared(shape, catalogue, scope, time, tables, dialect, guard=guard, unfit=unfit).with_values(values)


def prepared(  # noqa: PLR0913 - a question and its world
    request: MetricQuery,
    catalogue: Catalogue,
    scope: DataScope,
    time: TimeContext,
    tables: Mapping[Code, str],
    dialect: str = "duckdb",
    *,
    guard: Guard | None = None,
    unfit: frozenset[tuple[Code, str]] = frozenset(),
) -> Prepared:
    """Return the statement that answers a question whose values are given later (`metrion.semantic.given`).

    `guard` binds the row conditions of the scope where `catalogue` is not what is published; `unfit` are the
    columns (dataset, column) that the tables do not have as the catalogue says.
    `tables`: dataset -> table name, `schema.table`, parts quoted where needed. Raises the refusals of
    `metrion.semantic.errors`, never gives a statement that might answer something else.
    """
    question = resolve(request, catalogue, time)
    apart = dialect_of(dialect).counts_apart
    world = World(catalogue, scope, tables, dict.fromkeys(question.used), {}, guard, unfit, answered(time), apart)
    plan = _planned(question, world, _order(request, question), request.limit)
    totals = _planned(question.by(()), world) if request.totals and request.metrics else None
    return Prepared(
        rows=_statement(plan, dialect, time),
        totals=None if totals is None else _statement(totals, dialect, time),
        subtotals=tuple(_subtotal(kept, question, world, dialect, time) for kept in request.subtotals),
        columns=_columns(question, plan),
        datasets=tuple(world.read),
        definitions=tuple(world.used),
        time_start=question.ticks.start,
        time_end=question.ticks.end,
        promises=tuple(Promise(dataset, columns, code) for (dataset, columns), code in world.promises.items()),
        plan=plan,
        totals_plan=totals,
    )


def _planned(
    question: Question, world: World, order: tuple[tuple[str, bool, bool], ...] = (), limit: int | None = None
) -> Sort:
    return shared(Sort(build(question, world), order, limit))


def _subtotal(kept: tuple[str, ...], question: Question, world: World, dialect: str, time: TimeContext) -> Statement:
    part = question.by(kept)
    order = tuple((name, False, False) for name in part.keys)
    return _statement(_planned(part, world, order), dialect, time, part.keys)


def datasets_of(
    request: MetricQuery, catalogue: Catalogue, time: TimeContext, scope: DataScope | None = None
) -> tuple[Code, ...]:
    """Return the datasets that a question reads; with `scope`, also those that only row policies read."""
    question = resolve(request, catalogue, time)
    world = World(catalogue, scope or DataScope(), _AnyTable(), {}, {}, answer=answered(time))
    build(question, world)
    return tuple(world.read)


def answered(time: TimeContext) -> Callable[[Code, MetricsTable, World], Project]:
    """Return what plans the rows of datasets that are themselves answers."""

    def plan(dataset: Code, source: MetricsTable, world: World) -> Project:
        request = MetricQuery(
            metrics=source.metrics,
            dimensions=tuple(DimensionRef(field=name) for name in source.dimensions),
            grain=source.grain,
            filters=source.filters,
        )
        question = resolve(request, world.catalogue, time)
        world.used.update(dict.fromkeys(question.used))
        return build(question, world, PartNames(dataset))

    return plan


def anchor_query(  # noqa: PLR0913 - a dataset and its world
    dataset: Code,
    catalogue: Catalogue,
    scope: DataScope,
    time: TimeContext,
    tables: Mapping[Code, str],
    dialect: str = "duckdb",
    *,
    guard: Guard | None = None,
    unfit: frozenset[tuple[Code, str]] = frozenset(),
) -> tuple[str, tuple[Parameter, ...]]:
    """Return the statement for the last visible day of a dataset's default time column: one row, one column."""
    world = World(catalogue, scope, tables, {}, {}, guard, unfit, answered(time))
    frame = Frame(dataset, world)
    time_columns = catalogue.dataset(dataset).time_columns
    if not time_columns:
        raise MissingTimeAxis(metric=dataset, dataset=dataset)
    last = Aggregated("last_day", "max", Moment(frame.own(time_columns[0]), "day", "monday"), "date")
    rows = Aggregate("anchor rows", frame.scan, (), (last,))
    value = Computed("last_day", None, (("last_day", Input("last_day", zero=False)),))
    written = _statement(Sort(Project("anchor", rows, (), (value,)), (), None), dialect, time)
    return written.sql, written.with_values(())


class _AnyTable(dict[str, str]):
    """Tables for a plan that will not be run: each dataset is its own."""

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """Return the dataset's own name."""
        return key or default


def _statement(plan: Sort, dialect: str, time: TimeContext, keys: tuple[str, ...] = ()) -> Statement:
    terms = Terms(Parameters(), dialect_of(dialect), time.today)
    written = fitted(statement(plan, terms), terms.dialect)
    return Statement(written.sql(dialect, copy=False), tuple(terms.parameters.values), keys)


def _order(request: MetricQuery, question: Question) -> tuple[tuple[str, bool, bool], ...]:
    """Return a total order: what was asked, then every key, so that equal questions give equal rows."""
    known = [*question.keys, *(output.name for output in question.outputs)]
    order: dict[str, tuple[bool, bool]] = {}
    for wanted in request.order:
        if wanted.by not in known:
            raise UnknownOrder(field="order", name=wanted.by, columns=known)
        order.setdefault(wanted.by, (wanted.descending, wanted.nulls == "first"))
    for key in question.keys:
        order.setdefault(key, (False, False))
    return tuple((name, *how) for name, how in order.items())


def _columns(question: Question, plan: Sort) -> tuple[CompiledColumn, ...]:
    keys = {key.name: _time_column(key, question) for key in question.times}
    keys |= {group.name: _dimension_column(group, question) for group in question.groups if group.own is None}
    columns = [keys[name] for name in question.keys if name in keys]
    shown = [
        (output, output.metric, value_of(output.metric.code, question.catalogue))
        for output in question.outputs
        if output.metric is not None and not output.hidden
    ]
    types = answer_types(plan.input, {output.name: data_type(value) for output, _, value in shown})
    for output, metric, value in shown:
        columns.append(
            CompiledColumn(
                name=output.name,
                label=metric.name,
                role="comparison" if output.comparison else "metric",
                type=types[output.name],
                metric=metric.code,
                unit=metric.unit or (value.unit.symbol if value.unit else ""),
                decimals=metric.decimals,
                direction=metric.direction,
            )
        )
    return tuple(columns)


def _time_column(key: TimeKey, question: Question) -> CompiledColumn:
    grain = key.cut.name if key.cut.part is None else None
    if key.dimension is None:
        return CompiledColumn(
            key.name, TIME_LABEL, "time", cut_type(key.cut, question.catalogue), grain=grain, part=key.cut.part
        )
    label = question.catalogue.dimension(key.dimension).name
    return CompiledColumn(
        key.name, label, "dimension", cut_type(key.cut, question.catalogue), grain=grain, part=key.cut.part
    )


def _dimension_column(group: Group, question: Question) -> CompiledColumn:
    type_ = question.located(group.field, question.leaves[0]).column.type
    if group.cut is not None:
        type_ = cut_type(group.cut, question.catalogue)
    label = question.catalogue.dimension(group.dimension or "").name
    return CompiledColumn(
        group.name,
        label,
        "dimension",
        type_,
        grain=group.cut.name if group.cut and group.cut.part is None else None,
        part=group.cut.part if group.cut else None,
    )
