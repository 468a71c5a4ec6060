"""Which seats a level has: from candidates at the start, and when the organisation changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.governance.engine.flow import Candidates, Flow
from metrion.governance.engine.state import LevelState, Seat

if TYPE_CHECKING:
    from collections.abc import Mapping


def build_levels(flow: Flow, candidates: Mapping[str, Candidates], authors: frozenset[str]) -> tuple[LevelState, ...]:
    """Return the levels of a fresh round. Authors get no seat."""
    return tuple(
        LevelState(
            key=level.key,
            name=level.name,
            mode=level.mode,
            quorum=level.quorum,
            empty=level.empty,
            time_out=level.time_out,
            seats=tuple(Seat(person=name) for name in _others(found.members, authors)),
            superiors=_groups(found, authors),
        )
        for level in flow.levels
        for found in (candidates.get(level.key, Candidates()),)
    )


@dataclass(frozen=True, slots=True)
class SeatChange:
    """What a refresh does to one level."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    superiors: tuple[tuple[str, ...], ...]


def refreshed(level: LevelState, found: Candidates, authors: frozenset[str]) -> SeatChange | None:
    """Return how the level's seats differ from the candidates of now; None when they do not.

    Signed seats stay: the decision was valid when it was made. Seats given by transfer or add-sign stay.
    """
    members = _others(found.members, authors)
    groups = _groups(found, authors)
    above = {name for group in groups for name in group}
    open_seats = [seat for seat in level.seats if seat.decision is None and not seat.given]
    removed = tuple(
        seat.person
        for seat in open_seats
        if (seat.person not in members if seat.role == "member" else seat.person not in above)
    )
    present = {seat.person for seat in level.seats} - set(removed)
    settled = level.gone | {seat.decided_by for seat in level.seats}
    added = tuple(name for name in members if name not in present and name not in settled)
    waiting = tuple(group for group in groups if not set(group) & present)
    if not added and not removed and waiting == level.superiors:
        return None
    return SeatChange(added=added, removed=removed, superiors=waiting)


def _others(names: tuple[str, ...], authors: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(names) if name not in authors)


def _groups(found: Candidates, authors: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(kept for group in found.superiors if (kept := _others(group, authors)))
