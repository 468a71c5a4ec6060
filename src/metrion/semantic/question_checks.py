"""What may not be asked together: dimensions, filters and cuts of time that a metric does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.semantic.calendar import GRAIN_NAMES, finer, is_grain
from metrion.semantic.cut import Cut
from metrion.semantic.errors import DimensionNotAllowed, GrainOfNoDate, MissingTimeAxis, NoSuchGrain, UnreachableFilter
from metrion.semantic.expand import NestedValue, parts
from metrion.semantic.frame import fields_of
from metrion.semantic.model import METRIC_TIME
from metrion.semantic.paths import locate
from metrion.semantic.question import DATE_TYPES, Question, on_axis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.expand import Value
    from metrion.semantic.model import Grain, MetricDef


def check_dimensions(question: Question, metrics: list[MetricDef]) -> None:
    """Raise where a metric does not allow a dimension, or its dates are cut that are none."""
    for group in question.groups:
        if group.dimension is None:
            continue
        for metric in metrics:
            if metric.dimensions is not None and group.dimension not in metric.dimensions:
                raise DimensionNotAllowed(field=group.field, metric=metric.code, allowed=metric.dimensions)
        for leaf in question.leaves:
            located = question.located(group.field, leaf)
            if group.cut is not None and located.column.type not in DATE_TYPES:
                raise GrainOfNoDate(field=group.field)
            if group.cut is not None and on_axis(located, leaf):
                check_cut(question, group.cut)


def check_filters(question: Question) -> None:
    """Raise `UnreachableFilter` where the rows of a metric have no way to a field of the filters."""
    for condition in question.filters:
        for field in fields_of(condition):
            for leaf in question.leaves:
                if field != METRIC_TIME and locate(field, leaf.dataset, question.catalogue) is None:
                    raise UnreachableFilter(field=field, metric=leaf.metric, dataset=leaf.dataset)


def check_time(question: Question) -> None:
    """Raise where the time of the question cannot be cut as it is asked."""
    for key in question.times:
        check_cut(question, key.cut)
    for output in question.outputs:
        for grain in _inner_grains(output.value):
            check_cut(question, Cut(grain))
    inner = any(_has_grain(output.value) for output in question.outputs)
    for leaf in question.leaves:
        look = leaf.circumstances.look
        looks = look.extent is not None or look.backs or leaf.measure.semi_additive or leaf.funnel
        timed = question.times or question.ticks.bounded or question.when or looks or inner
        if timed and leaf.axis is None:
            raise MissingTimeAxis(metric=leaf.metric, dataset=leaf.dataset)


def _has_grain(value: Value) -> bool:
    return any(isinstance(node, NestedValue) and node.spec.grain is not None for node in parts(value))


def _inner_grains(value: Value) -> Iterator[Grain]:
    """Yield the grains at which values under a value are computed."""
    for node in parts(value):
        if isinstance(node, NestedValue) and node.spec.grain and is_grain(node.spec.grain):
            yield node.spec.grain


def check_cut(question: Question, cut: Cut) -> None:
    """Raise `NoSuchGrain` where a cut is finer than a metric allows."""
    if cut.grain is None:
        return
    for kind, code in question.used:
        if kind != "metric" or code in question.free:
            continue
        smallest = question.catalogue.metric(code).smallest_grain
        if is_grain(smallest) and finer(cut.grain, smallest):
            (smallest_zh, smallest_en), (grain_zh, grain_en) = GRAIN_NAMES[smallest], GRAIN_NAMES[cut.grain]
            raise NoSuchGrain(
                metric=code, smallest_zh=smallest_zh, smallest_en=smallest_en, grain_zh=grain_zh, grain_en=grain_en
            )
