"""OSI models as definitions of ours, with a report of everything that could not be kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metrion.base.errors import Faults, MetrionError
from metrion.interchange.foreign.codes import Codes
from metrion.interchange.foreign.report import Imported, Losses
from metrion.interchange.osi.data import Data
from metrion.interchange.osi.document import read
from metrion.interchange.osi.errors import OsiRefusal, UnsupportedWindow
from metrion.interchange.osi.expressions import aggregates, is_aggregate, unquoted, unwrapped
from metrion.interchange.osi.fields import Fields
from metrion.interchange.osi.known import Known, instructions, report_asides, text_of
from metrion.interchange.osi.metrics import Helpers, Metrics, Part
from metrion.interchange.osi.model import Builder
from metrion.interchange.osi.ours import restored
from metrion.semantic.model import Atomic, Binding, Calculation, DimensionDef, MetricDef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from metrion.interchange.foreign.report import Surroundings
    from metrion.interchange.osi.model import Metric, Model
    from metrion.semantic.model import Definition

_KEPT_OF_A_FIELD: Final = frozenset({"synonyms"})
_KEPT_OF_A_METRIC: Final = frozenset({"synonyms", "instructions"})


@dataclass(frozen=True, slots=True)
class Reading:
    """The definitions, and the models that they were made from."""

    imported: Imported
    models: tuple[Known, ...]


def import_osi(files: Mapping[str, str], around: Surroundings) -> Imported:
    """Return the definitions of OSI files; raises `Faults` with everything that is wrong with the files."""
    return read_models(files, around).imported


def read_models(files: Mapping[str, str], around: Surroundings) -> Reading:
    """Return the same with the models, for questions that are asked in their names."""
    faults: list[MetrionError] = []
    models: list[Model] = []
    for file, node in read(files):
        try:
            models.append(Builder(file, node, around.columns_of).build())
        except Faults as refusal:
            faults.extend(refusal.faults)
    if faults:
        raise Faults(faults)
    codes, losses = Codes(), Losses()
    parts = [_Import(model, around.domain, codes, losses) for model in models]
    definitions = {(each.kind, each.code): each for part in parts for each in part.definitions()}
    names = {name: code for part in parts for name, code in part.known.names()}
    return Reading(
        Imported(tuple(definitions.values()), tuple(losses.found), names), tuple(part.known for part in parts)
    )


class _Import:
    """Makes the definitions of one model."""

    def __init__(self, model: Model, domain: str, codes: Codes, losses: Losses) -> None:
        self.model = model
        self.domain = domain
        self.losses = losses
        self._codes = codes
        self._atomics: dict[str, str] = {}
        """Single aggregates, as JSON -> code of the metric that is just that."""
        self._made: list[MetricDef] = []
        codes_of = {name: self._code("dataset", unquoted(each.node.name)) for name, each in model.datasets.items()}
        self.known = Known(model, Fields(model, codes_of), datasets=codes_of)
        for name, dataset in model.datasets.items():
            for key, each in dataset.fields.items():
                written = f"{unquoted(dataset.node.name)}.{each.written}"
                self.known.dimensions[name, key] = self._code("dimension", written)
        for name, metric in model.metrics.items():
            self.known.metrics[name] = self._code("metric", unquoted(metric.node.name))
        self._metrics = Metrics(
            model,
            self.known.fields,
            Helpers(self._helper, self._metric_code, lambda table, name: self.known.dimensions[table, name]),
        )

    def _code(self, kind: str, name: str, wanted: str | None = None) -> str:
        return self._codes.of(kind, f"{self.model.node.name}: {name}", wanted or name)

    def definitions(self) -> tuple[Definition, ...]:
        """Return the definitions; what could not be had is noted with its reason."""
        metrics = [*self._all_metrics(), *self._made]
        found = [*Data(self.known, self.domain, self._code, self.losses).definitions(), *metrics]
        found.extend(restored(self.model.node, self.losses, self.model.file))
        self._report()
        return tuple(found)

    def _report(self) -> None:
        for refusal in self.model.broken.values():
            self.losses.refused(refusal.place, refusal.words())
        report_asides(self.model.node, f"{self.model.file}: {self.model.node.name}", self.losses)
        for dataset in self.model.datasets.values():
            report_asides(dataset.node, dataset.place, self.losses)
            for each in dataset.fields.values():
                report_asides(each.node, each.place, self.losses, keeps=_KEPT_OF_A_FIELD)
        for metric in self.model.metrics.values():
            report_asides(metric.node, metric.place, self.losses, keeps=_KEPT_OF_A_METRIC)

    # --- metrics --------------------------------------------------------------------------------------

    def _all_metrics(self) -> list[Definition]:
        """Return the metrics in the order of the model; single aggregates are read first, formulas then use them."""
        made: dict[str, list[Definition]] = {}
        for metric in sorted(self.model.metrics.values(), key=lambda each: not is_aggregate(unwrapped(each.tree))):
            made[metric.name] = list(self._metric(metric))
        return [each for name in self.model.metrics for each in made[name]]

    def _metric(self, metric: Metric) -> Iterator[Definition]:
        if own := restored(metric.node, self.losses, metric.place):
            yield from own
            return
        try:
            calculation = self._metrics.calculation(metric)
        except UnsupportedWindow as refusal:
            yield from self._row_window(metric, refusal)
            return
        except OsiRefusal as refusal:
            self.model.broken["metric", metric.name] = refusal
            return
        if calculation is None:
            yield from self._row_counts(metric)
            return
        code = self.known.metrics[metric.name]
        placed = self._placed(calculation)
        if isinstance(placed, Atomic):
            self._atomics.setdefault(placed.model_dump_json(), code)
        yield self._told(metric, code, placed, unquoted(metric.node.name))

    def _row_window(self, metric: Metric, refusal: UnsupportedWindow) -> Iterator[DimensionDef]:
        """Yield a dimension for a window function over single rows: no metric, but a value of each row."""
        try:
            if any(True for _ in aggregates(metric.tree)):
                raise refusal
            reading = self._metrics.row_window(metric)
        except OsiRefusal as found:
            self.model.broken["metric", metric.name] = found
            return
        dataset = self.model.datasets[reading.dataset]
        code = self._code("dimension", f"{unquoted(dataset.node.name)}.{unquoted(metric.node.name)}")
        self.known.windows[metric.name] = (reading.dataset, code)
        self.losses.changed(
            metric.place,
            f"导入为数据集 {dataset.node.name} 的字段，按全部行计算，不受查询筛选影响",
            f"it is a field of {dataset.node.name} here, over all of its rows, whatever a question filters",
        )
        yield DimensionDef(
            code=code,
            name=text_of(unquoted(metric.node.name)),
            aliases=metric.node.synonyms(),
            description=text_of(metric.node.description),
            domain=self.domain,
            bindings=(Binding(dataset=self.known.datasets[reading.dataset], column=reading.column),),
        )

    def _row_counts(self, metric: Metric) -> Iterator[MetricDef]:
        """Yield one metric for each dataset whose rows may be meant; a model of one dataset leaves no doubt."""
        part = self._metrics.part(unwrapped(metric.tree), metric.place)
        single = len(self.model.datasets) == 1
        codes = self.known.rows.setdefault(metric.name, {})
        for name, dataset in self.model.datasets.items():
            codes[name] = self.known.metrics[metric.name]
            if not single:
                codes[name] = self._code("metric", f"{metric.node.name}.{dataset.node.name}")
            calculation = Atomic(dataset=self.known.datasets[name], measure=part.measure)
            self._atomics.setdefault(calculation.model_dump_json(), codes[name])
            shown = unquoted(metric.node.name) if single else f"{metric.node.name} ({dataset.node.name})"
            yield self._told(metric, codes[name], calculation, shown)
        if not single:
            self.losses.changed(
                metric.place,
                "COUNT(*) 未说明计数哪个数据集的行，每个数据集各导入一个指标",
                "COUNT(*) does not say whose rows it counts: there is one metric for each dataset",
            )

    def _told(self, metric: Metric, code: str, calculation: Calculation, name: str) -> MetricDef:
        node = metric.node
        return MetricDef(
            code=code,
            name=text_of(name),
            aliases=node.synonyms(),
            domain=self.domain,
            caliber=text_of(node.description),
            purpose=text_of(instructions(node)),
            definition=calculation,
            decimals=0 if (node.datatype or "").lower() == "integer" else 2,
        )

    def _placed(self, calculation: Calculation) -> Calculation:
        """Return an atomic metric with the code of its dataset instead of the name there."""
        if isinstance(calculation, Atomic):
            return calculation.model_copy(update={"dataset": self.known.datasets[calculation.dataset]})
        return calculation

    def _metric_code(self, name: str) -> str | None:
        codes = set(self.known.rows.get(name, {}).values()) or {self.known.metrics[name]}
        return next(iter(codes)) if len(codes) == 1 else None

    def _helper(self, part: Part, tree: str) -> str:
        """Return the metric of an aggregate inside of a formula: one of the model's own, else one made for it."""
        dataset = part.dataset or ""
        calculation = Atomic(dataset=self.known.datasets[dataset], measure=part.measure)
        key = calculation.model_dump_json()
        if key not in self._atomics:
            code = self._code("metric", tree)
            self._atomics[key] = code
            self._made.append(MetricDef(code=code, name=text_of(tree), domain=self.domain, definition=calculation))
        return self._atomics[key]
