"""A plan that counts a row twice cannot be built."""

from __future__ import annotations

from datetime import date

import pytest
from tests.semantic.six_orders import six_orders

from metrion.semantic.errors import FanOut
from metrion.semantic.explain import explain
from metrion.semantic.look import Extent, Look
from metrion.semantic.plan import Aggregate, Align, Column, Join, Link, Periods, Scan, Window

ORDERS = Scan("orders", "orders", "orders", ("id",))
DAY = Column("orders", "day", "date")
REGION = Column("customers", "region", "string")


def joined(keys: tuple[str, ...], one: str) -> Join:
    scan = Scan("customers", "customers", "customers", keys)
    return Join(
        ORDERS,
        scan,
        Link("buyer", ((Column("orders", "customer", "integer"), Column("customers", one, "integer")),), (one,)),
    )


def test_a_join_meets_a_key_of_its_right_side() -> None:
    assert joined(("id",), "id").keys == ("id",)
    for keys, one in ((("id",), "region"), (("id", "valid_from"), "id"), ((), "id")):
        with pytest.raises(FanOut):
            joined(keys, one)


def test_a_windows_rows_are_grouped_by_its_period() -> None:
    periods = Periods(
        name="p",
        column="time",
        unit="month",
        tick="day",
        sources=(),
        spine=None,
        every=False,
        calendar=None,
        day=None,
        level=None,
        others=(),
        joins=(),
        where=(),
        first=None,
        last=None,
        anchor=date(2024, 1, 1),
        week_start="monday",
    )
    window = Window(ORDERS, periods, DAY, Look(extent=Extent(to_date="year")))
    assert window.keys == ("id", "time")
    assert Aggregate("a", window, (("time", window.period),), ()).keys == ("time",)
    with pytest.raises(FanOut):
        Aggregate("a", window, (("region", REGION),), ())


def test_aligned_parts_have_equal_keys() -> None:
    by_region = Aggregate("a", ORDERS, (("region", REGION),), ())
    with pytest.raises(FanOut):
        Align("all", (by_region, Aggregate("b", ORDERS, (), ())))


def test_every_node_says_what_a_row_is() -> None:
    compiled = six_orders().compiled(
        metrics=["revenue_ytd", "return_rate", "buyers"], dimensions=[{"field": "region"}], grain="month"
    )
    lines = explain(compiled.plan).splitlines()
    assert lines[0] == "Sort by time, region  [one row: time, region]"
    assert all(line.endswith("]") and "[one row: " in line for line in lines)
    assert sum("Scan orders" in line for line in lines) == 2
