"""Builds the view of one change for one reader: what differs, who may decide, what has happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from metrion.base.clock import now
from metrion.base.errors import MetrionError
from metrion.base.text import Text
from metrion.catalog import snapshot
from metrion.catalog.visibility import Sight
from metrion.governance import engine, store
from metrion.governance.assessment import Assessment, assess, departments_of, required_evidence, stale_items
from metrion.governance.classify import ROUTES
from metrion.governance.engine.timeline import timeline
from metrion.governance.errors import DeciderRefused, EvidenceMissing, StaleBase
from metrion.governance.models import EvidenceSeen
from metrion.governance.schemas import (
    ChangeClass,
    ChangeState,
    ChangeView,
    EvidenceKind,
    EvidenceView,
    ImpactRow,
    ItemView,
    LevelView,
    PersonRef,
    Publication,
    Refusal,
    TimelineEntry,
)
from metrion.identity import reads as identity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from metrion.catalog.schemas import Candidate, FrozenVersion
    from metrion.governance.assessment import Assessed
    from metrion.governance.engine import State
    from metrion.governance.people import Directory
    from metrion.governance.store import Held
    from metrion.identity.schemas import Actor

EVIDENCE_NAMES: Final[Mapping[EvidenceKind, Text]] = {
    "backtest": Text(zh="新旧版本试算对比", en="comparison of old and new version on the same data"),
    "preview": Text(zh="新指标的试算结果", en="preview of the new metric's number"),
}
MAX_IMPACT: Final = 200


class Names:
    """The people of one answer, read with one query."""

    def __init__(self, usernames: Iterable[str]) -> None:
        wanted = {name for name in usernames if name}
        self._cards = identity.person_cards(wanted) if wanted else {}

    def ref(self, username: str) -> PersonRef:
        """Return the person; somebody unknown goes by his user name."""
        card = self._cards.get(username)
        if card is None:
            return PersonRef(username=username, name=Text(zh=username, en=username))
        return PersonRef(username=username, name=card.name, department=card.department_name)

    def joined(self, usernames: Iterable[str]) -> Text:
        """Return the names in one line, in both languages."""
        names = [self.ref(name).name for name in usernames]
        return Text(zh="、".join(name.pick("zh") for name in names), en=", ".join(name.pick("en") for name in names))


def build(actor: Actor, held: Held) -> ChangeView:
    """Return the view of a change for a person who may see it."""
    row = held.row
    contents = held.contents()
    assessment = assess(contents)
    directory = store.directory_for(contents, row.requester_id)
    state = engine.fold(store.refreshed(held.state, directory), held.state)
    steps = timeline(held.events)
    names = Names(
        [
            row.requester_id,
            *state.co_authors,
            *(step.by for step in steps),
            *(name for step in steps for name in step.people),
            *(name for level in state.levels for seat in level.seats for name in (seat.person, seat.decided_by)),
        ]
    )
    pending = state.status == "pending"
    stale = tuple(stale_items(contents)) if pending or row.publication == "scheduled" else ()
    proofs = _evidence(actor, held, required_evidence(assessment))
    refusal = _why_not(state, actor, departments_of(contents), names)
    approving = refusal or _why_not_approve(stale, proofs)
    is_author = actor.username in state.authors
    return ChangeView(
        id=row.id,
        number=row.number,
        title=row.title,
        reason=row.reason,
        state=cast("ChangeState", state.status),
        publication=cast("Publication", row.publication),
        change_class=cast("ChangeClass", row.change_class),
        class_name=ROUTES[cast("ChangeClass", row.change_class)].name,
        class_meaning=ROUTES[cast("ChangeClass", row.change_class)].meaning,
        digest=state.digest,
        round=state.round,
        requester=names.ref(row.requester_id),
        co_authors=tuple(names.ref(name) for name in state.co_authors),
        created_at=row.created_at,
        decided_at=row.decided_at,
        effective_from=row.effective_from,
        published_at=row.published_at,
        items=_items(actor, contents, assessment),
        levels=level_views(state, names),
        blocked_because=blocked_because(state, directory),
        evidence=proofs,
        timeline=_timeline(held, names),
        stale=bool(stale) or row.publication == "stale",
        can_decide=refusal is None,
        why_not=_shown(refusal),
        can_approve=approving is None,
        why_not_approve=_shown(approving),
        can_withdraw=is_author and state.status in {"pending", "blocked", "returned"},
        can_remind=is_author and pending,
        can_resubmit=is_author and state.status == "returned",
    )


# --- who may decide ---------------------------------------------------------------------------------


def level_views(state: State, names: Names) -> tuple[LevelView, ...]:
    """Return the levels with their people."""
    return tuple(
        LevelView(
            key=level.key,
            name=level.name,
            mode=level.mode,
            needed=level.needed,
            state="done" if level.done else "open" if index == state.position and _running(state) else "waiting",
            candidates=tuple(names.ref(seat.person) for seat in level.seats),
            approved_by=tuple(names.ref(seat.decided_by) for seat in level.seats if seat.decision == "approve"),
        )
        for index, level in enumerate(state.levels)
    )


def _running(state: State) -> bool:
    return state.status == "pending"


def blocked_because(state: State, directory: Directory) -> Text | None:
    """Return why nobody can decide and who can mend it; None when somebody can."""
    if state.status != "blocked":
        return None
    appointers = list(dict.fromkeys(directory.appointers()))
    who = Names(appointers).joined(appointers) if appointers else Text(zh="系统管理员", en="the administrator")
    return Text(
        zh=f"除申请人和共同起草人外，没有人持有所涉部门的审批权限。已上报上级部门，请 {who.zh} 指定审批人。",
        en=(
            "Nobody but the requester and the co-authors may decide for the departments concerned. "
            f"It is escalated to the department above: {who.en} can appoint an approver."
        ),
    )


def _why_not(state: State, actor: Actor, departments: Iterable[str], names: Names) -> MetrionError | None:
    try:
        engine.may_decide(state, actor.username, now())
        for department in departments:
            actor.require("change.decide", department)
    except DeciderRefused as refusal:
        return refusal.named({name: names.ref(name).name.pick() for name in refusal.people})
    except MetrionError as refusal:
        return refusal
    return None


def _why_not_approve(stale: Iterable[Candidate], proofs: Iterable[EvidenceView]) -> MetrionError | None:
    unseen = next((proof for proof in proofs if not proof.seen_by_me), None)
    if unseen is not None:
        return EvidenceMissing(kind=unseen.kind, evidence_zh=unseen.label.zh, evidence_en=unseen.label.en)
    moved = [each.definition.name.pick() or each.code for each in stale]
    return StaleBase(items=moved) if moved else None


def _shown(refusal: MetrionError | None) -> Refusal | None:
    if refusal is None:
        return None
    problem = refusal.render()
    return Refusal(code=problem["code"], title=problem["title"], remedy=problem["remedy"])


# --- contents ---------------------------------------------------------------------------------------


def _items(actor: Actor, contents: Iterable[FrozenVersion], assessment: Assessment) -> tuple[ItemView, ...]:
    sight, heads = Sight(actor), snapshot.current()
    return tuple(_item(sight, heads, each, item) for each, item in zip(contents, assessment.items, strict=True))


def _item(sight: Sight, held: snapshot.Snapshot, version: FrozenVersion, assessed: Assessed) -> ItemView:
    shown, hidden = _impact(sight, held, version)
    name = version.definition.name
    return ItemView(
        kind=version.kind,
        code=version.code,
        name=name if name.pick() else Text(zh=version.code, en=version.code),
        operation="create" if version.base is None else "update",
        version_id=version.id,
        version=version.number,
        base_version_id=version.base_version_id,
        base_version=version.base_number,
        digest=version.digest,
        content=version.definition.model_dump(mode="json"),
        base=version.base.model_dump(mode="json") if version.base else None,
        differences=assessed.differences,
        change_class=assessed.change_class,
        impact=shown,
        impact_hidden=hidden,
    )


def _impact(sight: Sight, held: snapshot.Snapshot, version: FrozenVersion) -> tuple[tuple[ImpactRow, ...], int]:
    """Return the dependants that the reader may see, nearest first, and the number of the others."""
    cone = held.cone((version.kind, version.code))
    seen = [key for key in cone if sight.sees(held.heads[key])]
    rows = tuple(
        ImpactRow(kind=key[0], code=key[1], name=held.heads[key].name, distance=cone[key]) for key in seen[:MAX_IMPACT]
    )
    return rows, len(cone) - len(rows)


# --- what has happened ------------------------------------------------------------------------------


def _evidence(actor: Actor, held: Held, needed: Iterable[EvidenceKind]) -> tuple[EvidenceView, ...]:
    seen: dict[str, list[str]] = {}
    found = EvidenceSeen.objects.filter(evidence__change=held.row, evidence__digest=held.state.digest).order_by("at")
    for kind, username in found.values_list("evidence__kind", "username"):
        seen.setdefault(kind, []).append(username)
    return tuple(
        EvidenceView(
            kind=kind,
            label=EVIDENCE_NAMES[kind],
            present=kind in seen,
            seen_by_me=actor.username in seen.get(kind, ()),
            seen_by=tuple(dict.fromkeys(seen.get(kind, ()))),
        )
        for kind in needed
    )


def _timeline(held: Held, names: Names) -> tuple[TimelineEntry, ...]:
    entries = []
    for number, step in enumerate(timeline(held.events), start=1):
        text = step.text
        if step.people:
            whom = names.joined(step.people)
            text = Text(zh=f"{text.zh}:{whom.zh}", en=f"{text.en}: {whom.en}")
        person = names.ref(step.by) if step.by else None
        entries.append(
            TimelineEntry(sequence=number, at=step.at, person=person, kind=step.kind, text=text, comment=step.comment)
        )
    if held.row.published_at is not None:
        text = Text(zh="已发布", en="Published")
        last = len(entries) + 1
        entries.append(TimelineEntry(sequence=last, at=held.row.published_at, person=None, kind="published", text=text))
    return tuple(entries)
