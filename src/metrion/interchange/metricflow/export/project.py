"""A whole library as one MetricFlow project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import yaml

from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.report import Exported, Losses
from metrion.interchange.metricflow.export.addresses import Addresses
from metrion.interchange.metricflow.export.metrics import MetricWriter
from metrion.interchange.metricflow.export.models import semantic_model, time_spine
from metrion.semantic.catalogue import Catalogue
from metrion.semantic.model import MetricsTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import JsonValue

    from metrion.interchange.metricflow.export.models import Part
    from metrion.semantic.model import Definition, MetricDef

FILE: Final = "metrics.yml"
_WIDTH: Final = 100


def metricflow_files(definitions: Sequence[Definition]) -> Exported:
    """Return definitions as semantic models, metrics and time spines, with a loss for each thing left out."""
    catalogue, losses = Catalogue.of(definitions), Losses()
    addresses = Addresses(catalogue)
    models, spines = _models(catalogue, addresses, losses)
    writer = MetricWriter(catalogue, addresses, losses)
    metrics = []
    for code in catalogue.codes("metric"):
        metric = catalogue.metric(code)
        try:
            metrics.append(writer.write(metric))
        except NotExpressible as refusal:
            losses.refused(f"metric.{code}", refusal.reason)
        _report(metric, losses)
    for dataset, measures in writer.measures.items():
        if dataset in models:
            models[dataset]["measures"] = list(measures)
    whole: dict[str, JsonValue] = {"semantic_models": list(models.values()), "metrics": list(metrics)}
    if spines:
        whole["project_configuration"] = {"time_spines": list(spines)}
    text = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=_WIDTH)
    return Exported({FILE: text}, tuple(losses.found))


def _models(catalogue: Catalogue, addresses: Addresses, losses: Losses) -> tuple[dict[str, Part], list[Part]]:
    models: dict[str, Part] = {}
    spines: list[Part] = []
    for code in catalogue.codes("dataset"):
        dataset = catalogue.dataset(code)
        if isinstance(dataset.source, MetricsTable):
            continue  # It is part of the filters that read it.
        if dataset.shape == "calendar" and (spine := time_spine(dataset)) is not None:
            spines.append(spine)
        elif (model := semantic_model(dataset, addresses, losses)) is not None:
            models[code] = model
    return models, spines


def _report(metric: MetricDef, losses: Losses) -> None:
    """Note what a metric says beyond its numbers: MetricFlow has no place for it."""
    said = [
        name
        for name, value in (
            ("unit", metric.unit),
            ("direction", metric.direction != "neutral"),
            ("dimensions", metric.dimensions),
            ("aliases", metric.aliases),
        )
        if value
    ]
    if said:
        losses.dropped(f"metric.{metric.code}", f"没有位置：{'、'.join(said)}。", f"No place for: {', '.join(said)}.")
