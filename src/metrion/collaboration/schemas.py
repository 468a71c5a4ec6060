"""Shapes of the collaboration room."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from metrion.catalog.schemas import MetricCard


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class FollowedMetric(_Frozen):
    """One row of the list of followed metrics."""

    metric: MetricCard
    since: datetime


class FollowState(_Frozen):
    """Whether the asker follows a metric, and how many people do."""

    following: bool
    followers: int
