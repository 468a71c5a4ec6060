"""Bridges, histories, roles, keys of two columns, odd names, calculated datasets, stocks, funnels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
from tests.semantic.bridges import tagged
from tests.semantic.test_traps_datasets import firm
from tests.semantic.test_traps_funnels import funnel, shop
from tests.semantic.test_traps_histories import company as histories
from tests.semantic.test_traps_shapes import THREE, THREE_DEFINITIONS, TRADE, TRADE_DEFINITIONS
from tests.semantic.test_traps_shapes import company as shaped
from tests.semantic.test_traps_stocks import bank, stock
from tests.semantic.test_values import shop as tries
from tests.semantic.world import Company, atomic, composite, dataset, derived, dimension, metric, modifier, relationship

from metrion.semantic.condition import Compare
from metrion.semantic.model import ColumnPair, Conversion, Duration, Nested, Period, Rank, SemiAdditive, Share, Shift

if TYPE_CHECKING:
    from metrion.semantic.model import Definition, MetricDef

ENTITY = (ColumnPair(many="person", one="person"),)
MONTH = Period(shift=Shift(count=1, unit="month"))
TAKES = ("last", "first", "min", "max", "avg")


def bridge() -> Company:
    """Return orders with several tags, each of which has them in full."""
    return tagged().with_(
        metric("place", Rank(base="revenue")),
        metric("part", Share(metric="revenue")),
        metric("per_tag", Nested(base="revenue", per=("tag",))),
    )


def weighted() -> Company:
    """Return orders with several tags that share them out."""
    return tagged("weighted", "share").with_(
        atomic("amounts_known", "orders", "count", "amount"),
        composite("per_order", "[revenue] / [orders_count]"),
        derived("before", "revenue", period=MONTH),
        derived("counted_so_far", "orders_count", period=Period(cumulative=True)),
    )


def roles() -> Company:
    """Return deals of a buyer and a seller."""
    return shaped(TRADE, *TRADE_DEFINITIONS, atomic("deals", "deals", "count", "*"))


def facts() -> Company:
    """Return three facts with one dimension between them."""
    return shaped(THREE, *THREE_DEFINITIONS)


def history() -> Company:
    """Return orders of customers whose region changed, by two roles as well."""
    return histories()


def payers() -> Company:
    """Return the same orders by who bought and who paid."""
    return histories(("buyer", None), ("payer", "paid"))


def keys() -> Company:
    """Return lines of items that two columns tell apart, and names that are no names."""
    tables = """
    create table s.lines as select * from (values (1, 'x', 1, 10.25), (2, 'x', 2, 20), (3, 'y', 1, 40),
      (4, 'y', 3, 80), (5, 'X', 1, 7), (6, 'x ', 1, 3), (7, NULL, 1, 1)) t(id, shop, item, amount);
    create table s.items as select * from (values
      ('x', 1, 'pen'), ('x', 2, 'ink'), ('y', 1, 'cup'), ('X', 1, 'PEN')) t(shop, item, label);
    create table s."order" as select * from (values
      (1, '东''区"', 'select', 1.5, date '2024-01-01'),
      (2, $$'; drop table s."order"; --$$, 'from', 2, date '2024-01-02'),
      (3, 'a`b', '%(x)s', 4, date '2024-02-02')) t("主 键", "group", "sel""ect", "金额;--", "time");
    """
    definitions: tuple[Definition, ...] = (
        dataset("lines", {"id": "integer", "shop": "string", "item": "integer", "amount": "decimal"}),
        dataset("items", {"shop": "string", "item": "integer", "label": "string"}, key=("shop", "item")),
        relationship("lines", "items", ("shop", "shop"), ("item", "item")),
        dimension("label", ("items", "label")),
        dimension("shop", ("lines", "shop")),
        atomic("amount", "lines", "sum", "amount"),
        dataset(
            "order",
            {"主 键": "integer", "group": "string", 'sel"ect': "string", "金额;--": "decimal", "time": "date"},
            key="主 键",
            time="time",
        ),
        dimension("group", ("order", "group")),
        dimension("time", ("order", "time")),
        dimension("select", ("order", 'sel"ect')),
        atomic("sum", "order", "sum", "[金额;--]"),
        modifier("from", Compare(field="select", op="eq", value="from")),
        derived("where", "sum", "from"),
        composite("case", "[where] / [sum]"),
    )
    return shaped(tables, *definitions)


def calculated() -> Company:
    """Return datasets that are SELECTs and answers, and one with computed columns."""
    more = dataset(
        "taxed",
        {"id": "integer", "amount": "integer", "odate": "date"},
        time="odate",
        source={"kind": "sql", "sql": "select id, amount, odate from orders"},
        computed={"tax": ("decimal", "amount * 0.1"), "gross": ("decimal", "amount + tax")},
    )
    return firm().with_(
        more,
        atomic("gross", "taxed", "sum", "gross"),
        atomic("highest_tax", "taxed", "max", "tax"),
        metric("best_regions", Nested(base="best_month", per=("month_region",))),
    )


def stocks() -> Company:
    """Return balances of accounts, taken in every way."""
    overdue = Compare(field="overdue", op="eq", value=True)
    return bank(
        *(stock(f"{take}_day", take=take) for take in TAKES),
        *(stock(f"{take}_each", take=take, entity=("account",)) for take in ("last", "first", "min", "max")),
        stock("overdue", entity=("account",), where=overdue),
        composite("overdue_rate", "[overdue] / [last_each]"),
        derived("before", "last_each", period=MONTH),
        derived("so_far", "last_each", period=Period(to_date="year")),
        derived("trail", "last_each", period=Period(trailing=Duration(count=1, unit="month"))),
        atomic("accounts", "balances", "count_distinct", "account", stock=SemiAdditive()),
        derived("carried", "last_each", fill="forward", row_set="spine"),
        metric("share", Share(metric="last_each")),
    )


def funnels() -> Company:
    """Return visits and what was bought after them."""

    def found(code: str, base: str = "visits_count", *steps: str, **more: object) -> MetricDef:
        return funnel(base, *steps, **more).model_copy(update={"code": code})

    second = derived("second", "buys_count", where=Compare(field="item", op="eq", value=2))
    again = metric("again", Conversion(base="buys_count", steps=("buys_count",), entity=ENTITY, result="count"))
    return shop(
        second,
        again,
        found("rate"),
        found("count", result="count"),
        found("steps", result="count", counts="steps"),
        found("within_week", result="count", window=Duration(count=7, unit="day")),
        found("within_hours", result="count", window=Duration(count=3, unit="hour")),
        found("same_item", result="count", constants=(ColumnPair(many="item", one="item"),)),
        found("worth", "visits_count", "sales", result="value"),
        found("worth_of_steps", "visits_count", "sales", result="value", counts="steps"),
        found("second_bought", "visits_count", "second", result="count"),
        found("two_steps", "visits_count", "buys_count", "second", result="count"),
        found("persons", "visitors", result="count"),
        found("rate_of_persons", "visitors"),
        metric("average", Nested(base="rate", per=("channel",))),
        metric("place", Rank(base="rate")),
    )


def attempts() -> Company:
    """Return a shop where items have rates of zero and of nothing."""
    base = tries()
    ways = {
        "null_null": {},
        "zero_null": {"zero_division": "zero"},
        "zero_zero": {"zero_division": "zero", "fill": "zero"},
        "null_zero": {"fill": "zero"},
    }
    return base.with_(
        *(composite(f"rate_{code}", "[won] / [tried]", **how) for code, how in ways.items()),
        composite("stopped", "[won] / [tried]", zero_division="error"),
        composite("safe", "safe_divide([won], [tried], -1)"),
        composite("share", "[won] / ([won] + [tried])"),
        atomic("half", "sales", "sum", "won / 2"),
        atomic("big", "sales", "sum", "won * 1000000000000"),
        atomic("third", "sales", "avg", "won / 3"),
        atomic("too_large", "sales", "max", "won * 9000000000000000000"),
        atomic("too_large_in_all", "sales", "sum", "won * 0 + 9000000000000000000"),
    )


def instants() -> Company:
    """Return sales in one night."""
    connection = duckdb.connect()
    connection.execute("""create schema s; create table s.sales as select * from (values
      (0, timestamp '2024-02-28 23:30:00', 1), (1, timestamp '2024-02-29 00:10:00', 2),
      (2, timestamp '2024-02-29 00:50:59', 4), (3, timestamp '2024-02-29 23:59:59', 8),
      (4, timestamp '2024-03-01 00:00:00', 16), (5, NULL, 32)) t(id, moment, amount);""")
    two_hours = Period(trailing=Duration(count=2, unit="hour"))
    return Company(
        (
            dataset(
                "sales",
                {"id": "integer", "moment": "timestamp", "amount": "integer"},
                time="moment",
                time_grain="second",
            ),
            dimension("sold", ("sales", "moment")),
            atomic("base", "sales", "sum", "amount", smallest_grain="second"),
            derived("recent", "base", period=two_hours, smallest_grain="second"),
            derived("hour_before", "base", period=Period(shift=Shift(count=1, unit="hour")), smallest_grain="second"),
            derived("day_before", "base", period=Period(shift=Shift(count=1, unit="day")), smallest_grain="second"),
            derived("month_before", "base", period=MONTH, smallest_grain="second"),
            derived("today", "base", period=Period(to_date="day"), smallest_grain="second"),
            derived("hourly", "base", fill="zero", row_set="spine", smallest_grain="second"),
            derived(
                "looked_back",
                "base",
                period=Period(shift=Shift(count=1, unit="month", match="look_back")),
                smallest_grain="second",
            ),
            metric("average_hour", Nested(base="base", grain="hour"), smallest_grain="second"),
        ),
        connection,
    )
