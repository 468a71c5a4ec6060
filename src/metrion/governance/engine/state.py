"""The state of one approval, and the questions that are asked of it. Immutable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from metrion.base.text import Text
from metrion.governance.engine.flow import Flow, Mode, Quorum, TimeOut

Status = Literal["new", "pending", "blocked", "approved", "rejected", "returned", "withdrawn"]

TERMINAL: Final[frozenset[Status]] = frozenset({"approved", "rejected", "withdrawn"})


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Delegation(_Frozen):
    """`delegate` may decide in the place of `principal` from `start` to `end`, both included."""

    principal: str
    delegate: str
    start: datetime
    end: datetime


class Seat(_Frozen):
    """One signature of a level.

    `member` counts by the level's mode; `required` (parallel add-sign) must approve in any case;
    `superior` (escalation) decides the level alone.
    """

    person: str
    role: Literal["member", "required", "superior"] = "member"
    given: bool = False
    """True when it came by transfer or add-sign, not from the flow's selectors."""
    decision: Literal["approve", "reject"] | None = None
    decided_by: str = ""
    decided_at: datetime | None = None


class LevelState(_Frozen):
    """One level with its seats."""

    key: str
    name: Text
    mode: Mode
    quorum: Quorum | None = None
    empty: Literal["escalate", "block"] = "escalate"
    time_out: TimeOut = TimeOut()
    seats: tuple[Seat, ...] = ()
    superiors: tuple[tuple[str, ...], ...] = ()
    """Groups not yet asked."""
    gone: frozenset[str] = frozenset()
    """People who gave their seat away: a refresh does not bring them back."""
    added: bool = False
    """Made by add-sign, not by the flow."""
    opened_at: datetime | None = None
    reminded_at: datetime | None = None
    escalated: bool = False
    done: bool = False

    def seats_of(self, role: str) -> list[Seat]:
        """Return the seats of one role, in order."""
        return [seat for seat in self.seats if seat.role == role]

    @property
    def needed(self) -> int:
        """Number of member approvals that satisfy the mode."""
        members = len(self.seats_of("member"))
        if self.mode == "any":
            return 1
        return self.quorum.needed(members) if self.quorum else max(members, 1)

    @property
    def fillable(self) -> bool:
        """Whether the people present could satisfy the level at all."""
        return bool(self.seats_of("superior")) or len(self.seats_of("member")) >= self.needed

    @property
    def satisfied(self) -> bool:
        """Whether the level has the approvals that it needs."""
        if any(seat.decision != "approve" for seat in self.seats_of("required")):
            return False
        if any(seat.decision == "approve" for seat in self.seats_of("superior")):
            return True
        return _count(self.seats_of("member"), "approve") >= self.needed

    @property
    def failed(self) -> bool:
        """Whether a rejection has decided the level."""
        if any(seat.decision == "reject" for seat in self.seats if seat.role != "member"):
            return True
        members = self.seats_of("member")
        rejected = _count(members, "reject")
        if self.mode == "quorum":
            return rejected > 0 and len(members) - rejected < self.needed
        return rejected > 0

    def deciding_seats(self) -> Iterator[Seat]:
        """Yield the undecided seats whose turn it is."""
        turn_taken = False
        for seat in self.seats:
            if seat.decision is not None:
                continue
            if seat.role == "member" and self.mode == "in_turn":
                if turn_taken:
                    continue
                turn_taken = True
            yield seat


def _count(seats: list[Seat], decision: str) -> int:
    return sum(seat.decision == decision for seat in seats)


class State(_Frozen):
    """The whole approval. `position` is the index of the open level."""

    status: Status = "new"
    flow: Flow | None = None
    requester: str = ""
    co_authors: tuple[str, ...] = ()
    digest: str = ""
    round: int = 0
    position: int = 0
    levels: tuple[LevelState, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    copies: tuple[str, ...] = ()
    reminded_at: datetime | None = None
    commands: Mapping[str, str] = {}
    """Id of each command that had an effect -> fingerprint of the command."""

    @property
    def authors(self) -> frozenset[str]:
        """The people who never decide: requester and co-authors."""
        return frozenset({self.requester, *self.co_authors})

    @property
    def level(self) -> LevelState:
        """The open level; only while pending."""
        return self.levels[self.position]


NEW: Final = State()


def stand_ins(state: State, principal: str, now: datetime) -> list[str]:
    """Return who may decide in the place of `principal` at `now`; never an author."""
    return [
        given.delegate
        for given in state.delegations
        if given.principal == principal and given.start <= now <= given.end and given.delegate not in state.authors
    ]


def has_decided(level: LevelState, person: str) -> bool:
    """Tell whether the person has already signed in the level, for himself or for another."""
    return any(seat.decided_by == person for seat in level.seats)


def seat_for(state: State, person: str, now: datetime) -> Seat | None:
    """Return the seat that the person may fill now: his own, or one that he is delegated.

    Who has a seat of his own to sign in the level stands in for nobody there: each signature is another
    person's, and no level can wait for a second signature of the same one.
    """
    if state.status != "pending" or person in state.authors or has_decided(state.level, person):
        return None
    turn = list(state.level.deciding_seats())
    if any(seat.person == person for seat in state.level.seats):
        return next((seat for seat in turn if seat.person == person), None)
    return next((seat for seat in turn if person in stand_ins(state, seat.person, now)), None)


def holders(state: State, now: datetime) -> tuple[str, ...]:
    """Return everybody who may decide now, in order, without repetition."""
    if state.status != "pending":
        return ()
    people = (
        name for seat in state.level.deciding_seats() for name in (seat.person, *stand_ins(state, seat.person, now))
    )
    return tuple(name for name in dict.fromkeys(people) if seat_for(state, name, now) is not None)
