"""What other rooms do with jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from metrion.base.clock import now
from metrion.jobs.models import Job

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from metrion.base.canonical import Plain


def enqueue(
    name: str, payload: Mapping[str, Plain] | None = None, *, key: str = "", run_at: datetime | None = None
) -> UUID:
    """Note that the job `name` must run, in the caller's transaction: it exists exactly if that commits.

    With a `key`, an unfinished job of the same name and key is returned instead of making a second one.
    """
    instant = now()
    try:
        with transaction.atomic():
            return Job.objects.create(
                name=name, payload=dict(payload or {}), key=key, run_at=run_at or instant, created_at=instant
            ).id
    except IntegrityError:
        unfinished = Job.objects.filter(name=name, key=key, state__in=[Job.State.WAITING, Job.State.RUNNING])
        return unfinished.values_list("id", flat=True).get()
