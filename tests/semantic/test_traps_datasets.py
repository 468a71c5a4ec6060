"""Datasets that are calculated: by SELECTs, by answers, by computed columns. What the asker may not see is in none."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from tests.semantic.six_orders import six_orders
from tests.semantic.world import Company, atomic, composite, dataset, derived, dimension, metric, relationship

from metrion.semantic import errors
from metrion.semantic.condition import Compare, Condition, OneOf
from metrion.semantic.model import Extends, Inherited, MetricsTable, SqlQuery
from metrion.semantic.scope import DataScope

if TYPE_CHECKING:
    from metrion.semantic.model import DatasetDef, Definition

EAST = OneOf(field="region", values=("EAST",))
ID = {"id": "integer", "amount": "integer"}


def written(code: str, sql: str, columns: dict[str, str], **more: Any) -> DatasetDef:
    """Return a dataset that a SELECT gives."""
    return dataset(code, columns, source=SqlQuery(sql=sql), **more)


def answered(code: str, *metrics: str, columns: dict[str, str], key: tuple[str, ...] = (), **asked: Any) -> DatasetDef:
    """Return a dataset that is an answer."""
    time = asked.pop("time", None)
    return dataset(code, columns, key=key, time=time, source=MetricsTable(metrics=metrics, **asked))


def firm() -> Company:
    """Return the six orders with the large ones of them, the months of each region, and orders with tax."""
    columns = {"customer_id": "integer", "odate": "date"}
    return six_orders().with_(
        written("big", "select * from orders where amount >= 50", {**ID, **columns}, time="odate"),
        relationship("big", "customers", ("customer_id", "id")),
        atomic("big_revenue", "big", "sum", "amount"),
        answered(
            "monthly",
            "revenue",
            "buyers",
            columns={"time": "date", "region": "string", "revenue": "integer", "buyers": "integer"},
            key=("time", "region"),
            time="time",
            dimensions=("region",),
            grain="month",
        ),
        dimension("month_region", ("monthly", "region")),
        atomic("best_month", "monthly", "max", "revenue"),
        written("joined", "select r.id, o.amount from returns r join orders o on o.customer_id = r.customer_id", ID),
        atomic("returned_of", "joined", "sum", "amount"),
    )


ANSWERS = ("big_revenue", "best_month", "returned_of")


def test_a_select_and_an_answer_are_datasets_like_any_other() -> None:
    whole = firm()
    assert whole.ask(metrics=["big_revenue"], dimensions=[{"field": "region"}]) == [("EAST", 350), ("WEST", 75)]
    by_region = [("EAST", 200), ("WEST", 75), (None, 35)]
    assert whole.ask(metrics=["best_month"], dimensions=[{"field": "month_region"}]) == by_region
    quarters = [(date(2024, 1, 1), 200), (date(2024, 4, 1), 75)]
    assert whole.ask(metrics=["best_month"], grain="quarter") == quarters
    assert whole.ask(metrics=["returned_of"]) == [(225,)]


@pytest.mark.parametrize(
    ("rows", "deleted"),
    [
        ({"orders": Compare(field="status", op="eq", value="done")}, "delete from s.orders where status <> 'done'"),
        ({"orders": Compare(field="amount", op="lt", value=200)}, "delete from s.orders where amount >= 200"),
        ({"customers": EAST}, "delete from s.customers where region <> 'EAST'"),
        ({"returns": Compare(field="id", op="gt", value=201)}, "delete from s.returns where id = 201"),
    ],
)
def test_a_policy_on_what_is_read_equals_physically_filtered_data(rows: dict[str, Condition], deleted: str) -> None:
    scoped, physical = firm().seen_by(DataScope(rows=rows)), firm()
    physical.connection.execute(deleted)
    for name in ANSWERS:
        for question in ({}, {"grain": "month"}):
            if name != "returned_of" or not question:
                assert scoped.ask(metrics=[name], **question) == physical.ask(metrics=[name], **question)
    by_region: dict[str, Any] = {"metrics": ["best_month"], "dimensions": [{"field": "month_region"}]}
    assert scoped.ask(**by_region) == physical.ask(**by_region)
    assert scoped.totals(**by_region) == physical.totals(**by_region)


def test_a_policy_on_the_answer_itself_comes_on_top() -> None:
    west = Compare(field="region", op="eq", value="WEST")
    scope = DataScope(rows={"monthly": west, "orders": Compare(field="amount", op="lt", value=200)})
    assert firm().seen_by(scope).ask(metrics=["best_month"]) == [(75,)]


@pytest.mark.parametrize("name", ANSWERS)
def test_a_hidden_column_stays_hidden_below(name: str) -> None:
    hidden = firm().seen_by(DataScope(hidden_columns=frozenset({("orders", "amount")})))
    with pytest.raises(errors.ForbiddenColumn):
        hidden.compiled(metrics=[name])


@pytest.mark.parametrize(
    "sql",
    [
        "with orders as (select * from orders) select id, amount from orders",
        "select o.id, o.amount from (with orders as (select 1 as id) select id from orders) x, orders o",
        "with mine as (select * from orders), orders as (select 1 as id, 2 as amount) select id, amount from mine",
    ],
)
def test_a_name_in_the_text_never_stands_for_the_whole_table(sql: str) -> None:
    wide = six_orders().with_(written("odd", sql, ID), atomic("odd_sum", "odd", "sum", "amount"))
    wide.connection.execute("create view main.orders as select * from s.orders")
    scoped = wide.seen_by(DataScope(rows={"orders": EAST}))
    try:
        ((found,),) = scoped.ask(metrics=["odd_sum"])
    except errors.SqlNotAllowed:
        return
    assert found in {2, 350}


@pytest.mark.parametrize(
    "sql",
    [
        "select * from s.orders",
        "select * from 'orders.parquet'",
        "select * from read_parquet('x')",
        "select * from query('select 1')",
        "select getenv('HOME') as id",
        "select 1 as id; select 2 as id",
        "insert into orders values (1)",
        "copy orders to 'x'",
        "attach 'x' as y",
        "select * from duckdb_settings()",
        "select * from (values (1)) t(id), lateral (select 2)",
        "select ? as id",
        "select $1 as id",
        "pragma version",
        "selec 1",
        "",
    ],
)
def test_a_text_that_does_more_than_reading_datasets_is_refused(sql: str) -> None:
    odd = six_orders().with_(written("odd", sql, {"id": "integer"}), atomic("odd_count", "odd", "count", "*"))
    with pytest.raises((errors.SqlNotAllowed, errors.UnknownName)):
        odd.compiled(metrics=["odd_count"])


# --- computed columns -----------------------------------------------------------------------------------


def test_computed_columns_stand_on_each_other() -> None:
    taxed = dataset(
        "orders",
        {**ID, "customer_id": "integer", "status": "string", "odate": "date"},
        time="odate",
        computed={"tax": ("decimal", "amount * 0.1"), "gross": ("decimal", "amount + tax")},
    )
    others = tuple(one for one in six_orders().definitions if (one.kind, one.code) != ("dataset", "orders"))
    whole = six_orders()
    company = Company((*others, taxed, atomic("gross", "orders", "sum", "gross")), whole.connection, whole.time)
    ((found,),) = company.ask(metrics=["gross"])
    assert float(str(found)) == pytest.approx(506)
    for column in ("amount", "tax"):
        with pytest.raises(errors.ForbiddenColumn):
            company.seen_by(DataScope(hidden_columns=frozenset({("orders", column)}))).compiled(metrics=["gross"])


# --- cycles -----------------------------------------------------------------------------------------------


def _variant(code: str, of: str) -> Definition:
    return metric(code, Inherited(), extends=Extends(metric=of, fields=("caliber",)))


CYCLES: dict[str, tuple[Definition, ...]] = {
    "formulas": (composite("end", "[a] + 1"), composite("a", "[b] + 1"), composite("b", "[a] + 1")),
    "derived": (derived("end", "a"), derived("a", "end")),
    "itself": (composite("end", "[end] + 1"),),
    "extends": (_variant("end", "a"), _variant("a", "end")),
    "an answer": (answered("loop", "end", columns={"end": "integer"}), atomic("end", "loop", "sum", "end")),
    "selects": (
        written("a", "select id from b", {"id": "integer"}),
        written("b", "select id from a", {"id": "integer"}),
        atomic("end", "a", "count", "*"),
    ),
    "a select of an answer": (
        written("a", "select end_count as id from loop", {"id": "integer"}),
        answered("loop", "end", columns={"end_count": "integer"}),
        atomic("end", "a", "count", "*"),
    ),
    "computed columns": (
        dataset("c", {"id": "integer"}, computed={"x": ("integer", "y + 1"), "y": ("integer", "x + 1")}),
        atomic("end", "c", "sum", "x"),
    ),
}


@pytest.mark.parametrize("kind", CYCLES)
def test_a_cycle_of_any_kind_is_refused(kind: str) -> None:
    with pytest.raises(errors.DefinitionCycle):
        six_orders().with_(*CYCLES[kind]).compiled(metrics=["end"])
