"""What follows from a metric's definition: unit, type, additivity, time axis, datasets, dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from metrion.base.errors import MetrionError
from metrion.base.text import Text
from metrion.semantic.calendar import is_grain
from metrion.semantic.errors import AmbiguousPath
from metrion.semantic.expand import Expander, leaves
from metrion.semantic.look import Look
from metrion.semantic.model import DataType, Derived, Kind, Nested, Period, Rank, Share
from metrion.semantic.paths import locate
from metrion.semantic.units import RATIO
from metrion.semantic.validate.additivity import Additivity, additivity_of
from metrion.semantic.value_type import data_type, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.expand import Leaf
    from metrion.semantic.model import Code, MetricDef


class Described(BaseModel):
    """What follows from a metric. `dimensions` are those it can be split by, the allowed ones only.

    `additivity`: additive values may be added up over everything, semi-additive over everything but
    time, non-additive over nothing. `periodic`: a value belongs to one period (to date, trailing, shifted),
    here or in a metric it uses, so that one value over many periods says nothing. `time_axes` gives the
    column of each dataset, where it has one.
    """

    model_config = ConfigDict(frozen=True)

    unit: str
    unit_label: Text
    type: DataType
    additivity: Additivity
    periodic: bool
    time_axis: str | None
    time_axes: tuple[tuple[str, str], ...]
    datasets: tuple[str, ...]
    dimensions: tuple[str, ...]
    uses: tuple[tuple[Kind, str], ...]


def describe(metric: MetricDef, catalogue: Catalogue) -> Described | None:
    """Return what follows from a metric as if it were in `catalogue`; None when it is too broken to tell."""
    around = catalogue.overlay(metric)
    own: tuple[Kind, str] = ("metric", metric.code)
    expander = Expander(around)
    try:
        whole = around.metric(metric.code)
        found = leaves(expander.value(metric.code))
        typed = value_of(metric.code, around)
        additivity = additivity_of(metric.code, around)
        dimensions = _dimensions(whole, found, around)
        uses = dict.fromkeys((*expander.used, *_named(whole, around)))
    except MetrionError:
        return None
    events = tuple(step for leaf in found for step in (leaf, *(leaf.funnel.steps if leaf.funnel else ())))
    axes = tuple(dict.fromkeys((leaf.dataset, leaf.axis) for leaf in events if leaf.axis is not None))
    unit = typed.unit or RATIO
    return Described(
        unit=unit.symbol,
        unit_label=unit.label(),
        type=data_type(typed),
        additivity=additivity,
        periodic=any(leaf.circumstances.look != Look() for leaf in found),
        time_axis=axes[0][1] if axes else None,
        time_axes=axes,
        datasets=tuple(dict.fromkeys(leaf.dataset for leaf in events)),
        dimensions=dimensions,
        uses=tuple(key for key in uses if key != own),
    )


def _named(metric: MetricDef, catalogue: Catalogue) -> Iterator[tuple[Kind, str]]:
    """Yield what a metric names beside the metrics below it and what they read."""
    definition = metric.definition
    fields: tuple[str, ...] = ()
    levels: tuple[str | None, ...] = (metric.smallest_grain,)
    match definition:
        case Nested():
            fields = (*definition.per, *definition.without, *(definition.only or ()), *definition.unfiltered)
            levels += (definition.grain,)
        case Share():
            fields = definition.of
        case Rank():
            fields = (*definition.within, *(definition.without or ()))
        case Derived(period=Period() as period):
            levels += (period.to_date, period.point)
        case _:
            pass
    if metric.extends is not None:
        yield "metric", metric.extends.metric
    for level in levels:
        if level is not None and not is_grain(level):
            yield "dataset", catalogue.level(level)[0]
    for field in fields:
        code = field.rpartition(".")[2]
        if catalogue.has("dimension", code):
            yield "dimension", code


def _dimensions(metric: MetricDef, found: tuple[Leaf, ...], catalogue: Catalogue) -> tuple[str, ...]:
    wanted = catalogue.codes("dimension") if metric.dimensions is None else metric.dimensions
    datasets = tuple(dict.fromkeys(leaf.dataset for leaf in found))
    return tuple(code for code in wanted if all(_reaches(code, dataset, catalogue) for dataset in datasets))


def _reaches(code: Code, dataset: Code, catalogue: Catalogue) -> bool:
    try:
        return locate(code, dataset, catalogue) is not None
    except AmbiguousPath:
        return False
