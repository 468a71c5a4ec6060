"""What is aggregated over the rows of one scan: a column for each leaf."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.semantic.errors import MissingTimeAxis, UnsafeReaggregation
from metrion.semantic.formula.ast import Name
from metrion.semantic.formula.walk import names
from metrion.semantic.frame import parsed_formula
from metrion.semantic.plan import Aggregated, Calculated, Column
from metrion.semantic.value_type import measure_type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metrion.semantic.expand import Leaf, LeafKey
    from metrion.semantic.frame import Frame
    from metrion.semantic.model import Aggregation, DataType
    from metrion.semantic.plan import BoundCondition, Term

Conditions = tuple["BoundCondition", ...]

_ADDITIVE: Final[frozenset[Aggregation]] = frozenset({"sum", "count"})


class Measures:
    """The aggregates of the leaves of one scan."""

    def __init__(self, frame: Frame, leaves: Sequence[Leaf]) -> None:
        self._frame = frame
        self._leaves = leaves

    def aggregated(
        self,
        columns: Mapping[LeafKey, str],
        conditions: Sequence[Conditions],
        *,
        per: Column | None = None,
        share: Column | None = None,
    ) -> tuple[Aggregated, ...]:
        """Return one aggregate for each leaf. `per`: what sums are divided by; `share`: what rows are weighed by."""
        if per is not None:
            self.require_additive("avg")
        if share is not None:
            self.require_additive("weighted")
        return tuple(
            self._measure(leaf, columns[leaf.key], where, per, share)
            for leaf, where in zip(self._leaves, conditions, strict=True)
        )

    def _measure(
        self, leaf: Leaf, name: str, where: Conditions, per: Column | None, share: Column | None
    ) -> Aggregated:
        measure = leaf.measure
        weight = None if measure.weight is None else self._expression(measure.weight, leaf)
        by = None
        if measure.aggregation in ("first", "last"):
            if measure.by is None and leaf.axis is None:
                raise MissingTimeAxis(metric=leaf.metric, dataset=leaf.dataset)
            by = self._frame.own(leaf.axis or "") if measure.by is None else self._expression(measure.by, leaf)
        return Aggregated(
            name,
            measure.aggregation,
            self.operand(leaf),
            "float" if share is not None else self._type(leaf),
            where,
            per,
            weight,
            by,
            measure.percentile,
            measure.discrete,
            share,
        )

    def operand(self, leaf: Leaf) -> Term | None:
        """Return what a leaf aggregates; None is the row itself."""
        return None if leaf.measure.expression.strip() == "*" else self._expression(leaf.measure.expression, leaf)

    def _expression(self, text: str, leaf: Leaf) -> Term:
        formula = parsed_formula(text)
        if isinstance(formula, Name):
            return self._frame.own(formula.value)
        parts = tuple((name, self._frame.own(name)) for name in names(formula))
        return Calculated(formula, parts, self._type(leaf), leaf.zero_division)

    def _type(self, leaf: Leaf) -> DataType:
        return measure_type(leaf.measure, leaf.dataset, self._frame.world.catalogue)

    def require_additive(self, take: str) -> None:
        """Raise `UnsafeReaggregation` where parts of a leaf do not add up to the whole."""
        for leaf in self._leaves:
            if leaf.measure.aggregation not in _ADDITIVE:
                raise UnsafeReaggregation(metric=leaf.metric, aggregation=leaf.measure.aggregation, take=take)
