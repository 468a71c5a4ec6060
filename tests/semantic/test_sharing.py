"""What reads the same rows reads them once, and finds what it would find alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from tests.semantic.six_orders import six_orders
from tests.semantic.world import atomic, composite, derived, metric, modifier

from metrion.semantic import compile as compiling
from metrion.semantic.condition import Compare
from metrion.semantic.explain import explain
from metrion.semantic.model import Nested, Period, Shift

if TYPE_CHECKING:
    from tests.semantic.world import Company, Row

    from metrion.semantic.plan import Sort

REGION = [{"field": "region"}]
SPRING = {"kind": "absolute", "start": date(2024, 2, 1), "end": date(2024, 4, 30)}
APRIL = {"kind": "absolute", "start": date(2024, 4, 1), "end": date(2024, 4, 30)}
"""Nothing of the month before touches the months before that."""


def company() -> Company:
    """Return the six orders with values that look at them in several ways."""
    shift = Period(shift=Shift(count=1, unit="month"))
    return six_orders().with_(
        modifier("done", Compare(field="status", op="eq", value="done")),
        modifier("never", Compare(field="status", op="eq", value="never")),
        derived("never_count", "orders_count", "never"),
        derived("done_last_month", "revenue", "done", period=shift),
        derived("count_last_month", "orders_count", period=shift),
        derived("buyers_last_month", "buyers", period=shift),
        atomic("smallest", "orders", "min", "amount"),
        derived("smallest_last_month", "smallest", period=shift),
        atomic("mean", "orders", "avg", "amount"),
        derived("mean_last_month", "mean", period=shift),
        derived("mean_ytd", "mean", period=Period(to_date="year")),
        composite("growth", "[revenue] / [revenue_last_month] - 1"),
        metric("whole", Nested(base="revenue", aggregation="recomputed", without=("region",))),
        metric("whole_never", Nested(base="never_count", aggregation="recomputed", only=())),
        composite("share", "[revenue] / [whole]"),
    )


QUESTIONS: dict[str, dict[str, object]] = {
    "growth": {"metrics": ["growth", "revenue"], "grain": "month"},
    "growth of a region": {"metrics": ["growth"], "dimensions": REGION, "grain": "month", "time": SPRING},
    "growth of one month": {"metrics": ["revenue", "revenue_last_month"], "grain": "month", "time": APRIL},
    "other conditions": {"metrics": ["revenue", "done_last_month"], "dimensions": REGION, "grain": "month"},
    "a condition that no row meets": {"metrics": ["never_count", "count_last_month"], "grain": "month"},
    "least": {"metrics": ["smallest", "smallest_last_month"], "dimensions": REGION, "grain": "month"},
    "averages": {"metrics": ["mean", "mean_last_month", "mean_ytd"], "dimensions": REGION, "grain": "month"},
    "by part": {
        "metrics": ["revenue", "revenue_last_month"],
        "times": [{"grain": "month"}, {"part": "quarter"}],
        "time": SPRING,
    },
    "to date": {"metrics": ["revenue_ytd", "revenue", "revenue_3m"], "dimensions": REGION, "grain": "day"},
    "filtered": {
        "metrics": ["revenue", "count_last_month", "revenue_mtd"],
        "grain": "month",
        "filters": {"kind": "compare", "field": "region", "op": "eq", "value": "EAST"},
    },
    "share": {"metrics": ["share", "revenue"], "dimensions": REGION, "grain": "month"},
    "a count of nothing": {"metrics": ["revenue", "whole_never"], "dimensions": REGION},
}


@pytest.fixture
def unshared(monkeypatch: pytest.MonkeyPatch) -> None:
    def as_it_is(plan: Sort) -> Sort:
        return plan

    monkeypatch.setattr(compiling, "shared", as_it_is)


@pytest.fixture(scope="module")
def answers() -> dict[str, list[Row]]:
    firm = company()
    return {name: firm.ask(**question) for name, question in QUESTIONS.items()}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_is_that_of_a_scan_for_each(name: str, answers: dict[str, list[Row]], unshared: None) -> None:
    alone = company().ask(**QUESTIONS[name])
    assert answers[name] == alone
    assert alone


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_rows_are_read_once(name: str) -> None:
    compiled = company().compiled(**QUESTIONS[name])
    assert compiled.sql.count('"s"."orders"') == 1
    assert explain(compiled.plan).count("'orders once'") >= 1


@pytest.mark.parametrize(
    "metrics", [["revenue"], ["revenue", "orders_count", "buyers"], ["buyers", "buyers_last_month"]]
)
def test_what_is_read_in_one_way_or_cannot_be_added_up_is_read_as_it_is(metrics: list[str]) -> None:
    assert "once" not in company().compiled(metrics=metrics, grain="month").sql


def test_two_months_far_apart_do_not_bring_what_lies_between() -> None:
    firm = company().with_(derived("year_before", "revenue", period=Period(shift=Shift(count=1, unit="year"))))
    compiled = firm.compiled(metrics=["revenue", "year_before"], grain="month", time=APRIL)
    assert compiled.sql.count('"s"."orders"') == 1
    plan = explain(compiled.plan)
    assert "Filter 2023-04-01 <= orders.odate <= 2023-04-30 or 2024-04-01 <= orders.odate <= 2024-04-30" in plan


def test_an_average_to_date_is_that_of_the_rows_not_of_the_days() -> None:
    rows = company().ask(metrics=["mean_ytd"], grain="month")
    assert rows == [(date(2024, 1, 1), 75.0), (date(2024, 2, 1), 350 / 3), (date(2024, 4, 1), 460 / 6)]
