"""Properties that hold after any sequence of commands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.governance.approval_flows import START, flow, level, new_command_id
from tests.grounds import examples

from metrion.base.errors import MetrionError
from metrion.governance.engine import (
    EVENTS,
    NEW,
    TERMINAL,
    AddSign,
    Candidates,
    Decide,
    Delegate,
    Event,
    Flow,
    Quorum,
    Refresh,
    Remind,
    Resubmit,
    Return,
    State,
    Submit,
    Tick,
    Transfer,
    Withdraw,
    decide,
    evolve,
    fold,
    holders,
)
from metrion.governance.engine.flow import Mode, TimeOut

if TYPE_CHECKING:
    from metrion.governance.engine.commands import Command

PEOPLE = ("asker", "friend", "ann", "bob", "cid", "dan")
AUTHORS = frozenset({"asker", "friend"})
GUESTS = frozenset(PEOPLE) - {"dan"}
"""Who may be brought in by transfer, delegation and add-sign: dan never."""

people = st.sampled_from(PEOPLE)
groups = st.lists(people, max_size=4, unique=True).map(tuple)
digests = st.sampled_from(["a" * 64, "b" * 64])
candidates = st.builds(Candidates, members=groups, superiors=st.lists(groups, max_size=2).map(tuple))
modes: st.SearchStrategy[Mode] = st.sampled_from(["all", "any", "in_turn", "quorum"])


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    made = []
    for number in range(draw(st.integers(1, 3))):
        mode = draw(modes)
        quorum = draw(
            st.one_of(st.builds(Quorum, count=st.integers(1, 3)), st.builds(Quorum, percent=st.integers(1, 100)))
        )
        made.append(
            level(
                f"level{number}",
                mode,
                quorum=quorum if mode == "quorum" else None,
                empty=draw(st.sampled_from(["escalate", "block"])),
                time_out=TimeOut(remind_after=1, escalate_after=2),
            )
        )
    return flow(*made, duplicates=draw(st.sampled_from(["once", "every_level"])))


class Approval(RuleBasedStateMachine):
    """Random people do random things to one approval."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.state: State = NEW
        self.events: list[Event] = []
        self.sent: list[Command] = []
        self.allowed: set[str] = set()

    def send(self, command: Command) -> None:
        before = self.state
        try:
            made = decide(before, command, self.now)
        except MetrionError:
            return
        for event in made:
            self.state = evolve(self.state, event)
        self.events.extend(made)
        self.sent.append(command)
        assert before.status not in TERMINAL or self.state.status == before.status

    def learn(self, found: dict[str, Candidates]) -> None:
        for known in found.values():
            self.allowed |= set(known.members) | {name for group in known.superiors for name in group}

    @initialize(of=flows(), data=st.data())
    def submit(self, of: Flow, data: st.DataObject) -> None:
        found = {each.key: data.draw(candidates) for each in of.levels}
        self.learn(found)
        self.send(
            Submit(
                command_id=new_command_id(),
                by="asker",
                co_authors=("friend",),
                flow=of,
                digest="a" * 64,
                candidates=found,
            )
        )

    @rule(by=people, digest=digests, decision=st.sampled_from(["approve", "approve", "approve", "reject"]))
    def vote(self, by: str, digest: str, decision: str) -> None:
        self.send(
            Decide.model_validate(
                {"command_id": new_command_id(), "by": by, "digest": digest, "decision": decision, "comment": "so"}
            )
        )

    @precondition(lambda self: bool(holders(self.state, self.now)))
    @rule()
    def next_approves(self) -> None:
        by = holders(self.state, self.now)[0]
        digest = self.state.digest
        before = len(self.events)
        self.send(Decide(command_id=new_command_id(), by=by, digest=digest, decision="approve"))
        assert len(self.events) > before, "who is said to be able to decide, can"

    @rule(by=people, digest=digests, to=st.sampled_from([None, "level0", "level1"]))
    def send_back(self, by: str, digest: str, to: str | None) -> None:
        self.send(Return(command_id=new_command_id(), by=by, digest=digest, to=to, comment="so"))

    @rule(by=people, digest=digests)
    def again(self, by: str, digest: str) -> None:
        if self.state.flow is not None:
            found = {each.key: Candidates(members=("ann", "bob", "asker")) for each in self.state.flow.levels}
            self.allowed |= {"ann", "bob"}
            self.send(Resubmit(command_id=new_command_id(), by=by, digest=digest, candidates=found))

    @rule(by=people)
    def take_back(self, by: str) -> None:
        if by in AUTHORS and len(self.events) > 12:
            self.send(Withdraw(command_id=new_command_id(), by=by))

    @rule(by=people, who=groups.filter(bool), where=st.sampled_from(["before", "after", "parallel"]))
    def more_signers(self, by: str, who: tuple[str, ...], where: str) -> None:
        if len(self.state.levels) < 8:
            self.allowed |= set(GUESTS)
            self.send(
                AddSign.model_validate(
                    {"command_id": new_command_id(), "by": by, "people": who, "where": where, "eligible": GUESTS}
                )
            )

    @rule(by=people, to=people)
    def hand_over(self, by: str, to: str) -> None:
        self.allowed |= set(GUESTS)
        self.send(Transfer(command_id=new_command_id(), by=by, to=to, eligible=GUESTS))

    @rule(by=people, to=people, days=st.integers(-1, 3))
    def stand_in(self, by: str, to: str, days: int) -> None:
        self.allowed |= set(GUESTS)
        end = self.now + timedelta(days=days)
        self.send(Delegate(command_id=new_command_id(), by=by, to=to, start=self.now, end=end, eligible=GUESTS))

    @rule(by=people)
    def urge(self, by: str) -> None:
        self.send(Remind(command_id=new_command_id(), by=by))

    @rule(data=st.data())
    def organisation_changes(self, data: st.DataObject) -> None:
        found = {each.key: data.draw(candidates) for each in self.state.levels if not each.added}
        self.learn(found)
        self.send(Refresh(command_id=new_command_id(), by="", candidates=found))

    @rule(hours=st.integers(1, 48))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.send(Tick(command_id=new_command_id(), by=""))

    @precondition(lambda self: bool(self.sent))
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        command = data.draw(st.sampled_from(self.sent))
        if command.command_id in self.state.commands:
            assert decide(self.state, command, self.now) == ()

    @invariant()
    def state_is_the_fold_of_stored_events(self) -> None:
        stored = [EVENTS.validate_json(EVENTS.dump_json(event)) for event in self.events]
        assert fold(stored) == self.state

    @invariant()
    def nobody_signs_his_own_work(self) -> None:
        signed = {seat.decided_by for each in self.state.levels for seat in each.seats if seat.decision}
        assert not signed & AUTHORS
        assert not set(holders(self.state, self.now)) & AUTHORS
        assert signed <= self.allowed

    @invariant()
    def one_person_signs_once_in_a_level(self) -> None:
        for each in self.state.levels:
            signed = [seat.decided_by for seat in each.seats if seat.decision]
            assert len(signed) == len(set(signed))

    @invariant()
    def every_signature_is_of_the_seat_or_its_delegate(self) -> None:
        for each in self.state.levels:
            for seat in each.seats:
                if seat.decision is None or seat.decided_by == seat.person:
                    continue
                assert any(
                    (given.principal, given.delegate) == (seat.person, seat.decided_by)
                    and seat.decided_at is not None
                    and given.start <= seat.decided_at <= given.end
                    for given in self.state.delegations
                )

    @invariant()
    def approved_means_every_level_is_satisfied(self) -> None:
        if self.state.status != "approved":
            return
        for each in self.state.levels:
            assert each.done
            assert any(seat.decision == "approve" for seat in each.seats)
            required = [seat for seat in each.seats if seat.role == "required"]
            assert all(seat.decision == "approve" for seat in required)
            if any(seat.decision == "approve" for seat in each.seats if seat.role == "superior"):
                continue
            members = [seat for seat in each.seats if seat.role == "member"]
            yes = sum(seat.decision == "approve" for seat in members)
            assert yes >= {"any": 1, "all": len(members), "in_turn": len(members)}.get(each.mode, each.needed)

    @invariant()
    def decisions_are_about_the_content_of_their_round(self) -> None:
        current = ""
        for event in self.events:
            if event.kind in ("submitted", "resubmitted"):
                current = event.digest
            elif event.kind in ("seat_decided", "approved", "rejected"):
                assert event.digest == current

    @invariant()
    def who_waits_has_somebody_to_wait_for(self) -> None:
        if self.state.status == "pending":
            assert all(each.fillable or each.done or each.added for each in self.state.levels)
            assert any(seat.decision is None for seat in self.state.level.seats)
        if self.state.status == "blocked":
            assert holders(self.state, self.now) == ()


TestApproval = Approval.TestCase
TestApproval.settings = settings(max_examples=examples(150), stateful_step_count=30, deadline=None)
