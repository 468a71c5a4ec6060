"""What a definition names: the edges of lineage and impact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from metrion.semantic.condition import And, Compare, Condition, IsNull, Match, Not, OneOf, Or
from metrion.semantic.formula.errors import FormulaError
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.walk import names
from metrion.semantic.model import (
    Atomic,
    Composite,
    DatasetDef,
    Definition,
    Derived,
    DimensionDef,
    Kind,
    MetricDef,
    ModifierDef,
    RelationshipDef,
)

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
        case Not(item=item):
            yield from fields_of(item)
        case And(items=items) | Or(items=items):
            for item in items:
                yield from fields_of(item)


def formula_names(formula: str) -> tuple[str, ...]:
    """Return the metrics that a formula names; none when it cannot be parsed."""
    try:
        return names(parse_expression(formula))
    except FormulaError:
        return ()


def _links(definition: Definition) -> Iterator[Link]:
    match definition:
        case DatasetDef():
            return
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


def _metric_links(metric: MetricDef) -> Iterator[Link]:
    match metric.definition:
        case Atomic(dataset=dataset, measure=measure):
            yield Link("reads", ("dataset", dataset))
            if measure.filter is not None:
                yield from _dimensions(fields_of(measure.filter))
        case Derived(base=base, modifiers=modifiers):
            yield Link("uses", ("metric", base))
            for modifier in modifiers:
                yield Link("uses", ("modifier", modifier))
        case Composite(formula=formula):
            for name in formula_names(formula):
                yield Link("uses", ("metric", name))
    yield from _dimensions(metric.dimensions or ())


def _dimensions(fields: Iterable[str]) -> Iterator[Link]:
    for field in fields:
        yield Link("uses", ("dimension", field.rpartition(".")[2]))
