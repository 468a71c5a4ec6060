"""Cube's filters as conditions, checked on rows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from metrion.interchange.cube.filters import test as condition_of
from metrion.interchange.cube.filters import to_condition
from metrion.interchange.cube.model import MemberFilter
from metrion.interchange.foreign.errors import NotExpressible
from metrion.semantic.evaluate import keeps

if TYPE_CHECKING:
    from metrion.semantic.model import DataType

CITIES = ["Paris", "Prague", "Rome", None]


def kept(operator: str, *values: str | None) -> list[str | None]:
    condition = condition_of("city", operator, values, "string")
    return [city for city in CITIES if keeps(condition, {"city": city}, {"city": "string"})]


@pytest.mark.parametrize(
    ("operator", "values", "rows"),
    [
        ("equals", ["Paris"], ["Paris"]),
        ("equals", ["Paris", "Rome"], ["Paris", "Rome"]),
        ("equals", ["Paris", None], ["Paris", None]),
        ("equals", [None], [None]),
        ("not_equals", ["Paris"], ["Prague", "Rome", None]),
        ("not_equals", ["Paris", "Rome"], ["Prague", None]),
        ("not_equals", ["Paris", None], ["Prague", "Rome"]),
        ("not_equals", [None], ["Paris", "Prague", "Rome"]),
        ("contains", ["RA"], ["Prague"]),
        ("contains", ["om", "ar"], ["Paris", "Rome"]),
        ("not_contains", ["om", "ar"], ["Prague", None]),
        ("starts_with", ["P"], ["Paris", "Prague"]),
        ("not_starts_with", ["P"], ["Rome", None]),
        ("ends_with", ["e"], ["Prague", "Rome"]),
        ("not_ends_with", ["e"], ["Paris", None]),
        ("set", [], ["Paris", "Prague", "Rome"]),
        ("not_set", [], [None]),
    ],
)
def test_texts(operator: str, values: list[str | None], rows: list[str | None]) -> None:
    assert kept(operator, *values) == rows


@pytest.mark.parametrize(
    ("operator", "values", "days"),
    [
        ("in_date_range", ["2024-01-02", "2024-01-03"], [2, 3]),
        ("in_date_range", ["2024-01-02"], [2]),
        ("not_in_date_range", ["2024-01-02", "2024-01-03"], [1, 4]),
        ("before_date", ["2024-01-03"], [1, 2]),
        ("before_or_on_date", ["2024-01-03"], [1, 2, 3]),
        ("after_date", ["2024-01-02"], [3, 4]),
        ("after_or_on_date", ["2024-01-02"], [2, 3, 4]),
        ("on_the_date", ["2024-01-04"], [4]),
    ],
)
def test_days_mean_all_of_the_day(operator: str, values: list[str], days: list[int]) -> None:
    condition = condition_of("at", operator, values, "timestamp")
    at = {day: datetime(2024, 1, day, 23, 30) for day in (1, 2, 3, 4)}
    assert [day for day, moment in at.items() if keeps(condition, {"at": moment}, {"at": "timestamp"})] == days


def test_numbers_are_compared_as_numbers() -> None:
    condition = condition_of("n", "gt", ["9"], "decimal")
    assert [n for n in (8, 10, 90) if keeps(condition, {"n": n}, {"n": "decimal"})] == [10, 90]


def test_groups_of_filters() -> None:
    either = MemberFilter(
        any_of=(
            MemberFilter(member="t.city", operator="equals", values=("Rome",)),
            MemberFilter(
                all_of=(
                    MemberFilter(member="t.city", operator="starts_with", values=("P",)),
                    MemberFilter(member="t.city", operator="ends_with", values=("e",)),
                )
            ),
        )
    )
    condition = to_condition(either, lambda name: name.partition(".")[2], lambda _field: "string")
    assert [city for city in CITIES if keeps(condition, {"city": city}, {"city": "string"})] == ["Prague", "Rome"]


@pytest.mark.parametrize(
    ("operator", "values", "kind"),
    [("near", ["Paris"], "string"), ("gt", ["many"], "decimal"), ("after_date", ["someday"], "timestamp")],
)
def test_what_cannot_be_read_is_refused(operator: str, values: list[str], kind: DataType) -> None:
    with pytest.raises(NotExpressible):
        condition_of("x", operator, values, kind)
