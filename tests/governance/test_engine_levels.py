"""What satisfies and what ends a level: 会签, 或签, 依次, 票签."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.governance.approval_flows import DIGEST, Run, flow, level, new_command_id

from metrion.governance.engine import Decide, Quorum, Return, Withdraw, holders
from metrion.governance.errors import (
    AlreadyDecided,
    CommentRequired,
    KeyReused,
    NotADecider,
    NotOpen,
    NotTheRequester,
    SelfApproval,
    StaleDigest,
    UnknownLevel,
)

if TYPE_CHECKING:
    from metrion.governance.engine.flow import Mode


def approve(by: str, digest: str = DIGEST) -> Decide:
    return Decide(command_id=new_command_id(), by=by, digest=digest, decision="approve")


def reject(by: str) -> Decide:
    return Decide(command_id=new_command_id(), by=by, digest=DIGEST, decision="reject", comment="wrong")


def back(by: str, to: str | None = None) -> Return:
    return Return(command_id=new_command_id(), by=by, digest=DIGEST, to=to, comment="again")


def test_any_is_satisfied_by_the_first() -> None:
    run = Run(flow(level("one")), {"one": ("ann", "bob")})
    assert holders(run.state, run.now) == ("ann", "bob")
    run.send(approve("bob"))
    assert run.status() == "approved"


def test_all_waits_for_everybody() -> None:
    run = Run(flow(level("one", "all")), {"one": ("ann", "bob")})
    run.send(approve("ann"))
    assert (run.status(), holders(run.state, run.now)) == ("pending", ("bob",))
    with pytest.raises(AlreadyDecided):
        run.send(approve("ann"))
    run.send(approve("bob"))
    assert run.status() == "approved"


def test_in_turn_lets_nobody_go_first() -> None:
    run = Run(flow(level("one", "in_turn")), {"one": ("ann", "bob")})
    with pytest.raises(NotADecider) as refusal:
        run.send(approve("bob"))
    assert refusal.value.people == ("ann",)
    run.send(approve("ann"))
    run.send(approve("bob"))
    assert run.status() == "approved"


@pytest.mark.parametrize(
    ("quorum", "members", "needed"),
    [
        (Quorum(count=2), 3, 2),
        (Quorum(percent=50), 3, 2),
        (Quorum(percent=50), 4, 2),
        (Quorum(percent=1), 4, 1),
        (Quorum(percent=100), 3, 3),
    ],
)
def test_quorum_counts_people(quorum: Quorum, members: int, needed: int) -> None:
    people = tuple(f"p{number}" for number in range(members))
    run = Run(flow(level("one", "quorum", quorum=quorum)), {"one": people})
    for person in people[: needed - 1]:
        run.send(approve(person))
        assert run.status() == "pending"
    run.send(approve(people[needed - 1]))
    assert run.status() == "approved"


def test_quorum_survives_a_rejection_that_it_can_outvote() -> None:
    run = Run(flow(level("one", "quorum", quorum=Quorum(count=2))), {"one": ("ann", "bob", "cid")})
    run.send(reject("ann"))
    assert run.status() == "pending"
    run.send(reject("bob"))
    assert run.status() == "rejected"


@pytest.mark.parametrize("mode", ["any", "all", "in_turn"])
def test_one_rejection_ends_the_other_modes(mode: Mode) -> None:
    run = Run(flow(level("one", mode)), {"one": ("ann", "bob")})
    run.send(reject("ann"))
    assert run.status() == "rejected"
    with pytest.raises(NotOpen):
        run.send(approve("bob"))


def test_levels_follow_each_other() -> None:
    run = Run(flow(level("one"), level("two")), {"one": ("ann",), "two": ("bob",)})
    with pytest.raises(NotADecider):
        run.send(approve("bob"))
    run.send(approve("ann"))
    assert run.state.position == 1
    run.send(approve("bob"))
    assert run.status() == "approved"


@pytest.mark.parametrize("author", ["asker", "helper_of_asker"])
def test_authors_get_no_seat_and_are_told_who_may(author: str) -> None:
    run = Run(flow(level("one")), {"one": (author, "bob")})
    assert [seat.person for seat in run.state.level.seats] == ["bob"]
    with pytest.raises(SelfApproval) as refusal:
        run.send(approve(author))
    assert refusal.value.people == ("bob",)


def test_a_decision_is_about_what_was_read() -> None:
    run = Run(flow(level("one")), {"one": ("ann",)})
    with pytest.raises(StaleDigest):
        run.send(approve("ann", digest="e" * 64))
    assert run.status() == "pending"


def test_a_repeated_command_changes_nothing() -> None:
    run = Run(flow(level("one", "all")), {"one": ("ann", "bob")})
    command = approve("ann")
    assert run.send(command)
    assert run.send(command) == ()
    with pytest.raises(KeyReused):
        run.send(command.model_copy(update={"decision": "reject", "comment": "no"}))


def test_reject_and_return_need_a_reason() -> None:
    run = Run(flow(level("one")), {"one": ("ann",)})
    with pytest.raises(CommentRequired):
        run.send(Decide(command_id="x", by="ann", digest=DIGEST, decision="reject"))
    with pytest.raises(CommentRequired):
        run.send(Return(command_id="y", by="ann", digest=DIGEST))


def test_return_to_a_level_asks_it_again() -> None:
    run = Run(flow(level("one"), level("two")), {"one": ("ann",), "two": ("bob",)})
    run.send(approve("ann"))
    with pytest.raises(UnknownLevel):
        run.send(back("bob", "two"))
    run.send(back("bob", "one"))
    assert (run.status(), run.state.position, run.state.round) == ("pending", 0, 2)
    run.send(approve("ann"))
    run.send(approve("bob"))
    assert run.status() == "approved"


def test_who_approved_before_need_not_again_in_the_same_round() -> None:
    run = Run(flow(level("one"), level("two", "all")), {"one": ("ann",), "two": ("ann", "bob")})
    run.send(approve("ann"))
    assert holders(run.state, run.now) == ("bob",)
    run.send(back("bob", "one"))
    assert holders(run.state, run.now) == ("ann",)


def test_every_level_can_ask_for_its_own_signature() -> None:
    seats = {"one": ("ann",), "two": ("ann",)}
    run = Run(flow(level("one"), level("two"), duplicates="every_level"), seats)
    run.send(approve("ann"))
    assert run.status() == "pending"
    run.send(approve("ann"))
    assert run.status() == "approved"


def test_only_authors_withdraw() -> None:
    run = Run(flow(level("one")), {"one": ("ann",)})
    with pytest.raises(NotTheRequester):
        run.send(Withdraw(command_id="w", by="ann"))
    run.send(Withdraw(command_id="w2", by="helper_of_asker"))
    assert run.status() == "withdrawn"
