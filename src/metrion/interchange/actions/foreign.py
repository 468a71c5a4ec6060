"""A model of another tool becomes drafts, or one change request, with everything that could not be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from django.db import transaction

from metrion.base.canonical import digest
from metrion.base.errors import MetrionError, NotFound
from metrion.catalog import actions as catalog_actions
from metrion.catalog import reads as catalog
from metrion.catalog.content import compact
from metrion.governance import actions as governance
from metrion.integration import reads as integration
from metrion.interchange.errors import NoModelFound, NothingToImport, UnsoundImport
from metrion.interchange.foreign.formats import FORMATS
from metrion.interchange.foreign.landing import landed
from metrion.interchange.foreign.report import Surroundings
from metrion.interchange.schemas import ForeignItem, ForeignLoss, ForeignReport

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metrion.catalog.schemas import DefinitionFault
    from metrion.identity.schemas import Actor
    from metrion.interchange.foreign.report import Imported
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import DataType, Definition

Outcome = Literal["preview", "drafts", "change"]


@transaction.atomic
def import_foreign(
    actor: Actor,
    tool: str,
    files: Mapping[str, str],
    *,
    domain: str,
    outcome: Outcome = "preview",
    title: str = "",
    reason: str = "",
) -> ForeignReport:
    """Import the model of another tool into a domain and report every definition, fault and loss.

    `preview` stores nothing. `drafts` stores every definition that is new or changed, also unfinished ones.
    `change` asks for their publication as well and raises `UnsoundImport` when any has a fault. Raises `Faults`
    with everything that is wrong with the files, `NoModelFound` when they say nothing, `NothingToImport` when
    all equals what is published.
    """
    actor.require("metric.draft")
    importer = FORMATS.get(tool)
    if importer is None:
        raise NotFound(kind_zh="格式", kind_en="format", key=tool, field="format")
    found = importer(files, Surroundings(domain, lambda table: _columns(actor, table)))
    if not found.definitions and not found.losses:
        raise NoModelFound(tool=tool, field="format")
    definitions = landed(found.definitions, actor.username)
    published = catalog.catalogue()
    changes = {_key(each): _change(each, published) for each in definitions}
    pending = [each for each in definitions if changes[_key(each)] != "same"]
    faults = catalog.check_batch(pending)
    report = _report(found, definitions, changes, faults)
    if outcome == "preview":
        return report
    if not pending:
        raise NothingToImport
    if outcome == "change" and faults:
        raise UnsoundImport(count=len(faults))
    drafts = catalog_actions.import_drafts(actor, [compact(each) for each in pending])
    if outcome == "drafts":
        return report.model_copy(update={"draft_ids": drafts})
    change = governance.submit(actor, drafts, title, reason)
    return report.model_copy(update={"draft_ids": drafts, "change_id": change.id, "change_number": change.number})


def _columns(actor: Actor, table: str) -> Mapping[str, DataType] | None:
    """Return the columns of a table that the person may know of."""
    try:
        info = integration.table(actor, table)
    except MetrionError:
        return None
    return {column.name: column.type for column in info.columns}


def _key(definition: Definition) -> str:
    return f"{definition.kind}.{definition.code}"


def _change(definition: Definition, published: Catalogue) -> Literal["new", "changed", "same"]:
    if not published.has(definition.kind, definition.code):
        return "new"
    same = published.digest(definition.kind, definition.code) == digest(definition)
    return "same" if same else "changed"


def _report(
    found: Imported,
    definitions: Sequence[Definition],
    changes: Mapping[str, Literal["new", "changed", "same"]],
    faults: Sequence[tuple[str, DefinitionFault]],
) -> ForeignReport:
    of: dict[str, list[DefinitionFault]] = {}
    for where, fault in faults:
        of.setdefault(where, []).append(fault)
    return ForeignReport(
        items=tuple(
            ForeignItem(
                kind=each.kind,
                code=each.code,
                name=each.name,
                change=changes[_key(each)],
                faults=tuple(of.get(_key(each), ())),
            )
            for each in definitions
        ),
        losses=tuple(ForeignLoss(path=loss.path, kind=loss.kind, text=loss.text) for loss in found.losses),
        names=dict(found.names),
        questions=dict(found.questions),
    )
