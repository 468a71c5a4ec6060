"""Values over values on the six orders: averages of averages, shares, places, growth, and who may see them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any, Literal

import pytest
from tests.semantic.six_orders import six_orders
from tests.semantic.world import Company, atomic, composite, derived, metric

from metrion.semantic import errors
from metrion.semantic.condition import Compare, OneOf
from metrion.semantic.model import (
    Difference,
    Growth,
    Index,
    Nested,
    Operand,
    Period,
    Rank,
    Ratio,
    Share,
    Shift,
)
from metrion.semantic.scope import DataScope

JANUARY, FEBRUARY, MARCH, APRIL, MAY = (date(2024, month, 1) for month in range(1, 6))
REGION: dict[str, Any] = {"dimensions": [{"field": "region"}]}
EAST = OneOf(field="region", values=("EAST",))
MONTH = Shift(count=1, unit="month")


def firm(**metrics: Any) -> Company:
    """Return the company of the six orders with more metrics."""
    return six_orders().with_(*(metric(code, definition) for code, definition in metrics.items()))


# --- nested -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [("avg", 460 / 3), ("sum", 460), ("min", 35), ("max", 350), ("median", 75), ("count", 3)],
)
def test_regions_are_counted_with_the_one_that_is_none(aggregation: str, expected: float) -> None:
    per_region = firm(
        per_region=Nested.model_validate({"base": "revenue", "per": ("region",), "aggregation": aggregation})
    )
    assert per_region.ask(metrics=["per_region"]) == [(pytest.approx(expected),)]


def test_the_average_of_days_is_no_sum_over_days_of_the_month() -> None:
    daily = firm(daily=Nested(base="revenue", grain="day"))
    # January: 100 and 50 on two days; April: 75, and 30 + 5 on one day.
    assert daily.ask(metrics=["daily"], grain="month") == [(JANUARY, 75), (FEBRUARY, 200), (APRIL, 55)]
    assert daily.ask(metrics=["daily"]) == [(92,)]
    assert daily.totals(metrics=["daily"], grain="month") == (92,)


def test_a_ratio_is_averaged_over_the_groups_where_it_is_one() -> None:
    rates = firm(average_rate=Nested(base="return_rate", per=("region",)))
    assert rates.ask(metrics=["average_rate"]) == [(pytest.approx((10 / 350 + 5 / 75) / 2),)]


def test_recomputed_without_a_group_stands_in_each_of_its_rows() -> None:
    whole = firm(whole=Nested(base="return_rate", aggregation="recomputed", without=("region",)))
    assert whole.ask(metrics=["whole"]) == [(pytest.approx(30 / 460),)]
    rows = whole.ask(metrics=["whole", "revenue"], **REGION)
    assert [(row[0], row[2]) for row in rows] == [("EAST", 350), ("NORTH", None), ("WEST", 75), (None, 35)]
    assert {row[1] for row in rows} == {30 / 460}


@pytest.mark.parametrize("more", [{}, {"without": ("status",)}, {"only": ("region", "metric_time")}])
def test_recomputed_over_the_same_groups_is_the_value_itself(more: dict[str, Any]) -> None:
    again = firm(again=Nested(base="revenue", aggregation="recomputed", **more))
    for question in ({}, REGION, {"grain": "month"}, {**REGION, "grain": "month"}):
        assert again.ask(metrics=["again"], **question) == again.ask(metrics=["revenue"], **question)


def test_days_of_months_have_grains_of_their_own() -> None:
    january = {"kind": "absolute", "start": None, "end": "2024-01-31"}
    both = firm(
        monthly=Nested(base="revenue", aggregation="sum", grain="month", unfiltered=("metric_time",)),
        daily=Nested(base="monthly", aggregation="sum", grain="day"),
    )
    assert both.ask(metrics=["daily"], time=january) == [(150,)]
    assert both.ask(metrics=["daily"]) == [(460,)]


def test_a_filter_that_does_not_count_inside_counts_outside() -> None:
    unfiltered = firm(everywhere=Nested(base="revenue", aggregation="recomputed", unfiltered=("region",)))
    assert unfiltered.ask(metrics=["everywhere", "revenue"], filters=EAST.model_dump()) == [(460, 350)]


@pytest.mark.parametrize("how", ["recomputed", "sum"])
@pytest.mark.parametrize("grouped", [REGION, {**REGION, "grain": "month"}, {"grain": "month"}])
def test_a_filter_that_does_not_count_inside_still_decides_which_rows_there_are(
    how: Literal["recomputed", "sum"], grouped: dict[str, Any]
) -> None:
    company = firm(everywhere=Nested(base="revenue", aggregation=how, unfiltered=("region", "metric_time")))
    narrow = {"filters": EAST.model_dump(), "time": {"kind": "absolute", "start": "2024-01-01", "end": "2024-01-31"}}
    rows = company.ask(metrics=["everywhere"], **grouped, **narrow)
    assert [row[:-1] for row in rows] == [row[:-1] for row in company.ask(metrics=["revenue"], **grouped, **narrow)]
    whole = {row[:-1]: row[-1] for row in company.ask(metrics=["revenue"], **grouped)}
    assert rows
    assert all(row[-1] == whole[row[:-1]] for row in rows)


def test_inner_rows_that_do_not_count_are_left_out() -> None:
    large = firm(large=Nested(base="revenue", per=("region",), having=Compare(field="value", op="gt", value=50)))
    assert large.ask(metrics=["large"]) == [(212.5,)]
    assert large.ask(metrics=["large"], grain="month") == [(JANUARY, 150), (FEBRUARY, 200), (APRIL, 75)]


def test_nested_in_nested_takes_the_inner_one_first() -> None:
    both = firm(daily=Nested(base="revenue", grain="day"), regional=Nested(base="daily", per=("region",)))
    # Days of EAST: 100, 50, 200; of WEST: 75; of none: 35.
    assert both.ask(metrics=["regional"]) == [(pytest.approx((350 / 3 + 75 + 35) / 3),)]


# --- shares and places --------------------------------------------------------------------------------


def test_shares_add_up_to_one_in_each_period_and_in_all() -> None:
    shares = firm(share=Share(metric="revenue"))
    assert shares.ask(metrics=["share"], **REGION) == [("EAST", 350 / 460), ("WEST", 75 / 460), (None, 35 / 460)]
    assert shares.totals(metrics=["share"], **REGION) == (1,)
    assert shares.ask(metrics=["share"], grain="month", **REGION) == [
        (JANUARY, "EAST", 1),
        (FEBRUARY, "EAST", 1),
        (APRIL, "WEST", pytest.approx(75 / 110)),
        (APRIL, None, pytest.approx(35 / 110)),
    ]


def test_a_share_of_a_part_is_of_what_the_other_groups_tell_apart() -> None:
    shares = firm(share=Share(metric="revenue", of=("region",)))
    assert shares.ask(metrics=["share"], dimensions=[{"field": "region"}, {"field": "status"}]) == [
        ("EAST", "done", pytest.approx(300 / 410)),
        ("EAST", "open", 1),
        ("WEST", "done", pytest.approx(75 / 410)),
        (None, "done", pytest.approx(35 / 410)),
    ]


def test_a_share_under_a_policy_is_of_what_is_seen() -> None:
    shares = firm(share=Share(metric="revenue")).seen_by(DataScope(rows={"orders": EAST}))
    assert shares.ask(metrics=["share"], **REGION) == [("EAST", 1)]


def test_nothing_has_no_place_and_takes_none() -> None:
    places = firm(place=Rank(base="revenue"), low=Rank(base="revenue", lowest_first=True))
    rows = places.ask(metrics=["place", "low", "returned"], **REGION)
    assert [row[:3] for row in rows] == [("EAST", 1, 3), ("NORTH", None, None), ("WEST", 2, 2), (None, 3, 1)]


def test_a_group_that_only_another_metric_brings_takes_no_place_of_a_count() -> None:
    places = firm(low=Rank(base="orders_count", lowest_first=True))
    alone = [("EAST", 3), ("WEST", 1), (None, 2)]
    assert places.ask(metrics=["low"], **REGION) == alone
    rows = places.ask(metrics=["low", "orders_count", "returned"], **REGION)
    assert [row[:3] for row in rows] == [("EAST", 3, 3), ("NORTH", None, 0), ("WEST", 1, 1), (None, 2, 2)]


def test_equal_values_share_a_place_as_the_metric_says() -> None:
    joined = {"ties_" + ties: Rank.model_validate({"base": "credit", "ties": ties}) for ties in ("gap", "dense")}
    rows = firm(**joined).ask(metrics=list(joined), dimensions=[{"field": "joined"}])
    assert rows == [(date(2024, 1, 1), 1, 1)]
    limits = firm(
        gap=Rank(base="orders_count"), dense=Rank(base="orders_count", ties="dense"),
        distinct=Rank(base="orders_count", ties="distinct"),
    )  # fmt: skip
    rows = limits.ask(metrics=["gap", "dense", "distinct", "orders_count"], dimensions=[{"field": "order_date"}])
    # Two orders on the last day, one on each of the four others.
    places = [Counter(row[column] for row in rows) for column in (1, 2, 3)]
    assert places == [{1: 1, 2: 4}, {1: 1, 2: 4}, dict.fromkeys(range(1, 6), 1)]


def test_places_within_each_month() -> None:
    places = firm(place=Rank(base="revenue", within=("metric_time",)))
    rows = places.ask(metrics=["place"], grain="month", **REGION)
    assert rows == [(JANUARY, "EAST", 1), (FEBRUARY, "EAST", 1), (APRIL, "WEST", 1), (APRIL, None, 2)]


# --- against another time or another metric -----------------------------------------------------------


def test_growth_has_the_rows_of_both_times() -> None:
    growth = firm(
        rate=Growth(metric="revenue", shift=MONTH), more=Growth(metric="revenue", shift=MONTH, result="difference")
    )
    assert growth.ask(metrics=["rate", "more"], grain="month") == [
        (JANUARY, None, None),
        (FEBRUARY, pytest.approx(1 / 3), 50),
        (MARCH, None, None),
        (APRIL, None, None),
        (MAY, None, None),
    ]


def test_growth_of_a_count_begins_and_ends_at_zero() -> None:
    growth = firm(more=Growth(metric="orders_count", shift=MONTH, result="difference"))
    rows = growth.ask(metrics=["more"], grain="month")
    assert rows == [(JANUARY, 2), (FEBRUARY, -1), (MARCH, -1), (APRIL, 3), (MAY, -3)]


def test_an_index_is_100_at_its_base() -> None:
    index = firm(index=Index(metric="revenue", base=Period(point="year")))
    rows = index.ask(metrics=["index"], grain="month")
    assert rows == [(JANUARY, 100), (FEBRUARY, pytest.approx(400 / 3)), (APRIL, pytest.approx(220 / 3))]


def test_a_target_that_is_missing_misses_nothing() -> None:
    against = firm(
        missed=Difference(metric="revenue", target="credit"),
        by=Difference(metric="returned", target="revenue", result="rate"),
    )
    assert against.ask(metrics=["missed"], **REGION) == [("EAST", 150), ("NORTH", None), ("WEST", 25), (None, None)]
    assert against.ask(metrics=["by"]) == [(pytest.approx(-430 / 460),)]


def test_operands_of_a_ratio_have_filters_and_times_of_their_own() -> None:
    whole = Operand(metric="revenue")
    east = firm(
        east=Ratio(numerator=Operand(metric="revenue", filter=EAST), denominator=whole),
        before=Ratio(numerator=whole, denominator=Operand(metric="revenue", period=Period(shift=MONTH))),
    )
    assert east.ask(metrics=["east"]) == [(pytest.approx(350 / 460),)]
    assert east.totals(metrics=["east"], **REGION) == (pytest.approx(350 / 460),)
    rows = east.ask(metrics=["before"], grain="month")
    assert rows[1] == (FEBRUARY, pytest.approx(4 / 3))


@pytest.mark.parametrize(("policy", "expected"), [("null", None), ("zero", 0)])
def test_a_zero_base_is_what_the_metric_says(policy: str, expected: float | None) -> None:
    nothing = atomic("nothing", "orders", "sum", "amount - amount")
    rate = metric("rate", Growth(metric="nothing", shift=MONTH), zero_division=policy)
    rows = six_orders().with_(nothing, rate).ask(metrics=["rate"], grain="month")
    assert rows[1] == (FEBRUARY, expected)


# --- conditions on the answer, and what may not be seen -------------------------------------------------


def test_conditions_and_order_use_metrics_that_are_not_shown() -> None:
    places = firm(place=Rank(base="revenue"), share=Share(metric="revenue"))
    having = Compare(field="share", op="gt", value=0.1).model_dump()
    order = [{"by": "place", "descending": True}]
    assert places.ask(metrics=["orders_count"], having=having, order=order, **REGION) == [("WEST", 1), ("EAST", 3)]
    # What is left out of the rows stays in the total and in the share of the others.
    assert places.totals(metrics=["orders_count"], having=having, **REGION) == (6,)


@pytest.mark.parametrize("how", ["asked", "having", "order"])
def test_a_split_that_the_owner_forbids_is_refused_wherever_it_is_asked(how: str) -> None:
    secret = six_orders().with_(atomic("secret", "orders", "sum", "amount", dimensions=()))
    question: dict[str, dict[str, Any]] = {
        "asked": {"metrics": ["secret"]},
        "having": {"metrics": ["revenue"], "having": Compare(field="secret", op="gt", value=1).model_dump()},
        "order": {"metrics": ["revenue"], "order": [{"by": "secret"}]},
    }
    with pytest.raises(errors.DimensionNotAllowed):
        secret.compiled(**question[how], **REGION)


def test_the_smallest_grain_holds_inside_an_average_too() -> None:
    monthly = atomic("monthly", "orders", "sum", "amount", smallest_grain="month")
    daily = metric("daily", Nested(base="monthly", grain="day", aggregation="max"))
    with pytest.raises(errors.NoSuchGrain):
        six_orders().with_(monthly, daily).compiled(metrics=["daily"], grain="month")


@pytest.mark.parametrize(
    "question",
    [
        {"metrics": ["average"]},
        {"metrics": ["revenue"], "having": Compare(field="average", op="gt", value=1).model_dump()},
        {"metrics": ["revenue"], "order": [{"by": "average"}]},
        {"metrics": ["tenfold"]},
    ],
)
def test_a_hidden_column_is_hidden_inside_every_value(question: dict[str, Any]) -> None:
    more = firm(average=Nested(base="revenue", per=("region",))).with_(composite("tenfold", "[average] * 10"))
    with pytest.raises(errors.ForbiddenColumn):
        more.seen_by(DataScope(hidden_columns=frozenset({("customers", "region")}))).compiled(**question)


def test_zero_where_nothing_is_reaches_the_average() -> None:
    filled = six_orders().with_(
        derived("east", "revenue", where=EAST, fill="zero"),
        composite("both", "[east] + [orders_count] * 0"),
        metric("average", Nested(base="both", per=("region",))),
    )
    assert filled.ask(metrics=["average"]) == [(pytest.approx(350 / 3),)]
