"""Writing drafts. What was typed is stored as it is; a fault never keeps a draft from being saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import orjson
from django.db import transaction

from metrion.audit.actions import record
from metrion.audit.schemas import Target
from metrion.base.canonical import digest
from metrion.base.clock import now
from metrion.base.errors import Invalid, NotFound
from metrion.base.text import Text
from metrion.catalog import snapshot
from metrion.catalog.content import MODELS, compact, kind_of, string_at, text_at
from metrion.catalog.errors import DraftChanged, DraftLocked
from metrion.catalog.models import CoAuthor, Draft
from metrion.catalog.reads.definitions import open_head
from metrion.catalog.reads.drafts import find, view
from metrion.catalog.reads.people import People
from metrion.catalog.visibility import DomainTree, Sight, draft_permission, no_such
from metrion.identity import reads as identity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from metrion.catalog.schemas import DraftView, Raw
    from metrion.identity.schemas import Actor
    from metrion.semantic.model import Kind

MAX_BYTES = 1_000_000
_NAME_LENGTH = 400
_CODE_LENGTH = 200


@transaction.atomic
def save_draft(actor: Actor, raw: Raw, draft_id: UUID | None = None, expected_revision: int | None = None) -> DraftView:
    """Store a draft and return it with its faults.

    `draft_id` None begins a new definition. `expected_revision` is what the author read: raises `DraftChanged`,
    which carries what is stored, when somebody saved in between. Raises `DraftLocked`, `NotFound`, `Forbidden`,
    and `Invalid` when `kind` is missing.
    """
    kind = _checked_kind(actor, raw)
    if draft_id is None:
        return view(actor, _created(actor, kind, raw, None))
    draft = _opened(actor, draft_id)
    if expected_revision is not None and expected_revision != draft.revision:
        raise DraftChanged(view(actor, draft), People([draft.editor_id]).get(draft.editor_id).name)
    if kind != draft.kind:
        raise Invalid(field="kind", reason_zh="草稿的种类不能修改。", reason_en="The kind of a draft cannot change.")
    if raw != draft.raw:
        draft.revision += 1
        _fill(actor, draft, raw)
        draft.save()
        record(actor, "draft.saved", _target(draft), {"revision": draft.revision, "digest": digest(raw)})
    return view(actor, draft)


@transaction.atomic
def draft_from_published(actor: Actor, kind: Kind, code: str) -> DraftView:
    """Return a draft that changes the version in force: the person's open one, or a new one with its content."""
    open_head(Sight(actor), (kind, code))
    head = snapshot.current().heads.get((kind, code))
    if head is None:
        raise no_such(kind, code)
    mine = Draft.objects.filter(
        kind=kind, code=code, author__username=actor.username, submitted=None, base__isnull=False
    )
    draft = mine.order_by("-updated_at").first()
    if draft is None:
        raw = compact(MODELS[kind].model_validate(head.content))
        _checked_kind(actor, raw)
        draft = _created(actor, kind, raw, head.version)
    return view(actor, draft)


def change_published(actor: Actor, raw: Raw) -> DraftView:
    """Store one draft as `import_drafts` does and return it with its faults."""
    return view(actor, find(actor, import_drafts(actor, [raw])[0]))


@transaction.atomic
def import_drafts(actor: Actor, raws: Sequence[Raw]) -> tuple[UUID, ...]:
    """Store drafts that came from files: changes where the code is published, else new definitions.

    An open draft of the person for the same code is taken over, so that importing twice is importing once.
    Returns the drafts in the order of `raws`.
    """
    heads = snapshot.current().heads
    mine = (
        Draft.objects.select_for_update().filter(author__username=actor.username, submitted=None).order_by("updated_at")
    )
    opened = {(draft.kind, draft.code): draft for draft in mine}
    tree = DomainTree.load()
    found = []
    for raw in raws:
        kind = _checked_kind(actor, raw, tree)
        code = string_at(raw, "code")
        head = heads.get((kind, code))
        base = head.version if head else None
        draft = opened.get((kind, code)) if code else None
        if draft is None:
            draft = _created(actor, kind, raw, base)
        elif raw != draft.raw or draft.base_id != base:
            draft.base_id = base
            draft.revision += 1
            _fill(actor, draft, raw)
            draft.save()
            record(actor, "draft.saved", _target(draft), {"revision": draft.revision, "digest": digest(raw)})
        found.append(draft.id)
    return tuple(found)


