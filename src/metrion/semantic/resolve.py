"""From a request to a question: every refusal that needs no plan is made here."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from metrion.semantic.calendar import (
    GRAIN_NAMES,
    SECONDS,
    Range,
    add_days,
    add_ticks,
    as_tick,
    is_grain,
    previous_shift,
    resolve_range,
)
from metrion.semantic.cut import Cut
from metrion.semantic.errors import (
    NoCalendar,
    NothingAsked,
    NothingToRead,
    RepeatedColumn,
    RowsOfSeveral,
    UnknownOrder,
    UnreachableDimension,
)
from metrion.semantic.expand import NONE, Circumstances, Expander, Leaf, LeafValue, leaves
from metrion.semantic.frame import conjuncts, fields_of
from metrion.semantic.look import Look
from metrion.semantic.model import METRIC_TIME, Duration, Measure, Shift
from metrion.semantic.naming import Names
from metrion.semantic.paths import locate
from metrion.semantic.question import TICK, TIME_COLUMN, Group, Output, Question, TimeKey, on_axis
from metrion.semantic.question_checks import check_cut, check_dimensions, check_filters, check_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metrion.semantic.calendar import Moment
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.condition import Condition
    from metrion.semantic.expand import Value
    from metrion.semantic.model import Code, DatePart, Grain, Level, MetricDef
    from metrion.semantic.request import DimensionRef, MetricQuery, TimeRef
    from metrion.semantic.scope import TimeContext


def resolve(request: MetricQuery, catalogue: Catalogue, time: TimeContext) -> Question:
    """Return the question that a request asks. Raises the refusals of `metrion.semantic.errors`."""
    return _Resolver(request, catalogue, time).question()


class _Resolver:
    """One request on its way to a question."""

    def __init__(self, request: MetricQuery, catalogue: Catalogue, time: TimeContext) -> None:
        self.request = request
        self.catalogue = catalogue
        self.time = time
        self.tick: Grain = _tick_of(request)
        self.cuts: tuple[Level, ...] = ()
        """Grains of dimensions that are the time of the metrics."""
        self.names = Names()

    def question(self) -> Question:
        request, catalogue = self.request, self.catalogue
        _refuse_repeated(request.metrics)
        _refuse_repeated(_ref_name(ref) for ref in request.dimensions)
        metrics = [catalogue.metric(code) for code in request.metrics]
        times = self._times()
        expander = self._expander()
        plain = [expander.value(code) for code in request.metrics] or [self._rows_value()]
        finest = min((self.tick, *_units(plain)), key=list(GRAIN_NAMES).index)
        cuts = self._cuts_of_axis(plain)
        if metrics and (finest != self.tick or cuts):
            self.tick, self.cuts = finest, cuts
            expander = self._expander()
            plain = [expander.value(code) for code in request.metrics]
        anchor = self._anchor(plain)
        ticks = resolve_range(request.time, anchor, self.time.week_start, self.tick)
        groups = self._groups(plain)
        outputs = [
            Output(self.names.take(metric.code), metric, value, comparison=False)
            for metric, value in zip(metrics, plain, strict=False)
        ]
        outputs += self._comparisons(metrics, expander, ticks)
        if not metrics:
            outputs.append(Output(self.names.take("metrion rows"), None, plain[0], comparison=False, hidden=True))
        outputs += self._hidden(outputs, groups, times, expander)
        found = _leaves(outputs)
        asked = (*(one.name for one in times), *(one.name for one in groups))
        groups, more = self._on_axis(groups, found)
        when, filters = self._conditions(found)
        question = Question(
            catalogue=catalogue,
            groups=groups,
            times=(*times, *more),
            ticks=ticks,
            tick=self.tick,
            anchor=anchor,
            week_start=self.time.week_start,
            filters=filters,
            when=when,
            having=request.having,
            outputs=tuple(outputs),
            leaves=found,
            used=tuple(expander.used),
            free=frozenset(expander.free - set(request.metrics)),
            asked=asked,
        )
        check_dimensions(question, [*metrics, *(one.metric for one in outputs if one.hidden and one.metric)])
        check_filters(question)
        check_time(question)
        if request.time is not None and request.time.kind != "absolute" and is_grain(request.time.unit):
            check_cut(question, Cut(request.time.unit))
        return question

    def _expander(self) -> Expander:
        grains = [*(ref.grain for ref in self.request.times if ref.grain), *self.cuts]
        coarse = self.tick not in (self.request.grain, *grains)
        timed = bool(grains) or self.request.grain is not None or bool(self.request.times)
        return Expander(self.catalogue, tick=self.tick, coarse=coarse, timed=timed)

    def _cuts_of_axis(self, values: list[Value]) -> tuple[Level, ...]:
        """Return the grains of those dimensions that are the time of the metrics: any other date is just a group."""
        found = tuple(leaf for value in values for leaf in leaves(value))
        return tuple(ref.grain for ref in self.request.dimensions if ref.grain and self._is_axis(ref.field, found))

    # --- columns -------------------------------------------------------------------------------------

    def _cut(self, grain: Level | None, part: DatePart | None) -> Cut:
        if grain is None or is_grain(grain):
            return Cut(grain, part)
        return Cut(level=self.catalogue.level(grain))

    def _times(self) -> tuple[TimeKey, ...]:
        request = self.request
        times = []
        if request.grain:
            times.append(TimeKey(self.names.take(TIME_COLUMN), self._cut(request.grain, None)))
        _refuse_repeated(f"{TIME_COLUMN}.{ref.grain}.{ref.part}" for ref in request.times)
        for ref in request.times:
            cut = self._cut(ref.grain, ref.part)
            times.append(TimeKey(self.names.take(f"{TIME_COLUMN}.{cut.name}"), cut))
        return tuple(times)

    def _groups(self, values: list[Value]) -> tuple[Group, ...]:
        groups = []
        fields = [ref.field for ref in self.request.dimensions]
        for ref in self.request.dimensions:
            code = ref.field.rpartition(".")[2]
            self.catalogue.dimension(code)
            cut = self._cut(ref.grain, ref.part) if ref.grain or ref.part else None
            name = f"{ref.field}.{cut.name}" if cut and fields.count(ref.field) > 1 else ref.field
            groups.append(Group(self.names.take(name), ref.field, code, cut))
        if self.request.rows:
            found = [leaf for value in values for leaf in leaves(value)]
            datasets = {leaf.dataset for leaf in found}
            if len(datasets) != 1:
                raise RowsOfSeveral(datasets=sorted(datasets))
            (dataset,) = datasets
            groups += [
                Group(self.names.take(f"metrion key {key}"), key, None, own=key)
                for key in self.catalogue.dataset(dataset).primary_key
            ]
            if any(leaf.paired for leaf in found):
                groups.append(Group(self.names.take(f"metrion key {TICK}"), TICK, None, own=TICK))
        return tuple(groups)

    def _on_axis(
        self, groups: tuple[Group, ...], found: tuple[Leaf, ...]
    ) -> tuple[tuple[Group, ...], tuple[TimeKey, ...]]:
        """Take a date dimension that is every metric's own time for what it is: a cut of time."""
        kept, times = [], []
        for group in groups:
            if group.own is None and self._is_time(group, found):
                times.append(TimeKey(group.name, group.cut or Cut("day"), group.dimension))
            else:
                kept.append(group)
        return tuple(kept), tuple(times)

    def _is_time(self, group: Group, found: tuple[Leaf, ...]) -> bool:
        for leaf in found:
            located = locate(group.field, leaf.dataset, self.catalogue)
            if located is None or not on_axis(located, leaf):
                return False
            if group.cut is None and located.column.type != "date":
                return False
        return True

    def _comparisons(self, metrics: list[MetricDef], expander: Expander, ticks: Range) -> list[Output]:
        request = self.request
        if request.comparison is None:
            return []
        shift = request.comparison.shift or previous_shift(request.time, ticks, request.grain, self.tick)
        moved = Circumstances(look=Look((expander.back(shift),)))
        return [
            Output(
                self.names.take(f"{metric.code}.comparison"),
                metric,
                expander.value(metric.code, moved),
                comparison=True,
            )
            for metric in metrics
        ]

    def _hidden(
        self, outputs: list[Output], groups: tuple[Group, ...], times: tuple[TimeKey, ...], expander: Expander
    ) -> list[Output]:
        """Return the metrics that only the condition on the answer or its order names."""
        known = {*(one.name for one in outputs), *(one.name for one in groups), *(one.name for one in times)}
        wanted = [] if self.request.having is None else list(fields_of(self.request.having))
        wanted += [one.by for one in self.request.order]
        found = []
        for name in dict.fromkeys(wanted):
            if name in known:
                continue
            if not self.catalogue.has("metric", name):
                raise UnknownOrder(field="order", name=name, columns=sorted(known))
            value = expander.value(name)
            found.append(
                Output(self.names.take(name), self.catalogue.metric(name), value, comparison=False, hidden=True)
            )
        return found

    # --- rows ----------------------------------------------------------------------------------------

    def _rows_value(self) -> LeafValue:
        """Return the count of the rows whose dimensions are asked for."""
        request = self.request
        if not (request.dimensions or request.grain or request.times):
            raise NothingAsked
        dataset = self.catalogue.dataset(self.request.dataset or self._home())
        axis, paired = next(iter(dataset.time_columns), None), None
        if (self.request.grain or self.request.times) and self.request.dimensions and self.request.dataset is None:
            # Without metrics, time is nobody's: it is the calendar's.
            paired = self.catalogue.calendar_of(self.tick)
            axis = None if paired is None else self.catalogue.dataset(paired).time_columns[0]
        measure = Measure(expression="*", aggregation="count")
        leaf = Leaf(f"rows of {dataset.code}", dataset.code, measure, axis, "null", NONE, paired=paired)
        return LeafValue(leaf, "null", "facts")

    def _home(self) -> Code:
        """Return the dataset whose rows a question without metrics looks at: the nearest that has all fields."""
        request = self.request
        fields = [ref.field for ref in request.dimensions]
        fields += [name for name in fields_of(request.filters) if name != METRIC_TIME] if request.filters else []
        if not fields:
            calendar = self.catalogue.calendar_of(self.tick)
            if calendar is None:
                raise NoCalendar
            return calendar
        bound = [
            binding.dataset for name in fields for binding in self.catalogue.dimension(name.rpartition(".")[2]).bindings
        ]
        for dataset in dict.fromkeys((*bound, *self.catalogue.codes("dataset"))):
            if all(locate(name, dataset, self.catalogue) is not None for name in fields):
                return dataset
        raise UnreachableDimension(field=fields[-1], metric="", dataset=bound[0])

    def _conditions(self, found: tuple[Leaf, ...]) -> tuple[tuple[Condition, ...], tuple[Condition, ...]]:
        """Tell conditions on the time of the metrics from the others."""
        when: list[Condition] = []
        filters: list[Condition] = []
        for condition in conjuncts(self.request.filters):
            names = set(fields_of(condition))
            timed = bool(names) and all(name == METRIC_TIME or self._is_axis(name, found) for name in names)
            (when if timed else filters).append(condition)
        return tuple(when), tuple(filters)

    def _is_axis(self, name: str, found: tuple[Leaf, ...]) -> bool:
        located = [locate(name, leaf.dataset, self.catalogue) for leaf in found]
        return all(one is not None and on_axis(one, leaf) for one, leaf in zip(located, found, strict=True))

    # --- time ----------------------------------------------------------------------------------------

    def _anchor(self, values: list[Value]) -> Moment:
        """Return where relative time ends: the latest anchor of the facts in question."""
        anchors = []
        for dataset in {leaf.dataset for value in values for leaf in leaves(value)}:
            latest = self.catalogue.dataset(dataset).anchor == "latest_data"
            anchors.append(self.time.anchors.get(dataset, self.time.today) if latest else self.time.today)
        day = max(anchors, default=self.time.today)
        return day if self.tick == "day" else add_ticks(as_tick(add_days(day, 1), self.tick), -1, self.tick)


