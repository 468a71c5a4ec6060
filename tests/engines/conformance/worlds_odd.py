"""The conformance tables, with a metric for each aggregation of each type; and texts that engines confuse."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from tests.engines.conformance.data import TABLES
from tests.semantic.world import Company, atomic, composite, dataset, derived, dimension, metric, modifier, relationship

from metrion.semantic.condition import Compare, Formula, IsNull, Match
from metrion.semantic.model import Atomic, Duration, Measure, Nested, Period, Rank, SemiAdditive, Shift
from metrion.semantic.scope import TimeContext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.semantic.model import Definition, MetricDef

SHARES = (0.07, 0.12345, 0.5, 0.95)
NUMBERS = {"whole": "order_id", "money": "金额", "double": "share"}
SPREADS = ("sum", "avg", "min", "max", "median", "stddev", "variance", "count", "count_distinct", "approx_distinct")
OTHERS = {"day": "order", "moment": "下单时间", "text": "状态", "odd": 'a"b`c'}
ORDERED = ("min", "max", "count", "count_distinct", "first", "last")


def filled(tables: Mapping[str, pa.Table]) -> duckdb.DuckDBPyConnection:
    """Return a database with these tables."""
    connection = duckdb.connect()
    connection.execute("create schema s")
    for code, table in tables.items():
        connection.register("rows", table)
        connection.execute(f'create table s."{code}" as select * from rows')
        connection.unregister("rows")
    return connection


def measured(code: str, of: str, **measure: Any) -> MetricDef:
    """Return an atomic metric with all that a measure may say."""
    return metric(code, Atomic(dataset=of, measure=Measure.model_validate(measure)), smallest_grain="second")


def _aggregates() -> list[Definition]:
    found: list[Definition] = []
    for name, column in NUMBERS.items():
        found += [measured(f"{how}_of_{name}", "orders", expression=f"[{column}]", aggregation=how) for how in SPREADS]
        for share in SHARES:
            for kind, discrete in (("between", False), ("one", True)):
                found.append(
                    measured(
                        f"{kind}_{share * 100:.0f}_of_{name}", "orders",
                        expression=f"[{column}]", aggregation="percentile", percentile=share, discrete=discrete,
                    )
                )  # fmt: skip
        found += [
            measured(f"{how}_of_{name}", "orders", expression=f"[{column}]", aggregation=how)
            for how in ("first", "last")
        ]
    for name, column in OTHERS.items():
        found += [measured(f"{how}_of_{name}", "orders", expression=f"[{column}]", aggregation=how) for how in ORDERED]
    found += [
        measured(f"one_of_{name}", "orders", expression=f"[{OTHERS[name]}]", aggregation="percentile",
                 percentile=0.5, discrete=True)
        for name in ("day", "text")
    ]  # fmt: skip
    return found


def _measures() -> list[Definition]:
    paid = Compare(field="is_paid", op="eq", value=True)
    return [
        measured("weighted", "orders", expression="[金额]", aggregation="weighted_avg", weight="order_id"),
        measured("weighted_by_share", "orders", expression="order_id", aggregation="weighted_avg", weight="share"),
        measured("last_by_money", "orders", expression="order_id", aggregation="last", by="[金额]"),
        measured("first_by_text", "orders", expression="[金额]", aggregation="first", by="[状态]"),
        measured("paid_sum", "orders", expression="[金额]", aggregation="sum", filter=paid),
        measured("paid_count", "orders", expression="*", aggregation="count", filter=paid),
        measured("paid_distinct", "orders", expression="[状态]", aggregation="count_distinct", filter=paid),
        measured("paid_median", "orders", expression="[金额]", aggregation="median", filter=paid),
        measured("paid_average", "orders", expression="[金额]", aggregation="avg", filter=paid),
        measured("paid_last", "orders", expression="[状态]", aggregation="last", filter=paid),
        measured("paid_one", "orders", expression="[金额]", aggregation="percentile", filter=paid, percentile=0.95,
                 discrete=True),
        measured("paid_weighted", "orders", expression="[金额]", aggregation="weighted_avg", filter=paid,
                 weight="order_id"),
        measured("paid_deviation", "orders", expression="share", aggregation="stddev", filter=paid),
        measured("unknown_paid", "orders", expression="*", aggregation="count", filter=IsNull(field="is_paid")),
        measured("texts_with_c", "orders", expression="*", aggregation="count",
                 filter=Match(field="状态", how="contains", text="C")),
        measured("doubled", "orders", expression="[金额] * 2 + order_id", aggregation="sum"),
        measured("divided", "orders", expression="[金额] / order_id", aggregation="sum"),
        measured("large", "orders", expression="if([金额] >= 70, 1, 0)", aggregation="sum"),
        measured("orders_count", "orders", expression="*", aggregation="count"),
        measured("pieces", "stock", expression="[件数]", aggregation="sum"),
        measured("priced", "stock", expression="price", aggregation="sum"),
        measured("worth", "stock", expression="price * [件数]", aggregation="sum", filter=Compare(
            field="day", op="ge", value="2024-01-01")),
        measured("score", "scores", expression="score", aggregation="sum"),
        measured("best", "scores", expression="who", aggregation="last", by="score"),
        measured("worst", "scores", expression="who", aggregation="first", by="score"),
        measured("no_sum", "nothing", expression="amount", aggregation="sum"),
        measured("no_count", "nothing", expression="*", aggregation="count"),
        measured("no_median", "nothing", expression="amount", aggregation="median"),
        measured("no_last", "nothing", expression="name", aggregation="last"),
        measured("no_zero", "nothing", expression="amount", aggregation="sum").model_copy(update={"fill": "zero"}),
    ]  # fmt: skip


def odd() -> Company:
    """Return the company of the conformance tables."""
    columns = {
        "order_id": "integer", "客户": "integer", "金额": "decimal", "share": "float", "下单时间": "timestamp",
        "order": "date", "状态": "string", "is_paid": "boolean", 'a"b`c': "string",
    }  # fmt: skip
    return Company(
        (
            dataset("orders", columns, key="order_id", time="下单时间", time_grain="second"),
            dataset("customers", {"id": "integer", "姓名": "string", "group": "string", "城市": "string"}),
            dataset(
                "stock", {"day": "date", "仓库": "string", "件数": "integer", "price": "decimal"},
                key=("day", "仓库"), time="day",
            ),
            dataset("scores", {"who": "string", "score": "float", "rank_day": "date"}, key="who", time="rank_day"),
            dataset(
                "nothing",
                {"id": "integer", "amount": "decimal", "day": "date", "name": "string", "at": "timestamp"},
                time="day",
            ),
            relationship("orders", "customers", ("客户", "id")),
            dimension("state", ("orders", "状态")),
            dimension("odd_text", ("orders", 'a"b`c')),
            dimension("paid", ("orders", "is_paid")),
            dimension("ordered", ("orders", "order")),
            dimension("moment", ("orders", "下单时间")),
            dimension("money", ("orders", "金额")),
            dimension("share", ("orders", "share")),
            dimension("customer", ("customers", "姓名")),
            dimension("customer_group", ("customers", "group")),
            dimension("city", ("customers", "城市")),
            dimension("warehouse", ("stock", "仓库")),
            dimension("who", ("scores", "who")),
            dimension("nobody", ("nothing", "name")),
            modifier("in_beijing", Compare(field="city", op="eq", value="北京")),
            modifier("lower_a", Formula(formula="lower(state) = 'abc'")),
            *_aggregates(),
            *_measures(),
            derived("beijing", "sum_of_money", "in_beijing", smallest_grain="second"),
            derived("abc", "orders_count", "lower_a", smallest_grain="second"),
            derived("hourly", "sum_of_money", period=Period(trailing=Duration(count=2, unit="hour")),
                    smallest_grain="second"),
            derived("hour_before", "sum_of_money", period=Period(shift=Shift(count=1, unit="hour")),
                    smallest_grain="second"),
            derived("year_before", "sum_of_money", period=Period(shift=Shift(count=1, unit="year")),
                    smallest_grain="second"),
            derived("money_ytd", "sum_of_money", period=Period(to_date="year"), smallest_grain="second"),
            derived("known_before", "sum_of_money", fill="forward", smallest_grain="second"),
            atomic("in_stock", "stock", "sum", "[件数]", stock=SemiAdditive(entity=("仓库",))),
            atomic("price_level", "stock", "sum", "price", stock=SemiAdditive(take="avg")),
            composite("per_order", "[sum_of_money] / [orders_count]"),
            composite("named_state", "coalesce([last_of_text], '无')"),
            metric("median_of_customers", Nested(base="sum_of_money", per=("customer",), aggregation="median")),
            metric("place", Rank(base="sum_of_money"), smallest_grain="second"),
        ),
        filled(TABLES),
        TimeContext(zone="Asia/Shanghai", today=date(2024, 12, 31)),
    )  # fmt: skip


WORDS = (
    *("a", "A", "a ", " a", "á", "Á", "ä", "ab", "AB", "Ab", "b", "", " ", None, "中", "中文", "中文 ", "文"),
    *("o'x", 'o"x', "o\\x", "o`x", "100%", "a_b", "%", "\\", "é", "É", "e\u0301", "😀", "😀x", "$1", "?", ":p"),
    *("--", "ß", "SS", "a\tb", "a\nb", "NULL", "0"),
)
"""Texts that are different, whatever a collation says."""


def texts() -> Company:
    """Return words with a label each, told by the word itself."""
    rows = [(place, word, 1 + place % 3, 2**place % 997) for place, word in enumerate(WORDS)]
    schema = {"id": pa.int64(), "word": pa.string(), "kind": pa.int64(), "amount": pa.int64()}
    columns = dict(zip(schema, zip(*rows, strict=True), strict=True))
    table = pa.table({name: pa.array(columns[name], kind) for name, kind in schema.items()})
    words = [word for word in WORDS if word is not None]
    labels = pa.table(
        {
            "word": pa.array(words, pa.string()),
            "label": pa.array([f"{place:02}" for place, _ in enumerate(words)], pa.string()),
        }
    )
    return Company(
        (
            dataset("uses", {"id": "integer", "word": "string", "kind": "integer", "amount": "integer"}),
            dataset("words", {"word": "string", "label": "string"}, key="word"),
            relationship("uses", "words", ("word", "word")),
            dimension("word", ("uses", "word")),
            dimension("kind", ("uses", "kind")),
            dimension("label", ("words", "label")),
            dimension("first_letter", ("initials", "initial")),
            dataset(
                "initials", {"id": "integer", "word": "string"},
                computed={"initial": ("string", "left(word, 1)")}, source={"kind": "lake", "table": "uses"},
            ),
            atomic("uses", "uses", "count", "*"),
            atomic("amount", "uses", "sum", "amount"),
            atomic("words", "uses", "count_distinct", "word"),
            atomic("about", "uses", "approx_distinct", "word"),
            atomic("least", "uses", "min", "word"),
            atomic("greatest", "uses", "max", "word"),
            atomic("starts", "initials", "count", "*"),
            metric("place", Rank(base="amount")),
        ),
        filled({"uses": table, "words": labels, "initials": table}),
    )  # fmt: skip
