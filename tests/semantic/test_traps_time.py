"""Days and periods: month ends, leap days, weeks, the running period, windows beside shifts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantic.world import Company, atomic, composite, dataset, derived, dimension

from metrion.semantic import errors
from metrion.semantic.calendar import (
    Move,
    Range,
    forward,
    period_end,
    period_start,
    previous_shift,
    resolve_range,
    source_range,
    window_range,
)
from metrion.semantic.model import Duration, Period, Shift
from metrion.semantic.request import AbsoluteTime, LastTime, ToDateTime
from metrion.semantic.scope import TimeContext

if TYPE_CHECKING:
    from metrion.semantic.model import Grain, MetricDef

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
units = st.sampled_from(["day", "week", "month", "quarter", "year"])
moves = st.lists(st.builds(Move.of, st.builds(Duration, count=st.integers(1, 30), unit=units)), max_size=2).map(tuple)
DAY = timedelta(days=1)


@given(days, days, moves)
def test_exactly_the_source_range_lands_in_the_range(one: date, other: date, moved: tuple[Move, ...]) -> None:
    wanted = Range(min(one, other), min(max(one, other), min(one, other) + timedelta(days=400)))
    source = source_range(wanted, moved)
    assert source.start is not None
    assert source.end is not None
    assert wanted.start is not None
    assert wanted.end is not None
    assert forward(source.end, moved) <= wanted.end < forward(source.end + DAY, moved)
    assert forward(source.start - DAY, moved) < wanted.start <= forward(source.start, moved)


@given(days, st.integers(1, 40), units)
def test_a_whole_period_moves_into_a_whole_period(day: date, count: int, unit: Grain) -> None:
    move = (Move.of(Duration(count=count, unit=unit)),)
    start, end = period_start(day, unit, "monday"), period_end(day, unit, "monday")
    target = period_start(forward(start, move), unit, "monday")
    assert period_start(forward(end, move), unit, "monday") == target
    assert source_range(Range(target, period_end(target, unit, "monday")), move) == Range(start, end)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (date(2024, 1, 29), date(2024, 2, 29)),
        (date(2024, 1, 30), date(2024, 2, 29)),
        (date(2024, 1, 31), date(2024, 2, 29)),
        (date(2023, 1, 31), date(2023, 2, 28)),
        (date(2024, 2, 29), date(2024, 3, 29)),
        (date(2024, 4, 30), date(2024, 5, 30)),
    ],
)
def test_days_without_counterpart_go_to_the_last_day(source: date, target: date) -> None:
    assert forward(source, (Move("month", 1),)) == target


@pytest.mark.parametrize(
    ("ref", "count", "start"),
    [
        (date(2024, 4, 30), 3, date(2024, 2, 1)),
        (date(2024, 2, 29), 1, date(2024, 2, 1)),
        (date(2024, 3, 31), 1, date(2024, 3, 1)),
        (date(2024, 3, 28), 1, date(2024, 2, 29)),
        (date(2024, 3, 15), 12, date(2023, 3, 16)),
    ],
)
def test_trailing_months_at_a_months_end_are_whole_months(ref: date, count: int, start: date) -> None:
    assert window_range(ref, Duration(count=count, unit="month"), "monday") == Range(start, ref)


@pytest.mark.parametrize(("week_start", "start"), [("monday", date(2024, 12, 30)), ("sunday", date(2024, 12, 29))])
def test_weeks_cross_the_year(week_start: str, start: date) -> None:
    assert period_start(date(2025, 1, 1), "week", week_start) == start  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (LastTime(count=1, unit="month"), Range(date(2024, 2, 1), date(2024, 2, 15))),
        (LastTime(count=1, unit="month", complete=True), Range(date(2024, 1, 1), date(2024, 1, 31))),
        (LastTime(count=7, unit="day"), Range(date(2024, 2, 9), date(2024, 2, 15))),
        (LastTime(count=2, unit="week"), Range(date(2024, 2, 5), date(2024, 2, 15))),
        (LastTime(count=2, unit="quarter"), Range(date(2023, 10, 1), date(2024, 2, 15))),
        (ToDateTime(unit="year"), Range(date(2024, 1, 1), date(2024, 2, 15))),
        (AbsoluteTime(start=date(2020, 1, 1)), Range(date(2020, 1, 1), None)),
    ],
)
def test_relative_ranges_end_at_the_anchor(time: LastTime | ToDateTime | AbsoluteTime, expected: Range) -> None:
    assert resolve_range(time, date(2024, 2, 15), "monday") == expected


def test_a_complete_unit_that_ends_at_the_anchor_counts() -> None:
    time = LastTime(count=2, unit="month", complete=True)
    assert resolve_range(time, date(2024, 2, 29), "monday") == Range(date(2024, 1, 1), date(2024, 2, 29))


@pytest.mark.parametrize(
    ("start", "end", "shift"),
    [
        (date(2024, 2, 1), date(2024, 3, 31), Shift(count=2, unit="month")),
        (date(2024, 1, 1), date(2024, 12, 31), Shift(count=12, unit="month")),
        (date(2024, 2, 5), date(2024, 2, 11), Shift(count=7, unit="day")),
        (date(2024, 2, 1), date(2024, 2, 1), Shift(count=1, unit="day")),
    ],
)
def test_the_range_before_has_equal_length(start: date, end: date, shift: Shift) -> None:
    assert previous_shift(AbsoluteTime(start=start, end=end), Range(start, end), None) == shift


def test_an_open_range_has_no_previous_one() -> None:
    with pytest.raises(errors.NothingToCompare):
        previous_shift(AbsoluteTime(start=date(2024, 1, 1)), Range(date(2024, 1, 1)), "month")
    assert previous_shift(None, Range(), "month") == Shift(count=1, unit="month")


def test_ranges_outside_the_calendar_are_refused() -> None:
    with pytest.raises(errors.TimeOutOfRange):
        resolve_range(AbsoluteTime(start=date(2024, 2, 1), end=date(2024, 1, 1)), date(2024, 1, 1), "monday")
    with pytest.raises(errors.TimeOutOfRange):
        forward(date(2024, 1, 1), (Move("month", 120_000),))
    with pytest.raises(errors.TimeOutOfRange):
        forward(date(2024, 1, 1), (Move("day", 10_000_000),))


def calendar_company(*metrics: MetricDef, week_start: str = "monday", today: date = date(2030, 1, 1)) -> Company:
    """Return a company with one row of value 1 on every day of 2023 to 2025, and as instants too."""
    connection = duckdb.connect()
    connection.execute("""create schema s;
      create table s.ticks as select i as id, date '2023-01-01' + i::int as day,
        (date '2023-01-01' + i::int)::timestamp + interval 23 hour as at, 1 as value
      from range(1096) t(i);""")
    columns = {"id": "integer", "day": "date", "at": "timestamp", "value": "integer"}
    return Company(
        (
            dataset("ticks", columns, time="day"),
            dimension("tick_day", ("ticks", "day")),
            atomic("ticks", "ticks", "sum", "value"),
            atomic("instants", "ticks", "count", "*", time="at"),
            *metrics,
        ),
        connection,
        TimeContext.model_validate({"zone": "Asia/Shanghai", "week_start": week_start, "today": today}),
    )


def test_a_year_of_53_weeks_and_both_week_starts() -> None:
    year = {"kind": "absolute", "start": date(2024, 1, 1), "end": date(2024, 12, 31)}
    monday = calendar_company().ask(metrics=["ticks"], grain="week", time=year)
    assert len(monday) == 53
    assert monday[-1] == (date(2024, 12, 30), 2)
    sunday = calendar_company(week_start="sunday").ask(metrics=["ticks"], grain="week", time=year)
    assert (sunday[0], sunday[-1]) == ((date(2023, 12, 31), 6), (date(2024, 12, 29), 3))
    assert sum(row[1] for row in sunday) == 366  # type: ignore[misc]


def test_instants_of_the_last_day_are_in_the_range() -> None:
    one_day = {"kind": "absolute", "start": date(2024, 2, 29), "end": date(2024, 2, 29)}
    assert calendar_company().ask(metrics=["instants"], time=one_day, grain="day") == [(date(2024, 2, 29), 1)]


def test_leap_days_are_neither_lost_nor_doubled_year_over_year() -> None:
    firm = calendar_company(derived("before", "ticks", period=Period(shift=Shift(count=1, unit="year"))))
    rows = firm.ask(metrics=["ticks", "before"], grain="year")
    assert rows == [
        (date(2023, 1, 1), 365, None),
        (date(2024, 1, 1), 366, 365),
        (date(2025, 1, 1), 365, 366),
        (date(2026, 1, 1), None, 365),
    ]
    february = {"kind": "absolute", "start": date(2025, 2, 28), "end": date(2025, 2, 28)}
    assert firm.ask(metrics=["before"], grain="day", time=february) == [(date(2025, 2, 28), 2)]


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter", "year"])
def test_previous_month_totals_the_same_at_every_grain(grain: str) -> None:
    firm = calendar_company(derived("before", "ticks", period=Period(shift=Shift(count=1, unit="month"))))
    assert sum(row[1] for row in firm.ask(metrics=["before"], grain=grain)) == 1096  # type: ignore[misc]
    march = {"kind": "absolute", "start": date(2024, 3, 1), "end": date(2024, 3, 31)}
    assert sum(row[1] for row in firm.ask(metrics=["before"], grain=grain, time=march)) == 29  # type: ignore[misc]


def test_windows_at_the_running_period_are_seen_at_the_anchor() -> None:
    firm = calendar_company(
        derived("week_sum", "ticks", period=Period(trailing=Duration(count=7, unit="day"))),
        derived("mtd", "ticks", period=Period(to_date="month")),
        derived("mtd_before", "mtd", period=Period(shift=Shift(count=1, unit="month"))),
        today=date(2024, 3, 10),
    )
    february = {"kind": "absolute", "start": date(2024, 2, 1), "end": date(2024, 3, 31)}
    assert firm.ask(metrics=["week_sum", "mtd", "mtd_before"], grain="month", time=february) == [
        (date(2024, 2, 1), 7, 29, 31),
        (date(2024, 3, 1), 7, 10, 10),
    ]
    assert firm.ask(metrics=["week_sum", "mtd", "mtd_before"]) == [(7, 10, 10)]


def test_to_date_by_week_shift_looks_at_the_earlier_day() -> None:
    firm = calendar_company(
        derived("mtd", "ticks", period=Period(to_date="month")),
        derived("mtd_week_ago", "mtd", period=Period(shift=Shift(count=1, unit="week"))),
    )
    day = {"kind": "absolute", "start": date(2024, 3, 3), "end": date(2024, 3, 3)}
    # 3 March minus one week is 25 February: its month to date has 25 days.
    assert firm.ask(metrics=["mtd", "mtd_week_ago"], grain="day", time=day) == [(date(2024, 3, 3), 3, 25)]
    assert firm.ask(metrics=["mtd", "mtd_week_ago"], time=day) == [(3, 25)]


def test_growth_can_be_accumulated_where_shift_and_window_agree() -> None:
    firm = calendar_company(
        derived("before", "ticks", period=Period(shift=Shift(count=1, unit="year"))),
        composite("growth", "[ticks] / [before] - 1"),
        derived("growth_ytd", "growth", period=Period(to_date="year")),
        derived("growth_7d", "growth", period=Period(trailing=Duration(count=7, unit="day"))),
        derived("nested", "growth_ytd", period=Period(to_date="month")),
    )
    year = {"kind": "absolute", "start": date(2024, 1, 1), "end": date(2024, 12, 31)}
    rows = firm.ask(metrics=["growth_ytd"], grain="quarter", time=year)
    assert [row[1] for row in rows] == pytest.approx([91 / 90 - 1, 182 / 181 - 1, 274 / 273 - 1, 366 / 365 - 1])
    for refused in ("growth_7d", "nested"):
        with pytest.raises(errors.NestedPeriods):
            firm.compiled(metrics=[refused], grain="month")


def test_a_date_dimension_on_the_time_axis_moves_with_it() -> None:
    firm = calendar_company(
        derived("before", "ticks", period=Period(shift=Shift(count=1, unit="month"))),
        derived("mtd", "ticks", period=Period(to_date="month")),
    )
    time = {"kind": "absolute", "start": date(2024, 2, 1), "end": date(2024, 2, 29)}
    by_month = [{"field": "tick_day", "grain": "month"}]
    assert firm.ask(metrics=["ticks", "before"], dimensions=by_month, time=time) == [(date(2024, 2, 1), 29, 31)]
    condition = {"kind": "compare", "field": "tick_day", "op": "le", "value": "2024-02-10"}
    assert firm.ask(metrics=["ticks", "before"], filters=condition, time=time) == [(10, 10)]
    assert firm.ask(metrics=["mtd"], dimensions=by_month, time=time) == [(date(2024, 2, 1), 29)]
    with pytest.raises(errors.PeriodByDateDimension):
        firm.compiled(metrics=["mtd"], filters=condition)


def test_rows_without_a_time_stay_in_every_answer_that_asks_for_no_range() -> None:
    firm = calendar_company(derived("before", "ticks", period=Period(shift=Shift(count=1, unit="month"))))
    firm.connection.execute("insert into s.ticks values (9999, null, null, 5)")
    assert firm.ask(metrics=["ticks"]) == [(1101,)]
    by_year = firm.ask(metrics=["ticks", "before"], grain="year")
    assert by_year[-1] == (None, 5, 5)