def _ref_name(ref: DimensionRef) -> str:
    return ".".join(filter(None, (ref.field, ref.grain, ref.part)))


def _refuse_repeated(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise RepeatedColumn(name=name)
        seen.add(name)


def _tick_of(request: MetricQuery) -> Grain:
    """Return the finest cut of time that a request names, at most a day."""
    refs: tuple[TimeRef | DimensionRef, ...] = (*request.times, *request.dimensions)
    named = [request.grain, *(ref.grain for ref in refs), *("hour" for ref in refs if ref.part == "hour")]
    named += [request.comparison.shift.unit] if request.comparison and request.comparison.shift else []
    if request.time is not None and request.time.kind != "absolute":
        named.append(request.time.unit)
    if request.time is not None and request.time.kind == "absolute":
        ends = (request.time.start, request.time.end)
        if any(isinstance(end, datetime) and (end.hour, end.minute, end.second) != (0, 0, 0) for end in ends):
            named.append(None if any(grain in SECONDS for grain in named) else "second")
    short = [grain for grain in named if grain is not None and is_grain(grain) and grain in SECONDS]
    return min(("day", *short), key=list(GRAIN_NAMES).index)


def _units(values: list[Value]) -> list[Grain]:
    """Return the units shorter than a day in which the metrics look along time."""
    found: list[Grain] = []
    for leaf in (leaf for value in values for leaf in leaves(value)):
        look = leaf.circumstances.look
        extent = look.extent
        lengths = [extent.trailing, extent.leading] if extent else []
        named = [length.unit for length in lengths if isinstance(length, (Duration, Shift))]
        named += [extent.to_date] if extent and extent.to_date else []
        named += ["second" for back in look.backs if getattr(back, "unit", "") == "second"]
        named += [getattr(back, "level", "") for back in look.backs]
        found += [unit for unit in named if unit in SECONDS]  # type: ignore[misc]
    return found


def _leaves(outputs: list[Output]) -> tuple[Leaf, ...]:
    found: dict[object, Leaf] = {}
    for output in outputs:
        under = leaves(output.value)
        if not under:
            raise NothingToRead(metric=output.metric.code if output.metric else "")
        found.update((leaf.key, leaf) for leaf in under)
    return tuple(found.values())


# --- checks -------------------------------------------------------------------------------------------
