"""Shapes of the governance room that other rooms, pages and the command line may hold."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from metrion.base.text import Text
from metrion.semantic.model import Code, Kind

ChangeClass = Literal["cosmetic", "stewardship", "additive", "drift", "semantic", "structural", "protection"]
"""What a change really does, from the mildest to the strictest; computed, never chosen."""
ChangeState = Literal["pending", "blocked", "approved", "rejected", "returned", "withdrawn"]
"""State of the approval."""
Publication = Literal["none", "scheduled", "published", "stale"]
"""What became of an approved change. `stale`: its base was replaced before its day came."""
Decision = Literal["approve", "reject", "return"]
EvidenceKind = Literal["backtest", "preview"]
"""`backtest`: old and new version run on the same data. `preview`: the first number of a new metric."""
Box = Literal["inbox", "mine", "all"]
"""`inbox`: waits for my decision. `mine`: I asked or co-wrote. `all`: everything I may see."""
LevelMode = Literal["all", "any", "in_turn", "quorum"]

DigestText = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
IdempotencyKey = Annotated[str, StringConstraints(min_length=8, max_length=100)]
Comment = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]


class Frozen(BaseModel):
    """Base of the shapes of this room."""

    model_config = ConfigDict(frozen=True)


# --- what a caller sends ----------------------------------------------------------------------------


class SubmitRequest(Frozen):
    """Ask for the publication of one or more drafts, all together or not at all."""

    draft_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=500)]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
    co_authors: tuple[str, ...] = ()
    """User names of the people who helped to write it; they cannot decide it either."""
    effective_from: datetime | None = None
    """Publish at this instant after approval; null: at once."""
    idempotency_key: IdempotencyKey | None = None


class SimulateRequest(Frozen):
    """Ask what would happen if these drafts were submitted now. Nothing is stored."""

    draft_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=500)]
    co_authors: tuple[str, ...] = ()


class DecisionRequest(Frozen):
    """One decision about exactly the content with `digest`, as returned by `GET /changes/{id}`."""

    decision: Decision
    digest: DigestText
    comment: Comment = ""
    """Required for reject and return."""
    idempotency_key: IdempotencyKey


class CommentRequest(Frozen):
    """A remark on the change, from its authors and from those who decide."""

    comment: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
    idempotency_key: IdempotencyKey


class StepRequest(Frozen):
    """A step without further content: withdraw, remind."""

    comment: Comment = ""
    idempotency_key: IdempotencyKey


# --- what a caller gets -----------------------------------------------------------------------------


class PersonRef(Frozen):
    """A person as shown beside a step."""

    username: str
    name: Text
    department: Text = Text()


class Refusal(Frozen):
    """Why a step is not open to the caller: the error that trying it would raise."""

    code: str
    title: str
    remedy: str


class FieldChange(Frozen):
    """One field that differs between base and new content."""

    path: str
    """Dotted path; members of keyed lists are written `columns[sales_value].type`."""
    kind: Literal["added", "removed", "changed"]
    label: Text
    """The path in words."""
    old: JsonValue = None
    new: JsonValue = None
    change_class: ChangeClass


class ImpactRow(Frozen):
    """A published definition that stands on a changed one."""

    kind: Kind
    code: Code
    name: Text
    distance: int
    """1: uses it directly."""


class ItemView(Frozen):
    """One definition of a change: what it was, what it becomes, and what differs."""

    kind: Kind
    code: Code
    name: Text
    operation: Literal["create", "update"]
    version_id: UUID
    version: int
    base_version_id: UUID | None
    base_version: int | None
    digest: str
    content: dict[str, JsonValue]
    base: dict[str, JsonValue] | None
    differences: tuple[FieldChange, ...]
    change_class: ChangeClass
    impact: tuple[ImpactRow, ...]
    """At most 200, nearest first."""
    impact_hidden: int
    """Further dependants: not listed, or not for the reader's eyes."""


class LevelView(Frozen):
    """One approval level: who may decide it and what has been decided."""

    key: str
    name: Text
    mode: LevelMode
    needed: int
    """Number of approvals that satisfy the level."""
    state: Literal["waiting", "open", "done"]
    candidates: tuple[PersonRef, ...]
    approved_by: tuple[PersonRef, ...]


class EvidenceView(Frozen):
    """One proof that the rules ask for with this change."""

    kind: EvidenceKind
    label: Text
    present: bool
    """Somebody has produced it for the present digest."""
    seen_by_me: bool
    """The caller has seen it; a decider must have."""
    seen_by: tuple[str, ...]


class TimelineEntry(Frozen):
    """One step of the change, in order."""

    sequence: int
    at: datetime
    person: PersonRef | None
    """None: the system."""
    kind: str
    text: Text
    comment: str = ""


class ChangeCard(Frozen):
    """A change request in a list."""

    id: UUID
    number: int
    title: str
    state: ChangeState
    publication: Publication
    change_class: ChangeClass
    requester: PersonRef
    created_at: datetime
    decided_at: datetime | None
    effective_from: datetime | None
    published_at: datetime | None
    items: tuple[ItemName, ...]
    """At most the first 20."""
    item_count: int
    can_decide: bool


class ItemName(Frozen):
    """The name of one definition in a change."""

    kind: Kind
    code: Code
    name: Text


class ChangeView(Frozen):
    """A change request as read by one person. `digest` is what a decision must quote."""

    id: UUID
    number: int
    title: str
    reason: str
    state: ChangeState
    publication: Publication
    change_class: ChangeClass
    class_name: Text
    class_meaning: Text
    digest: str
    round: int
    requester: PersonRef
    co_authors: tuple[PersonRef, ...]
    created_at: datetime
    decided_at: datetime | None
    effective_from: datetime | None
    published_at: datetime | None
    items: tuple[ItemView, ...]
    levels: tuple[LevelView, ...]
    blocked_because: Text | None
    """Why nobody can decide, and who can mend that."""
    evidence: tuple[EvidenceView, ...]
    timeline: tuple[TimelineEntry, ...]
    stale: bool
    """Another version became the base since this was submitted: it cannot be published any more."""
    can_decide: bool
    why_not: Refusal | None
    can_approve: bool
    """Like `can_decide`, and the evidence has been seen and the base is fresh."""
    why_not_approve: Refusal | None
    can_withdraw: bool
    can_remind: bool
    can_resubmit: bool


class Simulation(Frozen):
    """What a submission of drafts would meet."""

    change_class: ChangeClass
    class_name: Text
    digest: str
    differences: dict[str, tuple[FieldChange, ...]]
    """`kind:code` -> what differs from the published version."""
    levels: tuple[LevelView, ...]
    blocked_because: Text | None
    evidence: tuple[EvidenceKind, ...]


class InboxCount(Frozen):
    """How many changes wait for the caller's decision."""

    count: int


ChangeCard.model_rebuild()
