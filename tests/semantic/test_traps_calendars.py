"""The company's calendar: Spring Festival meets Spring Festival, working days meet working days, nothing is lost."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.semantic.festivals import CALENDAR, DAYS, NEW_YEARS, Day, company, opened, sell
from tests.semantic.world import derived, metric

from metrion.semantic import errors
from metrion.semantic.model import Duration, Growth, Nested, Period, Shift
from metrion.semantic.scope import DataScope, TimeContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.semantic.world import Company

connection = opened()
ONE_FESTIVAL = Shift(count=1, unit="festival")
sales = st.lists(
    st.tuples(
        st.sampled_from([date(2023, 12, 25), date(2023, 12, 26), date(2023, 12, 31), date(2024, 1, 1), None])
        | st.dates(date(2024, 1, 25), date(2024, 3, 2)),
        st.integers(1, 99),
    ),
    min_size=1,
    max_size=8,
)


def shifted(shift: Shift) -> Company:
    """Return the company with `before`, the base as it was so long ago."""
    return company(connection, derived("before", "base", period=Period(shift=shift)))


def test_spring_festival_is_compared_with_spring_festival() -> None:
    eve, second = (first - timedelta(days=1) for first in NEW_YEARS)
    sell(connection, [(eve, 500), (NEW_YEARS[0], 100), (NEW_YEARS[0] + timedelta(days=9), 60), (second, 600)])
    this_year = {"kind": "absolute", "start": "2024-01-01"}
    assert shifted(ONE_FESTIVAL).ask(metrics=["before", "base"], grain="day", time=this_year) == [
        (date(2024, 2, 9), 500, 600),
        (date(2024, 2, 10), 100, None),
        (date(2024, 2, 19), 60, None),
    ]
    growth = company(connection, metric("growth", Growth(metric="base", shift=ONE_FESTIVAL)))
    eve_only: dict[str, Any] = {"time": {"kind": "absolute", "start": "2024-02-09", "end": "2024-02-09"}}
    assert growth.ask(metrics=["growth"], **eve_only) == [(pytest.approx(0.2),)]


def _nth(chosen: Callable[[Day], date], back: Callable[[Day], object]) -> dict[date, date]:
    """Return where each day lands: the n-th of its kind in a period on the n-th, or the last, of the next one."""
    periods: dict[tuple[date, object], list[date]] = defaultdict(list)
    for one in CALENDAR.values():
        periods[chosen(one), back(one)].append(one.day)
    order = list(dict.fromkeys(period for period, _ in periods))
    following = dict(pairwise(order))
    landed: dict[date, date] = {}
    for (period, kind), days in periods.items():
        target = periods[following[period], kind] if period in following else []
        landed |= {day: target[min(place, len(target) - 1)] for place, day in enumerate(days) if target}
    return landed


WAYS: dict[str, tuple[Shift, dict[date, date]]] = {
    "working days of a month": (
        Shift(count=1, unit="month", match="working_day"),
        _nth(lambda day: day.day.replace(day=1), lambda day: day.working),
    ),
    "days of a business month": (
        Shift(count=1, unit="business_month"),
        _nth(lambda day: day.business_month, lambda day: None),
    ),
    "working days of a business month": (
        Shift(count=1, unit="business_month", match="working_day"),
        _nth(lambda day: day.business_month, lambda day: day.working),
    ),
}


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=25, deadline=None)
@given(rows=sales)
def test_every_row_lands_on_the_same_place_of_the_next_period(way: str, rows: list[tuple[date | None, int]]) -> None:
    shift, landed = WAYS[way]
    sell(connection, rows)
    expected: dict[date | None, int] = defaultdict(int)
    for day, amount in rows:
        expected[None if day is None else landed[day]] += amount
    answer = shifted(shift).ask(metrics=["before"], grain="day")
    assert dict(answer) == expected  # type: ignore[arg-type]
    by_month = shifted(shift).ask(metrics=["before"], grain="month")
    assert sum(row[1] for row in by_month) == sum(amount for _, amount in rows)  # type: ignore[misc]
    assert shifted(shift).totals(metrics=["before"], grain="month") == (sum(amount for _, amount in rows),)


def test_working_saturdays_count_as_working_days() -> None:
    # February 2024 began with a working Thursday; Sunday the 4th was worked, the 10th to the 17th was not.
    worked = [day for day in DAYS if (day.year, day.month) == (2024, 2) and CALENDAR[day].working]
    assert worked[2] == date(2024, 2, 4)
    assert worked[8] == date(2024, 2, 18)
    march = [day for day in DAYS if (day.year, day.month) == (2024, 3) and CALENDAR[day].working]
    sell(connection, [(worked[2], 7), (worked[8], 5)])
    before = shifted(Shift(count=1, unit="month", match="working_day"))
    assert before.ask(metrics=["before"], grain="day") == [(march[2], 7), (march[8], 5)]


def test_rows_that_the_calendar_does_not_know_are_in_no_period_and_in_the_total() -> None:
    sell(connection, [(date(2024, 2, 10), 5), (date(2031, 1, 1), 7), (None, 11)])
    firm = company(connection, derived("before", "base", period=Period(shift=Shift(count=1, unit="business_month"))))
    rows = firm.ask(metrics=["base"], grain="business_month")
    assert rows == [(date(2024, 1, 26), 5), (None, 18)]
    assert firm.totals(metrics=["base"], grain="business_month") == (23,)
    rows = firm.ask(metrics=["before"], grain="business_month")
    assert sum(row[1] for row in rows) == 23  # type: ignore[misc]


def test_a_calendars_periods_are_accumulated_and_cut() -> None:
    sell(connection, [(date(2024, 1, 25), 1), (date(2024, 1, 26), 2), (date(2024, 2, 25), 4), (date(2024, 2, 26), 8)])
    firm = company(connection, derived("so_far", "base", period=Period(to_date="business_month")))
    assert firm.ask(metrics=["so_far", "base"], grain="day") == [
        (date(2024, 1, 25), 1, 1),
        (date(2024, 1, 26), 2, 2),
        (date(2024, 2, 25), 6, 4),
        (date(2024, 2, 26), 8, 8),
    ]
    months = [(date(2023, 12, 26), 1), (date(2024, 1, 26), 6), (date(2024, 2, 26), 8)]
    assert firm.ask(metrics=["base"], grain="business_month") == months
    assert firm.ask(metrics=["so_far"], grain="business_month") == months


def test_a_day_is_averaged_over_the_days_of_a_business_month() -> None:
    sell(connection, [(date(2024, 1, 26), 2), (date(2024, 1, 26), 2), (date(2024, 2, 25), 8)])
    firm = company(connection, metric("daily", Nested(base="base", grain="day")))
    assert firm.ask(metrics=["daily"], grain="business_month") == [(date(2024, 1, 26), 6)]


@pytest.mark.parametrize("row_set", ["spine", "calendar", "covered"])
def test_periods_without_facts_have_rows_where_the_metric_says_so(row_set: str) -> None:
    sell(connection, [(date(2024, 1, 5), 1), (date(2024, 3, 5), 2)])
    two_months = Period(trailing=Duration(count=2, unit="month"))
    firm = company(connection, derived("recent", "base", period=two_months, row_set=row_set))
    time = {"kind": "absolute", "start": "2023-12-01", "end": "2024-06-30"}
    rows = firm.ask(metrics=["recent"], grain="month", time=time)
    values: list[tuple[date, int | None]] = [
        (date(2024, month, 1), value) for month, value in ((1, 1), (2, 1), (3, 2), (4, 2))
    ]
    if row_set != "covered":
        values = [(date(2023, 12, 1), None), *values, (date(2024, 5, 1), None), (date(2024, 6, 1), None)]
    assert rows == values


@pytest.mark.parametrize("column", ["business_month", "working"])
def test_hidden_columns_of_a_calendar_are_not_gone_by(column: str) -> None:
    scope = DataScope(hidden_columns=frozenset({("calendar", column)}))
    match = "working_day" if column == "working" else "rows"
    unit = "month" if column == "working" else "business_month"
    firm = shifted(Shift.model_validate({"count": 1, "unit": unit, "match": match})).seen_by(scope)
    with pytest.raises(errors.ForbiddenColumn):
        firm.compiled(metrics=["before"], grain="day")


def test_without_a_calendar_nothing_is_guessed() -> None:
    firm = shifted(Shift(count=1, unit="month", match="working_day"))
    plain = type(firm)(
        tuple(one for one in firm.definitions if one.code not in ("calendar", "working")),
        connection,
        TimeContext(zone="Asia/Shanghai", today=date(2024, 12, 31)),
    )
    with pytest.raises(errors.NoCalendar):
        plain.compiled(metrics=["before"], grain="day")
    with pytest.raises(errors.NoSuchLevel):
        plain.compiled(metrics=["base"], grain="business_month")


def test_the_calendar_of_these_tests_is_whole() -> None:
    assert [*CALENDAR] == DAYS
    assert all(next_day - day == timedelta(days=1) for day, next_day in pairwise(DAYS))
    assert {one.festival for one in CALENDAR.values()} == {2023, 2024, None}
