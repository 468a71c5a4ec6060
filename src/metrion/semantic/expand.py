"""The metric graph, expanded to its leaves: aggregations of one dataset with filter, window and moves.

A metric's value is a tree: leaves are aggregations that the engine reads, inner nodes are formulas
that are computed after all leaves are aligned. Modifiers and periods of a derived metric travel
down to the leaves, so that a ratio is always a sum over a sum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from metrion.semantic.calendar import Move, commutes
from metrion.semantic.errors import DefinitionCycle, ExclusiveModifiers, NestedPeriods
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.walk import names
from metrion.semantic.model import Atomic, Composite, Derived

if TYPE_CHECKING:
    from typing import Literal

    from metrion.semantic.catalogue import Catalogue, Key
    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.model import Code, Duration, Grain, Measure, MetricDef, Period


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the metrics above have decided: which rows count, and when."""

    modifiers: tuple[Code, ...] = ()
    window: Grain | Duration | None = None
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One aggregation over one dataset. Equal keys mean equal numbers."""

    metric: Code
    dataset: Code
    measure: Measure
    axis: str | None
    zero_division: Literal["null", "zero", "error"]
    circumstances: Circumstances

    @property
    def key(self) -> tuple[Code, Circumstances]:
        """Return what tells this leaf from others of the same catalogue."""
        return self.metric, self.circumstances


@dataclass(frozen=True, slots=True)
class LeafValue:
    """A leaf as a metric shows it."""

    leaf: Leaf
    fill_zero: bool


@dataclass(frozen=True, slots=True)
class FormulaValue:
    """A composite metric: its formula and the values of the metrics it names."""

    metric: Code
    formula: Expression
    inputs: tuple[tuple[str, Value], ...]
    fill_zero: bool
    zero_division: Literal["null", "zero", "error"]


Value = LeafValue | FormulaValue


class Expander:
    """Expands metrics of one catalogue and notes every definition it passes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._done: dict[tuple[Code, Circumstances], Value] = {}
        self._open: list[Code] = []
        self.used: dict[Key, None] = {}

    def value(self, code: Code, circumstances: Circumstances) -> Value:
        """Return the value tree of a metric. Raises the refusals of this module and `UnknownName`."""
        key = (code, circumstances)
        if key not in self._done:
            if code in self._open:
                raise DefinitionCycle(path=" → ".join([*self._open[self._open.index(code) :], code]))
            self._open.append(code)
            self._done[key] = self._expand(self._catalogue.metric(code), circumstances)
            self._open.pop()
            self.used["metric", code] = None
        return self._done[key]

    def _expand(self, metric: MetricDef, circumstances: Circumstances) -> Value:
        match metric.definition:
            case Atomic() as atomic:
                return LeafValue(self._leaf(metric, atomic, circumstances), metric.fill == "zero")
            case Derived() as derived:
                inner = self._inner(metric.code, derived, circumstances)
                return replace(self.value(derived.base, inner), fill_zero=metric.fill == "zero")
            case Composite() as composite:
                formula = parsed(composite.formula, self._catalogue)
                inputs = tuple((name, self.value(name, circumstances)) for name in names(formula))
                return FormulaValue(metric.code, formula, inputs, metric.fill == "zero", metric.zero_division)

    def _leaf(self, metric: MetricDef, atomic: Atomic, circumstances: Circumstances) -> Leaf:
        dataset = self._catalogue.dataset(atomic.dataset)
        self.used["dataset", dataset.code] = None
        axis = atomic.time_column or next(iter(dataset.time_columns), None)
        return Leaf(metric.code, dataset.code, atomic.measure, axis, metric.zero_division, circumstances)

    def _inner(self, code: Code, derived: Derived, outer: Circumstances) -> Circumstances:
        modifiers = tuple(dict.fromkeys((*derived.modifiers, *outer.modifiers)))
        if modifiers:
            self._check_exclusive(code, modifiers)
        period = derived.period
        if period is None:
            return replace(outer, modifiers=modifiers)
        window = _one_window(code, period, outer.window)
        moves = (Move.of(period.shift), *outer.moves) if period.shift else outer.moves
        return Circumstances(modifiers, window, moves)

    def _check_exclusive(self, code: Code, modifiers: tuple[Code, ...]) -> None:
        groups: dict[str, Code] = {}
        for name in modifiers:
            self.used["modifier", name] = None
            group = self._catalogue.modifier(name).exclusive_group
            if group is not None and (first := groups.setdefault(group, name)) != name:
                raise ExclusiveModifiers(metric=code, first=first, second=name)


def parsed(text: str, catalogue: Catalogue) -> Expression:
    """Return the syntax tree of a formula, parsed once for each catalogue."""
    return catalogue.memo(("formula", text), lambda: parse_expression(text))


def leaves(value: Value) -> tuple[Leaf, ...]:
    """Return the leaves under a value, each once, in the order of their first use."""
    found: dict[tuple[Code, Circumstances], Leaf] = {}
    waiting: list[Value] = [value]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, LeafValue):
            found[node.leaf.key] = node.leaf
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.extend(inner for _, inner in reversed(node.inputs))
    return tuple(found.values())


def _one_window(code: Code, period: Period, outer: Grain | Duration | None) -> Grain | Duration | None:
    own: Grain | Duration | None = period.to_date or period.trailing
    if own is not None and period.to_date and period.trailing:
        raise NestedPeriods(metric=code)
    if outer is None:
        return own
    # Accumulating a shifted metric is the shifted accumulation only where both move alike.
    if own is not None or (period.shift is not None and not commutes(outer, Move.of(period.shift))):
        raise NestedPeriods(metric=code)
    return outer
