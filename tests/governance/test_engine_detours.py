"""加签, 转交, 代理, 退回, 催办, time-outs, empty levels: detours never weaken the approval."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.governance.approval_flows import DIGEST, START, Run, flow, level, new_command_id

from metrion.governance.engine import (
    AddSign,
    Candidates,
    Comment,
    Copy,
    Decide,
    Delegate,
    Delegation,
    FlowRule,
    Quorum,
    Refresh,
    Remind,
    Resubmit,
    Return,
    Tick,
    Transfer,
    choose_flow,
    decide_many,
    holders,
    resolve,
    simulate,
)
from metrion.governance.engine.flow import Level, Selector, TimeOut
from metrion.governance.engine.timeline import timeline
from metrion.governance.errors import NotADecider, RemindedTooSoon, SelfApproval, SignerRefused

EVERYBODY = frozenset({"ann", "bob", "cid", "dan", "boss", "asker", "helper_of_asker"})


def approve(by: str) -> Decide:
    return Decide(command_id=new_command_id(), by=by, digest=DIGEST, decision="approve")


def add(by: str, where: str, *people: str) -> AddSign:
    return AddSign.model_validate(
        {"command_id": new_command_id(), "by": by, "people": people, "where": where, "eligible": EVERYBODY}
    )


def transfer(by: str, to: str) -> Transfer:
    return Transfer(command_id=new_command_id(), by=by, to=to, eligible=EVERYBODY)


def delegate(by: str, to: str, days: int = 1) -> Delegate:
    span = {"start": START, "end": START + timedelta(days=days)}
    return Delegate.model_validate({"command_id": new_command_id(), "by": by, "to": to, "eligible": EVERYBODY, **span})


def test_a_parallel_signer_must_approve_too() -> None:
    run = Run(flow(level("one")), {"one": ("ann", "bob")})
    run.send(add("ann", "parallel", "cid"))
    run.send(approve("ann"))
    assert (run.status(), holders(run.state, run.now)) == ("pending", ("bob", "cid"))
    run.send(approve("cid"))
    assert run.status() == "approved"


def test_signers_before_are_asked_first() -> None:
    run = Run(flow(level("one")), {"one": ("ann",)})
    run.send(add("ann", "before", "cid", "dan"))
    assert holders(run.state, run.now) == ("cid", "dan")
    run.send(approve("cid"))
    run.send(approve("dan"))
    assert holders(run.state, run.now) == ("ann",)
    run.send(approve("ann"))
    assert run.status() == "approved"


def test_signers_after_are_asked_last() -> None:
    run = Run(flow(level("one")), {"one": ("ann",)})
    run.send(add("ann", "after", "cid"))
    run.send(approve("ann"))
    assert holders(run.state, run.now) == ("cid",)
    run.send(approve("cid"))
    assert run.status() == "approved"


@pytest.mark.parametrize("author", ["asker", "helper_of_asker"])
def test_authors_cannot_come_in_by_a_detour(author: str) -> None:
    run = Run(flow(level("one")), {"one": ("ann",)})
    for command in (transfer("ann", author), delegate("ann", author), add("ann", "parallel", author)):
        with pytest.raises(SignerRefused):
            run.send(command)


def test_nobody_without_the_permission_comes_in() -> None:
    run = Run(flow(level("one")), {"one": ("ann",)})
    with pytest.raises(SignerRefused):
        run.send(transfer("ann", "stranger"))


def test_a_transferred_seat_is_gone() -> None:
    run = Run(flow(level("one")), {"one": ("ann",)})
    run.send(transfer("ann", "cid"))
    assert holders(run.state, run.now) == ("cid",)
    with pytest.raises(NotADecider):
        run.send(approve("ann"))
    run.send(Refresh(command_id="r", by="", candidates=run.candidates))
    assert holders(run.state, run.now) == ("cid",)


def test_a_delegate_decides_only_in_the_given_days() -> None:
    run = Run(flow(level("one", "all")), {"one": ("ann", "bob")})
    run.send(delegate("ann", "cid"))
    run.wait(days=2)
    with pytest.raises(NotADecider):
        run.send(approve("cid"))
    run.wait(days=-1)
    run.send(approve("cid"))
    seat = run.state.level.seats[0]
    assert (seat.person, seat.decided_by) == ("ann", "cid")


def test_one_person_is_one_signature() -> None:
    run = Run(flow(level("one", "all")), {"one": ("ann", "bob")})
    run.send(delegate("ann", "bob"))
    run.send(approve("bob"))
    assert (run.status(), holders(run.state, run.now)) == ("pending", ("ann",))


def test_a_delegation_made_before_never_helps_an_author() -> None:
    given = Delegation(principal="ann", delegate="asker", start=START, end=START + timedelta(days=9))
    run = Run(flow(level("one")), {"one": ("ann",)}, delegations=(given,))
    with pytest.raises(SelfApproval):
        run.send(approve("asker"))


def test_an_empty_level_asks_the_superiors() -> None:
    run = Run(flow(level("one")), {"one": ("asker",)}, superiors={"one": (("asker",), ("boss",))})
    assert (run.status(), holders(run.state, run.now)) == ("pending", ("boss",))
    run.send(approve("boss"))
    assert run.status() == "approved"


def test_an_empty_level_without_superiors_blocks_and_goes_on_when_somebody_comes() -> None:
    run = Run(flow(level("one"), level("two")), {"one": ("ann",), "two": ("asker",)})
    assert (run.status(), holders(run.state, run.now)) == ("blocked", ())
    now = {**run.candidates, "two": Candidates(members=("bob",))}
    run.send(Refresh(command_id="r", by="", candidates=now))
    assert (run.status(), holders(run.state, run.now)) == ("pending", ("ann",))


def test_the_policy_block_does_not_escalate() -> None:
    run = Run(flow(level("one", empty="block")), {"one": ()}, superiors={"one": (("boss",),)})
    assert run.status() == "blocked"


def test_a_quorum_that_cannot_be_reached_blocks() -> None:
    run = Run(flow(level("one", "quorum", quorum=Quorum(count=2))), {"one": ("ann", "asker")})
    assert run.status() == "blocked"


def test_who_loses_the_permission_loses_the_seat() -> None:
    run = Run(flow(level("one")), {"one": ("ann", "bob")})
    run.send(Refresh(command_id="r", by="", candidates={"one": Candidates(members=("bob", "cid"))}))
    assert holders(run.state, run.now) == ("bob", "cid")
    run.send(Refresh(command_id="r2", by="", candidates={"one": Candidates()}))
    assert run.status() == "blocked"


def test_a_refresh_without_a_difference_is_no_event() -> None:
    run = Run(flow(level("one")), {"one": ("ann",)})
    assert run.send(Refresh(command_id="r", by="", candidates=run.candidates)) == ()


def test_time_outs_remind_and_then_escalate() -> None:
    rule = TimeOut(remind_after=24, escalate_after=48)
    run = Run(flow(level("one", time_out=rule)), {"one": ("ann",)}, superiors={"one": (("boss",),)})
    assert run.send(Tick(command_id="t0", by="")) == ()
    run.wait(hours=24)
    assert [event.kind for event in run.send(Tick(command_id="t1", by=""))] == ["reminded"]
    assert run.send(Tick(command_id="t2", by="")) == ()
    run.wait(hours=24)
    assert [event.kind for event in run.send(Tick(command_id="t3", by=""))] == ["reminded", "escalated"]
    run.wait(hours=1)
    assert run.send(Tick(command_id="t4", by="")) == ()
    run.send(approve("boss"))
    assert run.status() == "approved"


def test_reminders_are_spaced() -> None:
    run = Run(flow(level("one")), {"one": ("ann",)})
    run.send(Remind(command_id="1", by="asker"))
    with pytest.raises(RemindedTooSoon):
        run.send(Remind(command_id="2", by="asker"))
    run.wait(hours=1)
    assert run.send(Remind(command_id="3", by="asker"))


def test_a_return_to_the_requester_waits_for_new_content() -> None:
    run = Run(flow(level("one")), {"one": ("ann",)})
    run.send(Return(command_id="b", by="ann", digest=DIGEST, comment="unclear"))
    assert run.status() == "returned"
    newer = "e" * 64
    run.send(Resubmit(command_id="s", by="asker", digest=newer, candidates=run.candidates))
    assert (run.status(), run.state.round, run.state.digest) == ("pending", 2, newer)


def test_copies_and_comments_give_no_power() -> None:
    run = Run(flow(level("one")), {"one": ("ann",)})
    run.send(Copy(command_id="c", by="ann", people=("cid",)))
    run.send(Comment(command_id="d", by="cid", comment="fine"))
    assert run.state.copies == ("cid",)
    with pytest.raises(NotADecider):
        run.send(approve("cid"))


def test_a_batch_decides_each_alone() -> None:
    good = Run(flow(level("one")), {"one": ("ann",)})
    bad = Run(flow(level("one")), {"one": ("bob",)})
    first, second = decide_many([(good.state, approve("ann")), (bad.state, approve("ann"))], START)
    assert first.events
    assert isinstance(second.refusal, NotADecider)


def test_a_condition_chooses_the_flow() -> None:
    plain, strict = flow(level("one")), flow(level("one"), level("two"))
    rules = [FlowRule(when={"class": ("protection", "structural")}, flow=strict)]
    assert choose_flow(rules, {"class": "protection"}, plain) is strict
    assert choose_flow(rules, {"class": "cosmetic"}, plain) is plain


def test_selectors_become_candidates_through_the_resolver() -> None:
    class Directory:
        def people(self, selector: Selector) -> list[str]:
            return ["ann", "bob", "ann"] if selector.kind == "person" else []

        def superiors(self, asked: Level) -> list[list[str]]:
            return [[asked.key]]

    found = resolve(flow(level("one")), Directory())
    assert found == {"one": Candidates(members=("ann", "bob"), superiors=(("one",),))}


def test_simulation_tells_who_would_decide() -> None:
    candidates = {"one": Candidates(members=("asker", "ann"))}
    state = simulate(flow(level("one")), "asker", (), candidates, START)
    assert holders(state, START) == ("ann",)


def test_the_timeline_reads_in_both_languages() -> None:
    run = Run(flow(level("one")), {"one": ("ann",)})
    run.send(add("ann", "parallel", "cid"))
    run.send(delegate("cid", "dan"))
    run.send(approve("dan"))
    run.send(approve("ann"))
    steps = timeline(run.events)
    kinds = ["submitted", "signers_added", "delegated", "seat_decided", "seat_decided", "approved"]
    assert [step.kind for step in steps] == kinds
    assert all(step.text.zh and step.text.en for step in steps)
