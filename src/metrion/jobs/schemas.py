"""Shapes of the jobs room that other rooms may hold."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class JobView(BaseModel):
    """One job as operators see it."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    name: str
    state: Literal["waiting", "running", "done", "failed"]
    run_at: datetime
    attempts: int
    error: str
    created_at: datetime
    finished_at: datetime | None


class JobCounts(BaseModel):
    """How the queue stands."""

    model_config = ConfigDict(frozen=True)

    waiting: int
    running: int
    failed: int
    overdue: int
    """Waiting although due for more than five minutes: no runner is alive, or there are too few."""
