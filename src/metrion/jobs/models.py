"""Tables of the jobs room."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from metrion.base.ids import new_id


class Job(models.Model):
    """One piece of work that must happen at least once, whatever dies in between.

    `lease` is the fencing token: it grows with every claim, and only the holder of the newest one may
    write the outcome. A worker that was thought dead and wakes up again changes nothing.
    """

    class State(models.TextChoices):
        """Where a job stands."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=200, blank=True, default="")
    """Two unfinished jobs of one name never share a key; empty means that repeats are wanted."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    run_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    lease = models.PositiveBigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=100, blank=True, default="")
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name", "key"],
                condition=~Q(key="") & Q(state__in=["waiting", "running"]),
                name="jobs_one_unfinished_per_key",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False), name="jobs_running_has_lease"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["run_at"], condition=Q(state="waiting"), name="jobs_due"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="jobs_leases"),
            models.Index(fields=["finished_at"], condition=Q(finished_at__isnull=False), name="jobs_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.id} ({self.state})"


class Schedule(models.Model):
    """When a periodic job is due next. Whoever moves `next_at` on enqueues it, in one transaction."""

    name = models.CharField(max_length=100, primary_key=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} next at {self.next_at:%Y-%m-%d %H:%M:%S}"
