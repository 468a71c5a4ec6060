"""From texts to a manifest: every document of every file, in dbt's and in MetricFlow's layout, with all faults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from metrion.base.errors import Faults
from metrion.base.findings import reason_of
from metrion.interchange.foreign.errors import BadForeignFile
from metrion.interchange.metricflow.manifest import (
    Metric,
    SavedQuery,
    SemanticModel,
    TimeSpine,
    Worded,
)
from metrion.interchange.yaml_text import plain_documents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from metrion.interchange.yaml_text import Document

_T = TypeVar("_T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Read:
    """A part of the manifest and where it stands."""

    part: SemanticModel | Metric | SavedQuery
    path: str


@dataclass(slots=True)
class Manifest:
    """All files together."""

    models: dict[str, SemanticModel] = field(default_factory=dict)
    metrics: dict[str, Metric] = field(default_factory=dict)
    queries: dict[str, SavedQuery] = field(default_factory=dict)
    spines: list[TimeSpine] = field(default_factory=list)
    paths: dict[tuple[str, str], str] = field(default_factory=dict)
    """(list, name) -> where it stands: `file: metrics.revenue`."""

    def path(self, kind: str, name: str) -> str:
        """Return where a part stands."""
        return self.paths.get((kind, name), f"{kind}.{name}")


def read_manifest(files: Mapping[str, str]) -> Manifest:
    """Return what the files say; raises `Faults` with everything that is wrong with them."""
    reader = _Reader()
    for file, text in files.items():
        for document in plain_documents(text):
            reader.read(file, document)
    if reader.faults:
        raise Faults(reader.faults)
    return reader.manifest


class _Reader:
    """Fills a manifest."""

    def __init__(self) -> None:
        self.manifest = Manifest()
        self.faults: list[BadForeignFile] = []

    def add(self, file: str, line: int, zh: str, en: str) -> None:
        self.faults.append(BadForeignFile(file=file, line=line, zh=zh, en=en))

    def read(self, file: str, document: Document) -> None:
        """Read one document: one part, or lists of parts."""
        for fault in document.faults:
            self.add(file, fault.line, fault.text.zh, fault.text.en)
        for kind, one, many in (
            (SemanticModel, "semantic_model", "semantic_models"),
            (Metric, "metric", "metrics"),
            (SavedQuery, "saved_query", "saved_queries"),
        ):
            for where, raw in _parts(document.raw, one, many):
                self._part(file, document, where, raw, kind, many)
        self._spines(file, document)

    def _part(self, file: str, document: Document, where: str, raw: JsonValue, kind: type[Worded], many: str) -> None:
        part = self._valid(file, document, where, raw, kind)
        if part is None:
            return
        known: dict[str, object] = {
            "semantic_models": self.manifest.models,
            "metrics": self.manifest.metrics,
            "saved_queries": self.manifest.queries,
        }[many]  # type: ignore[assignment]
        if part.name in known:
            line, _ = document.place(where)
            self.add(file, line, f"“{part.name}”重复", f"“{part.name}” is there twice")
            return
        known[part.name] = part
        self.manifest.paths[many, part.name] = f"{file}: {many}.{part.name}"

    def _spines(self, file: str, document: Document) -> None:
        configuration = document.raw.get("project_configuration")
        if isinstance(configuration, dict):
            spines = configuration.get("time_spines")
            for at, raw in enumerate(spines if isinstance(spines, list) else ()):
                where = f"project_configuration.time_spines.{at}"
                if (spine := self._valid(file, document, where, raw, TimeSpine)) is not None:
                    self.manifest.spines.append(spine)
            if not spines:
                self._spelled_spines(file, document, _legacy_spines(configuration))
        self._spelled_spines(file, document, _dbt_spines(document.raw))

    def _spelled_spines(self, file: str, document: Document, spines: Iterator[tuple[str, JsonValue]]) -> None:
        for where, raw in spines:
            if (spine := self._valid(file, document, where, raw, TimeSpine)) is not None:
                self.manifest.spines.append(spine)

    def _valid(self, file: str, document: Document, where: str, raw: JsonValue, kind: type[_T]) -> _T | None:
        try:
            return kind.model_validate(raw)
        except ValidationError as refusal:
            for error in refusal.errors(include_url=False):
                place = ".".join([where, *(str(step) for step in error["loc"])])
                line, _ = document.place(place)
                reason = reason_of(error)
                self.add(file, line, f"{place} {reason.zh}", f"{place} {reason.en}")
            return None


def _parts(raw: Mapping[str, JsonValue], one: str, many: str) -> Iterator[tuple[str, JsonValue]]:
    if one in raw:
        yield one, raw[one]
    listed = raw.get(many)
    for at, part in enumerate(listed if isinstance(listed, list) else ()):
        yield f"{many}.{at}", part


def _legacy_spines(configuration: Mapping[str, JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    """Yield the spines of the older configuration (`location`, `column_name`, `grain`) as they are written now."""
    key = "time_spine_table_configurations"
    tables = configuration.get(key)
    for at, table in enumerate(tables if isinstance(tables, list) else ()):
        if isinstance(table, dict) and {"location", "column_name", "grain"} <= set(table):
            column = {"name": table["column_name"], "time_granularity": table["grain"]}
            spine: JsonValue = {"node_relation": _relation(str(table["location"])), "primary_column": column}
            yield f"project_configuration.{key}.{at}", spine


def _dbt_spines(raw: Mapping[str, JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    """Yield the spines of a dbt project: models with `time_spine` and the grain of its standard column."""
    models = raw.get("models")
    for at, model in enumerate(models if isinstance(models, list) else ()):
        spine = model.get("time_spine") if isinstance(model, dict) else None
        if not isinstance(spine, dict) or not isinstance(model, dict):
            continue
        standard = spine.get("standard_granularity_column")
        grain = next((column["granularity"] for column in _columns(model)
                      if column.get("name") == standard and "granularity" in column), None)  # fmt: skip
        if grain is not None:
            yield (
                f"models.{at}.time_spine",
                {
                    "node_relation": {"alias": model.get("name")},
                    "primary_column": {"name": standard, "time_granularity": grain},
                    "custom_granularities": spine.get("custom_granularities") or [],
                },
            )


def _columns(model: Mapping[str, JsonValue]) -> Sequence[Mapping[str, JsonValue]]:
    columns = model.get("columns")
    return [column for column in columns if isinstance(column, dict)] if isinstance(columns, list) else []


def _relation(location: str) -> JsonValue:
    schema, _, alias = location.rpartition(".")
    return {"alias": alias, "schema_name": schema or None}
