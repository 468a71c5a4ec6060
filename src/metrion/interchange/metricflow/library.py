"""The whole manifest as our definitions, while they are made: datasets first, then metrics that stand on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metrion.base.text import Text
from metrion.interchange.foreign.codes import Codes
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.report import Losses
from metrion.interchange.metricflow.datasets import model_data
from metrion.interchange.metricflow.filters import FilterReader
from metrion.interchange.metricflow.graph import Graph, field_of
from metrion.interchange.metricflow.spines import calendars
from metrion.interchange.metricflow.words import GRAINS, our_grain
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.walk import names
from metrion.semantic.model import (
    METRIC_TIME,
    Atomic,
    Binding,
    Column,
    ColumnPair,
    Composite,
    Conversion,
    DatasetDef,
    Derived,
    DimensionDef,
    MetricDef,
    MetricsTable,
    Ratio,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from metrion.interchange.foreign.report import Surroundings
    from metrion.interchange.metricflow.datasets import ModelData
    from metrion.interchange.metricflow.reading import Manifest
    from metrion.interchange.metricflow.references import Reference
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import Calculation, Code, DataType, Definition

_BELOW: Final = ("nanosecond", "microsecond", "millisecond")


@dataclass(frozen=True, slots=True)
class Seen:
    """From where names are read: datasets, and what is the time axis there."""

    datasets: tuple[Code, ...]
    axes: frozenset[str]
    """Addresses of the time axis: a filter on one of them is a filter on the metric's time."""
    grain: str | None
    """What the time axis tells apart."""


