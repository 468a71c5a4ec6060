"""Two people decide at the same instant: one decision, one publication, nothing half."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.db import connections
from tests.governance.house import House, metric, new_key

from metrion.audit.reads import verify
from metrion.base.errors import MetrionError
from metrion.catalog import reads as catalogue
from metrion.governance import actions
from metrion.governance.models import ApprovalEvent, ChangeRequest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def shared_house(transactional_db: None) -> House:
    """Return a company that several threads see."""
    del transactional_db
    cache.clear()
    return House().with_orders()


def together(*steps: Callable[[], object]) -> list[str]:
    """Run the steps in threads that start at one instant; return `done` or the code of each refusal."""
    start = Barrier(len(steps))

    def one(step: Callable[[], object]) -> str:
        try:
            start.wait()
            step()
        except MetrionError as refusal:
            return refusal.code
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(one, steps))


def test_two_approvers_at_once_decide_once(shared_house: House) -> None:
    change = shared_house.submit(metric("sales"))
    for person in ("aria", "abe"):
        shared_house.prove(person, change)
    actors = [shared_house.actor(person) for person in ("aria", "abe")]
    outcome = together(
        *(
            lambda actor=actor: actions.decide(actor, change.id, "approve", change.digest, idempotency_key=new_key())
            for actor in actors
        )
    )
    assert Counter(outcome) == {"done": 1, "change_not_open": 1}
    kinds = Counter(ApprovalEvent.objects.filter(change=change.id).values_list("kind", flat=True))
    assert (kinds["seat_decided"], kinds["approved"]) == (1, 1)
    assert [each.number for each in catalogue.versions(actors[0], "metric", "sales")] == [1]
    assert verify().intact


def test_approval_against_withdrawal_has_one_winner(shared_house: House) -> None:
    change = shared_house.submit(metric("sales"))
    shared_house.prove("aria", change)
    aria, ann = shared_house.actor("aria"), shared_house.actor("ann")
    outcome = together(
        lambda: actions.decide(aria, change.id, "approve", change.digest, idempotency_key=new_key()),
        lambda: actions.withdraw(ann, change.id, idempotency_key=new_key()),
    )
    assert Counter(outcome) == {"done": 1, "change_not_open": 1}
    state = ChangeRequest.objects.get(id=change.id).state
    published = catalogue.catalogue().version("metric", "sales")
    assert (state, published) in {("approved", 1), ("withdrawn", None)}


def test_the_same_submission_twice_at_once_is_one_change(shared_house: House) -> None:
    draft, ann = shared_house.draft(metric("sales")), shared_house.actor("ann")
    key, before = new_key(), ChangeRequest.objects.count()
    outcome = together(*[lambda: actions.submit(ann, [draft], "t", "r", idempotency_key=key)] * 2)
    assert "done" in outcome
    assert ChangeRequest.objects.count() == before + 1
    numbers = list(ChangeRequest.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
