"""Questions about the six orders: values, windows, shifts, values over values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.engines.conformance.asking import ask, compare, dates, down, every, match, null, one_of, opposite, up
from tests.engines.conformance.worlds_six import FILLS, WITHIN, YEAR_LONG

if TYPE_CHECKING:
    from tests.engines.conformance.asking import Question

SPRING = dates("2024-02-01", "2024-04-30")
REGION = ("region",)
PLAIN: dict[str, Question] = {
    "one number": ask("six", "revenue"),
    "several numbers of one dataset": ask("six", "revenue", "orders_count", "buyers"),
    "split by a text with a group that is none": ask("six", "revenue", "orders_count", "buyers", by=REGION),
    "three datasets side by side": ask("six", "revenue", "returned", "credit", "net", by=REGION),
    "a filter, an order and a limit": ask(
        "six", "revenue", "done_revenue", "buyers", by=REGION, grain="month", time=SPRING,
        filters=compare("region", "eq", "EAST"), order=[down("revenue")], limit=10,
    ),
    "a ratio of two facts": ask("six", "return_rate", by=REGION, totals=True),
    "a derived metric with two modifiers": ask("six", "done_east", "done_revenue", "east_orders", by=("status",)),
    "totals and subtotals": ask(
        "six", "revenue", "return_rate", "orders_count", by=REGION, grain="month", totals=True,
        subtotals=[["time"], ["region"]],
    ),
    "order by a value, nothing last": ask("six", "returned", "orders_count", by=REGION, order=[down("returned")]),
    "order by a value, nothing first": ask(
        "six", "returned", "orders_count", by=REGION, order=[up("returned", nulls="first")]
    ),
    "order by a count where nothing is": ask(
        "six", "returned", "orders_count", by=REGION, order=[up("orders_count")]
    ),
    "a limit": ask("six", "revenue", by=REGION, order=[down("revenue")], limit=1, totals=True),
    "rows by a condition on a value": ask("six", "orders_count", by=REGION, having=compare("revenue", "gt", 50)),
    "rows by a condition on a share, ordered by a place": ask(
        "six", "orders_count", by=REGION, having=compare("share", "gt", 0.1), order=[down("place")], totals=True
    ),
    "names that differ at the end only": ask("six", f"{YEAR_LONG}1", f"{YEAR_LONG}2", by=REGION, totals=True),
    "combinations of dimensions": ask("six", by=("region", "status")),
    "single rows": ask("six", "revenue", by=("region", "status"), rows=True),
    "conditions joined": ask(
        "six", "revenue",
        filters=every(compare("status", "eq", "done"), opposite(null("region")), match("region", "starts", "ea")),
    ),
    "none of some values": ask("six", "revenue", by=("status",), filters=one_of("region", "EAST", negated=True)),
    "a date dimension by month": ask("six", "revenue", by=("order_date:month",), filters=null("region", negated=True)),
    "zero division": ask("six", "by_zero_null", "by_zero_zero", by=REGION, totals=True),
    "a text from a formula": ask("six", "banded", "rounded", by=REGION),
    "zero inside a formula": ask("six", "kept", by=REGION),
    "compared with the month before": ask(
        "six", "revenue", "buyers", grain="month", time=SPRING, comparison={"kind": "previous"}
    ),
    "compared with another month": ask(
        "six", "revenue", by=REGION, grain="month", comparison={"kind": "shift", "shift": {"count": 1, "unit": "month"}}
    ),
}  # fmt: skip
TIME: dict[str, Question] = {
    **{
        f"by {grain}": ask("six", "revenue", "buyers", grain=grain)
        for grain in ("day", "week", "month", "quarter", "year")
    },
    "month to date, by day": ask("six", "revenue_mtd", by=REGION, grain="day", time=SPRING),
    "year to date, by month": ask("six", "revenue_ytd", "revenue", grain="month", time=SPRING, totals=True),
    "three months, by region": ask("six", "revenue_3m", by=REGION, grain="month", totals=True),
    "last month": ask("six", "revenue_last_month", "revenue", grain="month", time=SPRING),
    "distinct over a trailing year": ask("six", "buyers_year", grain="month"),
    "distinct so far": ask("six", "buyers_so_far", by=REGION, grain="month"),
    **{
        f"window: {code}": ask("six", code, grain="month")
        for code in (
            "cumulative", "remaining", "from_start", "before_start", "leading", "both_sides", "open_after",
            "at_year_start", "quarter_to_date", "two_months", "covered", "covered_average", "running_average",
        )
    },
    **{f"a week within a month: {how}": ask("six", f"week_{how}", by=REGION, grain="month") for how in WITHIN},
    **{
        f"shift: {code}": ask("six", code, grain="day")
        for code in ("next_month", "last_year", "same_weekday", "look_back", "ten_days_ago", "ytd_last_month")
    },
    **{
        f"filled by {how}": ask("six", f"filled_{how}", f"count_{how}", by=REGION, grain="month", time=SPRING)
        for how in FILLS
    },
    "two grains and a part": ask(
        "six", "revenue_last_month", "revenue", grain="month", times=[{"grain": "quarter"}, {"part": "month"}]
    ),
    "parts of a day": ask(
        "six", "revenue", times=[{"part": one} for one in ("year", "quarter", "month", "week", "day", "day_of_year")]
    ),
    "weekdays": ask("six", "revenue", times=[{"part": "weekday"}]),
    "a part of a date dimension": ask("six", "revenue", by=("order_date@weekday",)),
    "a filter on the time of the metric": ask(
        "six", "revenue_last_month", "revenue", grain="month", filters=compare("metric_time", "ge", "2024-03-01")
    ),
    "since a day relative to today": ask(
        "six", "revenue", filters=compare("order_date", "ge", {"today": -60}), grain="day"
    ),
    "the last months": ask("six", "revenue", grain="month", time={"kind": "last", "count": 3, "unit": "month"}),
    "this year": ask("six", "revenue", "returned", grain="month", time={"kind": "to_date", "unit": "year"}),
    "a stock by month and region": ask("six", "balance", by=REGION, grain="month", totals=True),
}  # fmt: skip
VALUES: dict[str, Question] = {
    **{
        f"nested: {code}": ask("six", code, grain="month", totals=True)
        for code in (
            "avg_of_regions", "sum_of_regions", "min_of_regions", "max_of_regions", "median_of_regions",
            "count_of_regions", "stddev_of_regions", "daily", "first_day", "last_day", "regional_daily",
            "average_rate", "large",
        )
    },
    "recomputed without a group": ask("six", "whole_rate", "revenue", by=REGION),
    "a filter that does not count inside": ask(
        "six", "everywhere", "revenue", filters=one_of("region", "EAST"), grain="month"
    ),
    "shares": ask("six", "share", by=REGION, grain="month", totals=True),
    "shares compared": ask(
        "six", "share", "place", by=REGION, grain="month", totals=True,
        comparison={"kind": "shift", "shift": {"count": 1, "unit": "year"}},
    ),
    "shares of a part": ask("six", "share_of_region", by=("region", "status")),
    "places": ask("six", "place", "place_from_below", "returned", by=REGION),
    "places in each month": ask("six", "place_in_month", by=REGION, grain="month"),
    "places of equals": ask("six", "gap", "dense", "distinct", "orders_count", by=("order_date",)),
    "growth": ask("six", "growth", "growth_of_count", grain="month"),
    "growth by region": ask("six", "growth", by=REGION, grain="month", totals=True),
    "an index": ask("six", "index", grain="month"),
    "against a target": ask("six", "missed", "missed_rate", by=REGION),
    "a ratio with a filter of its own": ask("six", "east_part", "against_before", grain="month"),
}  # fmt: skip
QUESTIONS = {**PLAIN, **TIME, **VALUES}
