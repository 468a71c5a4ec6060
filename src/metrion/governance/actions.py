"""The gate: nothing is published without passing here. One transaction holds state, events, catalogue and audit."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import structlog
from django.db import transaction

from metrion.audit.actions import record
from metrion.audit.schemas import Target
from metrion.base.canonical import Plain, canonical_bytes
from metrion.base.canonical import digest as digest_of
from metrion.base.clock import now
from metrion.base.errors import Faults, Invalid, MetrionError, NotFound
from metrion.catalog import actions as catalog
from metrion.catalog.errors import BaseMoved, NotAsRead
from metrion.catalog.schemas import Approved
from metrion.governance import engine, reads, store
from metrion.governance.assessment import (
    Assessment,
    assess,
    departments_of,
    digest_of_change,
    nearest_common,
    required_evidence,
    stale_items,
)
from metrion.governance.classify import DOMAIN_APPROVAL, FLOW_RULES
from metrion.governance.engine import commands as c
from metrion.governance.errors import (
    ContentTampered,
    DeciderRefused,
    KeyReused,
    NoChange,
    StaleBase,
    StaleDigest,
)
from metrion.governance.models import ChangeItem, ChangeRequest, CoAuthor, Evidence, EvidenceSeen
from metrion.identity import reads as identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from metrion.catalog.schemas import FrozenVersion
    from metrion.governance.engine import Event, State
    from metrion.governance.schemas import ChangeView, Decision, EvidenceKind
    from metrion.governance.store import Held
    from metrion.identity.schemas import Actor

log = structlog.get_logger(__name__)

MAX_EVIDENCE_BYTES: Final = 2_000_000


# --- submit -----------------------------------------------------------------------------------------


@transaction.atomic
def submit(
    actor: Actor,
    draft_ids: Sequence[UUID],
    title: str,
    reason: str,
    effective_from: datetime | None = None,
    *,
    co_authors: Iterable[str] = (),
    idempotency_key: str | None = None,
) -> ChangeView:
    """Freeze drafts and ask for their publication, all together or not at all.

    Raises `Faults` with everything wrong in any draft, `NoChange`, `Invalid`, and what the catalogue refuses
    (`Forbidden`, `BaseMoved`, `AlreadyInReview`, `DraftLocked`). The same idempotency key returns the same change.
    """
    wanted = list(dict.fromkeys(draft_ids))
    asked = digest_of([sorted(map(str, wanted)), title, reason, effective_from.isoformat() if effective_from else None])
    if idempotency_key is not None:
        known = ChangeRequest.objects.filter(requester__username=actor.username, submit_key=idempotency_key).first()
        if known is not None:
            if known.submit_digest != asked:
                raise KeyReused(field="idempotency_key")
            return reads.change(actor, known.id)
    if effective_from is not None and effective_from <= now():
        raise Invalid(
            field="effective_from",
            reason_zh="生效时间必须在将来。",
            reason_en="The effective time must be in the future.",
        )
    helpers = _known_people(co_authors)
    frozen, assessment = _frozen(actor, wanted)
    authors = dict.fromkeys((*helpers, *(name for each in frozen for name in each.authors)))
    row = ChangeRequest(
        number=store.next_number(),
        title=title,
        reason=reason,
        requester_id=actor.username,
        submit_key=idempotency_key,
        submit_digest=asked,
        digest=digest_of_change(frozen, effective_from),
        change_class=assessment.change_class,
        department=nearest_common(departments_of(frozen)),
        state="pending",
        effective_from=effective_from,
        created_at=now(),
    )
    others = tuple(name for name in authors if name != actor.username)
    directory = store.directory_for(frozen, actor.username)
    flow = engine.choose_flow(FLOW_RULES, {"class": assessment.change_class}, DOMAIN_APPROVAL)
    command = c.Submit(
        command_id=f"{actor.username}:submit:{row.id}",
        by=actor.username,
        co_authors=others,
        flow=flow,
        digest=row.digest,
        candidates=engine.resolve(flow, directory),
    )
    made = engine.decide(engine.NEW, command, now())
    row.save(force_insert=True)
    CoAuthor.objects.bulk_create([CoAuthor(change=row, username=name) for name in others])
    _store_items(row, frozen, assessment)
    held = store.Held(row, [], engine.NEW)
    store.append(held, made)
    _record(
        actor,
        "change.submitted",
        held,
        {
            "class": row.change_class,
            "co_authors": list(others),
            "items": [{"kind": each.kind, "code": each.code, "version": each.number} for each in frozen],
            "effective_from": effective_from.isoformat() if effective_from else None,
        },
        reason=reason,
    )
    return reads.change(actor, row.id)


@transaction.atomic
def resubmit(actor: Actor, change_id: UUID, comment: str = "", *, idempotency_key: str) -> ChangeView:
    """Send a returned change again with its drafts as they are now. Raises like `submit`, and `NotOpen`."""
    held = _locked(actor, change_id)
    command_id = _command_id(actor, idempotency_key)
    if command_id in held.state.commands:
        return reads.change(actor, change_id)
    if held.state.status != "returned":
        raise engine.not_open(held.state)
    frozen, assessment = _frozen(actor, [item.draft_id for item in held.items() if item.draft_id is not None])
    row = held.row
    if row.effective_from is not None and row.effective_from <= now():
        row.effective_from = None
    directory = store.directory_for(frozen, row.requester_id)
    flow = held.state.flow or DOMAIN_APPROVAL
    command = c.Resubmit(
        command_id=command_id,
        by=actor.username,
        digest=digest_of_change(frozen, row.effective_from),
        candidates=engine.resolve(flow, directory),
        comment=comment,
    )
    made = _decided(held.state, command)
    row.round += 1
    row.change_class = assessment.change_class
    row.department = nearest_common(departments_of(frozen))
    _store_items(row, frozen, assessment)
    store.append(held, made)
    _record(actor, "change.resubmitted", held, {"class": row.change_class, "round": row.round}, reason=comment)
    return reads.change(actor, change_id)


def _frozen(actor: Actor, draft_ids: Sequence[UUID]) -> tuple[tuple[FrozenVersion, ...], Assessment]:
    frozen = catalog.freeze(actor, draft_ids)
    assessment = assess(frozen)
    same = [
        NoChange(field=f"{each.kind}.{each.code}", name=each.definition.name.pick()) for each in assessment.unchanged
    ]
    if same:
        raise same[0] if len(same) == 1 else Faults(same)
    return frozen, assessment


def _store_items(row: ChangeRequest, frozen: Sequence[FrozenVersion], assessment: Assessment) -> None:
    ChangeItem.objects.bulk_create(
        ChangeItem(
            change=row,
            round=row.round,
            position=position,
            version_id=each.id,
            base_id=each.base_version_id,
            draft_id=each.draft_id,
            kind=each.kind,
            code=each.code,
            name_zh=each.definition.name.zh,
            name_en=each.definition.name.en,
            digest=each.digest,
            base_digest=digest_of(each.base) if each.base else "",
            change_class=item.change_class,
        )
        for position, (each, item) in enumerate(zip(frozen, assessment.items, strict=True))
    )


def _known_people(usernames: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(usernames))
    cards = identity.person_cards(wanted) if wanted else {}
    unknown = next((name for name in wanted if name not in cards), None)
    if unknown is not None:
        raise NotFound(kind_zh="人员", kind_en="person", key=unknown, field="co_authors")
    return wanted


# --- decide -----------------------------------------------------------------------------------------


@transaction.atomic
def decide(
    actor: Actor, change_id: UUID, decision: Decision, digest: str, comment: str = "", *, idempotency_key: str
) -> ChangeView:
    """Approve, reject or return exactly the content with `digest`. An approval that completes publishes at once.

    Raises `SelfApproval` or `NotADecider` (with who may), `AlreadyDecided`, `NotOpen`, `StaleDigest`,
    `CommentRequired`, `EvidenceMissing`, `StaleBase`, and `Faults` when it no longer fits what is in force.
    """
    held = _locked(actor, change_id)
    command_id = _command_id(actor, idempotency_key)
    command: c.Decide | c.Return
    if decision == "return":
        command = c.Return(command_id=command_id, by=actor.username, digest=digest, comment=comment)
    else:
        command = c.Decide(command_id=command_id, by=actor.username, digest=digest, decision=decision, comment=comment)
    if command_id in held.state.commands:
        _decided(held.state, command)  # raises when the key was used for something else
        return reads.change(actor, change_id)
    contents = held.contents()
    _refresh(held, contents)
    made = _decided(held.state, command)
    for department in departments_of(contents):
        actor.require("change.decide", department)  # a token may hold less than its person
    if decision == "approve":
        _require_intact(held, contents)
        _require_evidence(actor, held, contents)
        _require_fresh(contents)
    store.append(held, made)
    _settle(actor, held, contents, f"change.{_VERBS[decision]}", comment)
    return reads.change(actor, change_id)


_VERBS: Final[Mapping[Decision, str]] = {"approve": "approved", "reject": "rejected", "return": "returned"}


def _refresh(held: Held, contents: Sequence[FrozenVersion]) -> None:
    """Seat who may decide today, and nobody who may not any more."""
    changed = store.refreshed(held.state, store.directory_for(contents, held.row.requester_id))
    if changed:
        store.append(held, changed)


def _require_intact(held: Held, contents: Sequence[FrozenVersion]) -> None:
    """Hash everything stored anew: what is about to be approved or published is what was read."""
    items = held.items()
    same_items = [item.version_id for item in items] == [each.id for each in contents]
    same_contents = all(digest_of(each.definition) == item.digest for item, each in zip(items, contents, strict=False))
    if not (same_items and same_contents and digest_of_change(contents, held.row.effective_from) == held.state.digest):
        raise ContentTampered


def _require_evidence(actor: Actor, held: Held, contents: Sequence[FrozenVersion]) -> None:
    for kind in required_evidence(assess(contents)):
        if not reads.evidence_seen(held.row.id, held.state.digest, kind, actor.username):
            raise reads.evidence_missing(kind)


def _require_fresh(contents: Sequence[FrozenVersion]) -> None:
    stale = stale_items(contents)
    if stale:
        raise StaleBase(items=[each.definition.name.pick() or each.code for each in stale])


def _settle(actor: Actor, held: Held, contents: Sequence[FrozenVersion], action: str, comment: str) -> None:
    """Do in the catalogue what the approval has come to, then record it.

    The trail comes last: it is the lock that everybody takes last, so that no two transactions wait for
    each other.
    """
    ids = [each.id for each in contents]
    row = held.row
    outcome = ""
    match held.state.status:
        case "approved" if row.effective_from is not None and row.effective_from > now():
            row.publication, outcome = "scheduled", "change.scheduled"
            row.save()
        case "approved":
            _publish(actor, held, contents)
            outcome = "change.published"
        case "rejected":
            catalog.reject_versions(actor, ids)
        case "returned":
            catalog.withdraw_versions(actor, ids)
    _record(actor, action, held, {"state": row.state}, reason=comment)
    if outcome:
        _record_outcome(actor, outcome, held, contents)


def _record_outcome(actor: Actor | None, action: str, held: Held, contents: Sequence[FrozenVersion]) -> None:
    at = held.row.effective_from.isoformat() if held.row.effective_from else None
    _record(actor, action, held, {"versions": [str(each.id) for each in contents], "effective_from": at})


def _publish(actor: Actor | None, held: Held, contents: Sequence[FrozenVersion]) -> None:
    _require_intact(held, contents)
    approval = next((event for event in held.events if event.kind == "approved"), None)
    if approval is None or approval.digest != digest_of_change(contents, held.row.effective_from):
        raise ContentTampered
    approved = [Approved(version_id=item.version_id, digest=item.digest) for item in held.items()]
    try:
        instant = catalog.publish_versions(actor, approved)
    except BaseMoved as refusal:
        raise StaleBase(items=[str(refusal.params["code"])]) from refusal
    except NotAsRead as refusal:
        raise ContentTampered from refusal
    held.row.publication = "published"
    held.row.published_at = instant
    held.row.save()


# --- around the decision ----------------------------------------------------------------------------


@transaction.atomic
def withdraw(actor: Actor, change_id: UUID, comment: str = "", *, idempotency_key: str) -> ChangeView:
    """Take a change back; its drafts can be written again. Raises `NotTheRequester` or `NotOpen`."""
    held = _locked(actor, change_id)
    in_review = held.state.status in {"pending", "blocked"}
    command = c.Withdraw(command_id=_command_id(actor, idempotency_key), by=actor.username, comment=comment)
    made = _decided(held.state, command)
    if made:
        store.append(held, made)
        if in_review:
            catalog.withdraw_versions(actor, [item.version_id for item in held.items()])
        _record(actor, "change.withdrawn", held, {}, reason=comment)
    return reads.change(actor, change_id)


@transaction.atomic
def remind(actor: Actor, change_id: UUID, comment: str = "", *, idempotency_key: str) -> ChangeView:
    """Ask the deciders again. Raises `NotTheRequester`, `NotOpen` or `RemindedTooSoon`."""
    held = _locked(actor, change_id)
    command = c.Remind(command_id=_command_id(actor, idempotency_key), by=actor.username, comment=comment)
    return _noted(actor, held, command, "change.reminded", comment)


@transaction.atomic
def comment(actor: Actor, change_id: UUID, text: str, *, idempotency_key: str) -> ChangeView:
    """Add a remark: for authors and for those who decide, not for those who only look."""
    held = _locked(actor, change_id)
    if not actor.may("metric.draft"):
        actor.require("change.decide")
    command = c.Comment(command_id=_command_id(actor, idempotency_key), by=actor.username, comment=text)
    return _noted(actor, held, command, "change.commented", text)


def _noted(actor: Actor, held: Held, command: c.Remind | c.Comment, action: str, reason: str) -> ChangeView:
    made = _decided(held.state, command)
    if made:
        store.append(held, made)
        _record(actor, action, held, {}, reason=reason)
    return reads.change(actor, held.row.id)


@transaction.atomic
def attach_evidence(
    actor: Actor, change_id: UUID, digest: str, kind: EvidenceKind, content: Mapping[str, Plain]
) -> None:
    """Note that the actor was shown `content`, computed for the change content with `digest`.

    The same content seen again changes nothing. Raises `StaleDigest` when the change has other content now.
    """
    held = _locked(actor, change_id)
    if digest != held.state.digest:
        raise StaleDigest
    if len(canonical_bytes(content)) > MAX_EVIDENCE_BYTES:
        raise Invalid(reason_zh="证据过大。", reason_en="The evidence is too large.")
    proof, _ = Evidence.objects.get_or_create(
        change=held.row,
        digest=digest,
        kind=kind,
        content_digest=digest_of(content),
        defaults={"content": content, "created_at": now()},
    )
    _, first = EvidenceSeen.objects.get_or_create(evidence=proof, username=actor.username, defaults={"at": now()})
    if first:
        _record(actor, "change.evidence_seen", held, {"kind": kind, "evidence": proof.content_digest, "digest": digest})


# --- time -------------------------------------------------------------------------------------------


def publish_due() -> int:
    """Publish approved changes whose day has come, each in its own transaction; returns how many were handled.

    A change that cannot be published any more (its base moved, it breaks something) is marked `stale`, its
    drafts are opened again, and nothing of it is published.
    """
    due = ChangeRequest.objects.filter(publication="scheduled", effective_from__lte=now()).order_by("effective_from")
    handled = 0
    for change_id in list(due.values_list("id", flat=True)):
        handled += _publish_one(change_id)
    return handled


@transaction.atomic
def _publish_one(change_id: UUID) -> int:
    held = store.lock(change_id)
    if held.row.publication != "scheduled":
        return 0
    contents = held.contents()
    try:
        with transaction.atomic():
            _publish(None, held, contents)
            _record_outcome(None, "change.published", held, contents)
    except MetrionError as refusal:
        log.warning("scheduled publication refused", change=held.row.number, code=refusal.code)
        held.row.publication = "stale"
        held.row.published_at = None
        held.row.save()
        catalog.withdraw_versions(None, [each.id for each in contents])
        _record(None, "change.stale", held, {"refused": refusal.code})
    return 1


def refresh_open() -> int:
    """Bring open approvals up to date with organisation and clock; returns how many changed."""
    pending = ChangeRequest.objects.filter(state__in=["pending", "blocked"]).order_by("number")
    return sum(_refresh_one(change_id) for change_id in list(pending.values_list("id", flat=True)))


@transaction.atomic
def _refresh_one(change_id: UUID) -> bool:
    held = store.lock(change_id)
    before = len(held.events)
    contents = held.contents()
    _refresh(held, contents)
    ticked = engine.decide(held.state, c.Tick(command_id=f"tick:{now().isoformat()}", by=""), now())
    if ticked:
        store.append(held, ticked)
    changed = len(held.events) > before
    if changed:
        _record(None, "change.approvers_changed", held, {"state": held.row.state})
    return changed


# --- shared -----------------------------------------------------------------------------------------


def _locked(actor: Actor, change_id: UUID) -> Held:
    """Return the change, locked; raises `NotFound` when the actor may not see it."""
    return store.lock(reads.find(actor, change_id).id)


def _command_id(actor: Actor, key: str) -> str:
    return f"{actor.username}:{key}"


def _decided(state: State, command: c.Command) -> tuple[Event, ...]:
    with _named():
        return engine.decide(state, command, now())


@contextmanager
def _named() -> Iterator[None]:
    """Say names instead of user names in refusals."""
    try:
        yield
    except DeciderRefused as refusal:
        raise refusal.named(reads.names_of(refusal.people)) from None


def _record(actor: Actor | None, action: str, held: Held, detail: Mapping[str, Plain], *, reason: str = "") -> None:
    target = Target(kind="change", id=str(held.row.id), label=f"#{held.row.number} {held.row.title}")
    record(actor, action, target, {"number": held.row.number, "digest": held.row.digest, **detail}, reason=reason)
