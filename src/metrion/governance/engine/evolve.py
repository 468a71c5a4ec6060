"""`evolve`: how one event changes the state. Total and without judgement: `decide` has judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from metrion.governance.engine import events as e
from metrion.governance.engine.state import NEW, LevelState, Seat, State

if TYPE_CHECKING:
    from collections.abc import Iterable


def fold(events: Iterable[e.Event], start: State = NEW) -> State:
    """Return the state after the events."""
    state = start
    for event in events:
        state = evolve(state, event)
    return state


def evolve(state: State, event: e.Event) -> State:
    """Return the state after one event."""
    changed = _apply(state, event)
    return changed.model_copy(update={"commands": {**changed.commands, event.command_id: event.fingerprint}})


def _apply(state: State, event: e.Event) -> State:  # noqa: C901, PLR0911, PLR0912 - one arm for each kind of event
    match event:
        case e.Submitted():
            return State(
                status="pending",
                flow=event.flow,
                requester=event.by,
                co_authors=event.co_authors,
                digest=event.digest,
                round=1,
                levels=event.levels,
                delegations=event.delegations,
            )
        case e.Resubmitted():
            return _with(
                state, status="pending", digest=event.digest, round=state.round + 1, position=0, levels=event.levels
            )
        case e.Blocked():
            return _with(state, status="blocked")
        case e.Unblocked():
            return _with(state, status="pending")
        case e.LevelOpened():
            opened = _set(state, event.index, opened_at=event.at, reminded_at=None)
            return _with(opened, position=event.index)
        case e.SeatDecided():
            return _seat_decided(state, event)
        case e.LevelSatisfied():
            return _set(state, event.index, done=True)
        case e.Approved():
            return _with(state, status="approved")
        case e.Rejected():
            return _with(state, status="rejected")
        case e.Returned():
            return _returned(state, event)
        case e.Withdrawn():
            return _with(state, status="withdrawn")
        case e.SignersAdded():
            return _signers_added(state, event)
        case e.SeatTransferred():
            return _seat_transferred(state, event)
        case e.Delegated():
            return _with(state, delegations=(*state.delegations, event.delegation))
        case e.Reminded():
            if event.automatic:
                return _set(state, event.index, reminded_at=event.at)
            return _with(state, reminded_at=event.at)
        case e.Escalated():
            return _escalated(state, event)
        case e.Copied():
            return _with(state, copies=tuple(dict.fromkeys((*state.copies, *event.people))))
        case e.Commented():
            return state
        case e.SeatsRefreshed():
            return _seats_refreshed(state, event)
    assert_never(event)


def _with(state: State, **changes: object) -> State:
    return state.model_copy(update=changes)


def _set(state: State, index: int, **changes: object) -> State:
    level = state.levels[index].model_copy(update=changes)
    return _with(state, levels=(*state.levels[:index], level, *state.levels[index + 1 :]))


def _seat_decided(state: State, event: e.SeatDecided) -> State:
    signed = {"decision": event.decision, "decided_by": event.by, "decided_at": event.at}
    seats = tuple(
        seat.model_copy(update=signed) if seat.person == event.person and seat.decision is None else seat
        for seat in state.levels[event.index].seats
    )
    return _set(state, event.index, seats=seats)


def _cleared(level: LevelState) -> LevelState:
    blank = {"decision": None, "decided_by": "", "decided_at": None}
    seats = tuple(seat.model_copy(update=blank) for seat in level.seats)
    return level.model_copy(update={"seats": seats, "opened_at": None, "reminded_at": None, "done": False})


def _returned(state: State, event: e.Returned) -> State:
    if event.index is None:
        return _with(state, status="returned")
    levels = (*state.levels[: event.index], *(_cleared(level) for level in state.levels[event.index :]))
    return _with(state, round=state.round + 1, position=event.index, levels=levels)


def _signers_added(state: State, event: e.SignersAdded) -> State:
    if event.where == "parallel":
        seats = tuple(Seat(person=person, role="required", given=True) for person in event.people)
        return _set(state, event.index, seats=(*state.levels[event.index].seats, *seats))
    level = LevelState(
        key=event.key,
        name=state.level.name,
        mode="all",
        empty="block",
        seats=tuple(Seat(person=person, given=True) for person in event.people),
        added=True,
    )
    return _with(state, levels=(*state.levels[: event.index], level, *state.levels[event.index :]))


def _seat_transferred(state: State, event: e.SeatTransferred) -> State:
    level = state.levels[event.index]
    seats = tuple(
        seat.model_copy(update={"person": event.to, "given": True}) if seat.person == event.person else seat
        for seat in level.seats
    )
    return _set(state, event.index, seats=seats, gone=level.gone | {event.person})


def _escalated(state: State, event: e.Escalated) -> State:
    level = state.levels[event.index]
    asked = {seat.person for seat in level.seats}
    seats = tuple(Seat(person=person, role="superior") for person in event.people if person not in asked)
    return _set(
        state,
        event.index,
        seats=(*level.seats, *seats),
        superiors=_after(level.superiors, event.people),
        escalated=True,
    )


def _after(groups: tuple[tuple[str, ...], ...], asked: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the groups that come after the first one that holds somebody who was asked."""
    for index, group in enumerate(groups):
        if set(group) & set(asked):
            return groups[index + 1 :]
    return ()


def _seats_refreshed(state: State, event: e.SeatsRefreshed) -> State:
    level = state.levels[event.index]
    kept = tuple(seat for seat in level.seats if seat.decision is not None or seat.person not in event.removed)
    added = tuple(Seat(person=person) for person in event.added)
    return _set(state, event.index, seats=(*kept, *added), superiors=event.superiors)
