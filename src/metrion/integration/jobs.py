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
