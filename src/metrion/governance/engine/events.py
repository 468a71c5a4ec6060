"""What has happened to an approval. Stored as they are; the state is their fold."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from metrion.governance.engine.flow import Flow
from metrion.governance.engine.state import Delegation, LevelState


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    by: str
    """User name; empty for the system."""
    command_id: str
    fingerprint: str
    """Digest of the command, so that one id cannot stand for two commands."""
    comment: str = ""


class Submitted(_Event):
    """The approval began: people are resolved, the flow is pinned."""

    kind: Literal["submitted"] = "submitted"
    co_authors: tuple[str, ...]
    flow: Flow
    digest: str
    levels: tuple[LevelState, ...]
    delegations: tuple[Delegation, ...] = ()


class Resubmitted(_Event):
    """A new round with new content."""

    kind: Literal["resubmitted"] = "resubmitted"
    digest: str
    levels: tuple[LevelState, ...]


class Blocked(_Event):
    """Nobody can decide the named levels."""

    kind: Literal["blocked"] = "blocked"
    levels: tuple[str, ...]


class Unblocked(_Event):
    """Somebody can decide again."""

    kind: Literal["unblocked"] = "unblocked"


class LevelOpened(_Event):
    """A level waits for decisions from now on."""

    kind: Literal["level_opened"] = "level_opened"
    index: int


class SeatDecided(_Event):
    """A person filled a seat. `carried`: repeated from an earlier level of the round."""

    kind: Literal["seat_decided"] = "seat_decided"
    index: int
    person: str
    """Whose seat it is; `by` is who decided (a delegate, perhaps)."""
    decision: Literal["approve", "reject"]
    digest: str
    carried: bool = False


class LevelSatisfied(_Event):
    """A level has what it needs."""

    kind: Literal["level_satisfied"] = "level_satisfied"
    index: int


class Approved(_Event):
    """All levels are satisfied."""

    kind: Literal["approved"] = "approved"
    digest: str


class Rejected(_Event):
    """A level failed."""

    kind: Literal["rejected"] = "rejected"
    digest: str


class Returned(_Event):
    """Sent back to the level at `index`, or to the requester."""

    kind: Literal["returned"] = "returned"
    index: int | None


class Withdrawn(_Event):
    """Taken back."""

    kind: Literal["withdrawn"] = "withdrawn"


class SignersAdded(_Event):
    """More people must sign. `index` is the level they joined or the place of the new level."""

    kind: Literal["signers_added"] = "signers_added"
    where: Literal["before", "after", "parallel"]
    index: int
    key: str
    people: tuple[str, ...]


class SeatTransferred(_Event):
    """A seat changed hands."""

    kind: Literal["seat_transferred"] = "seat_transferred"
    index: int
    person: str
    to: str


class Delegated(_Event):
    """Somebody may decide in another's place for a while."""

    kind: Literal["delegated"] = "delegated"
    delegation: Delegation


class Reminded(_Event):
    """The deciders were asked again."""

    kind: Literal["reminded"] = "reminded"
    index: int
    people: tuple[str, ...]
    automatic: bool = False


class Escalated(_Event):
    """Superiors may decide a level, because it is empty or late."""

    kind: Literal["escalated"] = "escalated"
    index: int
    people: tuple[str, ...]
    reason: Literal["empty", "late"]


class Copied(_Event):
    """People were told."""

    kind: Literal["copied"] = "copied"
    people: tuple[str, ...]


class Commented(_Event):
    """A remark."""

    kind: Literal["commented"] = "commented"


class SeatsRefreshed(_Event):
    """The candidates of a level changed with the organisation."""

    kind: Literal["seats_refreshed"] = "seats_refreshed"
    index: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    superiors: tuple[tuple[str, ...], ...]


Event = Annotated[
    Submitted
    | Resubmitted
    | Blocked
    | Unblocked
    | LevelOpened
    | SeatDecided
    | LevelSatisfied
    | Approved
    | Rejected
    | Returned
    | Withdrawn
    | SignersAdded
    | SeatTransferred
    | Delegated
    | Reminded
    | Escalated
    | Copied
    | Commented
    | SeatsRefreshed,
    Field(discriminator="kind"),
]

EVENTS: Final[TypeAdapter[Event]] = TypeAdapter(Event)
"""Reads and writes stored events."""
