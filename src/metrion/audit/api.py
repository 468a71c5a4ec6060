"""Routes of the audit room."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Query, Router

from metrion.audit import reads
from metrion.audit.schemas import EntryView, Filters, Verdict
from metrion.base.paging import MAX_PAGE, Page
from metrion.identity.auth import SignedInRequest, needs

router = Router(tags=["audit"])


@router.get("/audit", response=Page[EntryView], auth=needs("audit.read"))
def list_entries(  # noqa: PLR0913 - the filters of the page
    request: SignedInRequest,
    actor: str | None = None,
    action: str | None = None,
    target_kind: str | None = None,
    target_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
) -> Page[EntryView]:
    """Return entries, newest first; `action` may be a family such as `policy.`."""
    filters = Filters(
        actor=actor, action=action, target_kind=target_kind, target_id=target_id, since=since, until=until
    )
    return reads.entries(request.actor, filters, cursor, limit)


@router.get("/audit/verify", response=Verdict, auth=needs("audit.read"))
def verify(request: SignedInRequest) -> Verdict:
    """Check the whole trail and the signed checkpoints."""
    del request
    return reads.verify()
