"""Claims, leases and outcomes: the part of the queue that must hold when processes die.

One table serves SQLite and PostgreSQL. A claim is one short transaction: SQLite begins it IMMEDIATE,
so claims are in line; PostgreSQL skips rows that another claim has locked.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q

from metrion.base.clock import now
from metrion.jobs.errors import LeaseLost
from metrion.jobs.models import Job, Schedule
from metrion.jobs.registry import periodic

if TYPE_CHECKING:
    from datetime import datetime

LEASE: Final = timedelta(seconds=30)
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=1)


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after the given number of failed attempts: doubling, capped."""
    doublings = min(attempts - 1, 20)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def _claimable(instant: datetime) -> Q:
    abandoned = Q(state=Job.State.RUNNING, lease_until__lt=instant)
    return Q(state=Job.State.WAITING, run_at__lte=instant) | abandoned


def claim(worker: str) -> Job | None:
    """Take the job that is due longest, or one whose worker died; None when there is nothing to do."""
    instant = now()
    due = Job.objects.filter(_claimable(instant))
    if not due.exists():  # Most looks find nothing: no write transaction for those.
        return None
    with transaction.atomic():
        found = due.select_for_update(skip_locked=True).order_by("run_at").first()
        if found is None:
            return None
        found.state = Job.State.RUNNING
        found.attempts += 1
        found.lease += 1
        found.lease_until = instant + LEASE
        found.worker = worker
        found.save(update_fields=["state", "attempts", "lease", "lease_until", "worker"])
    return found


def extend(job: Job) -> bool:
    """Prolong the lease; False when it is no longer ours."""
    held = Job.objects.filter(id=job.id, lease=job.lease, state=Job.State.RUNNING)
    return held.update(lease_until=now() + LEASE) == 1


def hold(job: Job) -> None:
    """Raise `LeaseLost` unless the newest lease is ours."""
    if not extend(job):
        raise LeaseLost(job.name)


def finish(job: Job) -> None:
    """Note the end of the work; raises `LeaseLost` when another worker has taken over."""
    held = Job.objects.filter(id=job.id, lease=job.lease, state=Job.State.RUNNING)
    if not held.update(state=Job.State.DONE, finished_at=now(), lease_until=None, error=""):
        raise LeaseLost(job.name)


def fail(job: Job, error: str, most_attempts: int) -> None:
    """Note a failed attempt: again later, or given up. A lost lease makes it none of our business."""
    instant = now()
    held = Job.objects.filter(id=job.id, lease=job.lease, state=Job.State.RUNNING)
    if job.attempts >= most_attempts:
        held.update(state=Job.State.FAILED, finished_at=instant, lease_until=None, error=error)
    else:
        held.update(state=Job.State.WAITING, run_at=instant + pause_after(job.attempts), lease_until=None, error=error)


def enqueue_due() -> int:
    """Enqueue every periodic job whose time has come; return how many. Safe with many schedulers.

    The time is moved on and the job made in one transaction, by whoever still sees the old time. Slots
    that were missed while nothing ran are made up for by one run, not by many.
    """
    instant = now()
    known = dict(Schedule.objects.values_list("name", "next_at"))
    made = 0
    for definition in periodic():
        if definition.every is None or known.get(definition.name, instant) > instant:
            continue
        with transaction.atomic():
            if _take_slot(definition.name, known.get(definition.name), instant + definition.every):
                made += _make_periodic(definition.name, instant)
    return made


def _take_slot(name: str, seen: datetime | None, following: datetime) -> bool:
    """Move the schedule on to `following`; False when another scheduler has done it."""
    if seen is None:
        return Schedule.objects.get_or_create(name=name, defaults={"next_at": following})[1]
    return Schedule.objects.filter(name=name, next_at=seen).update(next_at=following) == 1


def _make_periodic(name: str, instant: datetime) -> bool:
    """Make the job, unless the one before it has not ended yet."""
    unfinished = Job.objects.filter(name=name, key="periodic", state__in=[Job.State.WAITING, Job.State.RUNNING])
    if unfinished.exists():
        return False
    Job.objects.create(name=name, key="periodic", run_at=instant, created_at=instant)
    return True
