"""Routes of the audit room."""

from __future__ import annotations

from typing import Annotated

from ninja import Query, Router

from metrion.audit import reads
from metrion.audit.schemas import EntryView, Filters, Verdict
from metrion.base.paging import MAX_PAGE, Page
from metrion.identity.auth import SignedInRequest, needs

router = Router(tags=["audit"])


@router.get("/audit", response=Page[EntryView], auth=needs("audit.read"))
def list_entries(
    request: SignedInRequest,
    filters: Query[Filters],
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
) -> Page[EntryView]:
    """Return entries, newest first; `action` may be a family such as `policy.`."""
    return reads.entries(request.actor, filters, cursor, limit)


@router.get("/audit/verify", response=Verdict, auth=needs("audit.read"))
def verify(request: SignedInRequest) -> Verdict:
    """Check the whole trail and the signed checkpoints."""
    del request
    return reads.verify()
