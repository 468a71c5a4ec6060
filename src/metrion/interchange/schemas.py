"""Shapes of import and export."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from metrion.base.text import Text
from metrion.catalog.schemas import DerivedFacts, Raw
from metrion.semantic.model import Definition


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


class RawBody(BaseModel):
    """A definition as it was typed."""

    model_config = ConfigDict(extra="forbid")

    raw: Raw


class TextBody(BaseModel):
    """One definition as YAML."""

    model_config = ConfigDict(extra="forbid")

    text: str
