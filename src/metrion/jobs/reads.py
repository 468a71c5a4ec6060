"""What operators see of the queue."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, Q

from metrion.base.clock import now
from metrion.jobs.models import Job
from metrion.jobs.schemas import JobCounts, JobView


def counts() -> JobCounts:
    """Return how many jobs wait, run, failed for good, and wait too long."""
    late = now() - timedelta(minutes=5)
    found = Job.objects.exclude(state=Job.State.DONE).aggregate(
        waiting=Count("id", filter=Q(state=Job.State.WAITING)),
        running=Count("id", filter=Q(state=Job.State.RUNNING)),
        failed=Count("id", filter=Q(state=Job.State.FAILED)),
        overdue=Count("id", filter=Q(state=Job.State.WAITING, run_at__lt=late)),
    )
    return JobCounts(**found)


def failures(limit: int = 20) -> list[JobView]:
    """Return the jobs that were given up, newest first."""
    rows = Job.objects.filter(state=Job.State.FAILED).order_by("-finished_at")[:limit]
    return [
        JobView(
            id=row.id,
            name=row.name,
            state="failed",
            run_at=row.run_at,
            attempts=row.attempts,
            error=row.error,
            created_at=row.created_at,
            finished_at=row.finished_at,
        )
        for row in rows
    ]
