"""Periodic work of the integration room."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from metrion.integration import actions
from metrion.jobs.registry import job

if TYPE_CHECKING:
    from metrion.jobs.registry import Run


@job("integration.reconcile", every=timedelta(minutes=5))
def reconcile(run: Run) -> None:
    """Register loads whose process died after the commit, and remove what dead processes left behind."""
    del run
    actions.reconcile()


@job("integration.calendar", every=timedelta(hours=1))
def calendar(run: Run) -> None:
    """Keep the calendar what edits and public sources say: after an upgrade, at the turn of a year, after a crash."""
    del run
    actions.refresh_calendar()
