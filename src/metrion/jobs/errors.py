"""Refusals of the jobs room."""

from __future__ import annotations

from metrion.base.errors import Conflict, MetrionError
from metrion.base.text import Text


class UnknownJob(MetrionError):
    """No room registers a handler of this name."""

    code = "unknown_job"
    status = 500
    text = Text(zh="没有名为“{name}”的任务。", en="There is no job named “{name}”.")


class LeaseLost(Conflict):
    """Another worker has taken the job over; what this one was about to write must not be written."""

    code = "lease_lost"

    def __init__(self, name: str) -> None:
        super().__init__(
            name=name,
            reason_zh=f"任务“{name}”已由其他进程接管。",
            reason_en=f"Another worker took over the job “{name}”.",
        )
