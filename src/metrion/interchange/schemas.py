"""Shapes of import and export."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from metrion.base.text import Text
from metrion.catalog.schemas import DefinitionFault, DerivedFacts, Raw
from metrion.semantic.model import Code, Definition, Kind
from metrion.semantic.request import MetricQuery


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class YamlFault(_Frozen):
    """One thing wrong with a text; line and column count from 1."""

    line: int
    column: int
    field: str
    code: str
    text: Text
    remedy: Text = Text()
    file: str = ""


class YamlText(_Frozen):
    """The canonical text of a definition or draft."""

    yaml: str


class YamlResult(_Frozen):
    """What a text says: `raw` is always there as far as it can be read, `definition` when it is complete."""

    raw: Raw | None
    definition: Definition | None = None
    faults: tuple[YamlFault, ...]
    facts: DerivedFacts | None = None


class ImportItem(_Frozen):
    """One definition of an import."""

    file: str
    line: int
    kind: str
    code: str
    name: Text
    change: Literal["new", "changed", "same", "unknown"]
    """`same`: equal to what is published, left out. `unknown`: too broken to tell."""
    faults: int


class ImportReport(_Frozen):
    """What an import would do, or did. Nothing was stored when there are faults or `dry_run` is set."""

    items: tuple[ImportItem, ...]
    faults: tuple[YamlFault, ...]
    dry_run: bool
    draft_ids: tuple[UUID, ...] = ()
    change_id: UUID | None = None
    change_number: int | None = None


class ForeignLoss(_Frozen):
    """One thing of another tool's model that did not come over as it was."""

    path: str
    kind: Literal["dropped", "changed", "refused"]
    text: Text


class ForeignItem(_Frozen):
    """One definition that a foreign model becomes."""

    kind: Kind
    code: str
    name: Text
    change: Literal["new", "changed", "same"]
    faults: tuple[DefinitionFault, ...]


class ForeignReport(_Frozen):
    """What the import of another tool's model would do, or did."""

    items: tuple[ForeignItem, ...]
    losses: tuple[ForeignLoss, ...]
    names: dict[str, str]
    """Name there -> code here."""
    questions: dict[str, MetricQuery]
    """Saved queries, by their names there."""
    draft_ids: tuple[UUID, ...] = ()
    change_id: UUID | None = None
    change_number: int | None = None


class ForeignBody(BaseModel):
    """The files of a foreign model: name -> text."""

    model_config = ConfigDict(extra="forbid")

    files: dict[str, str]
    domain: Code
    outcome: Literal["preview", "drafts", "change"] = "preview"
    title: str = Field(default="", max_length=200)
    reason: str = Field(default="", max_length=4000)


class RawBody(BaseModel):
    """A definition as it was typed."""

    model_config = ConfigDict(extra="forbid")

    raw: Raw


class TextBody(BaseModel):
    """One definition as YAML."""

    model_config = ConfigDict(extra="forbid")

    text: str
