"""A row with several parts counts once in each group it has part in, and once in all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from tests.semantic.bridges import ALPHA, tagged
from tests.semantic.world import dataset, dimension, metric

from metrion.base.text import Text
from metrion.semantic import errors
from metrion.semantic.condition import Compare, Condition, IsNull, Not, OneOf
from metrion.semantic.model import CalendarLevel, Nested, Rank, Share
from metrion.semantic.scope import DataScope

if TYPE_CHECKING:
    from tests.semantic.world import Company

TAG: dict[str, Any] = {"dimensions": [{"field": "tag"}]}
EITHER = OneOf(field="tag", values=("Alpha", "Beta"))
METRICS = ("revenue", "orders_count", "average", "middle", "amounts")
BY_TAG = {
    "Alpha": {"revenue": 150, "orders_count": 2, "average": 75, "middle": 75, "amounts": 2},
    "Beta": {"revenue": 130, "orders_count": 2, "average": 65, "middle": 65, "amounts": 2},
    "Gamma": {"revenue": 30, "orders_count": 1, "average": 30, "middle": 30, "amounts": 1},
    None: {"revenue": 7, "orders_count": 1, "average": 7, "middle": 7, "amounts": 1},
}
IN_ALL = {"revenue": 187, "orders_count": 4, "average": 46.75, "middle": 40, "amounts": 4}


@pytest.fixture(name="firm", scope="module")
def _firm() -> Company:
    return tagged()


@pytest.mark.parametrize("names", [names for size in (1, 2, 5) for names in combinations(METRICS, size)])
def test_average_median_and_distinct_over_a_bridge_count_each_row_once(firm: Company, names: tuple[str, ...]) -> None:
    rows = firm.ask(metrics=names, **TAG)
    assert rows == [(tag, *(values[name] for name in names)) for tag, values in BY_TAG.items()]
    assert firm.totals(metrics=names, **TAG) == tuple(IN_ALL[name] for name in names)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (ALPHA, 150),
        (EITHER, 180),  # order 1 has both tags and counts once
        (IsNull(field="tag"), 7),
        (OneOf(field="tag", values=()), None),
        (OneOf(field="sku", values=("x",)), 100),  # two lines of order 1
    ],
)
def test_a_filter_over_a_bridge_keeps_rows_that_have_part_and_counts_them_once(
    firm: Company, condition: Condition, expected: int | None
) -> None:
    assert firm.ask(metrics=["revenue"], filters=condition.model_dump()) == [(expected,)]


def test_groups_and_filters_look_at_the_same_part(firm: Company) -> None:
    assert firm.ask(metrics=["revenue"], filters=ALPHA.model_dump(), **TAG) == [("Alpha", 150)]


def test_two_bridges_meet_in_the_row(firm: Company) -> None:
    both = [{"field": "tag"}, {"field": "sku"}]
    assert firm.ask(metrics=["revenue"], dimensions=both) == [
        ("Alpha", "x", 100),
        ("Alpha", "y", 150),
        ("Beta", "x", 100),
        ("Beta", "y", 100),
        ("Beta", None, 30),
        ("Gamma", None, 30),
        (None, None, 7),
    ]


def test_a_date_behind_a_bridge_is_cut_by_a_calendar() -> None:
    company = tagged()
    company.connection.execute("""
        alter table s.tags add column since date;
        update s.tags set since = case id when 'a' then date '2024-01-05' when 'b' then date '2024-01-25'
          when 'c' then date '2024-02-10' end;
        create table s.calendar as
          select d::date as day, date_trunc('month', d + interval 11 days)::date as business_month
          from range(timestamp '2024-01-01', timestamp '2024-03-01', interval 1 day) t(d);
    """)
    kept = [one for one in company.definitions if one.code != "tags"]
    level = CalendarLevel(code="business_month", name=Text(zh="账期", en="Business month"), column="business_month")
    days = {"day": "date", "business_month": "date"}
    company = replace(company, definitions=tuple(kept)).with_(
        dataset("tags", {"id": "string", "name": "string", "since": "date"}),
        dataset("calendar", days, key="day", time="day", shape="calendar", levels=(level,)),
        dimension("since", ("tags", "since")),
    )
    rows = company.ask(metrics=["revenue"], dimensions=[{"field": "since", "grain": "business_month"}])
    january, february = date(2024, 1, 1), date(2024, 2, 1)
    assert rows == [(january, 150), (february, 130), (None, 7)]  # order 3 has two tags of February


def test_the_many_side_reaches_the_bridge_through_its_row(firm: Company) -> None:
    assert firm.ask(metrics=["quantity"], **TAG) == [("Alpha", 10), ("Beta", 8), (None, 9)]


def test_a_filter_of_one_metric_leaves_its_neighbours_alone(firm: Company) -> None:
    assert firm.ask(metrics=["with_alpha"]) == [(150,)]
    assert firm.ask(metrics=["with_alpha", "revenue", "orders_count"]) == [(150, 187, 4)]
    months = firm.ask(metrics=["with_alpha", "revenue"], grain="month")
    assert months == [(date(2024, 1, 1), 150, 150), (date(2024, 2, 1), None, 37)]


def test_a_modifier_reaches_what_a_filter_reaches(firm: Company) -> None:
    assert firm.ask(metrics=["alpha_modified", "revenue"]) == [(150, 187)]


@pytest.mark.parametrize(
    ("rule", "expected"), [(ALPHA, 150), (EITHER, 180), (Not(item=EITHER), 30), (IsNull(field="tag"), 7)]
)
def test_a_policy_over_a_bridge_repeats_no_row(firm: Company, rule: Condition, expected: int) -> None:
    scoped = firm.seen_by(DataScope(rows={"orders": rule}))
    assert scoped.ask(metrics=["revenue"]) == [(expected,)]
    # The lines hang on the orders: each counts once, whatever tags its order has.
    quantity = scoped.ask(metrics=["quantity"])
    assert quantity == [(19,)]


def test_hidden_parts_of_a_bridge_take_their_group_away_and_no_row(firm: Company) -> None:
    for rows in ({"tags": Compare(field="name", op="eq", value="Alpha")}, {"order_tags": ALPHA}):
        scoped = firm.seen_by(DataScope(rows=rows))
        assert scoped.ask(metrics=["revenue"], **TAG) == [("Alpha", 150), (None, 37 if "order_tags" in rows else 137)]
        assert scoped.ask(metrics=["revenue"]) == [(187,)]


def test_values_over_values_follow_the_groups_of_a_bridge(firm: Company) -> None:
    more = firm.with_(
        metric("place", Rank(base="revenue")),
        metric("part", Share(metric="revenue")),
        metric("per_tag", Nested(base="revenue", per=("tag",))),
    )
    rows = more.ask(metrics=["place", "part"], **TAG)
    assert rows == [("Alpha", 1, 150 / 187), ("Beta", 2, 130 / 187), ("Gamma", 3, 30 / 187), (None, 4, 7 / 187)]
    assert more.ask(metrics=["per_tag"]) == [((150 + 130 + 30 + 7) / 4,)]


def test_windows_over_a_bridge(firm: Company) -> None:
    january, february = date(2024, 1, 1), date(2024, 2, 1)
    assert firm.ask(metrics=["so_far"], grain="month", **TAG) == [
        (january, "Alpha", 150),
        (january, "Beta", 100),
        (february, "Alpha", 150),
        (february, "Beta", 130),
        (february, "Gamma", 30),
        (february, None, 7),
    ]


# --- weighted -----------------------------------------------------------------------------------------


def test_weights_allocate_a_row_to_its_groups_without_rounding() -> None:
    firm = tagged("weighted", "share")
    rows = firm.ask(metrics=["revenue", "orders_count"], **TAG)
    assert rows == [("Alpha", 100, 1.5), ("Beta", 57.5, 0.75), ("Gamma", 22.5, 0.75), (None, 7, 1)]
    assert firm.totals(metrics=["revenue", "orders_count"], **TAG) == (187, 4)


def test_a_weight_counts_once_beside_another_bridge() -> None:
    both = [{"field": "tag"}, {"field": "sku"}]
    rows = tagged("weighted", "share").ask(metrics=["revenue"], dimensions=both, filters=ALPHA.model_dump())
    assert rows == [("Alpha", "x", 50), ("Alpha", "y", 100)]


def test_weighted_groups_under_a_filter_add_up_to_the_total() -> None:
    firm = tagged("weighted", "share")
    for condition, total in ((ALPHA, 100), (EITHER, 157.5)):
        question: dict[str, Any] = {"metrics": ["revenue"], "filters": condition.model_dump()}
        assert sum(row[-1] for row in firm.ask(**question, **TAG)) == total  # type: ignore[misc]
        assert firm.totals(**question, **TAG) == (total,)


def test_an_average_cannot_be_allocated() -> None:
    with pytest.raises(errors.UnsafeReaggregation):
        tagged("weighted", "share").compiled(metrics=["average"], **TAG)


def test_a_bridge_is_walked_only_where_the_relationship_says_so() -> None:
    with pytest.raises(errors.UnreachableDimension):
        tagged("refuse").compiled(metrics=["revenue"], **TAG)
