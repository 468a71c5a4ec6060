"""The rows of the calendar against days that are known from elsewhere: announcements, almanacs, the NRF, ISO 8601."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from metrion.base.text import Text
from metrion.lake.calendar import (
    CalendarEvent,
    CalendarInputs,
    CalendarRules,
    DayEdit,
    calendar_dataset,
    calendar_table,
    known_countries,
    public_days,
)
from metrion.semantic.catalogue import Catalogue
from metrion.semantic.validate import check_definition

NRF = CalendarRules(retail_start_month=2, retail_pattern="454")
"""The calendar of the National Retail Federation: weeks from Sunday, to the Saturday nearest 31 January."""


def rows(inputs: CalendarInputs) -> dict[date, dict[str, Any]]:
    return {row["day"]: row for row in calendar_table(inputs).to_pylist()}


@cache
def plain() -> dict[date, dict[str, Any]]:
    return rows(CalendarInputs(2010, 2029))


def test_every_day_of_the_years_has_one_row() -> None:
    days = list(plain())
    assert (days[0], days[-1]) == (date(2010, 1, 1), date(2029, 12, 31))
    assert all(after - before == timedelta(days=1) for before, after in pairwise(days))


@pytest.mark.parametrize(
    "day",
    [
        "2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29", "2024-10-12",
        "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
    ],
)  # fmt: skip
def test_weekend_days_on_which_china_worked(day: str) -> None:
    row = plain()[date.fromisoformat(day)]
    assert row["weekday"] in {6, 7}
    assert (row["day_kind"], row["is_working_day"], row["official"]) == ("adjusted_working", True, True)
    assert row["holiday_zh"]
    assert row["holiday_en"]


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2024-02-10", "2024-02-17", "spring_festival"),
        ("2024-04-04", "2024-04-06", "qingming"),
        ("2024-06-10", "2024-06-10", "dragon_boat"),
        ("2024-09-15", "2024-09-17", "mid_autumn"),
        ("2025-01-28", "2025-02-04", "spring_festival"),
        ("2026-02-15", "2026-02-23", "spring_festival"),
        ("2026-05-01", "2026-05-05", "labour_day"),
        ("2026-09-25", "2026-09-27", "mid_autumn"),
        ("2026-10-01", "2026-10-07", "national_day"),
    ],
)
def test_holidays_that_the_state_council_announced(first: str, last: str, code: str) -> None:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    found = [day for day, row in plain().items() if row["day_kind"] == "holiday" and row["holiday"] == code]
    near = [day for day in found if abs((day - start).days) < 60]
    assert near == [start + timedelta(days=place) for place in range((end - start).days + 1)]
    assert not any(plain()[day]["is_working_day"] for day in near)


@pytest.mark.parametrize(("year", "number"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year(year: int, number: int) -> None:
    assert sum(row["is_working_day"] for row in plain().values() if row["year"] == year) == number
    assert plain()[date(year, 12, 31)]["working_day_of_year"] == number


def test_a_year_that_was_not_announced_knows_the_law_but_no_working_weekends() -> None:
    later = [row for row in plain().values() if row["year"] == 2028]
    assert not any(row["official"] for row in later)
    assert {row["day_kind"] for row in later} == {"working", "weekend", "holiday"}
    assert plain()[date(2028, 1, 26)]["holiday"] == "spring_festival"
    assert plain()[date(2028, 10, 1)]["holiday_en"] == "National Day"


def test_working_days_are_counted_and_days_off_carry_the_last_number() -> None:
    before = 0
    for day, row in plain().items():
        assert row["working_day_number"] == before + row["is_working_day"], day
        before = row["working_day_number"]
    month = [row for row in plain().values() if (row["year"], row["month"]) == (2026, 2)]
    numbers = [row["working_day_of_month"] for row in month]
    assert numbers[0] == 0
    assert numbers[-1] == sum(row["is_working_day"] for row in month) == 16


@pytest.mark.parametrize(
    ("day", "lunar"),
    [
        ("2024-02-09", (2023, 12, 30, False, "腊月三十")),
        ("2024-02-10", (2024, 1, 1, False, "正月初一")),
        ("2025-01-29", (2025, 1, 1, False, "正月初一")),
        ("2026-02-17", (2026, 1, 1, False, "正月初一")),
        ("2023-03-22", (2023, 2, 1, True, "闰二月初一")),
        ("2025-07-25", (2025, 6, 1, True, "闰六月初一")),
        ("2025-10-06", (2025, 8, 15, False, "八月十五")),
        ("2026-06-19", (2026, 5, 5, False, "五月初五")),
    ],
)
def test_lunar_dates_of_the_almanac(day: str, lunar: tuple[object, ...]) -> None:
    row = plain()[date.fromisoformat(day)]
    names = ("lunar_year", "lunar_month", "lunar_day", "lunar_leap", "lunar_name")
    assert tuple(row[name] for name in names) == lunar


@pytest.mark.parametrize(
    ("festival", "days"),
    [
        ("spring_festival", ("2024-02-10", "2025-01-29", "2026-02-17")),
        ("dragon_boat", ("2024-06-10", "2025-05-31", "2026-06-19")),
        ("mid_autumn", ("2024-09-17", "2025-10-06", "2026-09-25")),
    ],
)
def test_days_around_a_festival(festival: str, days: tuple[str, ...]) -> None:
    for text in days:
        turn = date.fromisoformat(text)
        for offset in (-40, -1, 0, 15, 120):
            row = plain()[turn + timedelta(days=offset)]
            assert (row[f"{festival}_year"], row[f"{festival}_day"]) == (turn.year, offset)


def test_a_place_near_a_festival_is_one_day_of_its_year() -> None:
    pairs = [(row["spring_festival_year"], row["spring_festival_day"]) for row in plain().values()]
    assert len(set(pairs)) == len(pairs)
    assert all(abs(place) <= 192 for _, place in pairs)


def test_iso_weeks() -> None:
    named = ("iso_year", "iso_week", "iso_week_start")
    assert [plain()[date(2020, 12, 31)][name] for name in named] == [2020, 53, date(2020, 12, 28)]
    assert [plain()[date(2021, 1, 3)][name] for name in named] == [2020, 53, date(2020, 12, 28)]
    assert [plain()[date(2024, 12, 30)][name] for name in named] == [2025, 1, date(2024, 12, 30)]


def test_a_retail_year_from_january_with_monday_weeks_is_the_iso_year() -> None:
    assert all(
        (row["retail_year"], row["retail_week"]) == (row["iso_year"], row["iso_week"]) for row in plain().values()
    )


@pytest.mark.parametrize(
    ("year", "first", "weeks"),
    [
        (2012, "2012-01-29", 53), (2013, "2013-02-03", 52), (2016, "2016-01-31", 52), (2017, "2017-01-29", 53),
        (2018, "2018-02-04", 52), (2022, "2022-01-30", 52), (2023, "2023-01-29", 53), (2024, "2024-02-04", 52),
        (2025, "2025-02-02", 52),
    ],
)  # fmt: skip
def test_retail_years_of_the_national_retail_federation(year: int, first: str, weeks: int) -> None:
    found = rows(CalendarInputs(2010, 2026, "sunday", NRF))
    days = [day for day, row in found.items() if row["retail_year"] == year]
    assert days[0] == date.fromisoformat(first)
    assert len(days) == weeks * 7
    periods = [
        len({found[day]["retail_week"] for day in days if found[day]["retail_period"] == number})
        for number in range(1, 13)
    ]
    assert periods == [4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5, weeks - 48]


def test_a_retail_year_that_ends_on_the_last_saturday() -> None:
    rules = CalendarRules(retail_start_month=9, retail_rule="last")
    found = rows(CalendarInputs(2022, 2025, "sunday", rules))
    starts = sorted({row["retail_year_start"] for row in found.values()})
    assert starts[1:] == [date(2022, 8, 28), date(2023, 8, 27), date(2024, 9, 1), date(2025, 8, 31)]
    assert found[date(2024, 8, 31)]["retail_week"] == 53


def test_fiscal_years_are_named_by_their_start_or_their_end() -> None:
    april = rows(CalendarInputs(2024, 2026, rules=CalendarRules(fiscal_start_month=4, fiscal_named="start")))
    october = rows(CalendarInputs(2024, 2026, rules=CalendarRules(fiscal_start_month=10)))
    names = ("fiscal_year", "fiscal_quarter", "fiscal_month", "fiscal_year_start", "fiscal_quarter_start")
    assert [april[date(2026, 3, 31)][name] for name in names] == [2025, 4, 12, date(2025, 4, 1), date(2026, 1, 1)]
    assert [april[date(2026, 4, 1)][name] for name in names] == [2026, 1, 1, date(2026, 4, 1), date(2026, 4, 1)]
    assert [october[date(2025, 12, 31)][name] for name in names] == [2026, 1, 3, date(2025, 10, 1), date(2025, 10, 1)]
    assert plain()[date(2025, 5, 5)]["fiscal_year"] == 2025
    assert october[date(2025, 12, 31)]["day_of_fiscal_year"] == 92


def test_what_the_company_says_of_a_day_wins_and_moves_the_counts() -> None:
    off = date(2026, 3, 2)
    edits = {
        off: DayEdit(kind="holiday", name=Text(zh="司庆", en="Founders' day")),
        date(2026, 2, 28): DayEdit(kind="weekend"),
    }
    found = rows(CalendarInputs(2026, 2026, edits=edits))
    assert (found[off]["day_kind"], found[off]["holiday"], found[off]["holiday_zh"]) == ("holiday", "company", "司庆")
    assert found[off]["edited"]
    assert not found[date(2026, 3, 3)]["edited"]
    assert found[date(2026, 2, 28)]["day_kind"] == "weekend"
    assert found[date(2026, 3, 3)]["working_day_of_month"] == 1
    assert found[date(2026, 12, 31)]["working_day_of_year"] == 246


def test_events_name_their_days() -> None:
    sale = CalendarEvent(
        name=Text(zh="双十一", en="Singles' Day"), kind="promotion", first=date(2026, 11, 1), last=date(2026, 11, 11)
    )
    count = CalendarEvent(name=Text(zh="盘点"), kind="company", first=date(2026, 11, 11), last=date(2027, 1, 2))
    found = rows(CalendarInputs(2026, 2026, events=(count, sale)))
    assert found[date(2026, 11, 11)]["event_zh"] == "双十一、盘点"
    assert found[date(2026, 11, 11)]["event_en"] == "Singles' Day, 盘点"
    assert [found[date(2026, 11, day)]["is_promotion"] for day in (11, 12)] == [True, False]
    assert found[date(2026, 12, 31)]["event_zh"] == "盘点"


def test_other_countries_have_their_own_holidays_and_weekends() -> None:
    america = rows(CalendarInputs(2026, 2026, rules=CalendarRules(country="US")))
    assert america[date(2026, 11, 26)]["holiday"] == "thanksgiving_day"
    assert america[date(2026, 2, 28)]["day_kind"] == "weekend"
    assert america[date(2026, 2, 17)]["is_working_day"]
    assert public_days("BH", 2026, 2026).weekend == {4, 5}
    assert {"CN", "US", "JP"} <= known_countries()


def test_the_definition_describes_every_column_and_level() -> None:
    definition = calendar_dataset("company", "somebody")
    schema = calendar_table(CalendarInputs(2026, 2026)).schema
    assert [column.name for column in definition.columns] == schema.names
    assert all(column.label.zh and column.label.en for column in definition.columns)
    for level in definition.levels:
        assert {level.column, level.position or level.column} <= set(schema.names)
    assert check_definition(definition, Catalogue.of([definition])) == ()
