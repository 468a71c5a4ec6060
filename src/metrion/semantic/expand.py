"""The metric graph, expanded to its leaves: aggregations of one dataset with filter and look along time.

A metric's value is a tree: leaves are aggregations that the engine reads, inner nodes are formulas, aggregates of
aggregates and places that are computed once the leaves below them are. Modifiers, filters and periods of a derived
metric travel down to the leaves, so that a ratio is always a sum over a sum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from metrion.semantic import templates
from metrion.semantic.calendar import Move, commutes, is_grain
from metrion.semantic.errors import DefinitionCycle, ExclusiveModifiers, NestedPeriods, NoConversion, TooDeep
from metrion.semantic.formula.walk import names
from metrion.semantic.frame import fields_of, parsed_formula
from metrion.semantic.look import Extent, Leaping, Look, Lookback, Point
from metrion.semantic.model import (
    METRIC_TIME,
    Atomic,
    Composite,
    Conversion,
    Derived,
    Difference,
    Growth,
    Index,
    Inherited,
    Nested,
    Operand,
    Period,
    Rank,
    Ratio,
    Share,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.catalogue import Catalogue, Key
    from metrion.semantic.condition import Condition
    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.look import Back
    from metrion.semantic.model import Code, Duration, Level, Measure, MetricDef, Shift
    from metrion.semantic.plan import Fill


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the metrics above have decided: which rows count, and when."""

    modifiers: tuple[Code, ...] = ()
    filters: tuple[Condition, ...] = ()
    look: Look = Look()  # noqa: RUF009 - frozen


NONE: Final = Circumstances()

LeafKey = tuple["Code", Circumstances, bool]
DEEPEST: Final = 60
"""Most metrics that may stand upon each other."""


@dataclass(frozen=True, slots=True)
class Funnel:
    """The further steps of a conversion, whose first events are the rows of the leaf."""

    steps: tuple[Leaf, ...]
    spec: Conversion


@dataclass(frozen=True, slots=True)
class Leaf:
    """One aggregation over one dataset. Equal keys mean equal numbers."""

    metric: Code
    dataset: Code
    measure: Measure
    axis: str | None
    zero_division: Literal["null", "zero", "error"]
    circumstances: Circumstances
    funnel: Funnel | None = None
    paired: Code | None = None
    """The calendar whose ticks the rows are paired with, where only rows are asked for."""

    def conditions(self, catalogue: Catalogue) -> tuple[tuple[Condition, bool], ...]:
        """Return the leaf's own conditions, each with whether its fields may be columns of the dataset."""
        own = () if self.measure.filter is None else ((self.measure.filter, True),)
        modifiers = ((catalogue.modifier(name).condition, False) for name in self.circumstances.modifiers)
        return (*own, *modifiers, *((one, False) for one in self.circumstances.filters))

    @property
    def key(self) -> LeafKey:
        """Return what tells this leaf from others of the same catalogue."""
        return self.metric, self.circumstances, self.funnel is not None


@dataclass(frozen=True, slots=True, eq=False)
class LeafValue:
    """A leaf as a metric shows it."""

    leaf: Leaf
    fill: Fill
    row_set: RowSet


@dataclass(frozen=True, slots=True, eq=False)
class FormulaValue:
    """A formula over the values of other metrics."""

    metric: Code
    formula: Expression
    inputs: tuple[tuple[str, Value], ...]
    fill: Fill
    row_set: RowSet
    zero_division: Literal["null", "zero", "error"]


@dataclass(frozen=True, slots=True, eq=False)
class NestedValue:
    """An aggregate of another value at a finer grain, or that value at a coarser one."""

    metric: Code
    spec: Nested
    inner: Value
    having: tuple[tuple[str, Value], ...]
    """Further metrics that the condition on inner rows names."""
    fill: Fill
    row_set: RowSet


@dataclass(frozen=True, slots=True, eq=False)
class RankValue:
    """The place of a row by another value."""

    metric: Code
    spec: Rank
    inner: Value
    fill: Fill
    row_set: RowSet


