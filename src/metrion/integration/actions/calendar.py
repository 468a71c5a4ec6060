"""Making the calendar, editing it and taking an edit back.

The edits are the truth, the table in the lake is made from them. An edit writes its row, the new version of the table
and the audit entry in one transaction. If the process dies after the commit of the table, the edit was never
acknowledged and `refresh_calendar` makes the table again without it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction

from metrion.audit import actions as audit
from metrion.audit.schemas import Target
from metrion.base.canonical import digest
from metrion.base.errors import Invalid
from metrion.base.ids import new_id
from metrion.identity.reads.actors import COMPANY
from metrion.integration import calendar, staging
from metrion.integration.actions.loading import Into, store_rows
from metrion.integration.errors import EditedSince, KeyReused, NothingChanges, OutsideCalendar, no_edit
from metrion.integration.models import CalendarEdit, LakeTable
from metrion.integration.reads.calendar import edit_view
from metrion.integration.schemas import DayChange, EventChange, UndoRequest
from metrion.integration.warehouse import lake
from metrion.lake.calendar import CALENDAR, CalendarInputs, DayEdit, calendar_table, known_countries, public_days

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from metrion.base.canonical import Plain
    from metrion.base.text import Text
    from metrion.identity.schemas import Actor
    from metrion.integration.calendar import CalendarState
    from metrion.integration.schemas import CalendarChange, CalendarEditView, RulesChange

_LONGEST_NAME = 100
_LONGEST_EVENT_DAYS = 400
Value = dict[str, "Plain"] | None
"""A day, an event or the rules as they are stored; None: as without any edit."""


def refresh_calendar(actor: Actor | None = None) -> int:
    """Make the table anew where it is not what edits, rules and public sources say now; return its version.

    A person needs `calendar.manage` for the whole company; without one it is the product itself.
    """
    if actor is not None:
        actor.require("calendar.manage", COMPANY)
    if calendar.is_current(calendar.inputs(calendar.state())):
        return lake().snapshot(CALENDAR).version
    with _writing() as identifier:
        made = calendar.inputs(calendar.state())
        if calendar.is_current(made):  # another process was faster
            return lake().snapshot(CALENDAR).version
        version = _write(actor, made, identifier)
        detail: dict[str, Plain] = {"version": version, "years": [made.first_year, made.last_year]}
        audit.record(actor, "calendar.made", _target(), detail)
    return version


def edit_calendar(actor: Actor, change: CalendarChange, *, idempotency_key: str | None = None) -> CalendarEditView:
    """Edit a day, an event or the rules, and return the edit. Needs `calendar.manage` for the whole company.

    Raises `Invalid`, `OutsideCalendar`, `NothingChanges`, and `EditedSince` when `based_on` is not the last edit.
    """
    actor.require("calendar.manage", COMPANY)
    fingerprint = digest(change)
    with _writing() as identifier:
        found = calendar.state()
        if earlier := _done_before(actor, idempotency_key, fingerprint):
            return edit_view(earlier)
        subject, after = _meant(change, found)
        last = found.last.get(subject)
        if change.based_on is not None and change.based_on != found.last_edit(subject):
            raise EditedSince(person=last.person if last else "-")
        edit = CalendarEdit(
            person=actor.username,
            subject=subject,
            before=last.after if last else None,
            after=after,
            reason=change.reason,
            idempotency_key=idempotency_key,
            request_digest=fingerprint,
        )
        return _apply(actor, edit, identifier)


def undo_calendar_edit(
    actor: Actor, edit_id: int, request: UndoRequest, *, idempotency_key: str | None = None
) -> CalendarEditView:
    """Take an edit back by an edit that reverses it. Needs `calendar.manage` for the whole company.

    Only the last edit of a thing can be undone: raises `EditedSince` otherwise, and `NotFound`.
    """
    actor.require("calendar.manage", COMPANY)
    fingerprint = digest({"undo": edit_id, "reason": request.reason})
    with _writing() as identifier:
        found = calendar.state()
        if earlier := _done_before(actor, idempotency_key, fingerprint):
            return edit_view(earlier)
        undone = CalendarEdit.objects.filter(pk=edit_id).first()
        if undone is None:
            raise no_edit(edit_id)
        last = found.last[undone.subject]
        if last.id != undone.id:
            raise EditedSince(person=last.person)
        edit = CalendarEdit(
            person=actor.username,
            subject=undone.subject,
            before=undone.after,
            after=undone.before,
            reason=request.reason,
            reverses=undone,
            idempotency_key=idempotency_key,
            request_digest=fingerprint,
        )
        return _apply(actor, edit, identifier)


def _apply(actor: Actor, edit: CalendarEdit, identifier: UUID) -> CalendarEditView:
    if edit.before == edit.after:
        raise NothingChanges
    edit.save(force_insert=True)
    edit.version = _write(actor, calendar.inputs(calendar.state()), identifier)
    edit.save(update_fields=["version"])
    detail: dict[str, Plain] = {
        "edit": edit.id,
        "subject": edit.subject,
        "before": edit.before,
        "after": edit.after,
        "version": edit.version,
        "reverses": edit.reverses_id,
    }
    audit.record(actor, "calendar.edited", _target(edit.subject), detail, reason=edit.reason)
    return edit_view(edit)


def _meant(change: CalendarChange, found: CalendarState) -> tuple[str, Value]:
    """Return what a change is about and what it makes of it."""
    if isinstance(change, DayChange):
        return calendar.of_day(change.day), _day(change, found)
    if isinstance(change, EventChange):
        return calendar.of_event(change.id or new_id()), _event(change, found)
    return calendar.RULES, _rules(change)


def _day(change: DayChange, found: CalendarState) -> Value:
    made = calendar.inputs(found)
    if not made.first_year <= change.day.year <= made.last_year:
        raise OutsideCalendar(field="day", first=made.first_year, last=made.last_year)
    if change.kind is None:
        return None
    _check_name(change.name, needed=change.kind == "holiday")
    edit = DayEdit(kind=change.kind, name=change.name)
    if edit == public_days(found.rules.country, change.day.year, change.day.year).plain(change.day):
        return None
    return edit.model_dump(mode="json")


def _event(change: EventChange, found: CalendarState) -> Value:
    if change.id is not None and change.id not in found.events:
        raise Invalid(field="id", reason_zh="没有这个事件。", reason_en="There is no such event.")
    event = change.event
    if event is None:
        return None
    _check_name(event.name, needed=True)
    if not 0 <= (event.last - event.first).days < _LONGEST_EVENT_DAYS:
        raise Invalid(
            field="event.last",
            reason_zh=f"结束日期不能早于开始日期，最长 {_LONGEST_EVENT_DAYS} 天。",
            reason_en=f"The last day is not before the first; {_LONGEST_EVENT_DAYS} days at most.",
        )
    return event.model_dump(mode="json")


def _rules(change: RulesChange) -> Value:
    if change.rules.country not in known_countries():
        raise Invalid(
            field="rules.country",
            reason_zh=f"没有“{change.rules.country}”的节假日资料。",
            reason_en=f"The holidays of “{change.rules.country}” are not known.",
        )
    return change.rules.model_dump(mode="json")


def _check_name(name: Text, *, needed: bool) -> None:
    if needed and not name.pick().strip():
        raise Invalid(field="name", reason_zh="请填写名称。", reason_en="Give it a name.")
    if max(len(name.zh), len(name.en)) > _LONGEST_NAME:
        raise Invalid(
            field="name",
            reason_zh=f"名称最长 {_LONGEST_NAME} 个字符。",
            reason_en=f"A name has {_LONGEST_NAME} characters at most.",
        )


@contextmanager
def _writing() -> Iterator[UUID]:
    """Open the transaction of one writer at a time and give the id of its load.

    The id is worked on until the transaction has ended: `reconcile` would else register a commit that is not lost.
    """
    identifier = new_id()
    with staging.working_on(identifier), transaction.atomic():
        list(LakeTable.objects.select_for_update().filter(name=CALENDAR))  # SQLite's writer lock is held already
        yield identifier


def _write(actor: Actor | None, made: CalendarInputs, identifier: UUID) -> int:
    """Write a new version of the table and return its number."""
    load = store_rows(
        actor,
        Into(CALENDAR, "replace", ("day",), ("day",), COMPANY),
        calendar_table(made).to_reader(),
        identifier,
        origin="company calendar",
        more={calendar.MADE_FROM: calendar.made_from(made)},
    )
    if load.version is None:
        raise AssertionError(load)
    return load.version


def _done_before(actor: Actor, key: str | None, fingerprint: str) -> CalendarEdit | None:
    if key is None:
        return None
    earlier = CalendarEdit.objects.filter(person=actor.username, idempotency_key=key).first()
    if earlier is not None and earlier.request_digest != fingerprint:
        raise KeyReused
    return earlier


def _target(subject: str = "") -> Target:
    return Target(kind="calendar", id=subject or CALENDAR, label="企业日历")
