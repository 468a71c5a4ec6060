"""The Spring Festival and working days in the demo's metrics, against SQL that knows nothing of the metric engine."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from pydantic import TypeAdapter

from metrion.demo import internet, manufacturing
from metrion.demo.definitions import GROUPS
from metrion.lake.calendar import CalendarInputs, calendar_table
from metrion.lake.calendar.definition import calendar_dataset
from metrion.semantic.catalogue import Catalogue
from metrion.semantic.compile import compile_query
from metrion.semantic.model import Definition
from metrion.semantic.request import MetricQuery
from metrion.semantic.scope import DataScope, TimeContext

_READER: TypeAdapter[Definition] = TypeAdapter(Definition)
NEW_YEAR = {2024: date(2024, 2, 10), 2025: date(2025, 1, 29), 2026: date(2026, 2, 17)}


@pytest.fixture(scope="module")
def demo() -> tuple[duckdb.DuckDBPyConnection, Catalogue]:
    connection = duckdb.connect()
    tables = {
        "sessions": internet.sessions(),
        "production": manufacturing.production(),
        "calendar": calendar_table(CalendarInputs(2023, 2026)),
    }
    for name, rows in tables.items():
        connection.register(f"{name}_rows", rows)
        connection.execute(f"create table {name} as select * from {name}_rows")
    definitions = [_READER.validate_python(raw) for group in GROUPS for raw in group.contents()]
    return connection, Catalogue.of([*definitions, calendar_dataset("internet")])


def asked(
    demo: tuple[duckdb.DuckDBPyConnection, Catalogue], metrics: list[str], start: date, end: date
) -> dict[date, tuple[object, ...]]:
    """Return the values of each day."""
    connection, catalogue = demo
    time = {"kind": "absolute", "start": start, "end": end}
    request = MetricQuery.model_validate({"metrics": metrics, "grain": "day", "time": time})
    tables = {code: code for code in catalogue.codes("dataset")}
    now = TimeContext(zone="Asia/Shanghai", today=date(2026, 11, 1))
    compiled = compile_query(request, catalogue, DataScope(), now, tables)
    rows = connection.execute(compiled.sql, list(compiled.parameters)).fetchall()
    return {row[0]: tuple(row[1:]) for row in rows}


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_days_around_the_spring_festival_meet_those_of_the_year_before(
    demo: tuple[duckdb.DuckDBPyConnection, Catalogue], year: int
) -> None:
    count = "select session_date, count(*) from sessions group by 1"
    sessions: dict[date, int] = dict(demo[0].execute(count).fetchall())
    first, before = NEW_YEAR[year], NEW_YEAR[year - 1]
    days = [date.fromordinal(first.toordinal() + place) for place in range(-15, 16)]
    found = asked(
        demo, ["session_count", "sessions_last_spring_festival", "sessions_spring_festival_yoy"], days[0], days[-1]
    )
    for day in days:
        earlier = sessions[date.fromordinal(before.toordinal() + (day - first).days)]
        growth = (sessions[day] - earlier) / earlier
        assert found[day] == (sessions[day], earlier, pytest.approx(growth))
    # By the civil calendar the feast of one year meets ordinary days of the other.
    assert found[first][1] != sessions[first.replace(year=year - 1)]


def test_a_working_saturday_meets_the_working_day_of_its_number(
    demo: tuple[duckdb.DuckDBPyConnection, Catalogue],
) -> None:
    output: dict[date, int] = dict(
        demo[0].execute("select production_date, sum(total_units)::bigint from production group by 1").fetchall()
    )
    working = [
        day for (day,) in demo[0].execute("select day from calendar where is_working_day order by day").fetchall()
    ]
    saturday = date(2026, 2, 14)
    assert saturday.weekday() == 5
    assert saturday in working
    number = _number(working, saturday)
    partner = [day for day in working if (day.year, day.month) == (2026, 1)][number]
    found = asked(demo, ["output_units", "output_last_month_workday", "output_workday_growth"], saturday, saturday)
    growth = (output[saturday] - output[partner]) / output[partner]
    assert found == {saturday: (output[saturday], output[partner], pytest.approx(growth))}
    # February has fewer working days: what January has beyond them counts on its last one, so that months stay whole.
    last = date(2026, 2, 28)
    rest = [day for day in working if (day.year, day.month) == (2026, 1)][_number(working, last) :]
    assert asked(demo, ["output_last_month_workday"], last, last) == {last: (sum(output[day] for day in rest),)}
    # A day off meets a day off: the second Saturday off of March the second day off of February.
    off, earlier = _days_off(demo, 2026, 3)[1], _days_off(demo, 2026, 2)[1]
    assert earlier in output
    assert asked(demo, ["output_last_month_workday"], off, off) == {off: (output[earlier],)}


def _number(working: list[date], day: date) -> int:
    """Return the place of a working day in its month, from 0."""
    return [one for one in working if (one.year, one.month) == (day.year, day.month)].index(day)


def _days_off(demo: tuple[duckdb.DuckDBPyConnection, Catalogue], year: int, month: int) -> list[date]:
    sql = "select day from calendar where not is_working_day and year(day) = $1 and month(day) = $2 order by day"
    return [day for (day,) in demo[0].execute(sql, [year, month]).fetchall()]
