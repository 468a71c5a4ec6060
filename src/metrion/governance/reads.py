"""Reading change requests. A change is seen by its authors, by those who may decide it, and by auditors."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db.models import Count, F, Q, QuerySet

from metrion.base.clock import now
from metrion.base.errors import NotFound
from metrion.base.paging import MAX_PAGE, Page, decode_cursor, encode_cursor
from metrion.base.text import Text
from metrion.catalog.reads import candidates
from metrion.governance import engine, store
from metrion.governance.assessment import assess, digest_of_change, required_evidence
from metrion.governance.classify import DOMAIN_APPROVAL, FLOW_RULES, ROUTES, compare
from metrion.governance.errors import EvidenceMissing
from metrion.governance.models import ChangeItem, ChangeRequest, EvidenceSeen
from metrion.governance.schemas import (
    Box,
    ChangeCard,
    ChangeClass,
    ChangeState,
    ChangeView,
    EvidenceKind,
    FieldChange,
    InboxCount,
    ItemName,
    Publication,
    Simulation,
)
from metrion.governance.views import EVIDENCE_NAMES, Names, blocked_because, build, level_views
from metrion.identity import reads as identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from metrion.identity.schemas import Actor
    from metrion.semantic.model import Definition, Kind

NAMES_IN_CARD = 20


def visible(actor: Actor) -> QuerySet[ChangeRequest]:
    """Return the changes that the person may see."""
    if actor.may("audit.read", "/"):
        return ChangeRequest.objects.all()
    rule = Q(requester=actor.username) | Q(co_authors__username=actor.username) | Q(deciders__username=actor.username)
    for path in (*actor.grants.get("change.decide", ()), *actor.grants.get("audit.read", ())):
        rule |= Q(department__startswith=path)
    return ChangeRequest.objects.filter(id__in=ChangeRequest.objects.filter(rule).values("id"))


def field_changes(old: Definition, new: Definition) -> tuple[FieldChange, ...]:
    """Return what differs between two contents of one definition, field by field and in words."""
    return compare(old, new)


def find(actor: Actor, change_id: UUID) -> ChangeRequest:
    """Return a change that the person may see; raises `NotFound`."""
    found = visible(actor).filter(id=change_id).first()
    if found is None:
        raise NotFound(kind_zh="变更申请", kind_en="change request", key=str(change_id))
    return found


def _in_box(actor: Actor, box: Box) -> QuerySet[ChangeRequest]:
    match box:
        case "inbox":
            if not actor.may("change.decide"):
                return ChangeRequest.objects.none()
            return ChangeRequest.objects.filter(state="pending", deciders__username=actor.username, deciders__open=True)
        case "mine":
            mine = Q(requester=actor.username) | Q(co_authors__username=actor.username)
            return ChangeRequest.objects.filter(id__in=ChangeRequest.objects.filter(mine).values("id"))
        case "all":
            return visible(actor)


def inbox_count(actor: Actor) -> InboxCount:
    """Count what waits for the person's decision. One query."""
    return InboxCount(count=_in_box(actor, "inbox").count())


def inbox(actor: Actor, limit: int = 50) -> Page[ChangeCard]:
    """Return what waits for the person's decision, newest first, with the whole count."""
    return changes(actor, "inbox", limit=limit)


def changes(
    actor: Actor, box: Box, *, state: ChangeState | None = None, cursor: str | None = None, limit: int = 50
) -> Page[ChangeCard]:
    """Return the changes of a box, newest first. Seven queries."""
    found = _in_box(actor, box)
    if state is not None:
        found = found.filter(state=state)
    total = found.count()
    if cursor is not None:
        match decode_cursor(cursor, int):
            case [int(last)]:
                found = found.filter(number__lt=last)
    size = max(1, min(limit, MAX_PAGE))
    ids = list(found.order_by("-number").values_list("id", flat=True)[: size + 1])
    rows = list(ChangeRequest.objects.filter(id__in=ids[:size]).order_by("-number"))
    more = len(ids) > size
    return Page[ChangeCard](
        items=_cards(actor, rows), next_cursor=encode_cursor([rows[-1].number]) if more else None, total=total
    )


