"""Funnels: what a conversion is, and what it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from tests.semantic.world import Company, atomic, dataset, derived, dimension, metric

from metrion.semantic import errors
from metrion.semantic.condition import Compare
from metrion.semantic.model import ColumnPair, Conversion, Duration, Nested, Period
from metrion.semantic.scope import DataScope

if TYPE_CHECKING:
    from metrion.semantic.model import MetricDef

ENTITY = (ColumnPair(many="person", one="person"),)
_TABLES = """
create schema s;
create table s.visits as select * from (values
  (1,'u1',timestamp '2024-01-01 10:00','web',NULL),(2,'u1',timestamp '2024-01-03 10:00','app',1),
  (3,'u2',timestamp '2024-01-05 09:00','web',1),(4,'u3',timestamp '2024-01-31 23:00','web',2),
  (5,NULL,timestamp '2024-01-31 23:00','web',2)) t(id,person,moment,channel,item);
create table s.buys as select * from (values
  (11,'u1',timestamp '2024-01-03 12:00',100,1),(12,'u1',timestamp '2024-01-04 12:00',50,2),
  (13,'u2',timestamp '2024-01-20 09:00',30,1),(14,'u3',timestamp '2024-02-01 01:00',7,2),
  (15,NULL,timestamp '2024-02-01 01:00',9,2)) t(id,person,moment,amount,item);
"""


def shop(*more: MetricDef) -> Company:
    """Return the shop: u1 came twice and bought twice after the second visit, u2 and u3 once each."""
    connection = duckdb.connect()
    connection.execute(_TABLES)
    own = {"id": "integer", "person": "string", "moment": "timestamp", "item": "integer"}
    return Company(
        (
            dataset("visits", {**own, "channel": "string"}, time="moment"),
            dataset("buys", {**own, "amount": "integer"}, time="moment"),
            dimension("channel", ("visits", "channel")),
            dimension("item", ("visits", "item"), ("buys", "item")),
            atomic("visits_count", "visits", "count", "*"),
            atomic("visitors", "visits", "count_distinct", "person"),
            atomic("buys_count", "buys", "count", "*"),
            atomic("sales", "buys", "sum", "amount"),
            *more,
        ),
        connection,
    )


def funnel(base: str = "visits_count", *steps: str, **more: Any) -> MetricDef:
    """Return the conversion `found` of visits by the same person."""
    return metric("found", Conversion(base=base, steps=steps or ("buys_count",), entity=ENTITY, **more))


def asked(found: MetricDef, **question: object) -> list[tuple[object, ...]]:
    """Return the answer for `found`."""
    return shop(found).ask(metrics=["found"], **question)


def test_conversions_belong_to_the_group_and_the_time_of_the_visit() -> None:
    firm = shop(funnel())
    assert firm.ask(metrics=["found"]) == [(0.6,)]
    assert firm.ask(metrics=["found"], dimensions=[{"field": "channel"}]) == [("app", 1.0), ("web", 0.5)]
    # u3 bought in February, after a visit of January.
    last_day = {"kind": "absolute", "start": "2024-01-31", "end": "2024-01-31"}
    assert firm.ask(metrics=["found"], time=last_day) == [(0.5,)]
    assert firm.totals(metrics=["found"], dimensions=[{"field": "channel"}]) == (0.6,)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"result": "count"}, 3),
        ({"result": "count", "counts": "steps"}, 4),
        ({"result": "count", "window": Duration(count=7, unit="day")}, 2),
        ({"result": "count", "window": Duration(count=3, unit="hour")}, 2),
        ({"result": "count", "constants": (ColumnPair(many="item", one="item"),)}, 3),
    ],
)
def test_what_counts_as_a_conversion(more: dict[str, Any], expected: int) -> None:
    assert asked(funnel(**more)) == [(expected,)]


@pytest.mark.parametrize("counts", ["base", "steps"])
def test_the_value_of_conversions_is_what_followed(counts: str) -> None:
    assert asked(funnel("visits_count", "sales", result="value", counts=counts)) == [(187,)]


def test_a_filter_of_the_question_is_about_the_visit() -> None:
    one = Compare(field="item", op="eq", value=1)
    assert asked(funnel(result="count"), filters=one.model_dump()) == [(2,)]


def test_a_step_keeps_its_own_filter() -> None:
    second = derived("second", "buys_count", where=Compare(field="item", op="eq", value=2))
    found = metric("found", Conversion(base="visits_count", steps=("second",), entity=ENTITY, result="count"))
    assert shop(second, found).ask(metrics=["found"]) == [(2,)]


def test_an_event_does_not_follow_itself() -> None:
    again = metric("again", Conversion(base="buys_count", steps=("buys_count",), entity=ENTITY, result="count"))
    assert shop(again).ask(metrics=["again"]) == [(1,)]


def test_persons_who_converted_are_counted_as_persons_are() -> None:
    assert shop(funnel("visitors", result="count")).ask(metrics=["found"]) == [(3,)]
    assert shop(funnel("visitors")).ask(metrics=["found"]) == [(1.0,)]  # each person at most once, however often


def test_a_policy_hides_events_of_every_step() -> None:
    firm = shop(funnel(result="count"))
    small, app = Compare(field="amount", op="lt", value=50), Compare(field="channel", op="eq", value="app")
    assert firm.seen_by(DataScope(rows={"buys": small})).ask(metrics=["found"]) == [(2,)]
    assert firm.seen_by(DataScope(rows={"visits": app})).ask(metrics=["found"]) == [(1,)]


@pytest.mark.parametrize("column", [("visits", "person"), ("buys", "person"), ("buys", "moment"), ("visits", "moment")])
def test_hidden_columns_identify_nobody(column: tuple[str, str]) -> None:
    with pytest.raises(errors.ForbiddenColumn):
        shop(funnel()).seen_by(DataScope(hidden_columns=frozenset({column}))).compiled(metrics=["found"])


def test_a_funnel_is_averaged_and_not_accumulated() -> None:
    average = metric("average", Nested(base="found", per=("channel",)))
    firm = shop(funnel(), average, derived("month_to_date", "found", period=Period(to_date="month")))
    assert firm.ask(metrics=["average"]) == [(0.75,)]
    with pytest.raises(errors.NestedPeriods):
        firm.compiled(metrics=["month_to_date"])
