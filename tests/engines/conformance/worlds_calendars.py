"""Spring Festivals and working days, and three years of days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.semantic.festivals import NEW_YEARS, company, opened, sell
from tests.semantic.test_traps_time import calendar_company
from tests.semantic.world import composite, derived, metric

from metrion.semantic.model import Duration, Growth, Nested, Period, Shift

if TYPE_CHECKING:
    from tests.semantic.world import Company

SALES = [
    *((first + timedelta(days=days), 100 + 7 * days) for first in NEW_YEARS for days in (-8, -7, -1, 0, 3, 9, 14, 15)),
    *((date(2024, 1, 1) + timedelta(days=days), days) for days in range(0, 90, 4)),
    (date(2023, 12, 25), 11),
    (date(2023, 12, 26), 12),
    (date(2023, 12, 31), 13),
    (date(2031, 1, 1), 7),
    (None, 11),
]
SHIFTS = {
    "festival": Shift(count=1, unit="festival"),
    "working_day": Shift(count=1, unit="month", match="working_day"),
    "business_month": Shift(count=1, unit="business_month"),
    "business_day": Shift(count=1, unit="business_month", match="working_day"),
    "next_business": Shift(count=-1, unit="business_month"),
    "weekday_year": Shift(count=1, unit="year", match="weekday"),
    "look_back": Shift(count=1, unit="year", match="look_back"),
}


def festivals() -> Company:
    """Return sales around two Spring Festivals."""
    connection = opened()
    sell(connection, SALES)
    two_months = Period(trailing=Duration(count=2, unit="month"))
    return company(
        connection,
        *(derived(f"before_{code}", "base", period=Period(shift=shift)) for code, shift in SHIFTS.items()),
        metric("growth", Growth(metric="base", shift=SHIFTS["festival"])),
        derived("so_far", "base", period=Period(to_date="business_month")),
        metric("daily", Nested(base="base", grain="day")),
        *(
            derived(f"recent_{rows}", "base", period=two_months, row_set=rows)
            for rows in ("spine", "calendar", "covered")
        ),
    )


def days() -> Company:
    """Return one row on every day of three years."""
    return calendar_company(
        derived("before", "ticks", period=Period(shift=Shift(count=1, unit="month"))),
        derived("year_before", "ticks", period=Period(shift=Shift(count=1, unit="year"))),
        derived("week_sum", "ticks", period=Period(trailing=Duration(count=7, unit="day"))),
        derived("quarter_sum", "ticks", period=Period(trailing=Duration(count=3, unit="month"))),
        derived("mtd", "ticks", period=Period(to_date="month")),
        derived("wtd", "ticks", period=Period(to_date="week")),
        derived("mtd_before", "mtd", period=Period(shift=Shift(count=1, unit="month"))),
        derived("mtd_week_ago", "mtd", period=Period(shift=Shift(count=1, unit="week"))),
        derived("ytd_year_ago", "ticks", period=Period(to_date="year", shift=Shift(count=1, unit="year"))),
        composite("growth", "[ticks] / [year_before] - 1"),
        derived("growth_ytd", "growth", period=Period(to_date="year")),
        today=date(2024, 3, 10),
    )


def sundays() -> Company:
    """Return the same days, with weeks that begin on Sunday."""
    return calendar_company(
        derived("wtd", "ticks", period=Period(to_date="week")),
        derived("last_week", "ticks", period=Period(shift=Shift(count=1, unit="week"))),
        week_start="sunday",
        today=date(2024, 3, 10),
    )
