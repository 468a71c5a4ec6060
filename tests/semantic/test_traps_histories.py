"""Dimensions with a history (SCD2): what was true when it happened, gaps as NULL, overlaps refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.semantic.world import Company, atomic, dataset, derived, dimension, relationship

from metrion.semantic import errors
from metrion.semantic.condition import Compare
from metrion.semantic.model import Period, Shift, Validity
from metrion.semantic.scope import DataScope
from metrion.semantic.uniqueness import Promise, breach

_TABLES = """
create schema s;
create table s.orders as select * from (values
  (1,'c1',10,date '2024-01-05',date '2024-01-20'),(2,'c1',20,date '2024-02-05',date '2024-02-06'),
  (3,'c1',30,date '2024-03-05',date '2024-03-06'),(4,'c2',40,date '2024-01-05',NULL),
  (5,'cx',50,date '2024-01-05',NULL),(6,NULL,60,NULL,NULL),(7,'c1',70,date '2024-01-15',date '2023-12-31'))
  t(id,customer,amount,day,paid);
create table s.customers as select * from (values
  ('c1','EAST',date '2024-01-01',date '2024-01-15'),('c1','WEST',date '2024-01-15',date '2024-02-01'),
  ('c1','NORTH',date '2024-03-01',NULL),('c2','EAST',date '2024-01-01',NULL)) t(id,region,since,until);
"""
REGION: dict[str, Any] = {"dimensions": [{"field": "region"}]}
EAST = Compare(field="region", op="eq", value="EAST")


def company(*roles: tuple[str | None, str | None]) -> Company:
    """Return orders of customers whose region changed; `roles`: name and the column that says when."""
    connection = duckdb.connect()
    connection.execute(_TABLES)
    ways = [
        relationship("orders", "customers", ("customer", "id"), role=role, valid_at=valid_at)
        for role, valid_at in roles or ((None, None),)
    ]
    return Company(
        (
            dataset(
                "orders",
                {"id": "integer", "customer": "string", "amount": "integer", "day": "date", "paid": "date"},
                time="day",
            ),
            dataset(
                "customers",
                {"id": "string", "region": "string", "since": "date", "until": "date"},
                validity=Validity(start="since", end="until"),
            ),
            *ways,
            dimension("region", ("customers", "region")),
            atomic("revenue", "orders", "sum", "amount"),
            atomic("paid_in", "orders", "sum", "amount", time="paid"),
            derived("last_month", "revenue", period=Period(shift=Shift(count=1, unit="month"))),
            derived("so_far", "revenue", period=Period(to_date="year")),
        ),
        connection,
    )


def test_a_row_has_the_value_that_was_true_when_it_happened() -> None:
    # The 15th belongs to the row that begins on it; February is a gap; cx and nobody were never customers.
    assert company().ask(metrics=["revenue"], **REGION) == [("EAST", 50), ("NORTH", 30), ("WEST", 70), (None, 130)]
    assert company().totals(metrics=["revenue"], **REGION) == (280,)


def test_the_time_of_the_metric_says_when() -> None:
    assert company().ask(metrics=["paid_in"], **REGION) == [("NORTH", 30), ("WEST", 10), (None, 240)]


def test_a_role_may_say_when() -> None:
    firm = company(("buyer", None), ("payer", "paid"))
    by_payer = firm.ask(metrics=["revenue"], dimensions=[{"field": "payer.region"}])
    assert by_payer == [("NORTH", 30), ("WEST", 10), (None, 240)]
    with pytest.raises(errors.AmbiguousPath):
        firm.compiled(metrics=["revenue"], **REGION)


def test_a_shift_moves_the_row_and_not_what_was_true() -> None:
    rows = company().ask(metrics=["last_month"], grain="month", **REGION)
    assert [row for row in rows if row[0] == date(2024, 2, 1)] == [
        (date(2024, 2, 1), "EAST", 50),
        (date(2024, 2, 1), "WEST", 70),
        (date(2024, 2, 1), None, 50),
    ]


def test_windows_keep_the_value_of_each_row() -> None:
    rows = company().ask(metrics=["so_far"], grain="month", **REGION)
    assert [row for row in rows if row[0] == date(2024, 3, 1)] == [
        (date(2024, 3, 1), "EAST", 50),
        (date(2024, 3, 1), "NORTH", 30),
        (date(2024, 3, 1), "WEST", 70),
        (date(2024, 3, 1), None, 70),
    ]


def test_filters_and_policies_look_at_the_same_moment() -> None:
    assert company().ask(metrics=["revenue"], filters=EAST.model_dump()) == [(50,)]
    assert company().seen_by(DataScope(rows={"orders": EAST})).ask(metrics=["revenue"]) == [(50,)]
    # A policy on the history hides what was true, never the rows that hang on it.
    hidden = company().seen_by(DataScope(rows={"customers": EAST}))
    assert hidden.ask(metrics=["revenue"], **REGION) == [("EAST", 50), (None, 230)]


days = st.integers(0, 8).map(lambda day: date(2024, 1, 1) + timedelta(days=day))
histories = st.lists(st.tuples(st.sampled_from(["a", "b", None]), days, days | st.none()), max_size=5)


@settings(max_examples=120, deadline=None)
@given(histories.map(lambda rows: [row for row in rows if row[2] is None or row[1] < row[2]]))
def test_exactly_overlaps_break_the_promise_of_a_history(rows: list[tuple[str | None, date, date | None]]) -> None:
    firm = company()
    firm.connection.execute("delete from s.customers")
    if rows:
        firm.connection.executemany("insert into s.customers values (?, 'EAST', ?, ?)", rows)
    (promise,) = firm.compiled(metrics=["revenue"], **REGION).promises
    assert promise == Promise("customers", ("id",), "orders_customers")
    sql, parameters = breach(promise, firm.catalogue, {"customers": "s.customers"})
    broken = bool(firm.connection.execute(sql, list(parameters)).fetchall())
    assert broken == any(
        first[0] is not None and first[0] == second[0] and _overlap(first, second)
        for place, first in enumerate(rows)
        for second in rows[place + 1 :]
    )


def _overlap(first: tuple[str | None, date, date | None], second: tuple[str | None, date, date | None]) -> bool:
    return (first[2] is None or second[1] < first[2]) and (second[2] is None or first[1] < second[2])
