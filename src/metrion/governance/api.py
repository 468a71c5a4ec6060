"""Change requests over HTTP. Every route needs a signed-in person; the actions and reads do the rest."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from metrion.base.paging import Page
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
from metrion.identity.auth import actor_of, signed_in

router = Router(tags=["changes"], auth=signed_in)


@router.post("/changes", response={201: ChangeView}, operation_id="submit_change")
def submit_change(request: HttpRequest, body: SubmitRequest) -> tuple[int, ChangeView]:
    """Freeze drafts and ask for their publication. Faults come all at once."""
    return 201, actions.submit(
        actor_of(request),
        body.draft_ids,
        body.title,
        body.reason,
        effective_from=body.effective_from,
        co_authors=body.co_authors,
        idempotency_key=body.idempotency_key,
    )


@router.post("/changes/simulate", response=Simulation, operation_id="simulate_change")
def simulate_change(request: HttpRequest, body: SimulateRequest) -> Simulation:
    """Tell the class, the differences and who would decide, without submitting."""
    return reads.simulate(actor_of(request), body.draft_ids, body.co_authors)


@router.get("/changes", response=Page[ChangeCard], operation_id="list_changes")
def list_changes(
    request: HttpRequest,
    box: Box = "all",
    state: ChangeState | None = None,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
) -> Page[ChangeCard]:
    """List the changes that the caller may see, newest first."""
    return reads.changes(actor_of(request), box, state=state, cursor=cursor, limit=limit)


@router.get("/changes/inbox/count", response=InboxCount, operation_id="count_inbox")
def count_inbox(request: HttpRequest) -> InboxCount:
    """Count what waits for the caller's decision."""
    return reads.inbox_count(actor_of(request))


@router.get("/changes/{change_id}", response=ChangeView, operation_id="read_change")
def read_change(request: HttpRequest, change_id: UUID) -> ChangeView:
    """Read one change with differences, timeline, evidence and who may decide."""
    return reads.change(actor_of(request), change_id)


@router.post("/changes/{change_id}/decision", response=ChangeView, operation_id="decide_change")
def decide_change(request: HttpRequest, change_id: UUID, body: DecisionRequest) -> ChangeView:
    """Approve, reject or return the content that was read."""
    return actions.decide(
        actor_of(request),
        change_id,
        body.decision,
        digest=body.digest,
        comment=body.comment,
        idempotency_key=body.idempotency_key,
    )


@router.post("/changes/{change_id}/comments", response=ChangeView, operation_id="comment_change")
def comment_change(request: HttpRequest, change_id: UUID, body: CommentRequest) -> ChangeView:
    """Add a remark to the timeline."""
    return actions.comment(actor_of(request), change_id, body.comment, idempotency_key=body.idempotency_key)


@router.post("/changes/{change_id}/withdraw", response=ChangeView, operation_id="withdraw_change")
def withdraw_change(request: HttpRequest, change_id: UUID, body: StepRequest) -> ChangeView:
    """Take the request back; the drafts can be edited again."""
    return actions.withdraw(actor_of(request), change_id, body.comment, idempotency_key=body.idempotency_key)


@router.post("/changes/{change_id}/remind", response=ChangeView, operation_id="remind_change")
def remind_change(request: HttpRequest, change_id: UUID, body: StepRequest) -> ChangeView:
    """Ask the deciders again; at most once an hour."""
    return actions.remind(actor_of(request), change_id, body.comment, idempotency_key=body.idempotency_key)
