"""The demo data: retail equals its source to the cent, generated lines are stable and hold their planted events."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import duckdb
import pytest

from metrion.demo import bank, internet, manufacturing, retail
from metrion.demo.story import BRANCH_OVERDUE, CHANNEL_BREAKS, MACHINE_DEGRADES
from metrion.lake.calendar import CalendarInputs, calendar_table

if TYPE_CHECKING:
    import pyarrow as pa


@cache
def _rows(name: str) -> pa.Table:
    makers = {
        "transactions": retail.transactions,
        "stores": retail.stores,
        "production": manufacturing.production,
        "downtime": manufacturing.downtime_events,
        "loans": bank.loans,
        "balances": bank.loan_balances,
        "sessions": internet.sessions,
    }
    return makers[name]()


def _ask(sql: str, **tables: pa.Table) -> list[tuple[object, ...]]:
    connection = duckdb.connect()
    for name, table in tables.items():
        connection.register(name, table)
    return connection.execute(sql).fetchall()


def test_retail_equals_the_source_to_the_cent() -> None:
    found = _ask("SELECT count(*), sum(sales_value) FROM t", t=_rows("transactions"))
    assert found == [(1_469_307, Decimal("4596039.58"))]


def test_every_business_day_agrees_with_the_week_that_the_source_gives() -> None:
    source = retail._source("transactions")
    sql = """
        SELECT count(*) FROM r JOIN t USING (basket_id, product_id)
        WHERE r.week <> date_diff('day', DATE '2016-12-26', t.transaction_date) // 7 + 1
    """
    assert _ask(sql, r=source, t=_rows("transactions")) == [(0,)]


def test_every_store_has_the_region_of_the_stated_rule() -> None:
    sql = "SELECT count(*) FROM s WHERE region <> ['EAST', 'SOUTH', 'WEST', 'NORTH'][store_id % 4 + 1]"
    assert _ask(sql, s=_rows("stores")) == [(0,)]


@pytest.mark.parametrize("name", ["production", "loans", "sessions"])
def test_generated_rows_are_the_same_each_time(name: str) -> None:
    again = {"production": manufacturing.production, "loans": bank.loans, "sessions": internet.sessions}[name]()
    assert again.equals(_rows(name))


def test_downtime_events_explain_every_lost_minute() -> None:
    sql = """
        SELECT count(*) FROM (
            SELECT production_date, shift, machine_id, planned_minutes - run_minutes AS lost FROM p
        ) FULL JOIN (
            SELECT event_date, shift, machine_id, sum(minutes) AS stopped FROM d GROUP BY ALL
        ) s ON s.event_date = production_date AND s.shift = p.shift AND s.machine_id = p.machine_id
        WHERE coalesce(lost, -1) <> coalesce(stopped, 0)
    """.replace("FROM p\n        )", "FROM p\n        ) p")
    assert _ask(sql, p=_rows("production"), d=_rows("downtime")) == [(0,)]


def _calendar() -> pa.Table:
    return calendar_table(CalendarInputs(2023, 2026))


def test_plants_stand_still_on_holidays_and_work_as_the_calendar_says() -> None:
    sql = """
        SELECT day_kind, weekday = 6 AS saturday, min(rows), max(rows) FROM (
            SELECT day, day_kind, weekday, count(production_date) AS rows
            FROM c LEFT JOIN p ON day = production_date WHERE day BETWEEN '2024-01-01' AND '2026-10-31' GROUP BY ALL
        ) GROUP BY ALL ORDER BY 1, 2
    """
    assert _ask(sql, c=_calendar(), p=_rows("production")) == [
        ("adjusted_working", False, 24, 24),
        ("adjusted_working", True, 24, 24),
        ("holiday", False, 0, 0),
        ("holiday", True, 0, 0),
        ("weekend", False, 0, 0),
        ("weekend", True, 12, 12),
        ("working", False, 24, 24),
    ]


def test_a_working_saturday_makes_twice_what_a_saturday_makes() -> None:
    sql = """
        SELECT avg(units) FILTER (day_kind = 'adjusted_working') / avg(units) FILTER (day_kind = 'weekend') FROM (
            SELECT day, day_kind, sum(good_units) AS units FROM c JOIN p ON day = production_date
            WHERE weekday = 6 GROUP BY ALL
        )
    """
    assert float(str(_ask(sql, c=_calendar(), p=_rows("production"))[0][0])) == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_sessions_fall_on_new_years_eve_and_rise_in_the_holiday(year: int) -> None:
    sql = f"""
        WITH daily AS (
            SELECT spring_festival_day AS place, count(*) AS n FROM s JOIN c ON session_date = day
            WHERE spring_festival_year = {year} GROUP BY 1
        )
        SELECT avg(n) FILTER (place = -1) / avg(n) FILTER (place BETWEEN -30 AND -10),
            avg(n) FILTER (place BETWEEN 1 AND 6) / avg(n) FILTER (place BETWEEN -30 AND -10) FROM daily
    """
    eve, after = _ask(sql, s=_rows("sessions"), c=_calendar())[0]
    assert float(str(eve)) < 0.65
    assert float(str(after)) > 1.2


def test_loans_are_granted_on_working_days_only() -> None:
    sql = "SELECT count(*), count(*) FILTER (is_working_day) FROM l JOIN c ON start_date = day"
    assert _ask(sql, l=_rows("loans"), c=_calendar()) == [(320, 320)]


def test_promotions_bring_more_sessions() -> None:
    sql = """
        SELECT avg(n) FILTER (session_date BETWEEN '2026-06-01' AND '2026-06-18')
             / avg(n) FILTER (session_date BETWEEN '2026-05-06' AND '2026-05-31')
        FROM (SELECT session_date, count(*) AS n FROM s GROUP BY 1)
    """
    assert 1.2 < float(str(_ask(sql, s=_rows("sessions"))[0][0])) < 1.5


def test_the_degrading_machine_can_be_found() -> None:
    sql = """
        SELECT machine_id,
            sum(total_units) FILTER (production_date >= ?) / sum(ideal_units) FILTER (production_date >= ?)
            - sum(total_units) FILTER (production_date < ?) / sum(ideal_units) FILTER (production_date < ?) AS moved
        FROM p GROUP BY 1 ORDER BY moved LIMIT 2
    """.replace("?", f"DATE '{MACHINE_DEGRADES.start}'")
    (worst, moved), (_, next_moved) = _ask(sql, p=_rows("production"))
    assert worst == "M07"
    assert float(str(moved)) < -0.08 < float(str(next_moved))


def test_the_broken_channel_can_be_found() -> None:
    sql = f"""
        SELECT avg(paid::INT) FILTER (session_date BETWEEN '{CHANNEL_BREAKS.start}' AND '{CHANNEL_BREAKS.end}')
             / avg(paid::INT) FILTER (session_date NOT BETWEEN '{CHANNEL_BREAKS.start}' AND '{CHANNEL_BREAKS.end}')
        FROM s WHERE checked_out AND channel_id = 'social' AND device = 'mobile'
    """
    assert float(str(_ask(sql, s=_rows("sessions"))[0][0])) < 0.4


def test_the_branch_with_rising_overdue_loans_can_be_found() -> None:
    sql = f"""
        WITH rates AS (
            SELECT branch_id, balance_date, sum(overdue_balance) / sum(balance) AS rate
            FROM b JOIN l USING (loan_id) GROUP BY ALL
        )
        SELECT branch_id, after.rate - before.rate FROM rates AS before JOIN rates AS after USING (branch_id)
        WHERE before.balance_date = '{BRANCH_OVERDUE.start}' AND after.balance_date = '2026-10-31' ORDER BY 2 DESC
    """
    found = _ask(sql, b=_rows("balances"), l=_rows("loans"))
    assert found[0][0] == "B03"
    assert float(str(found[0][1])) > 3 * float(str(found[1][1]))