RowSet = Literal["facts", "covered", "spine", "calendar"]
# Values share their parts: two are the same when they are one object, and nothing walks a part twice.
Value = LeafValue | FormulaValue | NestedValue | RankValue


class Expander:
    """Expands metrics of one catalogue and notes every definition it passes.

    `coarse`: the periods of the question hold several ticks, so that a metric with an average within them is one.
    `timed`: the question has periods.
    """

    def __init__(self, catalogue: Catalogue, *, tick: Level = "day", coarse: bool = False, timed: bool = False) -> None:
        self._catalogue = catalogue
        self._tick = tick
        self._coarse = coarse
        self._timed = timed
        self._done: dict[tuple[Code, Circumstances], Value] = {}
        self._open: list[Code] = []
        self.used: dict[Key, None] = {}
        self.free: set[Code] = set()
        """Metrics whose smallest grain does not matter."""

    def value(self, code: Code, circumstances: Circumstances = NONE) -> Value:
        """Return the value tree of a metric. Raises the refusals of this module and `UnknownName`."""
        key = (code, circumstances)
        if key not in self._done:
            if code in self._open:
                raise DefinitionCycle(path=" → ".join([*self._open[self._open.index(code) :], code]))
            if len(self._open) == DEEPEST:
                raise TooDeep(name=self._open[0], most=DEEPEST)
            self._open.append(code)
            self._done[key] = self._expand(self._catalogue.metric(code), circumstances)
            self._open.pop()
            self.used["metric", code] = None
        return self._done[key]

    def _expand(self, metric: MetricDef, outer: Circumstances) -> Value:
        value: Value
        match metric.definition:
            case Atomic() as atomic:
                value = LeafValue(self._leaf(metric, atomic, outer), metric.fill, metric.row_set)
            case Derived() as derived:
                value = self._derived(metric, derived, outer)
            case Inherited():
                value = self._inherited(metric, outer)
            case Composite() as composite:
                value = self._composite(metric, composite, outer)
            case Nested() as nested:
                value = self._nested(metric, nested, outer)
            case Rank() as rank:
                value = RankValue(metric.code, rank, self.value(rank.base, outer), metric.fill, metric.row_set)
            case Conversion() as conversion:
                value = self._conversion(metric, conversion, outer)
            case template:
                value = self._template(metric, template, outer)
        return value

    def _inherited(self, metric: MetricDef, outer: Circumstances) -> Value:
        if metric.extends is None:
            raise DefinitionCycle(path=metric.code)
        return replace(self.value(metric.extends.metric, outer), fill=metric.fill, row_set=metric.row_set)

    def _composite(self, metric: MetricDef, composite: Composite, outer: Circumstances) -> Value:
        formula = parsed_formula(composite.formula)
        named = {one.name: one for one in composite.inputs}
        inputs = tuple(
            (name, self._operand(metric.code, named[name], outer) if name in named else self.value(name, outer))
            for name in names(formula)
        )
        return self._formula(metric, formula, inputs)

    # --- restricted and moved ------------------------------------------------------------------------

    def _derived(self, metric: MetricDef, derived: Derived, outer: Circumstances) -> Value:
        operand = Operand(
            metric=derived.base, modifiers=derived.modifiers, filter=derived.filter, period=derived.period
        )
        value = replace(self._operand(metric.code, operand, outer), fill=metric.fill, row_set=metric.row_set)
        if isinstance(value, NestedValue) and value.metric == metric.code:
            return replace(value, inner=replace(value.inner, row_set=metric.row_set))
        return value

    def _operand(self, code: Code, operand: Operand, outer: Circumstances) -> Value:
        inner = self._inner(code, operand, outer)
        value = self.value(operand.metric, inner)
        period = operand.period
        if period is None or not self._coarse or period.within == "last":
            return value
        if period.within == "first" and not self._timed:
            return value
        # What a coarse period shows of its ticks is an aggregate of an aggregate.
        spec = Nested(base=operand.metric, aggregation=period.within, grain=self._tick)
        return NestedValue(code, spec, value, (), "null", "facts")

    def _inner(self, code: Code, operand: Operand, outer: Circumstances) -> Circumstances:
        modifiers = outer.modifiers
        if operand.modifiers:
            modifiers = tuple(dict.fromkeys((*operand.modifiers, *outer.modifiers)))
            self._check_exclusive(code, modifiers)
        filters = outer.filters
        if operand.filter is not None and operand.filter not in filters:
            filters = (*filters, operand.filter)
        look = outer.look if operand.period is None else self._looked(code, operand.period, outer.look)
        return Circumstances(modifiers, filters, look)

    def _looked(self, code: Code, period: Period, outer: Look) -> Look:
        extent = _extent(code, period)
        backs = self._backs(period)
        if outer.extent is not None and (extent is not None or not _all_commute(outer.extent, backs)):
            # Accumulating a shifted metric is the shifted accumulation only where both move alike.
            raise NestedPeriods(metric=code)
        seen: Literal["end", "start"] = outer.seen_from
        if extent is not None:
            seen = period.seen_from
        return Look((*outer.backs, *backs), outer.extent or extent, seen)

    def _backs(self, period: Period) -> tuple[Back, ...]:
        backs: list[Back] = []
        if period.shift is not None:
            backs.append(self.back(period.shift))
        if period.point is not None:
            backs.append(Point(period.point))
        return tuple(backs)

    def back(self, shift: Shift) -> Back:
        """Return the step back in time that a shift is."""
        if shift.match == "working_day" or not is_grain(shift.unit):
            calendar = self._calendar(shift)
            self.used["dataset", calendar] = None
            return Leaping(shift, calendar)
        move = Move.of(shift)
        return Lookback(move) if shift.match == "look_back" and move.unit == "month" else move

    def _calendar(self, shift: Shift) -> Code:
        if is_grain(shift.unit):
            return self._catalogue.working_calendar()
        return self._catalogue.level(shift.unit)[0]

    def _check_exclusive(self, code: Code, modifiers: tuple[Code, ...]) -> None:
        groups: dict[str, Code] = {}
        for name in modifiers:
            self.used["modifier", name] = None
            group = self._catalogue.modifier(name).exclusive_group
            if group is not None and (first := groups.setdefault(group, name)) != name:
                raise ExclusiveModifiers(metric=code, first=first, second=name)

    # --- leaves --------------------------------------------------------------------------------------

    def _leaf(self, metric: MetricDef, atomic: Atomic, circumstances: Circumstances) -> Leaf:
        dataset = self._catalogue.dataset(atomic.dataset)
        self.used["dataset", dataset.code] = None
        axis = atomic.time_column or next(iter(dataset.time_columns), None)
        return Leaf(metric.code, dataset.code, atomic.measure, axis, metric.zero_division, circumstances)

    def _conversion(self, metric: MetricDef, spec: Conversion, outer: Circumstances) -> Value:
        base = self._event(metric.code, spec.base, outer)
        known = set(self.used)
        steps = tuple(self._event(metric.code, step, NONE) for step in spec.steps)
        # What follows is looked at event by event: its smallest grain binds nobody.
        self.free |= {code for kind, code in self.used if kind == "metric" and (kind, code) not in known}
        if outer.look.extent is not None or outer.look.moves is None:
            raise NestedPeriods(metric=metric.code)
        leaf = Leaf(
            metric.code,
            base.dataset,
            base.measure,
            base.axis,
            metric.zero_division,
            base.circumstances,
            Funnel(steps, spec),
        )
        fill = self._catalogue.metric(spec.steps[-1]).fill
        converted = LeafValue(leaf, fill if spec.result == "rate" else metric.fill, metric.row_set)
        if spec.result != "rate":
            return converted
        total = LeafValue(base, self._catalogue.metric(spec.base).fill, metric.row_set)
        return self._formula(metric, parsed_formula(templates.RATIO), (("a", converted), ("b", total)))

    def _event(self, code: Code, step: Code, circumstances: Circumstances) -> Leaf:
        value = self.value(step, circumstances)
        if not isinstance(value, LeafValue) or value.leaf.funnel is not None:
            raise NoConversion(metric=code, step=step)
        return value.leaf

    # --- values over values --------------------------------------------------------------------------

    def _formula(self, metric: MetricDef, formula: Expression, inputs: tuple[tuple[str, Value], ...]) -> FormulaValue:
        return FormulaValue(metric.code, formula, inputs, metric.fill, metric.row_set, metric.zero_division)

    def _nested(self, metric: MetricDef, spec: Nested, outer: Circumstances) -> Value:
        inner = self.value(spec.base, outer)
        named = () if spec.having is None else tuple(dict.fromkeys(fields_of(spec.having)))
        further = [name for name in named if name != "value" and self._catalogue.has("metric", name)]
        having = tuple((name, self.value(name, outer)) for name in further)
        return NestedValue(metric.code, spec, inner, having, metric.fill, metric.row_set)

    def _template(
        self, metric: MetricDef, spec: Ratio | Growth | Share | Index | Difference, outer: Circumstances
    ) -> Value:
        code = metric.code
        match spec:
            case Ratio():
                parts = (self._operand(code, spec.numerator, outer), self._operand(code, spec.denominator, outer))
            case Growth():
                before = Operand(metric=spec.metric, period=Period(shift=spec.shift))
                parts = (self.value(spec.metric, outer), self._operand(code, before, outer))
            case Share():
                whole = Nested(base=spec.metric, aggregation="recomputed", without=spec.of)
                if not spec.of:
                    whole = Nested(base=spec.metric, aggregation="recomputed", only=(METRIC_TIME,))
                value = self.value(spec.metric, outer)
                parts = (value, NestedValue(code, whole, value, (), "null", "facts"))
            case Index():
                base = Operand(metric=spec.metric, period=spec.base)
                parts = (self.value(spec.metric, outer), self._operand(code, base, outer))
            case Difference():
                parts = (self.value(spec.metric, outer), self.value(spec.target, outer))
        formula = parsed_formula(templates.written(spec))
        return self._formula(metric, formula, tuple(zip(("a", "b"), parts, strict=True)))


