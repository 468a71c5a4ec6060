"""Keeps approvals: events in, state out, projections beside them. Called inside a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.base.clock import now
from metrion.base.ids import new_id
from metrion.catalog.reads import frozen_versions
from metrion.governance.assessment import departments_of
from metrion.governance.engine import EVENTS, Candidates, Event, Refresh, State, decide, fold, holders, resolve
from metrion.governance.models import ApprovalEvent, ChangeItem, ChangeRequest, Decider, Numbering
from metrion.governance.people import Directory

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from metrion.catalog.schemas import Candidate, FrozenVersion


@dataclass(slots=True)
class Held:
    """A change with its events and their fold."""

    row: ChangeRequest
    events: list[Event]
    state: State

    def items(self) -> list[ChangeItem]:
        """Return the items of the present round, in order."""
        return list(ChangeItem.objects.filter(change=self.row, round=self.row.round).order_by("position"))

    def contents(self) -> tuple[FrozenVersion, ...]:
        """Return the frozen contents of the present round, in order."""
        return frozen_versions([item.version_id for item in self.items()])


def load(row: ChangeRequest) -> Held:
    """Return a change with its history. One query."""
    bodies = ApprovalEvent.objects.filter(change=row).order_by("sequence").values_list("body", flat=True)
    events = [EVENTS.validate_python(body) for body in bodies]
    return Held(row, events, fold(events))


def lock(change_id: UUID) -> Held:
    """Return a change that nobody else can write until the transaction ends."""
    return load(ChangeRequest.objects.select_for_update(of=("self",)).get(id=change_id))


def next_number() -> int:
    """Return the number of a new change request; the lock keeps the row of numbers without gaps."""
    Numbering.objects.get_or_create(id=1)
    numbering = Numbering.objects.select_for_update().get(id=1)
    numbering.last += 1
    numbering.save()
    return numbering.last


def append(held: Held, made: Sequence[Event]) -> None:
    """Store new events and bring state and projections up to date."""
    first = len(held.events)
    ApprovalEvent.objects.bulk_create(
        ApprovalEvent(
            change=held.row,
            sequence=first + offset,
            kind=event.kind,
            by=event.by,
            command_id=event.command_id,
            at=event.at,
            body=EVENTS.dump_python(event, mode="json"),
        )
        for offset, event in enumerate(made, start=1)
    )
    held.events.extend(made)
    held.state = fold(made, held.state)
    _project(held)


def _project(held: Held) -> None:
    row, state = held.row, held.state
    if state.status == "new":
        message = "a change without events cannot be stored"
        raise ValueError(message)
    row.state = state.status
    row.digest = state.digest
    settled = state.status in {"approved", "rejected", "withdrawn"}
    row.decided_at = held.events[-1].at if settled and row.decided_at is None else row.decided_at
    row.save()
    waiting = set(holders(state, now()))
    seated = {seat.person for level in state.levels for seat in level.seats}
    signed = {seat.decided_by for level in state.levels for seat in level.seats if seat.decided_by}
    Decider.objects.filter(change=row).delete()
    Decider.objects.bulk_create(
        Decider(change=row, username=name, open=name in waiting) for name in sorted(seated | signed | waiting)
    )


def directory_for(candidates: Sequence[Candidate], requester: str) -> Directory:
    """Return the resolver for these contents."""
    owners = [owner for each in candidates for owner in (getattr(each.base or each.definition, "owner", ""),) if owner]
    return Directory(departments=departments_of(candidates), requester=requester, owners=owners)


def refreshed(state: State, directory: Directory) -> tuple[Event, ...]:
    """Return what the present organisation changes in an approval; nothing when it is over."""
    if state.flow is None or state.status not in {"pending", "blocked"}:
        return ()
    found: Mapping[str, Candidates] = resolve(state.flow, directory)
    return decide(state, Refresh(command_id=f"refresh:{new_id()}", by="", candidates=found), now())
