"""`decide`: which events a command causes, or why it is refused. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never

from metrion.base.canonical import digest as digest_of
from metrion.base.errors import MetrionError
from metrion.governance.engine import commands as c
from metrion.governance.engine import events as e
from metrion.governance.engine.evolve import evolve
from metrion.governance.engine.seating import build_levels, refreshed
from metrion.governance.engine.state import (
    NEW,
    Delegation,
    LevelState,
    Seat,
    State,
    Status,
    has_decided,
    holders,
    seat_for,
)
from metrion.governance.errors import (
    AlreadyDecided,
    CommentRequired,
    KeyReused,
    NotADecider,
    NotOpen,
    NotTheRequester,
    RemindedTooSoon,
    SelfApproval,
    SignerRefused,
    StaleDigest,
    UnknownLevel,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from metrion.governance.engine.flow import Candidates, Flow

REMINDER_PAUSE: Final = timedelta(hours=1)

STATUS_NAMES: Final[dict[Status, tuple[str, str]]] = {
    "new": ("未提交", "not submitted"),
    "pending": ("审批中", "waiting for approval"),
    "blocked": ("无人可审批", "blocked, nobody can decide"),
    "approved": ("已通过", "approved"),
    "rejected": ("已拒绝", "rejected"),
    "returned": ("已退回", "returned"),
    "withdrawn": ("已撤回", "withdrawn"),
}


def decide(state: State, command: c.Command, now: datetime) -> tuple[e.Event, ...]:
    """Return the events of a command; nothing for a command that was already taken.

    Raises a `MetrionError` of `metrion.governance.errors` when it is refused; then nothing happens.
    """
    fingerprint = _fingerprint(command)
    taken = state.commands.get(command.command_id)
    if taken is not None:
        if taken != fingerprint:
            raise KeyReused
        return ()
    run = _Run(state, command.command_id, command.by, fingerprint, now)
    _dispatch(run, command)
    return tuple(run.events)


def _fingerprint(command: c.Command) -> str:
    """Return the digest of what the person asked; what the caller resolved for him is left out."""
    resolved = {"command_id", "candidates", "eligible", "flow", "delegations", "copies"}
    return digest_of([type(command).__name__, command.model_dump(mode="json", exclude=resolved)])


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one command of a batch."""

    events: tuple[e.Event, ...] = ()
    refusal: MetrionError | None = None


def decide_many(work: Iterable[tuple[State, c.Command]], now: datetime) -> tuple[Outcome, ...]:
    """Decide several approvals; each stands alone, a refusal of one does not touch the others."""
    outcomes = []
    for state, command in work:
        try:
            outcomes.append(Outcome(events=decide(state, command, now)))
        except MetrionError as refusal:
            outcomes.append(Outcome(refusal=refusal))
    return tuple(outcomes)


def simulate(
    flow: Flow, requester: str, co_authors: tuple[str, ...], candidates: Mapping[str, Candidates], now: datetime
) -> State:
    """Return the state right after a submission: who would approve, and whether anybody could."""
    command = c.Submit(
        command_id="simulation", by=requester, co_authors=co_authors, flow=flow, digest="", candidates=candidates
    )
    state = NEW
    for event in decide(state, command, now):
        state = evolve(state, event)
    return state


def may_decide(state: State, person: str, now: datetime) -> Seat:
    """Return the seat that the person may fill, or raise why he may not and who may."""
    if state.status != "pending":
        raise not_open(state)
    if person in state.authors:
        raise SelfApproval(holders(state, now))
    seat = seat_for(state, person, now)
    if seat is not None:
        return seat
    if has_decided(state.level, person):
        raise AlreadyDecided
    raise NotADecider(holders(state, now))


def not_open(state: State) -> NotOpen:
    """Return the refusal of a step that the present status does not allow."""
    zh, en = STATUS_NAMES[state.status]
    return NotOpen(state_zh=zh, state_en=en)


@dataclass(slots=True)
class _Run:
    """Collects the events of one command and the state after each of them."""

    state: State
    command_id: str
    by: str
    fingerprint: str
    now: datetime
    events: list[e.Event] = field(default_factory=list)

    def emit(self, kind: Callable[..., e.Event], **facts: object) -> None:
        made = kind(
            **{"at": self.now, "by": self.by, "command_id": self.command_id, "fingerprint": self.fingerprint} | facts
        )
        self.events.append(made)
        self.state = evolve(self.state, made)


