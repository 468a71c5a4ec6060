"""From aligned leaves to the value columns of the answer: formulas, in stages from the inside out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.semantic.expand import FormulaValue
from metrion.semantic.plan import Align, Computed, Input, Project

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.semantic.expand import LeafValue, Value
    from metrion.semantic.facts import LeafKey
    from metrion.semantic.plan import Aggregate
    from metrion.semantic.question import Question

COUNTS = frozenset({"count", "count_distinct"})


def project(rows: Aggregate | Align, question: Question, columns: Mapping[LeafKey, str]) -> Project:
    """Return the projection of a question's values over the rows that hold its leaves in `columns`."""
    projection = _Projection(isinstance(rows, Align), columns)
    for output in question.outputs:
        projection.note(output.value)
    values = tuple(projection.shown(output.name, output.value) for output in question.outputs)
    return Project(rows, projection.stages(), values)


class _Projection:
    def __init__(self, aligned: bool, columns: Mapping[LeafKey, str]) -> None:  # noqa: FBT001
        self._aligned = aligned
        self._columns = columns
        self._taken = set(columns.values())
        self._inner: dict[int, tuple[FormulaValue, str]] = {}
        """Formulas that other formulas use, by identity, with the column that holds each."""
        self._depths: dict[int, int] = {}

    def note(self, value: Value) -> int:
        """Take in a value tree; return on how many levels of formulas it stands."""
        if not isinstance(value, FormulaValue):
            return 0
        if id(value) not in self._depths:
            below = [self.note(inner) for _, inner in value.inputs]
            for _, inner in value.inputs:
                if isinstance(inner, FormulaValue) and id(inner) not in self._inner:
                    self._inner[id(inner)] = (inner, self._name(inner.metric))
            self._depths[id(value)] = 1 + max(below, default=0)
        return self._depths[id(value)]

    def stages(self) -> tuple[tuple[Computed, ...], ...]:
        """Return the inner formulas, those that need nothing of each other side by side."""
        levels: dict[int, list[Computed]] = {}
        for identity, (value, name) in self._inner.items():
            levels.setdefault(self._depths[identity], []).append(self._formula(name, value))
        return tuple(tuple(levels[depth]) for depth in sorted(levels))

    def shown(self, name: str, value: Value) -> Computed:
        """Return the column that shows a value."""
        if not isinstance(value, FormulaValue):
            return Computed(name, None, ((name, self._leaf(value)),))
        if id(value) in self._inner:
            return Computed(name, None, ((name, Input(self._inner[id(value)][1], zero=False)),))
        return self._formula(name, value)

    def _formula(self, name: str, value: FormulaValue) -> Computed:
        inputs = tuple((symbol, self._input(inner)) for symbol, inner in value.inputs)
        return Computed(name, value.formula, inputs, value.fill_zero, value.zero_division)

    def _input(self, value: Value) -> Input:
        if isinstance(value, FormulaValue):
            return Input(self._inner[id(value)][1], zero=False)
        return self._leaf(value)

    def _leaf(self, value: LeafValue) -> Input:
        # Counting nothing gives 0, also where only another fact has rows in the group.
        counted = self._aligned and value.leaf.measure.aggregation in COUNTS
        return Input(self._columns[value.leaf.key], zero=value.fill_zero or counted)

    def _name(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted}_{number}", number + 1
        self._taken.add(name)
        return name
