"""The type and the unit of a metric's values, worked out once for each catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.semantic import templates
from metrion.semantic.expand import FormulaValue, LeafValue, NestedValue, RankValue
from metrion.semantic.formula.check import inspect_metric_formula, inspect_row_expression
from metrion.semantic.formula.types import Typed
from metrion.semantic.formula.walk import names
from metrion.semantic.frame import parsed_formula
from metrion.semantic.model import (
    Atomic,
    Composite,
    Conversion,
    Derived,
    Inherited,
    Nested,
    Rank,
)
from metrion.semantic.units import RATIO, parse_unit

if TYPE_CHECKING:
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.expand import Value
    from metrion.semantic.model import Code, DataType, Measure, MetricDef

_FLOATS: Final = frozenset({"avg", "weighted_avg", "stddev", "variance"})
_KEPT: Final = frozenset({"recomputed", "sum", "min", "max", "first", "last"})
_COUNTS: Final = frozenset({"count", "count_distinct", "approx_distinct"})


def inner_type(spec: Nested, inner: DataType) -> DataType:
    """Return the type of an aggregate over values of a type."""
    if spec.aggregation == "count":
        return "integer"
    return inner if spec.aggregation in _KEPT else "float"


def value_of(code: Code, catalogue: Catalogue) -> Typed:
    """Return what the values of a metric are; the metric's own unit goes before the one that follows from it."""
    return catalogue.memo(("value", code), lambda: _value_of(catalogue.metric(code), catalogue))


def data_type(typed: Typed) -> DataType:
    """Return the type of a value column; what cannot be told is a floating-point number."""
    return "float" if typed.type == "null" or typed.type == "unknown" else typed.type  # noqa: PLR1714 - narrows the type


def measure_type(measure: Measure, dataset: Code, catalogue: Catalogue) -> DataType:
    """Return the type of an aggregation's result."""
    return catalogue.memo(("measure", dataset, measure), lambda: _measure_type(measure, dataset, catalogue))


def number_type(value: Value, catalogue: Catalogue, known: dict[Value, DataType] | None = None) -> DataType:
    """Return the type of a value's column."""
    known = {} if known is None else known
    if value not in known:
        known[value] = _number_type(value, catalogue, known)
    return known[value]


def _number_type(value: Value, catalogue: Catalogue, known: dict[Value, DataType]) -> DataType:
    match value:
        case LeafValue(leaf=leaf):
            return "integer" if leaf.funnel else measure_type(leaf.measure, leaf.dataset, catalogue)
        case RankValue():
            return "integer"
        case NestedValue(spec=spec, inner=inner):
            return inner_type(spec, number_type(inner, catalogue, known))
        case FormulaValue(formula=formula, inputs=inputs):
            kinds = {name: Typed(number_type(inner, catalogue, known), RATIO) for name, inner in inputs}
            return data_type(inspect_metric_formula(formula, kinds)[0])


def _value_of(metric: MetricDef, catalogue: Catalogue) -> Typed:
    typed = _calculated(metric, catalogue)
    return Typed(typed.type, parse_unit(metric.unit)) if metric.unit else typed


def _calculated(metric: MetricDef, catalogue: Catalogue) -> Typed:
    definition = metric.definition
    match definition:
        case Atomic() as atomic:
            return Typed(measure_type(atomic.measure, atomic.dataset, catalogue), parse_unit(metric.unit))
        case Derived(base=base):
            return value_of(base, catalogue)
        case Inherited():
            return value_of(metric.extends.metric, catalogue) if metric.extends else Typed("float")
        case Composite() as composite:
            formula = parsed_formula(composite.formula)
            named = {one.name: one.metric for one in composite.inputs}
            inputs = {name: value_of(named.get(name, name), catalogue) for name in names(formula)}
            return inspect_metric_formula(formula, inputs)[0]
        case Conversion() | Nested() | Rank():
            return _staged(definition, catalogue)
        case _:
            inputs = {name: value_of(code, catalogue) for name, code in templates.inputs(definition).items()}
            return inspect_metric_formula(parsed_formula(templates.written(definition)), inputs)[0]


def _staged(definition: Conversion | Nested | Rank, catalogue: Catalogue) -> Typed:
    match definition:
        case Conversion(result="rate"):
            return Typed("float", RATIO)
        case Conversion(result="value", steps=steps):
            return value_of(steps[-1], catalogue)
        case Conversion(base=base, steps=steps, counts=counts):
            return Typed("integer", value_of(base if counts == "base" else steps[-1], catalogue).unit)
        case Nested(aggregation="count") | Rank():
            return Typed("integer", RATIO)
        case Nested(base=base, aggregation=aggregation):
            inner = value_of(base, catalogue)
            return inner if aggregation in _KEPT else Typed("float", inner.unit)


def _measure_type(measure: Measure, dataset: Code, catalogue: Catalogue) -> DataType:
    averaged = measure.semi_additive is not None and measure.semi_additive.take == "avg"
    if measure.aggregation in _FLOATS or averaged:
        return "float"
    if measure.aggregation in _COUNTS:
        return "integer"
    columns = {column.name: column.type for column in catalogue.dataset(dataset).columns}
    typed, _ = inspect_row_expression(parsed_formula(measure.expression), columns)
    kind = data_type(typed)
    between = measure.aggregation == "median" or (measure.aggregation == "percentile" and not measure.discrete)
    return "float" if between and kind in {"integer", "decimal"} else kind
