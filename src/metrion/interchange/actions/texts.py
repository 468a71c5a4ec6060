"""Metrics as code: a folder or an archive of definitions becomes one change request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from metrion.base.canonical import digest
from metrion.base.errors import Faults
from metrion.base.text import Text
from metrion.catalog import actions as catalog_actions
from metrion.catalog import reads as catalog
from metrion.catalog.content import kind_of, string_at, text_at
from metrion.catalog.schemas import DefinitionFault
from metrion.governance import actions as governance
from metrion.interchange.errors import BadText, NothingToImport
from metrion.interchange.files import folder_texts
from metrion.interchange.schemas import ImportItem, ImportReport, YamlFault
from metrion.interchange.yaml_text import Document, from_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from metrion.identity.schemas import Actor
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import Definition

_TWICE = Text(zh="同一编码出现多次，另见 {where}。", en="This code occurs more than once, see {where}.")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One definition of the import and the file it stands in."""

    file: str
    document: Document

    def located(self, fault: DefinitionFault) -> YamlFault:
        return self.document.located(fault).model_copy(update={"file": self.file})

    @property
    def key(self) -> str:
        return f"{self.document.raw.get('kind')}.{self.document.raw.get('code')}"


def import_folder(
    actor: Actor, path: Path, *, title: str, reason: str, effective_from: datetime | None = None
) -> ImportReport:
    """Import every YAML file below a folder as one change request; raises `Faults` with file, line and column.

    Definitions equal to what is published are left out; `NothingToImport` when all are.
    """
    report = import_texts(actor, folder_texts(path), title=title, reason=reason, effective_from=effective_from)
    if report.faults:
        raise Faults([BadText(fault) for fault in report.faults])
    return report


@transaction.atomic
def import_texts(
    actor: Actor,
    texts: Mapping[str, str],
    *,
    title: str,
    reason: str,
    effective_from: datetime | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Import texts (file name -> YAML) as one change request and report every definition.

    With any fault, or with `dry_run`, nothing is stored. Needs what drafting each kind needs.
    """
    actor.require("metric.draft")
    entries = [_Entry(file, document) for file, text in texts.items() for document in from_yaml(text)]
    published = catalog.catalogue()
    changes = [_change(entry.document, published) for entry in entries]
    pending = [entry for entry, change in zip(entries, changes, strict=True) if change != "same"]
    faults = [*_own_faults(entries), *_doubled(entries)]
    if not faults:
        faults = _joint_faults(pending)
    items = tuple(_item(entry, change, faults) for entry, change in zip(entries, changes, strict=True))
    if faults or dry_run:
        return ImportReport(items=items, faults=tuple(faults), dry_run=dry_run)
    if not pending:
        raise NothingToImport
    draft_ids = catalog_actions.import_drafts(actor, [entry.document.raw for entry in pending])
    change = governance.submit(actor, draft_ids, title, reason, effective_from=effective_from)
    return ImportReport(
        items=items, faults=(), dry_run=False, draft_ids=draft_ids, change_id=change.id, change_number=change.number
    )


def _change(document: Document, published: Catalogue) -> str:
    definition = document.definition
    if definition is None:
        return "unknown"
    if not published.has(definition.kind, definition.code):
        return "new"
    same = published.digest(definition.kind, definition.code) == digest(definition)
    return "same" if same else "changed"


def _own_faults(entries: Sequence[_Entry]) -> list[YamlFault]:
    return [fault.model_copy(update={"file": entry.file}) for entry in entries for fault in entry.document.faults]


def _doubled(entries: Sequence[_Entry]) -> list[YamlFault]:
    first: dict[str, _Entry] = {}
    faults = []
    for entry in entries:
        if entry.document.definition is None:
            continue
        other = first.setdefault(entry.key, entry)
        if other is not entry:
            where = f"{other.file}:{other.document.line}"
            text = Text(zh=_TWICE.zh.format(where=where), en=_TWICE.en.format(where=where))
            faults.append(entry.located(DefinitionFault(field="code", code="code_twice", text=text)))
    return faults


def _joint_faults(entries: Sequence[_Entry]) -> list[YamlFault]:
    definitions: list[Definition] = [
        entry.document.definition for entry in entries if entry.document.definition is not None
    ]
    by_key = {entry.key: entry for entry in entries}
    return [by_key[where].located(fault) for where, fault in catalog.check_batch(definitions)]


def _item(entry: _Entry, change: str, faults: Sequence[YamlFault]) -> ImportItem:
    raw, line = entry.document.raw, entry.document.line
    return ImportItem.model_validate(
        {
            "file": entry.file,
            "line": line,
            "kind": kind_of(raw) or "",
            "code": string_at(raw, "code"),
            "name": text_at(raw, "name"),
            "change": change,
            "faults": sum(1 for fault in faults if fault.file == entry.file and entry.document.holds(fault.line)),
        }
    )
