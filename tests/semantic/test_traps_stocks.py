"""Stocks: entities that end on different days, filters at the snapshot, averages, extremes, periods."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pytest
from tests.semantic.world import Company, atomic, composite, dataset, derived, dimension

from metrion.semantic import errors
from metrion.semantic.condition import Compare
from metrion.semantic.model import Duration, Period, SemiAdditive, Shift

if TYPE_CHECKING:
    from metrion.semantic.model import MetricDef

# A has every day; B ends on 30 January; C starts in February; on 2 February A falls overdue and is cured.
TABLES = """
create schema s;
create table s.balances as select * from (values
  ('A','north',false,100,date '2024-01-30'), ('B','south',true,40,date '2024-01-30'),
  ('A','north',false,110,date '2024-01-31'),
  ('A','north',true,120,date '2024-02-02'), ('C','south',false,7,date '2024-02-02'),
  ('A','north',false,130,date '2024-02-05')) t(account, branch, overdue, balance, day);
"""
JANUARY, FEBRUARY = date(2024, 1, 1), date(2024, 2, 1)


def bank(*metrics: MetricDef) -> Company:
    connection = duckdb.connect()
    connection.execute(TABLES)
    columns = {"account": "string", "branch": "string", "overdue": "boolean", "balance": "integer", "day": "date"}
    return Company(
        (
            dataset("balances", columns, key=("account", "day"), time="day"),
            dimension("branch", ("balances", "branch")),
            dimension("day", ("balances", "day")),
            *metrics,
        ),
        connection,
    )


def stock(code: str = "stock", take: str = "last", entity: tuple[str, ...] = (), **more: object) -> MetricDef:
    semi = SemiAdditive.model_validate({"take": take, "entity": entity})
    return atomic(code, "balances", "sum", "balance", stock=semi, **more)  # type: ignore[arg-type]


def test_last_day_of_the_whole_period() -> None:
    firm = bank(stock())
    assert firm.ask(metrics=["stock"], grain="month") == [(JANUARY, 110), (FEBRUARY, 130)]
    assert firm.ask(metrics=["stock"]) == [(130,)]
    assert firm.totals(metrics=["stock"], grain="month", dimensions=[{"field": "branch"}]) == (130,)
    # South has no row on the last day: it has no balance there, not its own last one.
    assert firm.ask(metrics=["stock"], grain="month", dimensions=[{"field": "branch"}]) == [
        (JANUARY, "north", 110),
        (FEBRUARY, "north", 130),
    ]


def test_each_accounts_own_last_row() -> None:
    firm = bank(stock(entity=("account",)))
    assert firm.ask(metrics=["stock"], grain="month") == [(JANUARY, 150), (FEBRUARY, 137)]
    assert firm.ask(metrics=["stock"]) == [(177,)]
    assert firm.ask(metrics=["stock"], grain="month", dimensions=[{"field": "branch"}]) == [
        (JANUARY, "north", 110),
        (JANUARY, "south", 40),
        (FEBRUARY, "north", 130),
        (FEBRUARY, "south", 7),
    ]


def test_first_rows() -> None:
    assert bank(stock(take="first")).ask(metrics=["stock"], grain="month") == [(JANUARY, 140), (FEBRUARY, 127)]


def test_a_filter_is_judged_at_the_snapshot() -> None:
    overdue = Compare(field="overdue", op="eq", value=True)
    firm = bank(
        stock(entity=("account",), where=overdue),
        stock("all", entity=("account",)),
        composite("rate", "[stock] / [all]"),
    )
    # A was overdue on 2 February and cured by the 5th: nothing is overdue at the end of February.
    assert firm.ask(metrics=["stock", "rate"], grain="month") == [(JANUARY, 40, 40 / 150), (FEBRUARY, None, None)]


def test_average_daily_balance_adds_up_over_branches() -> None:
    firm = bank(stock(take="avg"))
    assert firm.ask(metrics=["stock"], grain="month") == [(JANUARY, 125), (FEBRUARY, 128.5)]
    parts = firm.ask(metrics=["stock"], grain="month", dimensions=[{"field": "branch"}])
    assert parts == [
        (JANUARY, "north", 105),
        (JANUARY, "south", 20),
        (FEBRUARY, "north", 125),
        (FEBRUARY, "south", 3.5),
    ]


@pytest.mark.parametrize(
    ("take", "entity", "expected"),
    [
        ("max", (), [140, 130]),
        ("min", (), [110, 127]),
        ("max", ("account",), [150, 137]),
        ("min", ("account",), [140, 127]),
    ],
)
def test_extremes_over_time(take: str, entity: tuple[str, ...], expected: list[int]) -> None:
    rows = bank(stock(take=take, entity=entity)).ask(metrics=["stock"], grain="month")
    assert [row[1] for row in rows] == expected


def test_periods_of_a_stock() -> None:
    firm = bank(
        stock(entity=("account",)),
        derived("before", "stock", period=Period(shift=Shift(count=1, unit="month"))),
        derived("so_far", "stock", period=Period(to_date="year")),
        derived("trail", "stock", period=Period(trailing=Duration(count=1, unit="month"))),
    )
    assert firm.ask(metrics=["stock", "before", "so_far", "trail"], grain="month") == [
        (JANUARY, 150, None, 150, 150),
        (FEBRUARY, 137, 150, 177, 137),
        (date(2024, 3, 1), None, 137, 177, None),
    ]


def test_a_stock_by_its_own_day() -> None:
    firm = bank(stock(entity=("account",)))
    by_month = firm.ask(metrics=["stock"], dimensions=[{"field": "day", "grain": "month"}])
    assert by_month == [(JANUARY, 150), (FEBRUARY, 137)]


def test_a_filter_on_the_stocks_own_day_says_where_its_last_day_is_looked_for() -> None:
    condition = {"kind": "compare", "field": "day", "op": "le", "value": "2024-01-31"}
    assert bank(stock()).ask(metrics=["stock"], filters=condition) == [(110,)]
    assert bank(stock()).ask(metrics=["stock"], time={"kind": "absolute", "end": date(2024, 1, 31)}) == [(110,)]


def test_what_cannot_be_taken_over_time_is_refused() -> None:
    firm = bank(atomic("x", "balances", "median", "balance", stock=SemiAdditive(take="avg")))
    with pytest.raises(errors.UnsafeReaggregation):
        firm.compiled(metrics=["x"])


def test_balances_of_a_timestamp_column_take_the_day_or_the_instant() -> None:
    connection = duckdb.connect()
    connection.execute("""create schema s; create table s.levels as select * from (values
      ('A', 1, timestamp '2024-01-31 08:00'), ('A', 2, timestamp '2024-01-31 20:00'),
      ('B', 5, timestamp '2024-01-31 09:00'))
      t(tank, level, moment);""")
    columns = {"tank": "string", "level": "integer", "moment": "timestamp"}
    firm = Company(
        (
            dataset("levels", columns, key=("tank", "moment"), time="moment"),
            atomic("each", "levels", "sum", "level", stock=SemiAdditive(entity=("tank",))),
            atomic("day", "levels", "max", "level", stock=SemiAdditive()),
        ),
        connection,
    )
    whole_day = {"kind": "absolute", "start": date(2024, 1, 31), "end": date(2024, 1, 31)}
    assert firm.ask(metrics=["each", "day"], time=whole_day) == [(7, 5)]
