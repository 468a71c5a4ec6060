"""From aligned leaves to the value columns of the answer: formulas, places and filled gaps, from the inside out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.semantic.calendar import is_grain
from metrion.semantic.errors import NoSuchUnit
from metrion.semantic.expand import FormulaValue, LeafValue, NestedValue, RankValue, below
from metrion.semantic.frame import bound, cuts_of, fields_of
from metrion.semantic.model import METRIC_TIME
from metrion.semantic.naming import Names
from metrion.semantic.plan import Align, Carried, Column, Computed, Input, Moment, Project, Ranking
from metrion.semantic.question import cut_type
from metrion.semantic.value_type import number_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.semantic.expand import LeafKey, Value
    from metrion.semantic.model import DataType
    from metrion.semantic.plan import Aggregate, BoundCondition, Broadcast, Term
    from metrion.semantic.question import Question

COUNTS = frozenset({"count", "count_distinct", "approx_distinct"})


def project(
    name: str,
    rows: Aggregate | Align,
    question: Question,
    columns: Mapping[LeafKey, str],
    nested: Mapping[NestedValue, str],
    broadcasts: tuple[Broadcast, ...],
) -> Project:
    """Return the projection of a question's values over the rows that hold its leaves in `columns`."""
    projection = _Projection(question, isinstance(rows, Align), columns, nested)
    for output in question.outputs:
        projection.note(output.value)
    values = tuple(projection.shown(output.name, output.value) for output in question.outputs)
    hidden = {output.name for output in question.outputs if output.hidden}
    hidden |= {group.name for group in question.groups if group.own is not None}
    return Project(name, rows, projection.stages(), values, broadcasts, _kept(question, name), frozenset(hidden))


def _kept(question: Question, name: str) -> BoundCondition | None:
    """Return the condition on the answer, whose fields are columns of it."""
    if question.having is None:
        return None
    outputs = {output.name: output for output in question.outputs}
    fields: list[tuple[str, Term]] = []
    for field in dict.fromkeys(fields_of(question.having)):
        output = outputs.get(field)
        kind = number_type(output.value, question.catalogue) if output else _key_type(question, field)
        fields.append((field, Column(name, field, kind)))
    known = dict(fields)
    for cut in cuts_of(question.having):
        if not is_grain(cut.level):
            raise NoSuchUnit(field="having", unit=cut.level)
        fields.append((cut.name, Moment(known[cut.field], cut.level, question.week_start)))
    return bound(question.having, fields)


def _key_type(question: Question, name: str) -> DataType:
    for group in question.groups:
        if group.name == name and group.dimension is not None:
            if group.cut is not None:
                return cut_type(group.cut, question.catalogue)
            return question.located(group.field, question.leaves[0]).column.type
    for key in question.times:
        if key.name == name:
            return cut_type(key.cut, question.catalogue)
    return "string"


class _Projection:
    def __init__(
        self,
        question: Question,
        aligned: bool,  # noqa: FBT001
        columns: Mapping[LeafKey, str],
        nested: Mapping[NestedValue, str],
    ) -> None:
        self._question = question
        self._aligned = aligned
        self._columns = columns
        self._nested = nested
        self._names = Names((*columns.values(), *nested.values(), *question.keys))
        self._inner: dict[int, tuple[Value, str]] = {}
        """Values that other values use, by identity, with the column that holds each."""
        self._depths: dict[int, int] = {}

    def note(self, value: Value) -> int:
        """Take in a value tree; return on how many levels of computed columns it stands."""
        if isinstance(value, (LeafValue, NestedValue)):
            return 1 if value.fill == "forward" else 0
        if id(value) not in self._depths:
            under = [self.note(inner) for inner in below(value)]
            for inner in below(value):
                staged = isinstance(inner, (FormulaValue, RankValue)) or inner.fill == "forward"
                if staged and id(inner) not in self._inner:
                    self._inner[id(inner)] = (inner, self._names.take(_metric(inner)))
            self._depths[id(value)] = 1 + max(under, default=0)
        return self._depths[id(value)]

    def stages(self) -> tuple[tuple[Computed, ...], ...]:
        """Return the inner values, those that need nothing of each other side by side."""
        levels: dict[int, list[Computed]] = {}
        for identity, (value, name) in self._inner.items():
            levels.setdefault(self._depths.get(identity, 1), []).append(self._computed(name, value))
        return tuple(tuple(levels[depth]) for depth in sorted(levels))

    def shown(self, name: str, value: Value) -> Computed:
        """Return the column that shows a value."""
        if id(value) in self._inner:
            return Computed(name, None, ((name, Input(self._inner[id(value)][1], zero=False)),))
        return self._computed(name, value)

    def _computed(self, name: str, value: Value) -> Computed:
        if isinstance(value, FormulaValue):
            inputs = tuple((symbol, self._input(inner)) for symbol, inner in value.inputs)
            return Computed(name, value.formula, inputs, value.fill == "zero", value.zero_division)
        if isinstance(value, RankValue):
            ranking = Ranking(self._within(value), value.spec.lowest_first, value.spec.ties)
            inner = self._input(value.inner)
            if isinstance(value.inner, LeafValue) and id(value.inner) not in self._inner:
                # A place is among the rows that the metric itself has: what only others bring is not counted as 0.
                inner = Input(inner.column, zero=value.inner.fill == "zero")
            return Computed(name, None, ((name, inner),), over=ranking)
        carried = self._carried() if value.fill == "forward" else None
        return Computed(name, None, ((name, self._column(value)),), over=carried)

    def _input(self, value: Value) -> Input:
        if id(value) in self._inner:
            return Input(self._inner[id(value)][1], zero=False)
        if isinstance(value, (LeafValue, NestedValue)):
            return self._column(value)
        message = "values under a value are noted before they are used"
        raise AssertionError(message)

    def _column(self, value: LeafValue | NestedValue) -> Input:
        if isinstance(value, NestedValue):
            return Input(self._nested[value], zero=value.fill == "zero")
        # Counting nothing gives 0, also where only another fact has rows in the group; not where the last count holds.
        counted = self._aligned and value.leaf.measure.aggregation in COUNTS and value.fill in ("null", "zero")
        return Input(self._columns[value.leaf.key], zero=value.fill == "zero" or counted)

    def _within(self, value: RankValue) -> tuple[str, ...]:
        spec, question = value.spec, self._question

        def counts(field: str) -> bool:
            return field in spec.within if spec.without is None else field not in spec.without

        times = tuple(key.name for key in question.times if counts(METRIC_TIME) or (key.name in spec.within))
        return (*times, *(group.name for group in question.groups if group.own is None and counts(group.field)))

    def _carried(self) -> Carried | None:
        base = self._question.base
        if base is None:
            return None
        return Carried(tuple(key for key in self._question.keys if key != base.name), base.name)


def _metric(value: Value) -> str:
    return value.leaf.metric if isinstance(value, LeafValue) else value.metric
