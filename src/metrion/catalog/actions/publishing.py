"""From drafts to versions in force. Governance calls these; each checks again what must hold at its instant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from django.db import transaction
from django.db.models import Max, Q

from metrion.audit.actions import record
from metrion.audit.schemas import Target
from metrion.base.canonical import Plain, digest
from metrion.base.clock import now
from metrion.base.errors import Faults, NotFound
from metrion.base.ids import new_id
from metrion.catalog import snapshot
from metrion.catalog.content import MODELS
from metrion.catalog.errors import BaseMoved, NotAsRead, NotInReview, ScheduleTaken, StillUsed
from metrion.catalog.facts import existing_links
from metrion.catalog.indexing import card_of
from metrion.catalog.models import Card, Draft, Edge, Item, Publication, Version, with_keys
from metrion.catalog.reads.drafts import batch_faults, candidates
from metrion.catalog.schemas import Approved, Candidate, FrozenVersion
from metrion.catalog.visibility import DomainTree, no_such

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from metrion.catalog.links import Key
    from metrion.identity.schemas import Actor
    from metrion.semantic.model import Definition, Kind


@transaction.atomic
def freeze(actor: Actor, draft_ids: Iterable[UUID]) -> tuple[FrozenVersion, ...]:
    """Make immutable in-review versions of drafts, all or none, and lock the drafts.

    Raises what `reads.candidates` raises. Versions come back in the order of the drafts.
    """
    wanted = list(dict.fromkeys(draft_ids))
    list(Draft.objects.select_for_update().filter(id__in=wanted).order_by("id").values_list("id"))
    found = candidates(actor, wanted)
    items = _items([(each.kind, each.code) for each in found])
    numbers = dict(
        Version.objects.filter(item__in=items.values()).values_list("item").annotate(n=Max("number")).order_by()
    )
    versions = [_version(each, items[each.kind, each.code], numbers) for each in found]
    Version.objects.bulk_create(versions)
    _link(found, versions, items)
    drafts = [Draft(id=each.draft_id, submitted=row) for each, row in zip(found, versions, strict=True)]
    Draft.objects.bulk_update(drafts, ["submitted"])
    frozen = tuple(
        FrozenVersion(**dict(each), id=row.id, number=row.number) for each, row in zip(found, versions, strict=True)
    )
    for each in frozen:
        record(
            actor, "version.frozen", _target(each.kind, each.code, each.definition), _facts(each.number, each.digest)
        )
    return frozen


@transaction.atomic
def publish_versions(
    actor: Actor | None, approved: Sequence[Approved], *, valid_from: datetime | None = None
) -> datetime:
    """Put approved versions in force together, at once or at a later instant; returns the instant.

    Called by governance after the approval; `actor` None is the schedule. Raises `NotInReview`, `NotAsRead` when
    the content is not what was read, `BaseMoved` when another version was published since, `ScheduleTaken`, and
    `Faults` when the definitions no longer hold together with what is in force.
    """
    revision = snapshot.lock()
    instant = max(valid_from, now()) if valid_from else now()
    rows = (
        Version.objects.select_related("item")
        .select_for_update(of=("self",))
        .in_bulk([each.version_id for each in approved])
    )
    held = snapshot.current()
    definitions = [_readable(rows, each, held) for each in approved]
    if faults := batch_faults(definitions, held, DomainTree.load()):
        raise Faults(faults)
    versions = [rows[each.version_id] for each in approved]
    ids = [row.id for row in versions]
    Version.objects.filter(id__in=ids).update(state="approved")
    Draft.objects.filter(submitted__in=ids).delete()
    publications = _publications(versions, instant)
    cards = [
        card_of(publication, row.number, definition)
        for publication, row, definition in zip(publications, versions, definitions, strict=True)
    ]
    items = [row.item_id for row in versions]
    Card.objects.filter(item__in=items, valid_to__lte=now()).delete()
    Card.objects.filter(item__in=items, deprecated=True).update(deprecated=False)
    Card.objects.bulk_create(cards)
    Item.objects.filter(id__in=items).update(revision=revision, deprecated_at=None, successor=None)
    snapshot.bump()
    for row, definition in zip(versions, definitions, strict=True):
        detail = {**_facts(row.number, row.digest), "valid_from": instant.isoformat()}
        record(actor, "version.published", _target(definition.kind, definition.code, definition), detail)
    return instant


def reject_versions(actor: Actor | None, version_ids: Iterable[UUID]) -> None:
    """End the review of versions that were refused; their drafts can be written again. Called by governance."""
    _end_review(actor, version_ids, "rejected")


def withdraw_versions(actor: Actor | None, version_ids: Iterable[UUID]) -> None:
    """End the review of versions that were taken back or returned; their drafts can be written again."""
    _end_review(actor, version_ids, "withdrawn")


@transaction.atomic
def deprecate(actor: Actor | None, kind: Kind, code: str, successor: str | None = None) -> None:
    """Mark a definition as no longer recommended; it stays in force. Called by governance."""
    revision = snapshot.lock()
    item = _item(kind, code)
    item.revision = revision
    item.deprecated_at = now()
    item.successor = _item(kind, successor) if successor else None
    item.save()
    Card.objects.filter(item=item).update(deprecated=True)
    snapshot.bump()
    record(actor, "definition.deprecated", _target(kind, code), {"successor": successor})


@transaction.atomic
def archive(actor: Actor | None, kind: Kind, code: str, successor: str | None = None) -> None:
    """End the publication of a definition. It stays readable as of its time. Called by governance.

    Raises `StillUsed` while definitions in force rest on it, unless a successor in force is named.
    """
    revision, instant = snapshot.lock(), now()
    held = snapshot.current()
    users = sorted(other[1] for other in held.used_by.get((kind, code), ()))
    if users and (successor is None or (kind, successor) not in held.heads):
        raise StillUsed(code=code, used_by=users[:5])
    item = _item(kind, code)
    if (kind, code) not in held.heads:
        raise no_such(kind, code)
    Publication.objects.filter(item=item, valid_from__gt=instant).delete()
    _end(Publication.objects.filter(snapshot.in_force(instant), item=item), instant)
    item.revision = revision
    item.deprecated_at = item.deprecated_at or instant
    item.successor = _item(kind, successor) if successor else item.successor
    item.save()
    snapshot.bump()
    record(actor, "definition.archived", _target(kind, code), {"successor": successor})


def _items(keys: Sequence[Key]) -> dict[Key, Item]:
    """Return the items of these keys, making those that are new. Three queries."""
    missing = [Item(kind=kind, code=code, created_at=now()) for kind, code in keys]
    Item.objects.bulk_create(missing, ignore_conflicts=True)
    rows = Item.objects.select_for_update().filter(with_keys(keys)).order_by("id")
    return {(cast("Kind", row.kind), row.code): row for row in rows}


def _item(kind: Kind, code: str) -> Item:
    found = (
        Item.objects.select_for_update(of=("self",)).filter(kind=kind, code=code, publications__isnull=False).first()
    )
    if found is None:
        raise no_such(kind, code)
    return found


def _version(candidate: Candidate, item: Item, numbers: dict[UUID, int]) -> Version:
    return Version(
        id=new_id(),
        item=item,
        number=numbers.get(item.id, 0) + 1,
        content=candidate.definition.model_dump(mode="json"),
        digest=candidate.digest,
        base_id=candidate.base_version_id,
        author_id=candidate.authors[0],
        created_at=now(),
    )


def _link(found: Sequence[Candidate], versions: Sequence[Version], items: dict[Key, Item]) -> None:
    held = snapshot.current()
    catalogue = held.catalogue.overlay(*(each.definition for each in found))
    targets = {key: item.id for key, item in items.items()}
    edges = []
    for each, row in zip(found, versions, strict=True):
        for link in existing_links(each.definition, catalogue):
            target = targets.get(link.target) or held.heads[link.target].item
            edges.append(Edge(version=row, target_id=target, kind=link.kind))
    Edge.objects.bulk_create(edges)


def _readable(rows: dict[UUID, Version], approved: Approved, held: snapshot.Snapshot) -> Definition:
    """Return the definition of a version that may be published now, or raise."""
    row = rows.get(approved.version_id)
    if row is None:
        raise NotFound(kind_zh="版本", kind_en="version", key=str(approved.version_id))
    kind = cast("Kind", row.item.kind)
    if row.state != "in_review":
        raise NotInReview(code=row.item.code, number=row.number)
    definition = MODELS[kind].model_validate(row.content)
    if not approved.digest == row.digest == digest(definition):
        raise NotAsRead(code=row.item.code)
    head = held.heads.get((kind, row.item.code))
    if (head.version if head else None) != row.base_id:
        raise BaseMoved(code=row.item.code)
    return definition


def _end(publications: QuerySet[Publication], instant: datetime) -> None:
    """End publications, and the cards that copy their dates."""
    ended = list(publications.values_list("id", flat=True))
    Publication.objects.filter(id__in=ended).update(valid_to=instant)
    Card.objects.filter(publication__in=ended).update(valid_to=instant)


def _publications(versions: Sequence[Version], instant: datetime) -> list[Publication]:
    """Cut the line of publications at `instant` and put the versions in. Five queries."""
    items = [row.item_id for row in versions]
    existing = list(Publication.objects.filter(item__in=items).filter(Q(valid_to=None) | Q(valid_to__gt=instant)))
    if taken := next((each for each in existing if each.valid_from == instant), None):
        raise ScheduleTaken(code=next(row.item.code for row in versions if row.item_id == taken.item_id))
    following: dict[UUID, datetime] = {}
    for each in existing:
        if each.valid_from > instant:
            following[each.item_id] = min(each.valid_from, following.get(each.item_id, each.valid_from))
    _end(Publication.objects.filter(id__in=[each.id for each in existing if each.valid_from < instant]), instant)
    made = [
        Publication(item_id=row.item_id, version=row, valid_from=instant, valid_to=following.get(row.item_id))
        for row in versions
    ]
    return Publication.objects.bulk_create(made)


@transaction.atomic
def _end_review(actor: Actor | None, version_ids: Iterable[UUID], state: Literal["rejected", "withdrawn"]) -> None:
    rows = list(Version.objects.select_related("item").select_for_update(of=("self",)).filter(id__in=list(version_ids)))
    decided = next((row for row in rows if row.state != "in_review"), None)
    if decided is not None:
        raise NotInReview(code=decided.item.code, number=decided.number)
    ids = [row.id for row in rows]
    Version.objects.filter(id__in=ids).update(state=state)
    Draft.objects.filter(submitted__in=ids).update(submitted=None, updated_at=now())
    for row in rows:
        target = _target(cast("Kind", row.item.kind), row.item.code)
        record(actor, f"version.{state}", target, _facts(row.number, row.digest))


def _facts(number: int, content: str) -> dict[str, Plain]:
    return {"version": number, "digest": content}


def _target(kind: Kind, code: str, definition: Definition | None = None) -> Target:
    return Target(kind=kind, id=code, label=definition.name.pick() if definition else code)
