"""The type and the unit of a metric's values, worked out once for each catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.semantic.expand import parsed
from metrion.semantic.formula.check import Typed, inspect_metric_formula, inspect_row_expression
from metrion.semantic.formula.walk import names
from metrion.semantic.model import Atomic, Composite, Derived
from metrion.semantic.units import parse_unit

if TYPE_CHECKING:
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import Code, DataType, Measure, MetricDef


def value_of(code: Code, catalogue: Catalogue) -> Typed:
    """Return what the values of a metric are; the metric's own unit goes before the one that follows from it."""
    return catalogue.memo(("value", code), lambda: _value_of(catalogue.metric(code), catalogue))


def data_type(typed: Typed) -> DataType:
    """Return the type of a value column; what cannot be told is a floating-point number."""
    return "float" if typed.type == "null" or typed.type == "unknown" else typed.type  # noqa: PLR1714 - narrows the type


def measure_type(measure: Measure, dataset: Code, catalogue: Catalogue) -> DataType:
    """Return the type of an aggregation's result."""
    return catalogue.memo(("measure", dataset, measure), lambda: _measure_type(measure, dataset, catalogue))


def _value_of(metric: MetricDef, catalogue: Catalogue) -> Typed:
    match metric.definition:
        case Atomic() as atomic:
            typed = Typed(measure_type(atomic.measure, atomic.dataset, catalogue), parse_unit(metric.unit))
        case Derived() as derived:
            typed = value_of(derived.base, catalogue)
        case Composite() as composite:
            formula = parsed(composite.formula, catalogue)
            inputs = {name: value_of(name, catalogue) for name in names(formula)}
            typed, _ = inspect_metric_formula(formula, inputs)
    return Typed(typed.type, parse_unit(metric.unit)) if metric.unit else typed


def _measure_type(measure: Measure, dataset: Code, catalogue: Catalogue) -> DataType:
    if measure.aggregation == "avg" or (measure.semi_additive is not None and measure.semi_additive.take == "avg"):
        return "float"
    if measure.aggregation in ("count", "count_distinct"):
        return "integer"
    columns = {column.name: column.type for column in catalogue.dataset(dataset).columns}
    typed, _ = inspect_row_expression(parsed(measure.expression, catalogue), columns)
    kind = data_type(typed)
    return "float" if measure.aggregation == "median" and kind == "integer" else kind
