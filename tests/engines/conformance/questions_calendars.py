"""Questions about calendars and long rows of days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.engines.conformance.asking import ask, compare, dates
from tests.engines.conformance.worlds_calendars import SHIFTS

if TYPE_CHECKING:
    from tests.engines.conformance.asking import Question

YEAR = dates("2024-01-01", "2024-12-31")
WINTER = dates("2023-12-20", "2024-03-31")
FESTIVALS: dict[str, Question] = {
    **{f"before, by {code}": ask("festivals", f"before_{code}", grain="day", totals=True) for code in SHIFTS},
    **{f"before, by {code}, of months": ask("festivals", f"before_{code}", "base", grain="month") for code in SHIFTS},
    "festival against festival": ask("festivals", "growth", grain="day", time=dates("2024-02-01", "2024-02-29")),
    "growth of one day": ask("festivals", "growth", time=dates("2024-02-09", "2024-02-09")),
    "business months": ask("festivals", "base", grain="business_month", totals=True),
    "business months so far": ask("festivals", "so_far", "base", grain="day", time=WINTER),
    "business months so far, by business month": ask("festivals", "so_far", grain="business_month"),
    "a day of a business month": ask("festivals", "daily", grain="business_month"),
    "business months in a range": ask("festivals", "base", grain="business_month", time=WINTER),
    **{
        f"which months have rows: {rows}": ask(
            "festivals", f"recent_{rows}", grain="month", time=dates("2023-10-01", "2024-06-30")
        )
        for rows in ("spine", "calendar", "covered")
    },
}
FEBRUARY = dates("2024-02-01", "2024-02-29")
DAYS: dict[str, Question] = {
    "a year of 53 weeks": ask("days", "ticks", grain="week", time=YEAR),
    "a year of 53 weeks from Sunday": ask("sundays", "ticks", "last_week", grain="week", time=YEAR),
    "week to date from Sunday": ask("sundays", "wtd", grain="day", time=dates("2024-02-25", "2024-03-10")),
    "week to date": ask("days", "wtd", grain="day", time=dates("2024-02-25", "2024-03-10")),
    "instants of the last day": ask("days", "instants", grain="day", time=dates("2024-02-29", "2024-02-29")),
    "leap days year over year": ask("days", "ticks", "year_before", grain="year"),
    "months before": ask("days", "before", "ticks", grain="month", time=YEAR, totals=True),
    "days before at a month's end": ask("days", "before", grain="day", time=dates("2024-02-27", "2024-03-31")),
    "the running period": ask(
        "days", "week_sum", "mtd", "mtd_before", grain="month", time=dates("2024-02-01", "2024-03-31"), totals=True
    ),
    "month to date a week ago": ask("days", "mtd", "mtd_week_ago", grain="day", time=dates("2024-02-20", "2024-03-10")),
    "year to date a year ago": ask("days", "ytd_year_ago", "ticks", grain="quarter", time=YEAR),
    "growth of the year to date": ask("days", "growth_ytd", grain="quarter", time=YEAR),
    "three months of days": ask("days", "quarter_sum", grain="month", time=YEAR),
    "a dimension on the axis": ask("days", "ticks", "before", by=("tick_day:month",), time=FEBRUARY),
    "a filter on the axis": ask(
        "days", "ticks", "before", filters=compare("tick_day", "le", "2024-02-10"), time=FEBRUARY
    ),
    "the last complete months": ask(
        "days", "ticks", grain="month", time={"kind": "last", "count": 3, "unit": "month", "complete": True}
    ),
    "since thirty days ago": ask("days", "ticks", grain="week", filters=compare("tick_day", "gt", {"today": -30})),
}  # fmt: skip
QUESTIONS = {**FESTIVALS, **DAYS}
