"""A company calendar of 2023 and 2024: Spring Festivals, working Saturdays (调休), and a business month of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import duckdb
from tests.semantic.world import Company, atomic, dataset, dimension

from metrion.base.text import Text
from metrion.semantic.model import CalendarLevel
from metrion.semantic.scope import TimeContext

if TYPE_CHECKING:
    from metrion.semantic.model import Definition

NEW_YEARS = (date(2023, 1, 22), date(2024, 2, 10))
"""The first day of the first lunar month."""
HOLIDAYS = {
    *(date(2023, 1, 21) + timedelta(days=day) for day in range(7)),
    *(date(2024, 2, 10) + timedelta(days=day) for day in range(8)),
}
WORKING_WEEKENDS = {date(2023, 1, 28), date(2023, 1, 29), date(2024, 2, 4), date(2024, 2, 18)}
DAYS = [date(2023, 1, 1) + timedelta(days=day) for day in range(731)]


@dataclass(frozen=True)
class Day:
    """What the calendar says about a day."""

    day: date
    working: bool
    festival: int | None
    """The year whose Spring Festival is near: from a week before New Year to a fortnight after it."""
    festival_day: int | None
    """0 is New Year."""
    business_month: date
    """From the 26th to the 25th, named by its first day."""

    @classmethod
    def of(cls, day: date) -> Day:
        """Return the calendar's row of a day."""
        working = day in WORKING_WEEKENDS or (day.weekday() < 5 and day not in HOLIDAYS)
        near = next((first for first in NEW_YEARS if -7 <= (day - first).days <= 14), None)
        month = day if day.day >= 26 else (day.replace(day=1) - timedelta(days=1))
        year, place = (None, None) if near is None else (near.year, (day - near).days)
        return cls(day, working, year, place, month.replace(day=26))


CALENDAR = {day: Day.of(day) for day in DAYS}


def opened() -> duckdb.DuckDBPyConnection:
    """Return a database with the calendar and a table of sales without rows."""
    connection = duckdb.connect()
    connection.execute("""
create schema s;
create table s.sales (id int, day date, amount int);
create table s.calendar (day date, working boolean, festival int, festival_day int, business_month date);
""")
    rows = [(one.day, one.working, one.festival, one.festival_day, one.business_month) for one in CALENDAR.values()]
    connection.executemany("insert into s.calendar values (?, ?, ?, ?, ?)", rows)
    return connection


def company(connection: duckdb.DuckDBPyConnection, *more: Definition) -> Company:
    """Return the company with that calendar; `base` is the sum of sales."""
    levels = (("festival", "festival", "festival_day"), ("business_month", "business_month", None))
    return Company(
        (
            dataset("sales", {"id": "integer", "day": "date", "amount": "integer"}, time="day"),
            dataset(
                "calendar",
                {
                    "day": "date",
                    "working": "boolean",
                    "festival": "integer",
                    "festival_day": "integer",
                    "business_month": "date",
                },
                key="day",
                time="day",
                shape="calendar",
                working_day="working",
                levels=tuple(
                    CalendarLevel(code=code, name=Text(zh=code, en=code), column=column, position=position)
                    for code, column, position in levels
                ),
            ),
            dimension("working", ("calendar", "working")),
            atomic("base", "sales", "sum", "amount"),
            *more,
        ),
        connection,
        TimeContext(zone="Asia/Shanghai", today=date(2024, 12, 31)),
    )


def sell(connection: duckdb.DuckDBPyConnection, rows: list[tuple[date | None, int]]) -> None:
    """Put the sales into their table."""
    connection.execute("delete from s.sales")
    if rows:
        connection.executemany("insert into s.sales values (?, ?, ?)", [(i, *row) for i, row in enumerate(rows)])