def _cards(actor: Actor, rows: Sequence[ChangeRequest]) -> list[ChangeCard]:
    names: dict[UUID, list[ItemName]] = {}
    items = ChangeItem.objects.filter(change__in=rows, round=F("change__round"), position__lt=NAMES_IN_CARD)
    for item in items.order_by("position"):
        shown = ItemName(kind=cast("Kind", item.kind), code=item.code, name=Text(zh=item.name_zh, en=item.name_en))
        names.setdefault(item.change_id, []).append(shown)
    counted = ChangeItem.objects.filter(change__in=rows, round=F("change__round")).values_list("change")
    counts = dict(counted.annotate(n=Count("id")))
    waiting = set(_in_box(actor, "inbox").filter(id__in=[row.id for row in rows]).values_list("id", flat=True))
    people = Names(row.requester_id for row in rows)
    return [
        ChangeCard(
            id=row.id,
            number=row.number,
            title=row.title,
            state=cast("ChangeState", row.state),
            publication=cast("Publication", row.publication),
            change_class=cast("ChangeClass", row.change_class),
            requester=people.ref(row.requester_id),
            created_at=row.created_at,
            decided_at=row.decided_at,
            effective_from=row.effective_from,
            published_at=row.published_at,
            items=tuple(names.get(row.id, ())),
            item_count=counts.get(row.id, 0),
            can_decide=row.id in waiting,
        )
        for row in rows
    ]


def change(actor: Actor, change_id: UUID) -> ChangeView:
    """Return one change as the person may see it; raises `NotFound`."""
    return build(actor, store.load(find(actor, change_id)))


def candidate(actor: Actor, change_id: UUID) -> tuple[Definition, ...]:
    """Return the contents under approval, for the backtest and the preview; raises `NotFound`."""
    held = store.load(find(actor, change_id))
    return tuple(each.definition for each in held.contents())


def simulate(actor: Actor, draft_ids: Iterable[UUID], co_authors: Iterable[str] = ()) -> Simulation:
    """Tell what submitting these drafts would meet, storing nothing. Raises what `submit` raises about drafts."""
    found = candidates(actor, draft_ids)
    assessment = assess(found)
    others = dict.fromkeys((*co_authors, *(name for each in found for name in each.authors)))
    directory = store.directory_for(found, actor.username)
    flow = engine.choose_flow(FLOW_RULES, {"class": assessment.change_class}, DOMAIN_APPROVAL)
    authors = tuple(name for name in others if name != actor.username)
    state = engine.simulate(flow, actor.username, authors, engine.resolve(flow, directory), now())
    return Simulation(
        change_class=assessment.change_class,
        class_name=ROUTES[assessment.change_class].name,
        digest=digest_of_change(found, None),
        differences={f"{each.candidate.kind}:{each.candidate.code}": each.differences for each in assessment.items},
        levels=level_views(state, Names(seat.person for level in state.levels for seat in level.seats)),
        blocked_because=blocked_because(state, directory),
        evidence=required_evidence(assessment),
    )


def evidence_seen(change_id: UUID, digest: str, kind: EvidenceKind, username: str) -> bool:
    """Tell whether the person was shown evidence of this kind for exactly this content."""
    return EvidenceSeen.objects.filter(
        evidence__change=change_id, evidence__digest=digest, evidence__kind=kind, username=username
    ).exists()


def evidence_missing(kind: EvidenceKind) -> EvidenceMissing:
    """Return the refusal to approve without having seen the evidence."""
    name = EVIDENCE_NAMES[kind]
    return EvidenceMissing(kind=kind, evidence_zh=name.zh, evidence_en=name.en)


def names_of(usernames: Iterable[str]) -> dict[str, str]:
    """Return the names of people in the caller's language."""
    return {name: card.name.pick() for name, card in identity.person_cards(usernames).items()}
