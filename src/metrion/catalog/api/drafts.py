"""Drafts: written step by step, never lost, never overwritten by somebody else's older page."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Status

from metrion.base.errors import Invalid
from metrion.base.paging import MAX_PAGE, Page
from metrion.catalog import actions, reads
from metrion.catalog.schemas import CheckBody, CheckResult, CoAuthorsBody, DraftBody, DraftCard, DraftView
from metrion.identity.auth import SignedInRequest, signed_in
from metrion.semantic.model import Kind

router = Router(tags=["drafts"], auth=signed_in)


@router.get("/drafts", response=Page[DraftCard], operation_id="list_drafts")
def list_drafts(
    request: SignedInRequest,
    kind: Kind | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
) -> Page[DraftCard]:
    """Drafts that the caller may write, the last changed first."""
    return reads.drafts(request.actor, kind=kind, cursor=cursor, limit=limit)


@router.post("/drafts", response={201: DraftView}, operation_id="create_draft")
def create_draft(request: SignedInRequest, response: HttpResponse, body: DraftBody) -> Status[DraftView]:
    """Save a new draft; it may be incomplete."""
    return Status(201, _tagged(response, actions.save_draft(request.actor, body.raw)))


@router.post("/drafts/from/{kind}/{code}", response={201: DraftView}, operation_id="draft_from_published")
def draft_from_published(request: SignedInRequest, response: HttpResponse, kind: Kind, code: str) -> Status[DraftView]:
    """Begin a change of a published definition; gives back the caller's open draft of it if there is one."""
    return Status(201, _tagged(response, actions.draft_from_published(request.actor, kind, code)))


@router.get("/drafts/{draft_id}", response=DraftView, operation_id="read_draft")
def read_draft(request: SignedInRequest, response: HttpResponse, draft_id: UUID) -> DraftView:
    """One draft with everything that is wrong with it. The ETag is its revision."""
    return _tagged(response, reads.draft(request.actor, draft_id))


@router.put("/drafts/{draft_id}", response=DraftView, operation_id="save_draft")
def save_draft(request: SignedInRequest, response: HttpResponse, draft_id: UUID, body: DraftBody) -> DraftView:
    """Save a draft. The read revision comes in `expected_revision` or If-Match; 409 gives back the stored one."""
    expected = body.expected_revision if body.expected_revision is not None else _if_match(request)
    if expected is None:
        raise Invalid(
            field="expected_revision",
            reason_zh="请说明所修改的草稿版次。",
            reason_en="Say which revision of the draft was read.",
        )
    return _tagged(response, actions.save_draft(request.actor, body.raw, draft_id, expected))


@router.delete("/drafts/{draft_id}", response={204: None}, operation_id="discard_draft")
def discard_draft(request: SignedInRequest, draft_id: UUID) -> Status[None]:
    """Throw a draft away."""
    actions.discard_draft(request.actor, draft_id)
    return Status(204, None)


@router.put("/drafts/{draft_id}/co-authors", response=DraftView, operation_id="share_draft")
def share_draft(request: SignedInRequest, draft_id: UUID, body: CoAuthorsBody) -> DraftView:
    """Set who else may write the draft."""
    return actions.share_draft(request.actor, draft_id, body.usernames)


@router.post("/drafts/{draft_id}/rebase", response=DraftView, operation_id="rebase_draft")
def rebase_draft(request: SignedInRequest, response: HttpResponse, draft_id: UUID) -> DraftView:
    """Make the draft a change of the version now in force; its content stays."""
    return _tagged(response, actions.rebase_draft(request.actor, draft_id))


@router.post("/definitions/check", response=CheckResult, operation_id="check_definition")
def check_definition(request: SignedInRequest, body: CheckBody) -> CheckResult:
    """Everything wrong with a definition at once, without saving it."""
    return reads.check(request.actor, body.raw, body.drafts)


def _tagged(response: HttpResponse, view: DraftView) -> DraftView:
    response["ETag"] = f'"{view.revision}"'
    return view


def _if_match(request: SignedInRequest) -> int | None:
    value = request.headers.get("If-Match", "").strip('W/" ')
    if not value:
        return None
    if not value.isdigit():
        raise Invalid(field="If-Match", reason_zh="If-Match 无效。", reason_en="If-Match is not a revision.")
    return int(value)
