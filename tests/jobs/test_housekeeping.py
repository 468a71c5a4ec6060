"""What the housekeeping deletes, and what it keeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session

from metrion.base import clock
from metrion.jobs import actions, queue, registry
from metrion.jobs.jobs import KEEP_FINISHED, forget_finished, forget_sessions
from metrion.jobs.models import Job
from metrion.jobs.registry import Run

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def _run() -> Run:
    return Run(id=actions.enqueue("test.self"), payload={}, attempt=1, lease=1, hold=lambda: None)


def test_jobs_that_ended_well_are_forgotten_after_a_while_and_failures_are_kept() -> None:
    with clock.frozen_at(NOON):
        for _ in range(2):
            actions.enqueue("test.one")
        done, failed = queue.claim("a"), queue.claim("a")
        assert done is not None
        assert failed is not None
        queue.finish(done)
        queue.fail(failed, "no", most_attempts=1)
    with clock.frozen_at(NOON + KEEP_FINISHED - timedelta(days=1)):
        forget_finished(_run())
        assert Job.objects.filter(name="test.one").count() == 2
    with clock.frozen_at(NOON + KEEP_FINISHED + timedelta(days=1)):
        forget_finished(_run())
    assert [row.state for row in Job.objects.filter(name="test.one")] == ["failed"]


def test_only_ended_sessions_are_forgotten() -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=NOON - timedelta(seconds=1))
    Session.objects.create(session_key="new", session_data="", expire_date=NOON + timedelta(seconds=1))
    with clock.frozen_at(NOON):
        forget_sessions(_run())
    assert [row.session_key for row in Session.objects.all()] == ["new"]


def test_every_room_can_declare_jobs() -> None:
    registry.load()
    assert {"jobs.forget_finished", "jobs.forget_sessions"} <= {declared.name for declared in registry.periodic()}
