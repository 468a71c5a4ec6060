"""A request, resolved: every name known, every date absolute, every refusal that needs no plan made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.semantic.calendar import GRAIN_NAMES, DayRange, Move, finer, previous_shift, resolve_range
from metrion.semantic.errors import (
    DimensionNotAllowed,
    GrainOfNoDate,
    MissingTimeAxis,
    NoSuchGrain,
    NothingToRead,
    RepeatedColumn,
    UnreachableDimension,
    UnreachableFilter,
)
from metrion.semantic.expand import Circumstances, Expander, Leaf, Value, leaves
from metrion.semantic.frame import fields_of
from metrion.semantic.paths import locate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from metrion.semantic.calendar import WeekStart
    from metrion.semantic.catalogue import Catalogue, Key
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import Code, DataType, Grain, MetricDef
    from metrion.semantic.paths import Located
    from metrion.semantic.request import MetricQuery
    from metrion.semantic.scope import TimeContext

TIME_COLUMN = "time"
DATE_TYPES: frozenset[DataType] = frozenset({"date", "timestamp"})


@dataclass(frozen=True, slots=True)
class Group:
    """A dimension that the answer is split by, and its column in the answer."""

    name: str
    field: str
    dimension: Code
    grain: Grain | None


@dataclass(frozen=True, slots=True)
class Output:
    """A value column of the answer. `moves` are those of the comparison."""

    name: str
    metric: MetricDef
    value: Value
    comparison: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be computed. `totals` gives the same question over everything."""

    catalogue: Catalogue
    groups: tuple[Group, ...]
    grain: Grain | None
    time_column: str
    days: DayRange
    anchor: date
    week_start: WeekStart
    filters: Condition | None
    outputs: tuple[Output, ...]
    leaves: tuple[Leaf, ...]
    used: tuple[Key, ...]

    @property
    def spine(self) -> bool:
        """Tell whether every period of the range has a row, with or without facts."""
        return self.grain is not None and any(output.metric.row_set == "spine" for output in self.outputs)

    def located(self, field: str, leaf: Leaf) -> Located:
        """Return where a leaf's dataset reads a dimension; the question's checks have made sure that it can."""
        found = locate(field, leaf.dataset, self.catalogue)
        if found is None:
            raise UnreachableDimension(field=field, metric=leaf.metric, dataset=leaf.dataset)
        return found


def resolve(request: MetricQuery, catalogue: Catalogue, time: TimeContext) -> Question:
    """Return the question that a request asks. Raises the refusals of `metrion.semantic.errors`."""
    _refuse_repeated(request.metrics)
    _refuse_repeated(f"{ref.field}.{ref.grain}" if ref.grain else ref.field for ref in request.dimensions)
    expander = Expander(catalogue)
    metrics = [catalogue.metric(code) for code in request.metrics]
    plain = [expander.value(code, Circumstances()) for code in request.metrics]
    anchor = _anchor(plain, catalogue, time)
    days = resolve_range(request.time, anchor, time.week_start)
    names = _Names()
    time_column = names.take(TIME_COLUMN) if request.grain else TIME_COLUMN
    groups = _groups(request, catalogue, names)
    outputs = [
        Output(names.take(metric.code), metric, value, comparison=False)
        for metric, value in zip(metrics, plain, strict=True)
    ]
    if request.comparison is not None:
        shift = request.comparison.shift or previous_shift(request.time, days, request.grain)
        moved = Circumstances(moves=(Move.of(shift),))
        for metric in metrics:
            value = expander.value(metric.code, moved)
            outputs.append(Output(names.take(f"{metric.code}.comparison"), metric, value, comparison=True))
    found: dict[tuple[Code, Circumstances], Leaf] = {}
    for output in outputs:
        under = leaves(output.value)
        if not under:
            raise NothingToRead(metric=output.metric.code)
        found.update((leaf.key, leaf) for leaf in under)
    question = Question(
        catalogue=catalogue,
        groups=groups,
        grain=request.grain,
        time_column=time_column,
        days=days,
        anchor=anchor,
        week_start=time.week_start,
        filters=request.filters,
        outputs=tuple(outputs),
        leaves=tuple(found.values()),
        used=tuple(expander.used),
    )
    _check_dimensions(question, metrics)
    _check_filters(question)
    _check_time(question)
    return question


class _Names:
    """Gives each column of an answer a name of its own."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted}_{number}", number + 1
        self._taken.add(name)
        return name


def _refuse_repeated(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise RepeatedColumn(name=name)
        seen.add(name)


def _groups(request: MetricQuery, catalogue: Catalogue, names: _Names) -> tuple[Group, ...]:
    groups = []
    fields = [ref.field for ref in request.dimensions]
    for ref in request.dimensions:
        code = ref.field.rpartition(".")[2]
        catalogue.dimension(code)
        name = f"{ref.field}.{ref.grain}" if ref.grain and fields.count(ref.field) > 1 else ref.field
        groups.append(Group(names.take(name), ref.field, code, ref.grain))
    return tuple(groups)


def _anchor(values: list[Value], catalogue: Catalogue, time: TimeContext) -> date:
    """Return where relative time ends: the latest anchor of the facts in question."""
    anchors = []
    for dataset in {leaf.dataset for value in values for leaf in leaves(value)}:
        latest = catalogue.dataset(dataset).anchor == "latest_data"
        anchors.append(time.anchors.get(dataset, time.today) if latest else time.today)
    return max(anchors, default=time.today)


def _check_dimensions(question: Question, metrics: list[MetricDef]) -> None:
    for group in question.groups:
        for metric in metrics:
            if metric.dimensions is not None and group.dimension not in metric.dimensions:
                raise DimensionNotAllowed(field=group.field, metric=metric.code, allowed=metric.dimensions)
        for leaf in question.leaves:
            located = question.located(group.field, leaf)
            if group.grain is not None and located.column.type not in DATE_TYPES:
                raise GrainOfNoDate(field=group.field)
            if group.grain is not None and _is_axis(located, leaf):
                _check_grain(question, group.grain)


def _check_filters(question: Question) -> None:
    if question.filters is None:
        return
    for field in fields_of(question.filters):
        for leaf in question.leaves:
            if locate(field, leaf.dataset, question.catalogue) is None:
                raise UnreachableFilter(field=field, metric=leaf.metric, dataset=leaf.dataset)


def _is_axis(located: Located, leaf: Leaf) -> bool:
    return not located.path and located.column.name == leaf.axis


def _check_time(question: Question) -> None:
    if question.grain is not None:
        _check_grain(question, question.grain)
    for leaf in question.leaves:
        when = leaf.circumstances
        timed = question.grain or question.days.bounded or when.window or when.moves or leaf.measure.semi_additive
        if timed and leaf.axis is None:
            raise MissingTimeAxis(metric=leaf.metric, dataset=leaf.dataset)


def _check_grain(question: Question, grain: Grain) -> None:
    for kind, code in question.used:
        if kind != "metric":
            continue
        smallest = question.catalogue.metric(code).smallest_grain
        if finer(grain, smallest):
            (smallest_zh, smallest_en), (grain_zh, grain_en) = GRAIN_NAMES[smallest], GRAIN_NAMES[grain]
            raise NoSuchGrain(
                metric=code, smallest_zh=smallest_zh, smallest_en=smallest_en, grain_zh=grain_zh, grain_en=grain_en
            )
