"""The calendar as people see it: a year, a day, the edits. The facts are read from the table that metrics use."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, cast
from uuid import UUID

from metrion.base.paging import Page, decode_cursor, encode_cursor
from metrion.base.settings import get_settings
from metrion.base.text import Text
from metrion.identity.reads import person_cards
from metrion.integration import calendar
from metrion.integration.errors import NoCalendar, OutsideCalendar
from metrion.integration.models import CalendarEdit
from metrion.integration.schemas import (
    CalendarDay,
    CalendarEditView,
    CalendarEvent,
    CalendarRules,
    CalendarYear,
    DayCard,
    DayEdit,
    EventView,
    Festival,
)
from metrion.integration.warehouse import engine, lake
from metrion.lake.calendar import CALENDAR, public_days
from metrion.lake.calendar.lunar import FESTIVALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metrion.identity.schemas import Actor
    from metrion.integration.calendar import CalendarState
    from metrion.lake import Snapshot

_CARD = (
    "day", "day_kind", "holiday_zh", "holiday_en", "lunar_month", "lunar_day", "lunar_leap", "lunar_name", "official",
    "edited", "event_zh", "event_en", "is_promotion",
)  # fmt: skip
_FACTS = (
    "working_day_of_month", "working_day_of_year", "week_start", "iso_year", "iso_week", "fiscal_year",
    "fiscal_quarter", "fiscal_month", "day_of_fiscal_year", "retail_year", "retail_quarter", "retail_period",
    "retail_week", "lunar_year",
)  # fmt: skip
_Row = dict[str, Any]


def calendar_year(actor: Actor, year: int) -> CalendarYear:
    """Return one year. Needs `metric.read`; raises `OutsideCalendar` and `NoCalendar`."""
    actor.require("metric.read")
    data = _snapshot()
    found = calendar.state()
    made = calendar.inputs(found)
    rows = _rows(data, _CARD, "year", year)
    if not rows:
        raise OutsideCalendar(field="year", first=made.first_year, last=made.last_year)
    first, last = rows[0]["day"], rows[-1]["day"]
    return CalendarYear(
        year=year,
        first_year=made.first_year,
        last_year=made.last_year,
        version=data.version,
        committed_at=data.committed_at,
        official=all(row["official"] for row in rows),
        week_start=get_settings().week_start,
        rules=found.rules,
        rules_edit=found.last_edit(calendar.RULES),
        days=tuple(_card(row) for row in rows),
        events=_events(found, first, last),
    )


def calendar_day(actor: Actor, day: date) -> CalendarDay:
    """Return everything about one day. Needs `metric.read`; raises `OutsideCalendar` and `NoCalendar`."""
    actor.require("metric.read")
    data = _snapshot()
    found = calendar.state()
    made = calendar.inputs(found)
    festivals = [f"{code}_{part}" for code in FESTIVALS for part in ("year", "day")]
    rows = _rows(data, (*_CARD, *_FACTS, *festivals), "day", day)
    if not rows:
        raise OutsideCalendar(field="day", first=made.first_year, last=made.last_year)
    row = rows[0]
    without = DayEdit(kind=row["day_kind"], name=_name(row))
    if row["edited"]:
        without = public_days(found.rules.country, day.year, day.year).plain(day)
    edits = CalendarEdit.objects.filter(subject=calendar.of_day(day)).order_by("-id")
    return CalendarDay(
        **dict(_card(row)),
        **{name: row[name] for name in _FACTS},
        source=_source(row),
        without_edit=without,
        last_edit=found.last_edit(calendar.of_day(day)),
        festivals=tuple(
            Festival(
                code=cast("Literal['spring_festival', 'dragon_boat', 'mid_autumn']", code),
                year=row[f"{code}_year"],
                offset=row[f"{code}_day"],
            )
            for code in FESTIVALS
        ),
        events=_events(found, day, day),
        edits=tuple(_views(edits)),
    )


def calendar_edits(actor: Actor, cursor: str | None, limit: int) -> Page[CalendarEditView]:
    """Return the edits, newest first. Needs `metric.read`."""
    actor.require("metric.read")
    page = CalendarEdit.objects.order_by("-id")
    if cursor is not None:
        page = page.filter(id__lt=decode_cursor(cursor, int)[0])
    found = list(page[: limit + 1])
    more = encode_cursor([found[limit - 1].id]) if len(found) > limit else None
    return Page[CalendarEditView](
        items=list(_views(found[:limit])), next_cursor=more, total=CalendarEdit.objects.count()
    )


def edit_view(edit: CalendarEdit) -> CalendarEditView:
    """Return one edit as it is shown."""
    return _views([edit])[0]


def _snapshot() -> Snapshot:
    if not lake().exists(CALENDAR):
        raise NoCalendar
    return lake().snapshot(CALENDAR)


def _rows(data: Snapshot, columns: Sequence[str], by: Literal["year", "day"], value: int | date) -> list[_Row]:
    names = ", ".join(columns)
    sql = f'SELECT {names} FROM "{engine().table_name(data)}" WHERE {by} = ? ORDER BY day'
    rows: list[_Row] = engine().run(sql, (value,)).to_pylist()
    return rows


def _card(row: _Row) -> DayCard:
    return DayCard(
        day=row["day"],
        kind=row["day_kind"],
        name=_name(row),
        lunar=_lunar(row),
        official=row["official"],
        edited=row["edited"],
        event=Text(zh=row["event_zh"] or "", en=row["event_en"] or ""),
        promotion=row["is_promotion"],
    )


def _name(row: _Row) -> Text:
    return Text(zh=row["holiday_zh"] or "", en=row["holiday_en"] or "")


def _source(row: _Row) -> Literal["company", "announced", "law", "weekday"]:
    """Return who says what kind of day it is."""
    if row["edited"]:
        return "company"
    if row["day_kind"] in {"working", "weekend"}:
        return "weekday"
    return "announced" if row["official"] else "law"


def _lunar(row: _Row) -> Text:
    leap = "leap " if row["lunar_leap"] else ""
    return Text(zh=row["lunar_name"], en=f"{leap}month {row['lunar_month']}, day {row['lunar_day']}")


def _events(found: CalendarState, first: date, last: date) -> tuple[EventView, ...]:
    """Return the events that touch these days, in the order in which they begin."""
    touching = [
        EventView(id=key, edit=found.last_edit(calendar.of_event(key)), **dict(event))
        for key, event in found.events.items()
        if event.first <= last and event.last >= first
    ]
    return tuple(sorted(touching, key=lambda each: (each.first, each.last, each.id)))


def _views(edits: Iterable[CalendarEdit]) -> list[CalendarEditView]:
    """Return edits as they are shown. Three queries."""
    rows = list(edits)
    people = person_cards(row.person for row in rows)
    undone = set(
        CalendarEdit.objects.filter(reverses__in=[row.id for row in rows]).values_list("reverses_id", flat=True)
    )
    subjects = CalendarEdit.objects.filter(subject__in={row.subject for row in rows}).order_by("id")
    last = dict(subjects.values_list("subject", "id"))
    return [
        CalendarEditView(
            id=row.id,
            at=row.at,
            person=people.get(row.person),
            reason=row.reason,
            reverses=row.reverses_id,
            undone=row.id in undone,
            latest=last[row.subject] == row.id,
            version=row.version,
            **_said(row),
        )
        for row in rows
    ]


_SHAPES: Final[dict[str, type[DayEdit | CalendarEvent | CalendarRules]]] = {
    "day": DayEdit,
    "event": CalendarEvent,
    "rules": CalendarRules,
}


def _said(row: CalendarEdit) -> _Row:
    """Return what an edit is about, and what it said before and after."""
    kind, _, key = row.subject.partition(":")
    shape = _SHAPES[kind]
    return {
        "subject": kind,
        "day": date.fromisoformat(key) if kind == "day" else None,
        "event": UUID(key) if kind == "event" else None,
        "before": shape.model_validate(row.before) if row.before is not None else None,
        "after": shape.model_validate(row.after) if row.after is not None else None,
    }
