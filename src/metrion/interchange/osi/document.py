"""The shape of an OSI file: 0.1.1, 0.2.0 (with and without the list of models) and the foundation's short form.

Whatever stands outside of this shape could change what the numbers mean, so it is a fault and not passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from metrion.base.errors import Faults, MetrionError
from metrion.base.findings import reason_of
from metrion.interchange.foreign.errors import BadForeignFile
from metrion.interchange.osi.errors import BadShape, DeferredKey
from metrion.interchange.yaml_text import plain_documents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Extension(_Node):
    """What one vendor adds: `data` is JSON."""

    vendor_name: str
    data: str


class DialectExpression(_Node):
    """An expression in one dialect."""

    dialect: str
    expression: str


def _expression(value: object) -> object:
    """Read the short form, one text in the dialect of the file."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return {"dialects": [{"dialect": "", "expression": str(value)}]}
    return value


class Dialects(_Node):
    """One expression in several dialects; the dialect of the short form is empty."""

    dialects: Annotated[tuple[DialectExpression, ...], Field(min_length=1)]


Expression = Annotated[Dialects, BeforeValidator(_expression)]
AiContext = str | Mapping[str, Any]


class Named(_Node):
    """What all parts of a model have."""

    name: str
    description: str = ""
    ai_context: AiContext | None = None
    custom_extensions: tuple[Extension, ...] = ()

    def synonyms(self) -> tuple[str, ...]:
        """Return the other names."""
        context = self.ai_context
        said = context.get("synonyms") if isinstance(context, Mapping) else None
        return tuple(str(each) for each in said) if isinstance(said, list) else ()


class Dimension(_Node):
    """That a field is for grouping, and whether it is time."""

    is_time: bool | None = None


class FieldNode(Named):
    """A value of each row of a dataset."""

    expression: Expression
    dimension: Dimension | None = None
    label: str = ""
    datatype: str | None = None
    access_modifier: str = "public"


class DatasetNode(Named):
    """A table, or what a query gives."""

    source: str
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    fields: tuple[FieldNode, ...] = ()
    role: str = ""


class RelationshipNode(Named):
    """Each row of `source` has at most one of `target`."""

    source: Annotated[str, Field(alias="from")]
    target: Annotated[str, Field(alias="to")]
    from_columns: Annotated[tuple[str, ...], Field(min_length=1)]
    to_columns: Annotated[tuple[str, ...], Field(min_length=1)]


class MetricNode(Named):
    """An expression with aggregates."""

    expression: Expression
    datatype: str | None = None
    access_modifier: str = "public"


class ModelNode(Named):
    """One semantic model."""

    dialect: str = ""
    datasets: tuple[DatasetNode, ...] = ()
    relationships: tuple[RelationshipNode, ...] = ()
    metrics: tuple[MetricNode, ...] = ()


_LISTED: Final = "semantic_model"
_OF_THE_FILE: Final = frozenset({"version", "osi_version", "dialects", "vendors"})
_RENAMED: Final[Mapping[str, str]] = {"data_type": "datatype"}


def read(files: Mapping[str, str]) -> tuple[tuple[str, ModelNode], ...]:
    """Return the models of the files, each with the file it stands in; raises `Faults` with all that is wrong."""
    faults: list[MetrionError] = []
    models: list[tuple[str, ModelNode]] = []
    for file, text in files.items():
        for place, raw in _models(file, text, faults):
            try:
                model = ModelNode.model_validate(_spelled(raw))
                models.append((file, model))
                if not model.datasets and not model.custom_extensions:
                    faults.append(
                        BadShape(_where(file, place), reason_zh="缺少 datasets", reason_en="datasets are missing")
                    )
            except ValidationError as refusal:
                faults.extend(_fault(file, place, raw, error) for error in refusal.errors(include_url=False))
    if faults:
        raise Faults(faults)
    return tuple(models)


def _models(file: str, text: str, faults: list[MetrionError]) -> Iterator[tuple[str, object]]:
    for document in plain_documents(text):
        faults.extend(
            BadForeignFile(file=file, line=fault.line, zh=fault.text.zh, en=fault.text.en) for fault in document.faults
        )
        raw = document.raw
        if document.faults:
            continue
        if isinstance(listed := raw.get(_LISTED), list):
            faults.extend(DeferredKey(file, key=key) for key in raw if key not in {_LISTED, *_OF_THE_FILE})
            yield from ((f"{_LISTED}.{at}", each) for at, each in enumerate(listed))
        else:
            yield "", {key: value for key, value in raw.items() if key not in _OF_THE_FILE}


def _spelled(raw: object) -> object:
    """Return a model with one spelling for keys that have two."""
    if isinstance(raw, Mapping):
        return {_RENAMED.get(key, key): value if key == "ai_context" else _spelled(value) for key, value in raw.items()}
    return [_spelled(each) for each in raw] if isinstance(raw, list) else raw


def _fault(file: str, place: str, raw: object, error: ErrorDetails) -> MetrionError:
    location = error["loc"]
    if error["type"] == "extra_forbidden":
        return DeferredKey(_where(file, _path(place, raw, location[:-1])), key=str(location[-1]))
    reason = reason_of(error)
    return BadShape(_where(file, _path(place, raw, location)), reason_zh=reason.zh, reason_en=reason.en)


def _where(file: str, path: str) -> str:
    return f"{file}: {path}" if path else file


def _path(place: str, raw: object, location: Sequence[str | int]) -> str:
    """Return the way down to a fault, with the names of what lies on it instead of their numbers."""
    parts = [place] if place else []
    here = raw
    for step in location:
        if isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
            parts.append(str(here.get("name", step)) if isinstance(here, Mapping) else str(step))
        else:
            here = here.get(step) if isinstance(here, Mapping) else None
            parts.append(str(step))
    return ".".join(parts)
