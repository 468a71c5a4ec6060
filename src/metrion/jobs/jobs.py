"""Housekeeping of the rooms below this one, which cannot declare jobs themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.contrib.sessions.models import Session

from metrion.audit import actions as audit
from metrion.base.clock import now
from metrion.jobs.models import Job
from metrion.jobs.registry import Run, job

KEEP_FINISHED: Final = timedelta(days=30)


@job("jobs.forget_finished", every=timedelta(hours=6))
def forget_finished(_run: Run) -> None:
    """Delete the record of jobs that ended well long ago; given-up jobs stay until somebody has read them."""
    Job.objects.filter(state=Job.State.DONE, finished_at__lt=now() - KEEP_FINISHED).delete()


@job("jobs.forget_sessions", every=timedelta(hours=1))
def forget_sessions(_run: Run) -> None:
    """Delete sessions that have ended."""
    Session.objects.filter(expire_date__lt=now()).delete()


@job("audit.checkpoint", every=timedelta(minutes=10))
def audit_checkpoint(_run: Run) -> None:
    """Sign how the audit trail ends, outside the database: what is signed cannot be changed unnoticed."""
    audit.checkpoint()
