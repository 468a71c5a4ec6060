"""Looking along time: which rows a window has, where it hangs, and what a period shows of its days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.semantic.six_orders import six_orders
from tests.semantic.world import Company, atomic, dataset, derived, dimension

from metrion.semantic import errors
from metrion.semantic.calendar import add_months
from metrion.semantic.condition import Compare
from metrion.semantic.model import Duration, Period, Shift
from metrion.semantic.scope import TimeContext

if TYPE_CHECKING:
    from tests.semantic.world import Row

JANUARY, FEBRUARY, MARCH, APRIL, MAY = (date(2024, month, 1) for month in range(1, 6))
WHOLE: dict[str, Any] = {"time": {"kind": "absolute", "start": "2023-12-01", "end": "2024-05-31"}}


def asked(period: Period, more: dict[str, Any] | None = None, **question: Any) -> list[Row]:
    """Return the answer for revenue seen through a period (January 150, February 200, April 110)."""
    firm = six_orders().with_(derived("seen", "revenue", period=period, **(more or {})))
    return firm.ask(metrics=["seen"], **question)


MONTH = Duration(count=1, unit="month")
TWO_MONTHS = Period(trailing=Duration(count=2, unit="month"))


@pytest.mark.parametrize(
    ("row_set", "question", "expected"),
    [
        ("facts", {}, [(JANUARY, 150), (FEBRUARY, 350), (APRIL, 110)]),
        ("covered", {}, [(JANUARY, 150), (FEBRUARY, 350), (MARCH, 200), (APRIL, 110)]),
        ("spine", {}, [(JANUARY, 150), (FEBRUARY, 350), (MARCH, 200), (APRIL, 110)]),
        (
            "spine",
            WHOLE,
            [(date(2023, 12, 1), None), (JANUARY, 150), (FEBRUARY, 350), (MARCH, 200), (APRIL, 110), (MAY, 110)],
        ),
    ],
)
def test_which_periods_have_rows(row_set: str, question: dict[str, Any], expected: list[Row]) -> None:
    assert asked(TWO_MONTHS, {"row_set": row_set}, grain="month", **question) == expected


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (Period(cumulative=True), [(JANUARY, 150), (FEBRUARY, 350), (APRIL, 460)]),
        (Period(remaining=True), [(JANUARY, 310), (FEBRUARY, 110)]),
        (Period(remaining=True, seen_from="start"), [(JANUARY, 460), (FEBRUARY, 310), (APRIL, 110)]),
        (Period(cumulative=True, seen_from="start"), [(FEBRUARY, 150), (APRIL, 350)]),
        (Period(leading=MONTH), [(JANUARY, 200)]),
        (Period(leading=MONTH, seen_from="start"), [(JANUARY, 150), (FEBRUARY, 200), (APRIL, 110)]),
        (Period(trailing=MONTH, remaining=True), [(JANUARY, 460), (FEBRUARY, 310), (APRIL, 110)]),
        (Period(point="year"), [(JANUARY, 150), (FEBRUARY, 150), (APRIL, 150)]),
        (Period(point="quarter"), [(JANUARY, 150), (FEBRUARY, 150), (APRIL, 110)]),
    ],
)  # fmt: skip
def test_a_window_hangs_on_the_end_or_the_start_of_its_period(period: Period, expected: list[Row]) -> None:
    assert asked(period, grain="month") == expected


@pytest.mark.parametrize("fill", ["null", "zero", "forward", "keep"])
def test_what_stands_where_nothing_is(fill: str) -> None:
    march, may = {"zero": (0, 0), "forward": (200, 110)}.get(fill, (None, None))
    firm = six_orders().with_(
        derived("sums", "revenue", fill=fill, row_set="spine"),
        derived("counts", "orders_count", fill=fill, row_set="spine"),
    )
    time = {"kind": "absolute", "start": "2024-02-01", "end": "2024-05-31"}
    found = firm.ask(metrics=["sums"], grain="month", time=time)
    assert found == [(FEBRUARY, 200), (MARCH, march), (APRIL, 110), (MAY, may)]
    counted = {"null": 0, "zero": 0, "forward": 1, "keep": None}[fill]
    assert firm.ask(metrics=["counts"], grain="month", time=time)[1] == (MARCH, counted)


def test_the_range_cuts_what_is_seen_and_not_what_is_accumulated() -> None:
    april = {"kind": "absolute", "start": "2024-04-01", "end": "2024-04-10"}
    assert asked(Period(cumulative=True), grain="month", time=april) == [(APRIL, 425)]
    assert asked(Period(cumulative=True), time=april) == [(425,)]
    assert asked(Period(remaining=True), time=april) == [(35,)]
    assert asked(Period(remaining=True, seen_from="start"), time=april) == [(110,)]


# --- what a coarse period shows of its days ---------------------------------------------------------------

WEEK = Duration(count=7, unit="day")


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        ("last", [(JANUARY, 150), (FEBRUARY, 200)]),
        ("first", [(JANUARY, 50), (FEBRUARY, 200), (APRIL, 75)]),
        ("avg", [(JANUARY, 100), (FEBRUARY, 200), (APRIL, 92.5)]),
        ("min", [(JANUARY, 50), (FEBRUARY, 200), (APRIL, 75)]),
        ("max", [(JANUARY, 150), (FEBRUARY, 200), (APRIL, 110)]),
    ],
)
def test_a_month_shows_of_its_days_what_the_metric_says(within: str, expected: list[Row]) -> None:
    period = Period.model_validate({"trailing": WEEK, "within": within})
    assert asked(period, grain="month") == expected
    # By day there is nothing to choose from.
    assert asked(period, grain="day") == asked(Period(trailing=WEEK), grain="day")


def test_a_date_that_is_not_the_metrics_time_is_a_group_like_any_other() -> None:
    period = Period(cumulative=True, within="first")
    joined = date(2024, 1, 1)
    # Without periods there is no first day: a group shows its total.
    by_year = asked(period, dimensions=[{"field": "joined", "grain": "year"}])
    assert set(by_year) == {(joined, 425), (None, 35)}
    # A day of joining makes no answer by day: a month still shows its first day.
    by_day = asked(period, dimensions=[{"field": "joined", "grain": "day"}], grain="month")
    assert set(by_day) == {(JANUARY, joined, 50), (FEBRUARY, joined, 350), (APRIL, joined, 425), (APRIL, None, 35)}


def test_the_average_of_a_running_total_counts_every_day_that_it_covers() -> None:
    period = Period(cumulative=True, within="avg")
    rows = asked(period, {"row_set": "covered"}, grain="month")
    assert rows == [
        (JANUARY, 100),
        (FEBRUARY, pytest.approx((28 * 150 + 350) / 29)),
        (MARCH, 350),
        (APRIL, pytest.approx((9 * 350 + 425 + 460) / 11)),
    ]


@pytest.mark.parametrize(
    ("row_set", "expected"),
    [("facts", {1: 75, 11: 110}), ("covered", {1: 200, 11: 110}), ("spine", {1: 200, 11: 110})],
)
def test_the_first_day_is_the_first_that_has_a_row_within_the_range(row_set: str, expected: dict[int, int]) -> None:
    period = Period(trailing=Duration(count=40, unit="day"), within="first")
    for day, value in expected.items():
        time = {"kind": "absolute", "start": f"2024-04-{day:02}", "end": "2024-04-30"}
        assert asked(period, {"row_set": row_set}, grain="month", time=time) == [(APRIL, value)]


# --- which day stands for which ---------------------------------------------------------------------------

connection = duckdb.connect()
connection.execute("create schema s; create table s.sales (id int, moment timestamp, amount int)")
MONTH_ENDS = st.dates(date(2024, 1, 27), date(2024, 3, 31)) | st.dates(date(2023, 1, 28), date(2023, 3, 2))


def timely(*metrics: Any, rows: list[tuple[datetime, int]]) -> Company:
    """Return sales at instants."""
    connection.execute("delete from s.sales")
    if rows:
        connection.executemany("insert into s.sales values (?, ?, ?)", [(i, *row) for i, row in enumerate(rows)])
    columns = {"id": "integer", "moment": "timestamp", "amount": "integer"}
    return Company(
        (
            dataset("sales", columns, time="moment", time_grain="second"),
            dimension("sold", ("sales", "moment")),
            atomic("base", "sales", "sum", "amount", smallest_grain="second"),
            *metrics,
        ),
        connection,
        TimeContext(zone="Asia/Shanghai", today=date(2024, 5, 31), anchors={"sales": date(2024, 5, 31)}),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(MONTH_ENDS, max_size=6), st.sampled_from([1, 2, 11, 12, -1]))
def test_looking_back_shows_every_day_the_same_day_of_the_other_month(days: list[date], count: int) -> None:
    rows = [(datetime(day.year, day.month, day.day, 15), 1) for day in days]
    shift = Shift(count=count, unit="month", match="look_back")
    firm = timely(derived("before", "base", period=Period(shift=shift), smallest_grain="second"), rows=rows)
    expected: dict[date, int] = {}
    day = date(2021, 12, 1)
    while day < date(2026, 1, 1):
        sold = sum(add_months(day, -count) == of for of in days)
        expected |= {day: sold} if sold else {}
        day += timedelta(days=1)
    assert dict(firm.ask(metrics=["before"], grain="day")) == expected  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(st.lists(MONTH_ENDS, max_size=6), st.sampled_from([("year", 364), ("quarter", 91), ("month", 28), ("week", 7)]))
def test_mondays_meet_mondays(days: list[date], unit: tuple[str, int]) -> None:
    rows = [(datetime(day.year, day.month, day.day, 15), 1) for day in days]
    shift = Shift.model_validate({"count": 1, "unit": unit[0], "match": "weekday"})
    firm = timely(derived("before", "base", period=Period(shift=shift), smallest_grain="second"), rows=rows)
    expected = {day + timedelta(days=unit[1]): days.count(day) for day in days}
    assert dict(firm.ask(metrics=["before"], grain="day")) == expected  # type: ignore[arg-type]


# --- shorter than a day -------------------------------------------------------------------------------------

NIGHT = [
    (datetime(2024, 2, 28, 23, 30), 1),
    (datetime(2024, 2, 29, 0, 10), 2),
    (datetime(2024, 2, 29, 0, 50, 59), 4),
    (datetime(2024, 2, 29, 23, 59, 59), 8),
    (datetime(2024, 3, 1), 16),
]
"""Sales around a leap day."""


def test_hours_and_minutes_cut_where_the_clock_does() -> None:
    firm = timely(rows=NIGHT)
    hours = firm.ask(metrics=["base"], grain="hour")
    assert [(moment.isoformat(), value) for moment, value in hours] == [  # type: ignore[attr-defined]
        ("2024-02-28T23:00:00", 1),
        ("2024-02-29T00:00:00", 6),
        ("2024-02-29T23:00:00", 8),
        ("2024-03-01T00:00:00", 16),
    ]
    assert len(firm.ask(metrics=["base"], grain="minute")) == 5
    assert firm.ask(metrics=["base"], grain="day", times=[{"part": "hour"}]) == [
        (date(2024, 2, 28), 23, 1),
        (date(2024, 2, 29), 0, 6),
        (date(2024, 2, 29), 23, 8),
        (date(2024, 3, 1), 0, 16),
    ]


def test_a_range_of_instants_takes_its_last_second() -> None:
    firm = timely(rows=NIGHT)
    time = {"kind": "absolute", "start": "2024-02-29T00:10:00", "end": "2024-02-29T23:59:59"}
    assert firm.ask(metrics=["base"], time=time) == [(14,)]
    assert firm.ask(metrics=["base"], time={**time, "end": "2024-02-29T23:59:58"}) == [(6,)]
    assert firm.ask(metrics=["base"], time={"kind": "absolute", "start": "2024-02-29", "end": "2024-02-29"}) == [(14,)]


def test_windows_of_hours_cross_midnight() -> None:
    two_hours = Period(trailing=Duration(count=2, unit="hour"))
    firm = timely(derived("recent", "base", period=two_hours, smallest_grain="second"), rows=NIGHT)
    rows = firm.ask(metrics=["recent"], grain="hour")
    assert [value for _, value in rows] == [1, 7, 8, 24]


def test_a_shift_of_hours_keeps_minutes() -> None:
    later = Period(shift=Shift(count=1, unit="hour"))
    firm = timely(derived("before", "base", period=later, smallest_grain="second"), rows=NIGHT)
    rows = firm.ask(metrics=["before"], grain="day")
    assert rows == [(date(2024, 2, 29), 7), (date(2024, 3, 1), 24)]


# --- several cuts of time -----------------------------------------------------------------------------------


def test_two_grains_and_parts_of_one_time() -> None:
    firm = six_orders()
    rows = firm.ask(
        metrics=["revenue_last_month", "revenue"], grain="month", times=[{"grain": "quarter"}, {"part": "month"}]
    )
    assert rows == [
        (JANUARY, JANUARY, 1, None, 150),
        (FEBRUARY, JANUARY, 2, 150, 200),
        (MARCH, JANUARY, 3, 200, None),
        (APRIL, APRIL, 4, None, 110),
        (MAY, APRIL, 5, 110, None),
    ]
    to_date = firm.ask(metrics=["revenue_ytd"], grain="month", times=[{"grain": "year"}])
    assert [row[2] for row in to_date] == [150, 350, 460]
    with pytest.raises(errors.NoCommonPeriod):
        firm.compiled(metrics=["revenue_mtd"], grain="month", times=[{"grain": "week"}])
    assert firm.ask(metrics=["revenue"], times=[{"part": "weekday"}]) == [(2, 50), (3, 175), (4, 235)]


def test_a_condition_on_the_time_of_the_metric_is_judged_where_rows_land() -> None:
    later = Compare(field="metric_time", op="ge", value="2024-03-01").model_dump()
    rows = six_orders().ask(metrics=["revenue_last_month", "revenue"], grain="month", filters=later)
    assert rows == [(MARCH, 200, None), (APRIL, None, 110), (MAY, 110, None)]
