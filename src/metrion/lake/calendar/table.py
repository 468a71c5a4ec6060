"""The rows of the calendar."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa

from metrion.lake.calendar.columns import COLUMNS
from metrion.lake.calendar.lunar import lunar_columns
from metrion.lake.calendar.periods import civil_columns, fiscal_columns, retail_columns
from metrion.lake.calendar.public import PublicCalendar, PublicDay, public_days
from metrion.lake.calendar.rules import WORKING_KINDS, CalendarEvent, CalendarRules, DayEdit
from metrion.lake.types import arrow_type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metrion.base.text import Text
    from metrion.lake.calendar.columns import Values
    from metrion.lake.calendar.rules import DayKind
    from metrion.semantic.calendar import WeekStart


@dataclass(frozen=True)
class CalendarInputs:
    """Everything that the rows depend on besides the public sources."""

    first_year: int
    last_year: int
    week_start: WeekStart = "monday"
    rules: CalendarRules = field(default_factory=CalendarRules)
    edits: Mapping[date, DayEdit] = field(default_factory=dict)
    events: Sequence[CalendarEvent] = ()

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of the years."""
        first, last = date(self.first_year, 1, 1), date(self.last_year, 12, 31)
        return tuple(first + timedelta(days=place) for place in range((last - first).days + 1))


@dataclass(frozen=True, slots=True)
class _Day:
    """What kind of day it is, and why."""

    kind: DayKind
    code: str
    name: Text
    official: bool
    edited: bool


def calendar_table(inputs: CalendarInputs) -> pa.Table:
    """Return one row per day, in order."""
    days = inputs.days
    public = public_days(inputs.rules.country, inputs.first_year, inputs.last_year)
    kinds = [_day(day, public, inputs.edits.get(day)) for day in days]
    values: dict[str, Values] = {
        "day": days,
        **civil_columns(days, inputs.week_start),
        **_kind_columns(kinds),
        **_working_columns(days, kinds),
        **fiscal_columns(days, inputs.rules),
        **retail_columns(days, inputs.rules, inputs.week_start),
        **lunar_columns(days),
        **_event_columns(days, inputs.events),
    }
    return pa.table({each.name: pa.array(values[each.name], arrow_type(each.type)) for each in COLUMNS})


def _day(day: date, public: PublicCalendar, edit: DayEdit | None) -> _Day:
    said = edit or public.plain(day)
    return _Day(said.kind, _code(said, public.days.get(day)), said.name, day.year in public.official, edit is not None)


def _code(said: DayEdit, public: PublicDay | None) -> str:
    """Return the code of the holiday; the company's own ones share one."""
    if public is not None and said.name == public.name:
        return public.code
    return "company" if said.name.pick() else ""


def _kind_columns(kinds: Sequence[_Day]) -> dict[str, Values]:
    return {
        "day_kind": [each.kind for each in kinds],
        "is_working_day": [each.kind in WORKING_KINDS for each in kinds],
        "holiday": [each.code or None for each in kinds],
        "holiday_zh": [each.name.pick("zh") or None for each in kinds],
        "holiday_en": [each.name.pick("en") or None for each in kinds],
        "official": [each.official for each in kinds],
        "edited": [each.edited for each in kinds],
    }


def _working_columns(days: Sequence[date], kinds: Sequence[_Day]) -> dict[str, Values]:
    """Count working days; a day off carries the number of the last working day before it."""
    in_all, in_year, in_month = 0, 0, 0
    numbers: tuple[list[int], list[int], list[int]] = ([], [], [])
    for day, each in zip(days, kinds, strict=True):
        if day.day == 1:
            in_month, in_year = 0, in_year if day.month > 1 else 0
        if each.kind in WORKING_KINDS:
            in_all, in_year, in_month = in_all + 1, in_year + 1, in_month + 1
        for column, number in zip(numbers, (in_all, in_year, in_month), strict=True):
            column.append(number)
    return {
        "working_day_number": numbers[0],
        "working_day_of_year": numbers[1],
        "working_day_of_month": numbers[2],
    }


def _event_columns(days: Sequence[date], events: Sequence[CalendarEvent]) -> dict[str, Values]:
    """Name the events of each day; several are joined in the order in which they begin."""
    by_day: dict[date, list[CalendarEvent]] = {}
    first, last = days[0], days[-1]
    for event in sorted(events, key=lambda each: (each.first, each.last, each.name.pick("zh"))):
        day = max(event.first, first)
        while day <= min(event.last, last):
            by_day.setdefault(day, []).append(event)
            day += timedelta(days=1)
    found = [by_day.get(day, []) for day in days]
    return {
        "event_zh": ["、".join(each.name.pick("zh") for each in those) or None for those in found],
        "event_en": [", ".join(each.name.pick("en") for each in those) or None for those in found],
        "is_promotion": [any(each.kind == "promotion" for each in those) for those in found],
    }
