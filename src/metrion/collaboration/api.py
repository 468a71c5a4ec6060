"""Follows over HTTP."""

from __future__ import annotations

from ninja import Query, Router

from metrion.base.paging import Page
from metrion.collaboration import actions, reads
from metrion.collaboration.schemas import FollowedMetric, FollowState
from metrion.identity.auth import SignedInRequest, signed_in

router = Router(tags=["collaboration"], auth=signed_in)


@router.get("/follows", response=Page[FollowedMetric], operation_id="list_follows")
def list_follows(
    request: SignedInRequest, cursor: str | None = None, limit: int = Query(50, ge=1, le=200)
) -> Page[FollowedMetric]:
    """The metrics that the caller follows, the latest first."""
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
def unfollow_metric(request: SignedInRequest, code: str) -> tuple[int, None]:
    """Stop following a metric."""
    actions.unfollow(request.actor, code)
    return 204, None
