"""Follows over HTTP."""

from __future__ import annotations

from typing import Annotated

from ninja import Query, Router, Status

from metrion.base.paging import MAX_PAGE, Page
from metrion.collaboration import actions, reads
from metrion.collaboration.schemas import FollowedMetric, FollowState
from metrion.identity.auth import SignedInRequest, signed_in

router = Router(tags=["collaboration"], auth=signed_in)


@router.get("/follows", response=Page[FollowedMetric], operation_id="list_follows")
def list_follows(
    request: SignedInRequest, cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50
) -> Page[FollowedMetric]:
    """List the metrics that the caller follows, the latest first."""
    return reads.follows(request.actor, cursor=cursor, limit=limit)


@router.get("/follows/{code}", response=FollowState, operation_id="read_follow")
def read_follow(request: SignedInRequest, code: str) -> FollowState:
    """Whether the caller follows a metric, and how many people do."""
    return reads.follow_state(request.actor, code)


@router.put("/follows/{code}", response=FollowState, operation_id="follow_metric")
def follow_metric(request: SignedInRequest, code: str) -> FollowState:
    """Follow a metric."""
    return actions.follow(request.actor, code)


@router.delete("/follows/{code}", response={204: None}, operation_id="unfollow_metric")
def unfollow_metric(request: SignedInRequest, code: str) -> Status[None]:
    """Stop following a metric."""
    actions.unfollow(request.actor, code)
    return Status(204, None)
