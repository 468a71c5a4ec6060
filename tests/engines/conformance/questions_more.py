"""Questions with the longest names, with a metric as a dimension, and about datasets written in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.engines.conformance.asking import ask, between, compare, dates, down, every, match, null, one_of, up
from tests.engines.conformance.worlds_more import (
    AVERAGE,
    BEFORE,
    COST,
    HOME,
    KIND,
    PART,
    PLACE,
    RANK,
    RATIO,
    SO_FAR,
    SUM,
    SUM_TWICE,
    WORK,
    WRITTEN,
)

if TYPE_CHECKING:
    from tests.engines.conformance.asking import Question

ROLES = (f"{HOME}.{PLACE}", f"{HOME}.{KIND}", f"{WORK}.{PLACE}")
YEAR = dates("2024-01-01", "2024-12-31")
LONG: dict[str, Question] = {
    "long names": ask("long", SUM, SUM_TWICE, COST, RATIO, grain="month", totals=True),
    "long names by roles": ask("long", SUM, SUM_TWICE, COST, by=ROLES, totals=True, subtotals=[[ROLES[0]], [ROLES[2]]]),
    "long names along time": ask("long", SO_FAR, BEFORE, SUM, by=(ROLES[0],), grain="month"),
    "long names compared": ask(
        "long", SUM, SUM_TWICE, by=(ROLES[0],), grain="month",
        comparison={"kind": "shift", "shift": {"count": 1, "unit": "month"}},
    ),
    "long names over values": ask("long", AVERAGE, PART, RANK, by=(ROLES[1],), order=[down(RANK)]),
    "long names in conditions": ask(
        "long", SUM, by=(ROLES[0],), having=every(compare(SUM_TWICE, "gt", 20), compare(RANK, "le", 3)),
        filters=compare(ROLES[2], "eq", "town"), order=[up(SUM_TWICE)],
    ),
    "long names of a previous period": ask(
        "long", SUM, SUM_TWICE, grain="month", time=dates("2024-02-01", "2024-02-29"), comparison={"kind": "previous"}
    ),
}  # fmt: skip
_OF: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    code: (
        tuple(f"{name}_of_{code}" for name, kind in columns.items() if kind not in {"string", "date"}),
        tuple(f"{code}_{name}" for name, kind in columns.items() if kind in {"string", "date"}),
    )
    for code, (_, columns) in WRITTEN.items()
}
SELECTS: dict[str, Question] = {
    f"a SELECT: {code}": ask("written", f"count_of_{code}", *metrics, by=by, totals=True)
    for code, (metrics, by) in _OF.items()
}
SEGMENTS: dict[str, Question] = {
    "a metric as a dimension": ask("written", "orders_count", "revenue", by=("customer_revenue",), totals=True),
    "a metric in a filter": ask(
        "written", "orders_count", "revenue", by=("region",), filters=compare("customer_revenue", "ge", 100)
    ),
    "two metrics in a filter": ask(
        "written", "revenue", grain="month",
        filters=every(between("customer_revenue", 50, 160), compare("customer_orders", "gt", 1)),
    ),
    "a metric that nobody has": ask("written", "revenue", by=("customer",), filters=null("customer_revenue")),
    "values of customers": ask("written", "average_customer", "median_customer", by=("region",), totals=True),
    "places but for a group": ask("written", "rank_without", by=("region", "status")),
}  # fmt: skip
KEPT: dict[str, Question] = {
    "rows by a condition on a text": ask(
        "six", "revenue", by=("region",), having=match("region", "contains", "as"), totals=True
    ),
    "rows by a condition on a time": ask("six", "revenue", grain="month", having=compare("time", "gt", "2024-01-31")),
    "rows by a condition on none": ask("six", "revenue", "returned", by=("region",), having=null("returned")),
    "rows by one of some values": ask("six", "orders_count", by=("region",), having=one_of("orders_count", 1, 3)),
    "from the last month": ask("six", "revenue", by=("region",), grain="month", order=[down("time"), up("revenue")]),
    "by a flag": ask("odd", "orders_count", by=("paid",), order=[down("paid", nulls="first")]),
    "by a double": ask("odd", "orders_count", by=("share",), order=[down("share")]),
    "by a day, none first": ask("odd", "sum_of_money", by=("ordered",), order=[up("ordered", nulls="first")], limit=4),
    "three keys": ask("odd", "orders_count", by=("paid", "city", "ordered:quarter"), totals=True,
                      subtotals=[["paid", "city"], ["city"], []]),
    "combinations of texts": ask("odd", by=("state", "city"), order=[down("state")]),
    "combinations of a filter": ask("odd", by=("odd_text",), filters=compare("paid", "eq", False)),
    "single rows of odd columns": ask(
        "odd", "sum_of_money", "sum_of_double", by=("state", "customer", "moment"), rows=True, limit=7
    ),
    "many values": ask(
        "odd", "orders_count", by=("state",), filters=one_of("state", *map(str, range(300)), "abc", "É")
    ),
    "the same value twice": ask(
        "odd", "orders_count", filters=every(compare("state", "eq", "abc"), compare("state", "ne", "Abc"),
                                             one_of("state", "abc", "Abc")),
    ),
    "nothing fulfils": ask("odd", "sum_of_money", "orders_count", filters=compare("state", "eq", "'")),
    "nothing fulfils, by none": ask("six", "revenue", "orders_count", filters=one_of("region")),
}  # fmt: skip
QUESTIONS = {**LONG, **SELECTS, **SEGMENTS, **KEPT}
