"""Distinct counts beside measures that need joins: a scan of their own where that is faster, and the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.semantic.six_orders import six_orders
from tests.semantic.world import derived, modifier

from metrion.semantic.condition import Compare
from metrion.semantic.sql.dialects import Dialect

if TYPE_CHECKING:
    from tests.semantic.world import Company


@pytest.fixture
def company() -> Company:
    """Return the six orders with revenue and buyers of one region, which stands in another dataset."""
    return six_orders().with_(
        modifier("east", Compare(field="region", op="eq", value="EAST")),
        derived("revenue_east", "revenue", "east"),
        derived("buyers_east", "buyers", "east"),
    )


def scans(company: Company, **question: object) -> int:
    return company.compiled(**question).sql.count('"orders" AS')


@pytest.mark.parametrize(
    ("metrics", "more", "expected"),
    [
        (("revenue", "buyers"), {}, 1),  # nothing is joined
        (("revenue", "revenue_east", "buyers"), {}, 2),
        (("revenue_east", "buyers_east"), {}, 1),  # the count needs the join itself
        (("revenue_east", "buyers"), {"dimensions": [{"field": "region"}]}, 1),  # all need it
        (("revenue_east", "buyers"), {"filters": {"kind": "null", "field": "region"}}, 1),
    ],
)
def test_counts_stand_apart_where_others_join(
    company: Company, metrics: tuple[str, ...], more: dict[str, object], expected: int
) -> None:
    assert scans(company, metrics=metrics, grain="month", **more) == expected


@pytest.mark.parametrize(
    "rows", [{}, {"dimensions": [{"field": "status"}]}, {"filters": {"kind": "null", "field": "region"}}]
)
def test_apart_or_not_the_numbers_are_the_same(
    company: Company, rows: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    question = {"metrics": ["revenue", "buyers", "revenue_east", "buyers_east"], "grain": "month", **rows}
    apart, totals = company.ask(**question), company.totals(**question)
    monkeypatch.setattr(Dialect, "counts_apart", False)
    assert apart == company.ask(**question)
    assert totals == company.totals(**question)
    assert apart