def _dispatch(run: _Run, command: c.Command) -> None:  # noqa: C901, PLR0912 - one arm for each kind of command
    match command:
        case c.Submit():
            _submit(run, command)
        case c.Resubmit():
            _resubmit(run, command)
        case c.Decide():
            _decide(run, command)
        case c.Return():
            _return(run, command)
        case c.Withdraw():
            _require_author(run)
            _require(run, "pending", "blocked", "returned")
            run.emit(e.Withdrawn, comment=command.comment)
        case c.AddSign():
            _add_sign(run, command)
        case c.Transfer():
            _transfer(run, command)
        case c.Delegate():
            _delegate(run, command)
        case c.Remind():
            _remind(run, command)
        case c.Copy():
            _require_started(run)
            run.emit(e.Copied, people=command.people)
        case c.Comment():
            _require_started(run)
            run.emit(e.Commented, comment=command.comment)
        case c.Refresh():
            _refresh(run, command)
        case c.Tick():
            _tick(run)
        case _:
            assert_never(command)


# --- guards -----------------------------------------------------------------------------------------


def _require(run: _Run, *statuses: Status) -> None:
    if run.state.status not in statuses:
        raise not_open(run.state)


def _require_started(run: _Run) -> None:
    if run.state.status == "new":
        raise not_open(run.state)


def _require_author(run: _Run) -> None:
    _require_started(run)
    if run.by not in run.state.authors:
        raise NotTheRequester(requester=run.state.requester)


def _require_digest(run: _Run, digest: str) -> None:
    if digest != run.state.digest:
        raise StaleDigest


def _require_signer(run: _Run, person: str, eligible: frozenset[str], level: LevelState | None) -> None:
    if person in run.state.authors:
        raise SignerRefused(person=person, reason_zh="是申请人或共同起草人", reason_en="asked for it or co-wrote it")
    if person not in eligible:
        raise SignerRefused(person=person, reason_zh="没有审批权限", reason_en="does not hold the permission to decide")
    if level is not None and (any(seat.person == person for seat in level.seats) or has_decided(level, person)):
        raise SignerRefused(person=person, reason_zh="已在本级审批人中", reason_en="already signs in this level")


# --- start and end of a round -----------------------------------------------------------------------


def _submit(run: _Run, command: c.Submit) -> None:
    _require(run, "new")
    authors = frozenset({command.by, *command.co_authors})
    run.emit(
        e.Submitted,
        co_authors=command.co_authors,
        flow=command.flow,
        digest=command.digest,
        levels=build_levels(command.flow, command.candidates, authors),
        delegations=command.delegations,
    )
    if command.copies:
        run.emit(e.Copied, people=command.copies)
    _staff(run)
    _open(run, 0)


def _resubmit(run: _Run, command: c.Resubmit) -> None:
    _require_author(run)
    _require(run, "returned")
    flow = run.state.flow
    if flow is None:
        raise not_open(run.state)
    levels = build_levels(flow, command.candidates, run.state.authors)
    run.emit(e.Resubmitted, digest=command.digest, levels=levels, comment=command.comment)
    _staff(run)
    _open(run, 0)


def _staff(run: _Run) -> None:
    """Ask superiors where a level cannot be filled; stand still when that does not help."""
    for index, level in enumerate(run.state.levels):
        if level.done or level.fillable or level.empty == "block":
            continue
        group = _next_superiors(run.state, level)
        if group:
            run.emit(e.Escalated, index=index, people=group, reason="empty")
    empty = tuple(level.key for level in run.state.levels if not level.done and not level.fillable)
    if empty and run.state.status == "pending":
        run.emit(e.Blocked, levels=empty)
    elif not empty and run.state.status == "blocked":
        run.emit(e.Unblocked)


def _next_superiors(state: State, level: LevelState) -> tuple[str, ...]:
    present = {seat.person for seat in level.seats}
    for group in level.superiors:
        people = tuple(name for name in group if name not in state.authors and name not in present)
        if people:
            return people
    return ()


def _open(run: _Run, index: int) -> None:
    """Open a level and walk on over every level that standing approvals already satisfy."""
    if run.state.status != "pending":
        return
    run.emit(e.LevelOpened, index=index)
    _carry(run, index)
    _advance(run)


def _carry(run: _Run, index: int) -> None:
    """Repeat approvals of earlier levels of the round, unless the flow wants every level signed."""
    level = run.state.levels[index]
    if level.added or run.state.flow is None or run.state.flow.duplicates != "once":
        return
    signed = {seat.decided_by for earlier in run.state.levels[:index] for seat in earlier.seats if _approved(seat)}
    for seat in level.seats:
        if seat.decision is None and seat.person in signed and not seat.given:
            run.emit(
                e.SeatDecided,
                by=seat.person,
                index=index,
                person=seat.person,
                decision="approve",
                digest=run.state.digest,
                carried=True,
            )


def _approved(seat: Seat) -> bool:
    return seat.decision == "approve"


def _advance(run: _Run) -> None:
    """Draw the consequences of the open level's seats."""
    level = run.state.level
    if level.failed:
        run.emit(e.Rejected, digest=run.state.digest)
    elif level.satisfied:
        run.emit(e.LevelSatisfied, index=run.state.position)
        if run.state.position + 1 == len(run.state.levels):
            run.emit(e.Approved, digest=run.state.digest)
        else:
            _open(run, run.state.position + 1)


