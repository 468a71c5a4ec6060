"""What a definition names: the edges of lineage and impact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from metrion.semantic.condition import And, Compare, Condition, Formula, IsNull, Match, Not, OneOf, Or
from metrion.semantic.errors import SqlNotAllowed
from metrion.semantic.formula.errors import FormulaError
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.walk import names
from metrion.semantic.model import (
    METRIC_TIME,
    Atomic,
    Calculation,
    Composite,
    Conversion,
    DatasetDef,
    Definition,
    Derived,
    Difference,
    DimensionDef,
    Growth,
    Index,
    Kind,
    MetricDef,
    MetricsTable,
    ModifierDef,
    Nested,
    Operand,
    Rank,
    Ratio,
    RelationshipDef,
    Share,
    Source,
    SqlQuery,
)
from metrion.semantic.written import checked, tables_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EdgeKind = Literal["uses", "reads", "joins"]
Key = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Link:
    """The definition rests on `target`."""

    kind: EdgeKind
    target: Key


def links(definition: Definition) -> tuple[Link, ...]:
    """Return what `definition` names, each once.

    Columns of its own dataset are not told apart from dimensions here: the caller keeps what exists.
    """
    return tuple(dict.fromkeys(_links(definition)))


def fields_of(condition: Condition) -> Iterator[str]:
    """Yield the field names of a condition."""
    match condition:
        case Compare(field=field) | OneOf(field=field) | IsNull(field=field) | Match(field=field):
            yield field
        case Formula(formula=formula):
            yield from formula_names(formula)
        case Not(item=item):
            yield from fields_of(item)
        case And(items=items) | Or(items=items):
            for item in items:
                yield from fields_of(item)


def formula_names(formula: str) -> tuple[str, ...]:
    """Return the names in a formula; none when it cannot be parsed."""
    try:
        return names(parse_expression(formula))
    except FormulaError:
        return ()


def _links(definition: Definition) -> Iterator[Link]:
    match definition:
        case DatasetDef(source=source):
            yield from _source_links(source)
        case RelationshipDef():
            yield Link("joins", ("dataset", definition.from_dataset))
            yield Link("joins", ("dataset", definition.to_dataset))
        case DimensionDef():
            for binding in definition.bindings:
                yield Link("reads", ("dataset", binding.dataset))
            if definition.parent:
                yield Link("uses", ("dimension", definition.parent))
        case ModifierDef():
            yield from _dimensions(fields_of(definition.condition))
        case MetricDef():
            yield from _metric_links(definition)


def _source_links(source: Source) -> Iterator[Link]:
    match source:
        case SqlQuery(sql=sql):
            for dataset in _tables(sql):
                yield Link("reads", ("dataset", dataset))
        case MetricsTable():
            yield from _uses("metric", source.metrics)
            yield from _dimensions(source.dimensions)
            yield from _conditioned(source.filters)


def _tables(sql: str) -> tuple[str, ...]:
    """Return the datasets that a query reads; none when it is not allowed."""
    try:
        return tuple(tables_of(checked(sql)))
    except SqlNotAllowed:
        return ()


def _metric_links(metric: MetricDef) -> Iterator[Link]:
    yield from _calculation_links(metric.definition)
    if metric.extends is not None:
        yield from _uses("metric", [metric.extends.metric])
    yield from _dimensions(metric.dimensions or ())


def _calculation_links(calculation: Calculation) -> Iterator[Link]:
    match calculation:
        case Atomic(dataset=dataset, measure=measure):
            yield Link("reads", ("dataset", dataset))
            yield from _conditioned(measure.filter)
        case Derived(base=base, modifiers=modifiers, filter=condition):
            yield from _operand_links(Operand(metric=base, modifiers=modifiers, filter=condition))
        case Composite(formula=formula, inputs=inputs):
            named = {each.name for each in inputs}
            yield from _uses("metric", (name for name in formula_names(formula) if name not in named))
            for each in inputs:
                yield from _operand_links(each)
        case Ratio(numerator=numerator, denominator=denominator):
            yield from _operand_links(numerator)
            yield from _operand_links(denominator)
        case _:
            yield from _uses("metric", _metrics_of(calculation))
            yield from _dimensions(_groups_of(calculation))
            if isinstance(calculation, Nested):
                yield from _conditioned(calculation.having)


def _metrics_of(calculation: Calculation) -> tuple[str, ...]:
    """Return the metrics that a calculation takes as they are."""
    match calculation:
        case Conversion(base=base, steps=steps):
            return (base, *steps)
        case Difference(metric=metric, target=target):
            return (metric, target)
        case Growth(metric=metric) | Index(metric=metric) | Share(metric=metric):
            return (metric,)
        case Nested(base=base) | Rank(base=base):
            return (base,)
        case _:
            return ()


def _groups_of(calculation: Calculation) -> tuple[str, ...]:
    """Return the fields that a calculation groups by on its own."""
    match calculation:
        case Share(of=groups):
            return groups
        case Nested():
            return (*calculation.per, *calculation.without, *(calculation.only or ()), *calculation.unfiltered)
        case Rank():
            return (*calculation.within, *(calculation.without or ()))
        case _:
            return ()


def _operand_links(operand: Operand) -> Iterator[Link]:
    yield from _uses("metric", [operand.metric])
    yield from _uses("modifier", operand.modifiers)
    yield from _conditioned(operand.filter)


def _uses(kind: Kind, codes: Iterable[str]) -> Iterator[Link]:
    for code in codes:
        yield Link("uses", (kind, code))


def _conditioned(condition: Condition | None) -> Iterator[Link]:
    if condition is not None:
        yield from _dimensions(fields_of(condition))


def _dimensions(fields: Iterable[str]) -> Iterator[Link]:
    for field in fields:
        if field != METRIC_TIME:
            yield Link("uses", ("dimension", field.rpartition(".")[2]))
