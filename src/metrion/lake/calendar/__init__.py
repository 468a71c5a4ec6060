"""The company calendar: one row per day with working days, holidays, festivals and periods. Pure.

It is made from public sources, the company's rules and the company's edits; the same three give the same rows.
"""

from metrion.lake.calendar.definition import CALENDAR, calendar_dataset
from metrion.lake.calendar.lunar import festival_day
from metrion.lake.calendar.public import PublicDay, known_countries, public_days
from metrion.lake.calendar.rules import CalendarEvent, CalendarRules, DayEdit, DayKind, EventKind
from metrion.lake.calendar.table import CalendarInputs, calendar_table

__all__ = [
    "CALENDAR",
    "CalendarEvent",
    "CalendarInputs",
    "CalendarRules",
    "DayEdit",
    "DayKind",
    "EventKind",
    "PublicDay",
    "calendar_dataset",
    "calendar_table",
    "festival_day",
    "known_countries",
    "public_days",
]