def leaves(value: Value) -> tuple[Leaf, ...]:
    """Return the leaves under a value, each once, in the order of their first use."""
    return tuple({node.leaf.key: node.leaf for node in parts(value) if isinstance(node, LeafValue)}.values())


def parts(value: Value, *, inside: bool = True) -> Iterator[Value]:
    """Yield a value and what it is computed from, each once; `inside` false stops at values of another grain."""
    waiting: list[Value] = [value]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if not isinstance(node, LeafValue) and (inside or not isinstance(node, NestedValue)):
            waiting.extend(reversed(below(node)))


def below(value: FormulaValue | NestedValue | RankValue) -> tuple[Value, ...]:
    """Return the values that a value is computed from."""
    match value:
        case FormulaValue(inputs=inputs):
            return tuple(inner for _, inner in inputs)
        case NestedValue(inner=inner, having=having):
            return (inner, *(further for _, further in having))
        case RankValue(inner=inner):
            return (inner,)


def _extent(code: Code, period: Period) -> Extent | None:
    chosen = [period.to_date, period.trailing, period.cumulative or None]
    if sum(one is not None for one in chosen) > 1 or (period.leading is not None and period.remaining):
        raise NestedPeriods(metric=code)
    if not any((*chosen, period.leading, period.remaining)):
        return None
    return Extent(period.to_date, period.trailing, period.leading, period.cumulative, period.remaining)


def _all_commute(extent: Extent, backs: tuple[Back, ...]) -> bool:
    windows: list[Level | Duration] = [
        window for window in (extent.to_date, extent.trailing, extent.leading) if window is not None
    ]
    return all(isinstance(back, Move) and all(commutes(window, back) for window in windows) for back in backs)
