"""HTTP of the company calendar."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Body, Header, Query, Router, Status

from metrion.base.paging import MAX_PAGE, Page
from metrion.identity.auth import SignedInRequest, needs
from metrion.integration import actions, reads
from metrion.integration.schemas import (
    CalendarChange,
    CalendarDay,
    CalendarEditView,
    CalendarYear,
    UndoRequest,
)

router = Router(tags=["calendar"])
_read = needs("metric.read")
_manage = needs("calendar.manage")

Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
IdempotencyKey = Annotated[str | None, Header(alias="Idempotency-Key", max_length=128)]


@router.get("/calendar/years/{year}", response=CalendarYear, auth=_read)
def get_calendar_year(request: SignedInRequest, year: int) -> CalendarYear:
    """Return the days of a year, the events that touch it and the rules of periods. Needs `metric.read`."""
    return reads.calendar_year(request.actor, year)


@router.get("/calendar/days/{day}", response=CalendarDay, auth=_read)
def get_calendar_day(request: SignedInRequest, day: date) -> CalendarDay:
    """Return everything that the calendar knows of a day, with its edits. Needs `metric.read`."""
    return reads.calendar_day(request.actor, day)


@router.get("/calendar/edits", response=Page[CalendarEditView], auth=_read)
def list_calendar_edits(
    request: SignedInRequest, cursor: str | None = None, limit: Limit = 50
) -> Page[CalendarEditView]:
    """List the edits of the calendar, newest first. Needs `metric.read`."""
    return reads.calendar_edits(request.actor, cursor, limit)


@router.post("/calendar/edits", response={201: CalendarEditView}, auth=_manage)
def edit_calendar(
    request: SignedInRequest, body: Annotated[CalendarChange, Body()], idempotency_key: IdempotencyKey = None
) -> Status[CalendarEditView]:
    """Edit a day, an event or the rules of periods, which makes a new data version. Needs `calendar.manage`."""
    return Status(201, actions.edit_calendar(request.actor, body, idempotency_key=idempotency_key))


@router.post("/calendar/edits/{edit_id}/undo", response={201: CalendarEditView}, auth=_manage)
def undo_calendar_edit(
    request: SignedInRequest, edit_id: int, body: UndoRequest, idempotency_key: IdempotencyKey = None
) -> Status[CalendarEditView]:
    """Take the last edit of a thing back, by an edit that reverses it. Needs `calendar.manage`."""
    return Status(201, actions.undo_calendar_edit(request.actor, edit_id, body, idempotency_key=idempotency_key))
