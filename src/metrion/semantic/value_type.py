"""The type of a metric's values, for the columns of an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.semantic.expand import LeafValue, parsed
from metrion.semantic.formula.ast import Name

if TYPE_CHECKING:
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.expand import Leaf, Value
    from metrion.semantic.model import DataType


def value_type(value: Value, catalogue: Catalogue) -> DataType:
    """Return the type of a value column."""
    if isinstance(value, LeafValue):
        return _leaf_type(value.leaf, catalogue)
    return "float"


def _leaf_type(leaf: Leaf, catalogue: Catalogue) -> DataType:
    measure = leaf.measure
    if measure.aggregation in ("count", "count_distinct"):
        return "integer"
    if measure.aggregation == "avg" or measure.semi_additive is not None and measure.semi_additive.take == "avg":
        return "float"
    formula = parsed(measure.expression, catalogue)
    column = catalogue.dataset(leaf.dataset).column(formula.value) if isinstance(formula, Name) else None
    return column.type if column is not None else "float"
