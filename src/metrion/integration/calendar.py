"""The calendar as all edits make it: what it is made of, and whether the table in the lake has it all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Final
from uuid import UUID

from metrion.base.canonical import digest
from metrion.base.clock import today
from metrion.base.settings import get_settings
from metrion.integration.models import CalendarEdit
from metrion.integration.warehouse import lake
from metrion.lake.calendar import CALENDAR, CalendarEvent, CalendarInputs, CalendarRules, DayEdit
from metrion.lake.calendar.columns import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_YEAR: Final = 2010
YEARS_AHEAD: Final = 3
SOURCES: Final = ("chinesecalendar", "holidays", "borax")
"""Packages that the rows come from."""
RULES: Final = "rules"
MADE_FROM: Final = "calendar_made_from"
"""Key of a commit's information: the digest of everything that its rows were made from."""


@dataclass(frozen=True)
class CalendarState:
    """What the edits say, the last one of each subject winning."""

    rules: CalendarRules
    days: Mapping[date, DayEdit]
    events: Mapping[UUID, CalendarEvent]
    last: Mapping[str, CalendarEdit]
    """Subject -> its last edit."""

    def last_edit(self, subject: str) -> int:
        """Return the number of the last edit of a subject, 0 without any."""
        return self.last[subject].id if subject in self.last else 0


def of_day(day: date) -> str:
    """Return the subject of a day's edits."""
    return f"day:{day}"


def of_event(event: UUID) -> str:
    """Return the subject of an event's edits."""
    return f"event:{event}"


def state() -> CalendarState:
    """Return what all edits make. One query."""
    last = {edit.subject: edit for edit in CalendarEdit.objects.order_by("id")}
    days: dict[date, DayEdit] = {}
    events: dict[UUID, CalendarEvent] = {}
    rules = CalendarRules()
    for subject, edit in last.items():
        if edit.after is None:
            continue
        kind, _, key = subject.partition(":")
        if kind == RULES:
            rules = CalendarRules.model_validate(edit.after)
        elif kind == "day":
            days[date.fromisoformat(key)] = DayEdit.model_validate(edit.after)
        else:
            events[UUID(key)] = CalendarEvent.model_validate(edit.after)
    return CalendarState(rules, days, events, last)


def inputs(found: CalendarState) -> CalendarInputs:
    """Return what the rows are made from, today."""
    settings = get_settings()
    return CalendarInputs(
        first_year=FIRST_YEAR,
        last_year=today(settings.time_zone).year + YEARS_AHEAD,
        week_start=settings.week_start,
        rules=found.rules,
        edits=found.days,
        events=tuple(found.events.values()),
    )


def made_from(made: CalendarInputs) -> str:
    """Return the digest of everything that the rows depend on: other public sources make another calendar, too."""
    return digest(
        {
            "columns": [f"{each.name} {each.type}" for each in COLUMNS],
            "sources": [f"{name} {version(name)}" for name in SOURCES],
            "years": [made.first_year, made.last_year],
            "week_start": made.week_start,
            "rules": made.rules.model_dump(mode="json"),
            "edits": {str(day): edit.model_dump(mode="json") for day, edit in made.edits.items()},
            "events": sorted(digest(event) for event in made.events),
        }
    )


def is_current(made: CalendarInputs) -> bool:
    """Tell whether the newest version of the table was made from this."""
    if not lake().exists(CALENDAR):
        return False
    return lake().history(CALENDAR)[0].info.get(MADE_FROM) == made_from(made)
