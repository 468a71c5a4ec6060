"""The facts of the demo company that its generators, tests and documentation share.

Retail is real data (Complete Journey). Everything else is generated from `SEED`, with the events below
planted in it, so that an analysis has something true to find.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from metrion.base.text import Text
from metrion.lake.calendar import CalendarEvent, festival_day, public_days
from metrion.lake.calendar.rules import WORKING_KINDS

if TYPE_CHECKING:
    from metrion.lake.calendar import DayKind
    from metrion.lake.calendar.public import PublicCalendar

SEED = 20240101
FIRST_DAY = date(2024, 1, 1)
LAST_DAY = date(2026, 10, 31)

REGIONS = ("EAST", "SOUTH", "WEST", "NORTH")
"""A store's region is REGIONS[store_id % 4]: the source has no regions, so a stated rule gives one."""


@dataclass(frozen=True, slots=True)
class PlantedEvent:
    """Something that really happens in the generated data."""

    code: str
    start: date
    end: date | None
    text: Text


MACHINE_DEGRADES = PlantedEvent(
    "machine_degrades",
    date(2026, 5, 1),
    None,
    Text(
        zh="二厂设备 M07 从 2026-05-01 起逐日变慢（性能每天下降 0.12%），废品率随之上升。",
        en="Machine M07 in plant B slows down from 2026-05-01 (0.12 % a day), and its scrap rate rises with it.",
    ),
)
CHANNEL_BREAKS = PlantedEvent(
    "channel_breaks",
    date(2026, 8, 10),
    date(2026, 8, 24),
    Text(
        zh="2026-08-10 至 08-24，社交渠道在移动端结算失败，支付转化率约为平时的四分之一。",
        en="From 2026-08-10 to 08-24 checkout fails on mobile for the social channel: about a quarter of it converts.",
    ),
)
BRANCH_OVERDUE = PlantedEvent(
    "branch_overdue",
    date(2026, 6, 1),
    None,
    Text(
        zh="滨江支行（B03）从 2026-06-01 起，小微贷款逾期率持续上升。",
        en="At the Binjiang branch (B03) overdue small-business loans rise from 2026-06-01 on.",
    ),
)
PROMOTIONS = tuple(
    CalendarEvent(name=Text(zh=f"{year} {zh}", en=f"{en} {year}"), kind="promotion", first=first, last=last)
    for year in (2024, 2025, 2026)
    for zh, en, first, last in (
        ("年中大促", "Mid-year sale", date(year, 6, 1), date(year, 6, 18)),
        ("双十一", "Singles' Day", date(year, 11, 1), date(year, 11, 11)),
    )
)
"""Promotions of the web shop, kept in the company's calendar: a third more sessions."""

PLANTED = (MACHINE_DEGRADES, CHANNEL_BREAKS, BRANCH_OVERDUE)


def days() -> tuple[date, ...]:
    """Return every day of the generated history."""
    return tuple(FIRST_DAY + timedelta(days=offset) for offset in range((LAST_DAY - FIRST_DAY).days + 1))


def day_kind(day: date) -> DayKind:
    """Return what kind of day it is, as the company's calendar says."""
    return _public().plain(day).kind


def is_working_day(day: date) -> bool:
    """Tell whether offices are open: weekdays that are no holidays, and the weekend days that pay for these (调休)."""
    return day_kind(day) in WORKING_KINDS


def in_spring_festival(day: date) -> bool:
    """Tell whether the day is a public holiday of Spring Festival."""
    found = _public().days.get(day)
    return found is not None and found.kind == "holiday" and found.code == "spring_festival"


def days_from_spring_festival(day: date) -> int:
    """Return how many days after the Spring Festival of its civil year a day is; -1 is its eve."""
    return (day - _spring_festival(day.year)).days


def in_promotion(day: date) -> bool:
    """Tell whether the web shop runs a promotion."""
    return any(event.first <= day <= event.last for event in PROMOTIONS)


@lru_cache(maxsize=8)
def _spring_festival(year: int) -> date:
    return festival_day("spring_festival", year)


def _public() -> PublicCalendar:
    return public_days("CN", FIRST_DAY.year - 1, LAST_DAY.year)
