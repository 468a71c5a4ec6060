"""Random people do random things through the actions: what is in force was always approved by somebody else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from tests.governance.house import House, metric, new_key

from metrion.audit.reads import verify
from metrion.base.canonical import digest
from metrion.base.clock import frozen_at, now
from metrion.base.errors import MetrionError
from metrion.catalog import reads as catalogue
from metrion.governance import actions, reads, store
from metrion.governance.engine import TERMINAL
from metrion.governance.models import ChangeItem, ChangeRequest, EvidenceSeen

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

PEOPLE = ("ann", "dana", "aria", "abe", "bea", "viewer")
CODES = ("sales", "profit")

people = st.sampled_from(PEOPLE)
nth = st.integers(0, 2)
submissions = st.tuples(
    st.just("submit"), st.sampled_from(["ann", "dana"]), st.sampled_from(CODES), st.integers(1, 3), st.booleans()
)
approvals = st.tuples(st.just("pass_on"), st.sampled_from(["aria", "abe"]), nth)
others = st.one_of(
    st.tuples(st.just("prove"), people, nth),
    st.tuples(st.just("decide"), people, nth, st.sampled_from(["approve", "reject", "return"])),
    st.tuples(st.just("withdraw"), people, nth),
    st.tuples(st.just("resubmit"), people, nth),
    st.tuples(st.just("comment"), people, nth),
    st.tuples(st.sampled_from(["day", "refresh"])),
).map(tuple)  # one choice against submissions and approvals, not six
commands = st.lists(st.one_of(submissions, approvals, others), min_size=15, max_size=30)


class Play:
    """Runs commands; a refusal changes nothing."""

    def __init__(self, house: House, start: datetime) -> None:
        self.house = house
        self.time = start
        self.known = set(ChangeRequest.objects.values_list("id", flat=True))

    def changes(self) -> list[ChangeRequest]:
        return list(ChangeRequest.objects.exclude(id__in=self.known).order_by("number"))

    def run(self, name: str, *asked: Any) -> None:
        before = snapshot()
        try:
            with transaction.atomic():
                getattr(self, name)(*asked)
        except MetrionError:
            assert snapshot() == before

    def _pick(self, index: int) -> ChangeRequest | None:
        """Return a change, those that wait before those that are over."""
        found = sorted(self.changes(), key=lambda row: row.state in TERMINAL)
        return found[index % len(found)] if found else None

    def submit(self, by: str, code: str, factor: int, later: bool) -> None:
        self.house.submit(
            metric(code, f"amount * {factor}"), by=by, effective_from=now() + timedelta(hours=30) if later else None
        )

    def prove(self, by: str, index: int) -> None:
        if (row := self._pick(index)) is not None:
            self.house.prove(by, reads.change(self.house.actor(by), row.id))

    def decide(self, by: str, index: int, decision: Any) -> None:
        if (row := self._pick(index)) is not None:
            actor = self.house.actor(by)
            can = reads.change(actor, row.id).can_decide
            actions.decide(actor, row.id, decision, row.digest, "so", idempotency_key=new_key())
            assert can

    def pass_on(self, by: str, index: int) -> None:
        self.prove(by, index)
        self.decide(by, index, "approve")

    def withdraw(self, by: str, index: int) -> None:
        if (row := self._pick(index)) is not None:
            actions.withdraw(self.house.actor(by), row.id, idempotency_key=new_key())

    def resubmit(self, by: str, index: int) -> None:
        if (row := self._pick(index)) is not None:
            actions.resubmit(self.house.actor(by), row.id, idempotency_key=new_key())

    def comment(self, by: str, index: int) -> None:
        if (row := self._pick(index)) is not None:
            actions.comment(self.house.actor(by), row.id, "hm", idempotency_key=new_key())

    def day(self) -> None:
        self.time += timedelta(hours=24)

    def refresh(self) -> None:
        actions.refresh_open()
        actions.publish_due()


def snapshot() -> list[tuple[Any, ...]]:
    rows = ChangeRequest.objects.order_by("number")
    return [(row.number, row.state, row.publication, row.digest, row.events.count()) for row in rows]


def check(play: Play) -> None:
    """Hold the promises against what is stored."""
    in_force: dict[tuple[str, str], set[str]] = {}
    for row in play.changes():
        held = store.load(row)
        assert (held.state.status, held.state.digest, held.state.round) == (row.state, row.digest, row.round)
        signed = {seat.decided_by for level in held.state.levels for seat in level.seats if seat.decided_by}
        assert not signed & held.state.authors
        assert signed <= {"aria", "abe"}
        if row.publication != "published":
            continue
        assert row.state in TERMINAL
        (approval,) = [each for each in held.events if each.kind == "approved"]
        assert approval.digest == row.digest
        assert approval.by not in held.state.authors
        assert EvidenceSeen.objects.filter(
            evidence__change=row, evidence__digest=row.digest, username=approval.by
        ).exists()
        for item in ChangeItem.objects.filter(change=row, round=row.round):
            in_force.setdefault((item.kind, item.code), set()).add(item.digest)
        event("published")
    held_now = catalogue.catalogue()
    for code in CODES:
        if held_now.version("metric", code) is not None:
            assert digest(held_now.metric(code)) in in_force["metric", code]
    waiting = [row.id for row in play.changes() if row.state == "pending"]
    for name in ("aria", "abe"):
        assert inbox(play.house, name) == set(waiting)
    assert verify().intact


def inbox(house: House, name: str) -> set[UUID]:
    return {card.id for card in reads.inbox(house.actor(name)).items}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=commands)
def test_what_is_in_force_was_read_and_approved_by_somebody_else(house: House, plan: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        play = Play(house, now())
        for name, *asked in plan:
            with frozen_at(play.time):
                play.run(name, *asked)
        with frozen_at(play.time):
            check(play)
        transaction.set_rollback(True)