@transaction.atomic
def rebase_draft(actor: Actor, draft_id: UUID) -> DraftView:
    """Make the draft a change of the version now in force; its content stays for the author to compare."""
    draft = _opened(actor, draft_id)
    head = snapshot.current().heads.get((cast("Kind", draft.kind), draft.code))
    draft.base_id = head.version if head else None
    draft.revision += 1
    draft.editor_id = actor.username
    draft.updated_at = now()
    draft.save()
    record(actor, "draft.rebased", _target(draft), {"base": head.number if head else None})
    return view(actor, draft)


@transaction.atomic
def discard_draft(actor: Actor, draft_id: UUID) -> None:
    """Delete a draft; only its author may. Raises `DraftLocked` while it is in review."""
    draft = _opened(actor, draft_id)
    _require_author(actor, draft)
    target, content = _target(draft), digest(draft.raw)
    draft.delete()
    record(actor, "draft.discarded", target, {"digest": content})


@transaction.atomic
def share_draft(actor: Actor, draft_id: UUID, usernames: tuple[str, ...]) -> DraftView:
    """Set who else may write the draft; they may not decide on it. Only its author shares."""
    draft = _opened(actor, draft_id)
    _require_author(actor, draft)
    wanted = dict.fromkeys(name for name in usernames if name != draft.author_id)
    known = {name for name, card in identity.person_cards(wanted).items() if card.active}
    unknown = next((name for name in wanted if name not in known), None)
    if unknown is not None:
        raise NotFound(kind_zh="人员", kind_en="person", key=unknown, field="usernames")
    draft.co_authors.all().delete()
    CoAuthor.objects.bulk_create([CoAuthor(draft=draft, person_id=name) for name in wanted])
    record(actor, "draft.shared", _target(draft), {"co_authors": list(wanted)})
    return view(actor, draft)


def _opened(actor: Actor, draft_id: UUID) -> Draft:
    draft = find(actor, draft_id, lock=True)
    if draft.submitted_id is not None:
        raise DraftLocked
    return draft


def _require_author(actor: Actor, draft: Draft) -> None:
    if draft.author_id != actor.username:
        raise Invalid(reason_zh="只有草稿作者可以执行此操作。", reason_en="Only the author of the draft may do this.")


def _checked_kind(actor: Actor, raw: Raw, tree: DomainTree | None = None) -> Kind:
    kind = kind_of(raw)
    if kind is None:
        known = "、".join(MODELS)
        raise Invalid(field="kind", reason_zh=f"种类应为：{known}。", reason_en=f"The kind must be one of: {known}.")
    try:
        size = len(orjson.dumps(raw))
    except orjson.JSONEncodeError as refusal:
        raise Invalid(reason_zh="含有无法保存的值。", reason_en="It holds a value that cannot be stored.") from refusal
    if size > MAX_BYTES:
        raise Invalid(reason_zh="定义过大，超过 1 MB。", reason_en="The definition is larger than 1 MB.")
    area = (tree or DomainTree.load()).rows.get(string_at(raw, "subject") or string_at(raw, "domain"))
    actor.require(draft_permission(kind), area.path if area else None)
    return kind


def _created(actor: Actor, kind: Kind, raw: Raw, base: UUID | None) -> Draft:
    draft = Draft(kind=kind, author_id=actor.username, base_id=base, created_at=now())
    _fill(actor, draft, raw)
    draft.save(force_insert=True)
    record(actor, "draft.created", _target(draft), {"kind": kind, "digest": digest(raw)})
    return draft


def _fill(actor: Actor, draft: Draft, raw: Raw) -> None:
    name = text_at(raw, "name")
    draft.raw = raw
    draft.code = string_at(raw, "code")[:_CODE_LENGTH]
    draft.name_zh, draft.name_en = name.zh[:_NAME_LENGTH], name.en[:_NAME_LENGTH]
    draft.editor_id = actor.username
    draft.updated_at = now()


def _target(draft: Draft) -> Target:
    label = Text(zh=draft.name_zh, en=draft.name_en).pick() or draft.code
    return Target(kind="draft", id=str(draft.id), label=label)