# --- steps of deciders ------------------------------------------------------------------------------


def _decide(run: _Run, command: c.Decide) -> None:
    seat = may_decide(run.state, command.by, run.now)
    _require_digest(run, command.digest)
    if command.decision == "reject" and not command.comment:
        raise CommentRequired(field="comment")
    run.emit(
        e.SeatDecided,
        index=run.state.position,
        person=seat.person,
        decision=command.decision,
        digest=command.digest,
        comment=command.comment,
    )
    _advance(run)


def _return(run: _Run, command: c.Return) -> None:
    may_decide(run.state, command.by, run.now)
    _require_digest(run, command.digest)
    if not command.comment:
        raise CommentRequired(field="comment")
    if command.to is None:
        run.emit(e.Returned, index=None, comment=command.comment)
        return
    earlier = [level.key for level in run.state.levels[: run.state.position]]
    if command.to not in earlier:
        raise UnknownLevel(field="to", level=command.to)
    index = earlier.index(command.to)
    run.emit(e.Returned, index=index, comment=command.comment)
    _staff(run)
    _open(run, index)


def _add_sign(run: _Run, command: c.AddSign) -> None:
    may_decide(run.state, command.by, run.now)
    position = run.state.position
    parallel = command.where == "parallel"
    people = tuple(dict.fromkeys(command.people))
    for person in people:
        _require_signer(run, person, command.eligible, run.state.level if parallel else None)
    index = position + 1 if command.where == "after" else position
    key = run.state.level.key if parallel else f"{run.state.level.key}+{len(run.state.levels)}"
    run.emit(e.SignersAdded, where=command.where, index=index, key=key, people=people, comment=command.comment)
    if command.where == "before":
        run.emit(e.LevelOpened, index=position)


def _transfer(run: _Run, command: c.Transfer) -> None:
    seat = may_decide(run.state, command.by, run.now)
    if seat.person != command.by:
        raise NotADecider(holders(run.state, run.now))
    _require_signer(run, command.to, command.eligible, run.state.level)
    run.emit(e.SeatTransferred, index=run.state.position, person=seat.person, to=command.to, comment=command.comment)


def _delegate(run: _Run, command: c.Delegate) -> None:
    _require(run, "pending", "blocked")
    if command.by in run.state.authors:
        raise SelfApproval(holders(run.state, run.now))
    if not any(seat.person == command.by for level in run.state.levels for seat in level.seats if not level.done):
        raise NotADecider(holders(run.state, run.now))
    _require_signer(run, command.to, command.eligible, None)
    if command.to == command.by or command.end < command.start:
        raise SignerRefused(
            person=command.to, reason_zh="代理人或日期无效", reason_en="the person or the dates make no sense"
        )
    given = Delegation(principal=command.by, delegate=command.to, start=command.start, end=command.end)
    run.emit(e.Delegated, delegation=given)


# --- requester and system ---------------------------------------------------------------------------


def _remind(run: _Run, command: c.Remind) -> None:
    _require_author(run)
    _require(run, "pending")
    last = run.state.reminded_at
    if last is not None and run.now - last < REMINDER_PAUSE:
        raise RemindedTooSoon(minutes=int(REMINDER_PAUSE.total_seconds() // 60))
    run.emit(e.Reminded, index=run.state.position, people=holders(run.state, run.now), comment=command.comment)


def _refresh(run: _Run, command: c.Refresh) -> None:
    if run.state.status not in ("pending", "blocked"):
        return
    for index, level in enumerate(run.state.levels):
        found = command.candidates.get(level.key)
        if found is None or level.done or level.added:
            continue
        change = refreshed(level, found, run.state.authors)
        if change is not None:
            run.emit(
                e.SeatsRefreshed, index=index, added=change.added, removed=change.removed, superiors=change.superiors
            )
    was_blocked = run.state.status == "blocked"
    _staff(run)
    if run.state.status != "pending":
        return
    if was_blocked and run.state.level.opened_at is None:
        _open(run, run.state.position)
    elif run.events:
        _advance(run)


def _tick(run: _Run) -> None:
    if run.state.status != "pending" or run.state.level.opened_at is None:
        return
    level = run.state.level
    waited = run.now - run.state.level.opened_at
    rule = level.time_out
    if rule.remind_after is not None:
        pause = timedelta(hours=rule.remind_after)
        if waited >= pause and (level.reminded_at is None or run.now - level.reminded_at >= pause):
            people = holders(run.state, run.now)
            run.emit(e.Reminded, index=run.state.position, people=people, automatic=True)
    if rule.escalate_after is not None and not level.escalated and waited >= timedelta(hours=rule.escalate_after):
        group = _next_superiors(run.state, run.state.level)
        if group:
            run.emit(e.Escalated, index=run.state.position, people=group, reason="late")
