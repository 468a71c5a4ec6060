"""The queue: what is claimed, when, by whom, and how often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from metrion.base import clock
from metrion.base.errors import MetrionError
from metrion.jobs import actions, queue, reads, registry, runner
from metrion.jobs.errors import LeaseLost
from metrion.jobs.models import Job, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.jobs.registry import Run

HALF = "test.half"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(registry, "_definitions", {})
    with clock.frozen_at(NOON):
        yield


def test_a_job_exists_exactly_if_the_callers_transaction_commits() -> None:
    name = "test.one"

    def rolled_back() -> None:
        with transaction.atomic():
            actions.enqueue("test.one")
            raise LeaseLost(name)

    with pytest.raises(LeaseLost):
        rolled_back()
    assert queue.claim("a") is None
    actions.enqueue("test.one")
    assert queue.claim("a") is not None


def test_the_job_due_longest_is_claimed_once() -> None:
    late = actions.enqueue("test.one", run_at=NOON - timedelta(minutes=1))
    later = actions.enqueue("test.one", run_at=NOON - timedelta(minutes=5))
    actions.enqueue("test.one", run_at=NOON + timedelta(seconds=1))
    claimed = [queue.claim("a"), queue.claim("b"), queue.claim("c")]
    assert [job.id if job else None for job in claimed] == [later, late, None]


def test_one_key_has_one_unfinished_job() -> None:
    first = actions.enqueue("test.one", key="k")
    assert actions.enqueue("test.one", key="k") == first
    assert actions.enqueue("test.other", key="k") != first
    job = queue.claim("a")
    assert job is not None
    queue.finish(job)
    assert actions.enqueue("test.one", key="k") != first


def test_a_dead_workers_job_is_taken_over_and_the_dead_can_write_nothing() -> None:
    actions.enqueue("test.one")
    dead = queue.claim("dead")
    assert dead is not None
    with clock.frozen_at(NOON + queue.LEASE - timedelta(seconds=1)):
        assert queue.claim("alive") is None
    with clock.frozen_at(NOON + queue.LEASE + timedelta(seconds=1)):
        alive = queue.claim("alive")
        assert alive is not None
        assert alive.lease > dead.lease
        with pytest.raises(LeaseLost):
            queue.finish(dead)
        with pytest.raises(LeaseLost):
            queue.hold(dead)
        queue.fail(dead, "late", most_attempts=1)
        queue.finish(alive)
    row = Job.objects.get()
    assert (row.state, row.attempts, row.error) == ("done", 2, "")


def test_a_heart_beat_keeps_the_lease() -> None:
    actions.enqueue("test.one")
    job = queue.claim("a")
    assert job is not None
    with clock.frozen_at(NOON + timedelta(seconds=25)):
        assert queue.extend(job)
    with clock.frozen_at(NOON + timedelta(seconds=50)):
        assert queue.claim("b") is None


def test_a_failed_attempt_is_repeated_with_growing_pauses_and_then_given_up() -> None:
    @registry.job("test.fails", attempts=3)
    def fails(_run: Run) -> None:
        message = "no"
        raise ValueError(message)

    actions.enqueue("test.fails")
    instant = NOON
    for attempt, pause in ((1, 5), (2, 10)):
        with clock.frozen_at(instant):
            assert runner.run_one("a")
            assert not runner.run_one("a")
        row = Job.objects.get()
        assert (row.state, row.attempts) == ("waiting", attempt)
        assert row.run_at == instant + timedelta(seconds=pause)
        instant = row.run_at
    with clock.frozen_at(instant):
        assert runner.run_one("a")
    assert [(view.state, view.attempts, view.error) for view in reads.failures()] == [("failed", 3, "ValueError: no")]
    assert reads.counts().failed == 1


def test_a_job_that_kills_its_workers_is_given_up() -> None:
    ran: list[int] = []
    registry.job("test.deadly", attempts=2)(lambda run: ran.append(run.attempt))
    actions.enqueue("test.deadly")
    for number in range(2):
        with clock.frozen_at(NOON + number * 2 * queue.LEASE):
            assert queue.claim("dies") is not None
    with clock.frozen_at(NOON + 5 * queue.LEASE):
        runner.run_one("survivor")
    assert ran == []
    assert Job.objects.get().state == "failed"


def test_the_effects_of_a_failed_atomic_job_are_undone() -> None:
    @registry.job(HALF, atomic=True)
    def half(_run: Run) -> None:
        actions.enqueue("test.trace")
        raise LeaseLost(HALF)

    actions.enqueue(HALF)
    runner.run_one("a")
    assert not Job.objects.filter(name="test.trace").exists()


def test_a_job_without_handler_waits_for_a_version_that_has_one() -> None:
    actions.enqueue("test.unknown")
    runner.run_one("a")
    row = Job.objects.get()
    assert row.state == "waiting"
    assert "test.unknown" in row.error


def test_two_schedulers_make_one_job_per_slot() -> None:
    registry.job("test.minute", every=timedelta(minutes=1))(lambda run: None)
    assert [queue.enqueue_due(), queue.enqueue_due()] == [1, 0]
    assert runner.run_one("a")
    with clock.frozen_at(NOON + timedelta(seconds=59)):
        assert queue.enqueue_due() == 0
    with clock.frozen_at(NOON + timedelta(hours=3)):
        assert [queue.enqueue_due(), queue.enqueue_due()] == [1, 0]
        assert Schedule.objects.get().next_at == NOON + timedelta(hours=3, minutes=1)


def test_a_slow_periodic_job_is_not_piled_up() -> None:
    registry.job("test.minute", every=timedelta(minutes=1))(lambda run: None)
    queue.enqueue_due()
    with clock.frozen_at(NOON + timedelta(minutes=10)):
        assert queue.enqueue_due() == 0
    assert Job.objects.count() == 1


def test_two_handlers_of_one_name_are_refused() -> None:
    registry.job("test.one")(lambda run: None)
    with pytest.raises(ValueError, match=r"test\.one"):
        registry.job("test.one")(lambda run: None)


def test_an_unknown_job_is_a_typed_error() -> None:
    with pytest.raises(MetrionError):
        registry.definition("test.nothing")