class Library:
    """Names, datasets, joins and metrics of one manifest."""

    def __init__(self, manifest: Manifest, around: Surroundings) -> None:
        self.manifest = manifest
        self.domain = around.domain
        self.losses = Losses()
        self.codes = Codes()
        self.make: Callable[[str], Code] = lambda name: self.codes.of("metric", name)
        """Metric -> its code, made where it is not yet; the maker of metrics takes its place here."""
        for name in manifest.metrics:
            self.codes.of("metric", name)
        self.models = {
            name: model_data(
                model, manifest.path("semantic_models", name), self.codes.of("dataset", name), self.losses, around
            )
            for name, model in manifest.models.items()
        }
        self.graph = Graph(self.domain, self.codes, tuple(self.models.values()))
        self.graph.build()
        self.measures = {
            measure.name: (data, measure) for data in self.models.values() for measure in data.model.measures
        }
        for _, measure in self.measures.values():
            if measure.create_metric:
                self.codes.of("metric", measure.name)
        self.metrics: dict[Code, MetricDef] = {}
        self.tables: dict[Code, DatasetDef] = {}
        """Metrics by entities, for filters by metrics."""
        self.calendars = list(calendars(manifest.spines, around, self.codes, self.losses))
        self.custom = {each.name: spine for spine in manifest.spines for each in spine.custom_granularities}
        self.grains = frozenset({*GRAINS, *_BELOW, *self.custom})

    def definitions(self) -> Iterator[Definition]:
        """Yield everything, what stands on nothing first."""
        yield from (calendar for _, calendar in self.calendars)
        yield from self.graph.datasets()
        yield from self.tables.values()
        yield from self.graph.relationships()
        yield from self.graph.dimensions.values()
        yield from self.metrics.values()

    # --- conditions ---

    def condition(self, filters: Sequence[str], seen: Seen) -> Condition | None:
        """Return filters as a condition on the metrics that are seen; raises `NotExpressible`."""
        reader = FilterReader(
            lambda reference: self.field(reference, seen),
            self.type_of,
            lambda reference: self.grain_of(reference, seen),
            self.grains,
        )
        return reader.all(filters)

    def field(self, reference: Reference, seen: Seen) -> str:
        """Return the field that a reference names; raises `NotExpressible`."""
        if self.is_axis(reference, seen):
            return METRIC_TIME
        if reference.kind == "Metric":
            return self.metric_field(reference, seen.datasets)
        return self.graph.field(reference.links, reference.element, seen.datasets)

    @staticmethod
    def is_axis(reference: Reference, seen: Seen) -> bool:
        """Tell whether a reference is the time of the metrics that are seen."""
        return reference.is_metric_time or "__".join((*reference.links, reference.element)) in seen.axes

    def type_of(self, field: str) -> DataType | None:
        """Return the type of a field."""
        if field == METRIC_TIME:
            return "timestamp"
        dimension = self.graph.dimensions.get(field.rpartition(".")[2])
        if dimension is None:
            return None
        binding = dimension.bindings[0]
        if (table := self.tables.get(binding.dataset)) is not None:
            column = table.column(binding.column)
            return column.type if column else None
        return self.graph.nodes[binding.dataset].data.type_of(binding.column)

    def grain_of(self, reference: Reference, seen: Seen) -> str | None:
        """Return the grain that a time dimension has by itself."""
        if self.is_axis(reference, seen):
            return seen.grain
        for dataset in seen.datasets:
            place = self.graph.find(reference.links, reference.element, dataset)
            found = place.node.data.dimension(reference.element) if place is not None else None
            if found is not None and found.type == "time":
                return found.grain
        return None

    # --- what is seen ---

    def seen_by_measure(self, data: ModelData, axis: str | None) -> Seen:
        """Return what one measure sees."""
        dimension = data.dimension(axis) if axis else None
        return Seen((data.code,), self._addresses(data, axis), dimension.grain if dimension else None)

    def seen_by(self, *metrics: Code) -> Seen:
        """Return what metrics see together: time axes that all of them have, at their coarsest."""
        each = []
        for atomic in self.atomics_below(metrics):
            data = self.graph.nodes[atomic.dataset].data
            axis = next((name for name, column in data.dimensions.items() if column == atomic.time_column), None)
            each.append(self.seen_by_measure(data, axis))
        datasets = tuple(dict.fromkeys(code for seen in each for code in seen.datasets))
        shared = frozenset.intersection(*(seen.axes for seen in each)) if each else frozenset()
        known = [grain for grain in (*_BELOW, *GRAINS) if any(seen.grain == grain for seen in each)]
        return Seen(datasets, shared, known[-1] if known else None)

    @staticmethod
    def _addresses(data: ModelData, axis: str | None) -> frozenset[str]:
        return frozenset(f"{name}__{axis}" for name in (*data.own_names, data.prefix)) if axis else frozenset()

    # --- metrics by entities ---

    def metric_field(self, reference: Reference, datasets: Sequence[Code]) -> str:
        """Return the field that holds a metric computed by entities, seen from datasets; raises `NotExpressible`."""
        if len(reference.group_by) != 1:
            raise NotExpressible(
                zh=f"按多个实体计算的指标 {reference.element}", en=f"{reference.element} by several entities"
            )
        metric = self.make(reference.element)
        address = reference.group_by[0]
        *links, entity = address.split("__")
        element = f"{address}__{reference.element}"
        code = self.codes.of("dataset", f"{metric} by {address}")
        if code not in self.tables:
            self._table(code, metric, links, entity, element)
        ways = [self._lead(dataset, code, links, entity) for dataset in datasets]
        return field_of(ways, self.codes.of("dimension", element))

    def _table(self, code: Code, metric: Code, links: Sequence[str], entity: str, element: str) -> None:
        inner = self.graph.field(tuple(links), entity, self.datasets_below(metric))
        words = self.metrics[metric].name
        count = self.counts(metric)
        self.tables[code] = DatasetDef(
            code=code,
            name=Text(zh=f"{words.pick('zh')} / {entity}", en=f"{words.pick('en')} by {entity}"),
            domain=self.domain,
            shape="dimension",
            source=MetricsTable(metrics=(metric,), dimensions=(inner,)),
            columns=(
                Column(name=inner, type=self.type_of(inner) or "string"),
                Column(name=metric, type="integer" if count else "float"),
            ),
            primary_key=(inner,),
        )
        dimension = self.codes.of("dimension", element)
        self.graph.dimensions[dimension] = DimensionDef(
            code=dimension,
            name=self.tables[code].name,
            domain=self.domain,
            bindings=(Binding(dataset=code, column=metric),),
        )

    def _lead(self, dataset: Code, code: Code, links: Sequence[str], entity: str) -> tuple[str, ...]:
        """Join the dataset at the end of an entity's address to the metrics by it; return the way there."""
        place = self.graph.find(links, entity, dataset)
        if place is None or entity not in place.node.data.entities:
            raise NotExpressible(
                zh=f"从“{dataset}”无法到达“{entity}”", en=f"“{entity}” cannot be reached from “{dataset}”"
            )
        table = self.tables[code]
        pair = ColumnPair(many=place.node.data.entities[entity], one=table.primary_key[0])
        return (*place.roles, self.graph.lead(place, entity, table, pair))

    # --- what stands below a metric ---

    def datasets_below(self, *metrics: Code) -> tuple[Code, ...]:
        """Return the datasets that metrics are read from."""
        return tuple(dict.fromkeys(atomic.dataset for atomic in self.atomics_below(metrics)))

    def atomics_below(self, metrics: Iterable[Code]) -> Iterator[Atomic]:
        """Yield the measures that metrics are split and filtered by; of a conversion those are its base's."""
        for code in metrics:
            definition = self.metrics[code].definition
            if isinstance(definition, Atomic):
                yield definition
            elif isinstance(definition, Conversion):
                yield from self.atomics_below([definition.base])
            else:
                yield from self.atomics_below(used_by(definition))

    def counts(self, metric: Code) -> bool:
        """Tell whether a metric is a whole number of things."""
        definition = self.metrics[metric].definition
        return isinstance(definition, Atomic) and definition.measure.aggregation in {"count", "count_distinct"}

    @staticmethod
    def axis_grain(data: ModelData, axis: str | None) -> str:
        """Return what a time axis tells apart, in our words."""
        dimension = data.dimension(axis) if axis else None
        return our_grain(dimension.grain) if dimension is not None else "day"

    def smallest_grain(self, metrics: Iterable[Code]) -> str:
        """Return the coarsest of the grains that metrics tell apart."""
        grains = [self.metrics[code].smallest_grain for code in metrics]
        known = [grain for grain in GRAINS if grain in grains]
        return known[-1] if known else "day"


def used_by(definition: Calculation) -> tuple[Code, ...]:
    """Return the metrics that a definition names."""
    match definition:
        case Derived(base=base):
            return (base,)
        case Ratio(numerator=above, denominator=below):
            return (above.metric, below.metric)
        case Composite(formula=formula, inputs=inputs):
            return tuple(each.metric for each in inputs) if inputs else names(parse_expression(formula))
        case Conversion(base=base, steps=steps):
            return (base, *steps)
    return ()
