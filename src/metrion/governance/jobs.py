"""What the gate does by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from metrion.governance import actions
from metrion.jobs.registry import job

if TYPE_CHECKING:
    from metrion.jobs.registry import Run


@job("governance.publish_due", every=timedelta(minutes=1))
def publish_due(run: Run) -> None:
    """Publish approved changes whose day has come; a second run finds nothing left to do."""
    del run
    actions.publish_due()


@job("governance.refresh_open", every=timedelta(minutes=5))
def refresh_open(run: Run) -> None:
    """Seat new approvers, unseat former ones, and apply time-outs."""
    del run
    actions.refresh_open()
