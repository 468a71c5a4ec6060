"""Change requests over HTTP. Every route needs a signed-in person; the actions and reads do the rest."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from ninja import Query, Router, Status

from metrion.base.paging import MAX_PAGE, Page
from metrion.governance import actions, reads
from metrion.governance.schemas import (
    Box,
    ChangeCard,
    ChangeState,
    ChangeView,
    CommentRequest,
    DecisionRequest,
    InboxCount,
    SimulateRequest,
    Simulation,
    StepRequest,
    SubmitRequest,
)
from metrion.identity.auth import SignedInRequest, signed_in

router = Router(tags=["changes"], auth=signed_in)


@router.post("/changes", response={201: ChangeView}, operation_id="submit_change")
def submit_change(request: SignedInRequest, body: SubmitRequest) -> Status[ChangeView]:
    """Freeze drafts and ask for their publication. Faults come all at once."""
    change = actions.submit(
        request.actor,
        body.draft_ids,
        body.title,
        body.reason,
        effective_from=body.effective_from,
        co_authors=body.co_authors,
        idempotency_key=body.idempotency_key,
    )
    return Status(201, change)


@router.post("/changes/simulate", response=Simulation, operation_id="simulate_change")
def simulate_change(request: SignedInRequest, body: SimulateRequest) -> Simulation:
    """Tell the class, the differences and who would decide, without submitting."""
    return reads.simulate(request.actor, body.draft_ids, body.co_authors)


@router.get("/changes", response=Page[ChangeCard], operation_id="list_changes")
def list_changes(
    request: SignedInRequest,
    box: Box = "all",
    state: ChangeState | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
) -> Page[ChangeCard]:
    """List the changes that the caller may see, newest first."""
    return reads.changes(request.actor, box, state=state, cursor=cursor, limit=limit)


@router.get("/changes/inbox/count", response=InboxCount, operation_id="count_inbox")
def count_inbox(request: SignedInRequest) -> InboxCount:
    """Count what waits for the caller's decision."""
    return reads.inbox_count(request.actor)


@router.get("/changes/{change_id}", response=ChangeView, operation_id="read_change")
def read_change(request: SignedInRequest, change_id: UUID) -> ChangeView:
    """Read one change with differences, timeline, evidence and who may decide."""
    return reads.change(request.actor, change_id)


@router.post("/changes/{change_id}/decision", response=ChangeView, operation_id="decide_change")
def decide_change(request: SignedInRequest, change_id: UUID, body: DecisionRequest) -> ChangeView:
    """Approve, reject or return the content that was read."""
    return actions.decide(
        request.actor,
        change_id,
        body.decision,
        digest=body.digest,
        comment=body.comment,
        idempotency_key=body.idempotency_key,
    )


@router.post("/changes/{change_id}/comments", response=ChangeView, operation_id="comment_change")
def comment_change(request: SignedInRequest, change_id: UUID, body: CommentRequest) -> ChangeView:
    """Add a remark to the timeline."""
    return actions.comment(request.actor, change_id, body.comment, idempotency_key=body.idempotency_key)


@router.post("/changes/{change_id}/withdraw", response=ChangeView, operation_id="withdraw_change")
def withdraw_change(request: SignedInRequest, change_id: UUID, body: StepRequest) -> ChangeView:
    """Take the request back; the drafts can be edited again."""
    return actions.withdraw(request.actor, change_id, body.comment, idempotency_key=body.idempotency_key)


@router.post("/changes/{change_id}/resubmit", response=ChangeView, operation_id="resubmit_change")
def resubmit_change(request: SignedInRequest, change_id: UUID, body: StepRequest) -> ChangeView:
    """Send a returned change again with its drafts as they are now."""
    return actions.resubmit(request.actor, change_id, body.comment, idempotency_key=body.idempotency_key)


@router.post("/changes/{change_id}/remind", response=ChangeView, operation_id="remind_change")
def remind_change(request: SignedInRequest, change_id: UUID, body: StepRequest) -> ChangeView:
    """Ask the deciders again; at most once an hour."""
    return actions.remind(request.actor, change_id, body.comment, idempotency_key=body.idempotency_key)
