"""The door of the metric engine: a question, the definitions and what the asker may see, to SQL.

Pure: no clock, no database. The same arguments give the same statement, and equal questions differ
only in their parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from metrion.base.text import Text
from metrion.semantic.build import build
from metrion.semantic.errors import MissingTimeAxis, UnknownOrder
from metrion.semantic.frame import Frame, World
from metrion.semantic.plan import Sort
from metrion.semantic.question import resolve
from metrion.semantic.scope import DataScope
from metrion.semantic.sql.rows import RowWriter
from metrion.semantic.sql.statement import statement
from metrion.semantic.sql.terms import Parameters, column, day_of, named
from metrion.semantic.value_type import data_type, value_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from metrion.semantic.catalogue import Catalogue, Key
    from metrion.semantic.frame import Guard
    from metrion.semantic.model import Code, DataType, Grain
    from metrion.semantic.question import Group, Question
    from metrion.semantic.request import MetricQuery
    from metrion.semantic.scope import TimeContext
    from metrion.semantic.sql.terms import Parameter

TIME_LABEL = Text(zh="时间", en="Time")

Role = Literal["time", "dimension", "metric", "comparison"]


@dataclass(frozen=True, slots=True)
class CompiledColumn:
    """One column of the answer. `metric`, `unit`, `decimals` and `direction` are set for values."""

    name: str
    label: Text
    role: Role
    type: DataType
    metric: Code | None = None
    unit: str = ""
    decimals: int | None = None
    direction: Literal["higher", "lower", "neutral"] = "neutral"
    grain: Grain | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A question as SQL. Parameters are positional: `$1` is the first.

    The totals statement gives exactly one row with the value columns only, in the order of `columns`.
    """

    sql: str
    parameters: tuple[Parameter, ...]
    totals_sql: str | None
    totals_parameters: tuple[Parameter, ...]
    columns: tuple[CompiledColumn, ...]
    datasets: tuple[Code, ...]
    """Every dataset that is read, row policies included."""
    definitions: tuple[Key, ...]
    """Every definition that the answer rests on."""
    time_start: date | None
    time_end: date | None
    plan: Sort
    totals_plan: Sort | None


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
    """Return the statement that answers `request` for one person.

    `guard` binds the row conditions of the scope where `catalogue` is not what is published; `unfit` are the
    columns (dataset, column) that the tables do not have as the catalogue says.
    `tables`: dataset -> table name, `schema.table`, parts quoted where needed. Raises the refusals of
    `metrion.semantic.errors`, never gives a statement that might answer something else.
    """
    question = resolve(request, catalogue, time)
    world = World(catalogue, scope, tables, dict.fromkeys(question.used), {}, guard, unfit)
    plan = Sort(build(question, world), _order(request, question), request.limit)
    sql, parameters = _sql(plan, dialect)
    totals: Sort | None = None
    totals_sql: str | None = None
    totals_parameters: tuple[Parameter, ...] = ()
    if request.totals:
        totals = Sort(build(replace(question, groups=(), grain=None), world), (), None)
        totals_sql, totals_parameters = _sql(totals, dialect)
    return Compiled(
        sql=sql,
        parameters=parameters,
        totals_sql=totals_sql,
        totals_parameters=totals_parameters,
        columns=_columns(question),
        datasets=tuple(world.read),
        definitions=tuple(world.used),
        time_start=question.days.start,
        time_end=question.days.end,
        plan=plan,
        totals_plan=totals,
    )


def datasets_of(
    request: MetricQuery, catalogue: Catalogue, time: TimeContext, scope: DataScope | None = None
) -> tuple[Code, ...]:
    """Return the datasets that a question reads; with `scope`, also those that only row policies read."""
    question = resolve(request, catalogue, time)
    world = World(catalogue, scope or DataScope(), _AnyTable(), {}, {})
    build(question, world)
    return tuple(world.read)


def anchor_query(
    dataset: Code,
    catalogue: Catalogue,
    scope: DataScope,
    tables: Mapping[Code, str],
    dialect: str = "duckdb",
    *,
    guard: Guard | None = None,
    unfit: frozenset[tuple[Code, str]] = frozenset(),
) -> tuple[str, tuple[Parameter, ...]]:
    """Return the statement for the last visible day of a dataset's default time column: one row, one column."""
    world = World(catalogue, scope, tables, {}, {}, guard, unfit)
    frame = Frame(dataset, world)
    time_columns = catalogue.dataset(dataset).time_columns
    if not time_columns:
        raise MissingTimeAxis(metric=dataset, dataset=dataset)
    axis = frame.own(time_columns[0])
    parameters = Parameters()
    last = exp.Max(this=day_of(column(axis.source, axis.name), axis.type))
    select = RowWriter(parameters).clauses(frame.scan).select([named(last, "last_day")])
    return select.sql(dialect, copy=False), tuple(parameters.values)


class _AnyTable(dict[str, str]):
    """Tables for a plan that will not be run: each dataset is its own."""

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """Return the dataset's own name."""
        return key or default


def _sql(plan: Sort, dialect: str) -> tuple[str, tuple[Parameter, ...]]:
    parameters = Parameters()
    return statement(plan, parameters, dialect).sql(dialect, copy=False), tuple(parameters.values)


def _order(request: MetricQuery, question: Question) -> tuple[tuple[str, bool], ...]:
    """Return a total order: what was asked, then every key, so that equal questions give equal rows."""
    keys = ([question.time_column] if question.grain else []) + [group.name for group in question.groups]
    known = [*keys, *(output.name for output in question.outputs)]
    order: dict[str, bool] = {}
    for wanted in request.order:
        if wanted.by not in known:
            raise UnknownOrder(field="order", name=wanted.by, columns=known)
        order.setdefault(wanted.by, wanted.descending)
    for key in keys:
        order.setdefault(key, False)
    return tuple(order.items())


def _columns(question: Question) -> tuple[CompiledColumn, ...]:
    columns: list[CompiledColumn] = []
    if question.grain is not None:
        columns.append(CompiledColumn(question.time_column, TIME_LABEL, "time", "date", grain=question.grain))
    columns += [_dimension_column(group, question) for group in question.groups]
    for output in question.outputs:
        metric = output.metric
        value = value_of(metric.code, question.catalogue)
        columns.append(
            CompiledColumn(
                name=output.name,
                label=metric.name,
                role="comparison" if output.comparison else "metric",
                type=data_type(value),
                metric=metric.code,
                unit=metric.unit or (value.unit.symbol if value.unit else ""),
                decimals=metric.decimals,
                direction=metric.direction,
            )
        )
    return tuple(columns)


def _dimension_column(group: Group, question: Question) -> CompiledColumn:
    type_ = "date" if group.grain else question.located(group.field, question.leaves[0]).column.type
    label = question.catalogue.dimension(group.dimension).name
    return CompiledColumn(group.name, label, "dimension", type_, grain=group.grain)
