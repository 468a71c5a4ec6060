"""Periods of a day: of the civil year, of the ISO year, of the fiscal year and of the retail year (4-4-5)."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from metrion.semantic.calendar import add_months, period_start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrion.lake.calendar.columns import Values
    from metrion.lake.calendar.rules import CalendarRules
    from metrion.semantic.calendar import WeekStart

_WEEK: Final = 7
_HALF_WEEK: Final = 3


def civil_columns(days: Sequence[date], week_start: WeekStart) -> dict[str, Values]:
    """Return weekday, week, month, quarter and year, and the ISO week."""
    iso = [day.isocalendar() for day in days]
    weeks = [period_start(day, "week", week_start) for day in days]
    quarters = [period_start(day, "quarter", week_start) for day in days]
    return {
        "weekday": [each.weekday for each in iso],
        "week_start": weeks,
        "day_of_week": _places(days, weeks),
        "year": [day.year for day in days],
        "quarter": [(day.month + 2) // 3 for day in days],
        "month": [day.month for day in days],
        "year_start": [day.replace(month=1, day=1) for day in days],
        "quarter_start": quarters,
        "month_start": [day.replace(day=1) for day in days],
        "day_of_year": [day.timetuple().tm_yday for day in days],
        "day_of_quarter": _places(days, quarters),
        "day_of_month": [day.day for day in days],
        "iso_year": [each.year for each in iso],
        "iso_week": [each.week for each in iso],
        "iso_week_start": [day - timedelta(days=each.weekday - 1) for day, each in zip(days, iso, strict=True)],
    }


def fiscal_columns(days: Sequence[date], rules: CalendarRules) -> dict[str, Values]:
    """Return fiscal year, quarter and month; fiscal months are civil months."""
    begin = rules.fiscal_start_month
    named_later = rules.fiscal_named == "end" and begin > 1
    starts = [date(day.year - (day.month < begin), begin, 1) for day in days]
    months = [(day.month - begin) % 12 for day in days]
    quarters = [add_months(start, month // 3 * 3) for start, month in zip(starts, months, strict=True)]
    firsts = [day.replace(day=1) for day in days]
    return {
        "fiscal_year": [start.year + named_later for start in starts],
        "fiscal_quarter": [month // 3 + 1 for month in months],
        "fiscal_month": [month + 1 for month in months],
        "fiscal_year_start": starts,
        "fiscal_quarter_start": quarters,
        "fiscal_month_start": firsts,
        "day_of_fiscal_year": _places(days, starts),
        "day_of_fiscal_quarter": _places(days, quarters),
    }


def retail_year_start(year: int, rules: CalendarRules, week_start: WeekStart) -> date:
    """Return the first day of a retail year."""
    first = date(year, rules.retail_start_month, 1)
    before = period_start(first, "week", week_start)
    is_near = (first - before).days <= _HALF_WEEK
    return before if rules.retail_rule == "last" or is_near else before + timedelta(days=_WEEK)


def retail_columns(days: Sequence[date], rules: CalendarRules, week_start: WeekStart) -> dict[str, Values]:
    """Return retail year, quarter, period and week. A 53rd week belongs to the last period of its year."""
    years = range(days[0].year - 1, days[-1].year + 2)
    turns = [retail_year_start(year, rules, week_start) for year in years]
    lengths = [int(weeks) for weeks in rules.retail_pattern] * 4
    period_weeks = [0, *accumulate(lengths[:-1])]
    starts = [turns[bisect_right(turns, day) - 1] for day in days]
    weeks = [(day - start).days // _WEEK for day, start in zip(days, starts, strict=True)]
    periods = [bisect_right(period_weeks, week) - 1 for week in weeks]
    year_of = dict(zip(turns, years, strict=True))

    def begins(week_numbers: list[int]) -> list[date]:
        return [start + timedelta(weeks=week) for start, week in zip(starts, week_numbers, strict=True)]

    period_starts = begins([period_weeks[period] for period in periods])
    quarter_starts = begins([period_weeks[period // 3 * 3] for period in periods])
    return {
        "retail_year": [year_of[start] for start in starts],
        "retail_quarter": [period // 3 + 1 for period in periods],
        "retail_period": [period + 1 for period in periods],
        "retail_week": [week + 1 for week in weeks],
        "retail_year_start": starts,
        "retail_quarter_start": quarter_starts,
        "retail_period_start": period_starts,
        "day_of_retail_year": _places(days, starts),
        "day_of_retail_quarter": _places(days, quarter_starts),
        "day_of_retail_period": _places(days, period_starts),
    }


def _places(days: Sequence[date], starts: Sequence[date]) -> list[int]:
    """Return the place of each day in its period, from 1."""
    return [(day - start).days + 1 for day, start in zip(days, starts, strict=True)]
