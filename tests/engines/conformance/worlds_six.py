"""The six orders, with a metric of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.semantic.six_orders import six_orders
from tests.semantic.world import atomic, composite, derived, metric, modifier

from metrion.semantic.condition import Compare, OneOf
from metrion.semantic.model import (
    Difference,
    Duration,
    Growth,
    Index,
    Nested,
    Operand,
    Period,
    Rank,
    Ratio,
    SemiAdditive,
    Share,
    Shift,
)

if TYPE_CHECKING:
    from tests.semantic.world import Company

    from metrion.semantic.model import Calculation, Definition

EAST = OneOf(field="region", values=("EAST",))
DONE = Compare(field="status", op="eq", value="done")
MONTH = Shift(count=1, unit="month")
YEAR_LONG = "the_amount_of_all_orders_of_all_customers_in_every_region_of_n"
"""62 characters: with one more, metrics have the longest name that there may be."""


def _windows() -> tuple[Definition, ...]:
    month, week = Duration(count=1, unit="month"), Duration(count=7, unit="day")
    windows = {
        "cumulative": Period(cumulative=True),
        "remaining": Period(remaining=True),
        "from_start": Period(remaining=True, seen_from="start"),
        "before_start": Period(cumulative=True, seen_from="start"),
        "leading": Period(leading=month),
        "both_sides": Period(trailing=month, leading=month),
        "open_after": Period(trailing=month, remaining=True),
        "at_year_start": Period(point="year"),
        "quarter_to_date": Period(to_date="quarter"),
        "two_months": Period(trailing=Duration(count=2, unit="month")),
        **{f"week_{how}": Period.model_validate({"trailing": week, "within": how}) for how in WITHIN},
        "running_average": Period(cumulative=True, within="avg"),
        "next_month": Period(shift=Shift(count=-1, unit="month")),
        "last_year": Period(shift=Shift(count=1, unit="year")),
        "same_weekday": Period(shift=Shift(count=1, unit="month", match="weekday")),
        "look_back": Period(shift=Shift(count=1, unit="month", match="look_back")),
        "ten_days_ago": Period(shift=Shift(count=10, unit="day")),
        "ytd_last_month": Period(to_date="year", shift=MONTH),
    }
    return tuple(derived(code, "revenue", period=period) for code, period in windows.items())


WITHIN = ("last", "first", "avg", "min", "max")


def _more() -> tuple[Definition, ...]:
    nested = {
        f"{how}_of_regions": Nested.model_validate({"base": "revenue", "per": ("region",), "aggregation": how})
        for how in ("avg", "sum", "min", "max", "median", "count", "stddev")
    }
    definitions: dict[str, Calculation] = {
        **nested,
        "daily": Nested(base="revenue", grain="day"),
        "first_day": Nested(base="revenue", grain="day", aggregation="first"),
        "last_day": Nested(base="revenue", grain="day", aggregation="last"),
        "regional_daily": Nested(base="daily", per=("region",)),
        "average_rate": Nested(base="return_rate", per=("region",)),
        "whole_rate": Nested(base="return_rate", aggregation="recomputed", without=("region",)),
        "everywhere": Nested(base="revenue", aggregation="recomputed", unfiltered=("region",)),
        "large": Nested(base="revenue", per=("region",), having=Compare(field="value", op="gt", value=50)),
        "share": Share(metric="revenue"),
        "share_of_region": Share(metric="revenue", of=("region",)),
        "place": Rank(base="revenue"),
        "place_from_below": Rank(base="revenue", lowest_first=True),
        "place_in_month": Rank(base="revenue", within=("metric_time",)),
        "gap": Rank(base="orders_count"),
        "dense": Rank(base="orders_count", ties="dense"),
        "distinct": Rank(base="orders_count", ties="distinct"),
        "growth": Growth(metric="revenue", shift=MONTH),
        "growth_of_count": Growth(metric="orders_count", shift=MONTH, result="difference"),
        "index": Index(metric="revenue", base=Period(point="year")),
        "missed": Difference(metric="revenue", target="credit"),
        "missed_rate": Difference(metric="returned", target="revenue", result="rate"),
        "east_part": Ratio(numerator=Operand(metric="revenue", filter=EAST), denominator=Operand(metric="revenue")),
        "against_before": Ratio(
            numerator=Operand(metric="revenue"), denominator=Operand(metric="revenue", period=Period(shift=MONTH))
        ),
    }
    return tuple(metric(code, definition) for code, definition in definitions.items())


def six() -> Company:
    """Return the company of the six orders with a metric of each kind."""
    return six_orders().with_(
        modifier("done", DONE),
        modifier("east", EAST),
        derived("done_revenue", "revenue", "done"),
        derived("done_east", "revenue", "done", "east"),
        derived("east_orders", "orders_count", where=EAST),
        derived("buyers_year", "buyers", period=Period(trailing=Duration(count=1, unit="year"))),
        derived("buyers_so_far", "buyers", period=Period(cumulative=True)),
        *(derived(f"filled_{how}", "revenue", fill=how, row_set="spine") for how in FILLS),
        *(derived(f"count_{how}", "orders_count", fill=how, row_set="spine") for how in FILLS),
        derived("covered", "two_months", row_set="covered"),
        derived("covered_average", "revenue", period=Period(cumulative=True, within="avg"), row_set="covered"),
        atomic("balance", "orders", "sum", "amount", stock=SemiAdditive(entity=("customer_id",))),
        atomic("nothing", "orders", "sum", "amount - amount"),
        *(composite(f"by_zero_{how}", "[revenue] / [nothing]", zero_division=how) for how in ("null", "zero")),
        composite("banded", "if([revenue] > 100, 'high', 'low')"),
        composite("rounded", "round([revenue] / 7, 2)"),
        atomic(f"{YEAR_LONG}1", "orders", "sum", "amount"),
        atomic(f"{YEAR_LONG}2", "orders", "sum", "amount * 2"),
        atomic("returned_or_zero", "returns", "sum", "amount", fill="zero"),
        composite("kept", "[revenue] - [returned_or_zero]"),
        *_windows(),
        *_more(),
    )


FILLS = ("null", "zero", "forward", "keep")
