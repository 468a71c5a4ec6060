"""The six orders: 460 in all, EAST 350, WEST 75, none 35, whatever is asked beside them."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import cast

import pytest
from tests.semantic.six_orders import six_orders
from tests.semantic.world import Row, atomic, derived

from metrion.semantic.model import Period, Shift
from metrion.semantic.scope import TimeContext

REVENUE: dict[str | None, int] = {"EAST": 350, "WEST": 75, None: 35}
RETURNED: dict[str | None, int] = {"EAST": 10, "WEST": 5, "NORTH": 15}
EXPECTED: dict[str, dict[str | None, int]] = {
    "revenue": REVENUE,
    "orders_count": {"EAST": 3, "WEST": 1, None: 2},
    "buyers": {"EAST": 2, "WEST": 1, None: 1},
    "returned": RETURNED,
    "credit": {"EAST": 200, "WEST": 50, "NORTH": 70},
}
ZERO_WHEN_MISSING = {"orders_count", "buyers"}
SETS = [names for size in range(1, 6) for names in combinations(EXPECTED, size)]


@pytest.mark.parametrize("names", SETS, ids="+".join)
def test_by_region_with_every_set_of_metrics(names: tuple[str, ...]) -> None:
    rows = six_orders().ask(metrics=names, dimensions=[{"field": "region"}])
    regions = {region for name in names for region in EXPECTED[name]}
    assert {row[0] for row in rows} == regions
    assert len(rows) == len(regions)
    for row in rows:
        region = cast("str | None", row[0])
        expected = [EXPECTED[name].get(region, 0 if name in ZERO_WHEN_MISSING else None) for name in names]
        assert list(row[1:]) == expected


@pytest.mark.parametrize("names", SETS, ids="+".join)
def test_in_all_with_every_set_of_metrics(names: tuple[str, ...]) -> None:
    whole = {"revenue": 460, "orders_count": 6, "buyers": 4, "returned": 30, "credit": 320}
    expected = tuple(whole[name] for name in names)
    assert six_orders().ask(metrics=names) == [expected]
    assert six_orders().totals(metrics=names, dimensions=[{"field": "region"}], limit=1) == expected


def test_previous_month_by_day_totals_what_moved() -> None:
    rows = six_orders().ask(metrics=["revenue_last_month"], grain="day")
    assert rows == [
        (date(2024, 2, 29), 150),
        (date(2024, 3, 29), 200),
        (date(2024, 5, 10), 75),
        (date(2024, 5, 11), 35),
    ]
    assert sum(row[1] for row in rows) == 460  # type: ignore[misc]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2024, 2, 1), date(2024, 2, 29), 150),
        (date(2024, 3, 1), date(2024, 3, 31), 200),
        (date(2024, 4, 1), date(2024, 4, 30), None),
        (date(2024, 5, 1), date(2024, 5, 31), 110),
        (date(2024, 5, 1), date(2024, 5, 10), 75),
        (None, date(2024, 3, 31), 350),
        (date(2024, 3, 1), None, 310),
        (None, None, 460),
    ],
)
def test_previous_month_over_a_range_without_a_grain(
    start: date | None, end: date | None, expected: int | None
) -> None:
    time = {"kind": "absolute", "start": start, "end": end}
    assert six_orders().ask(metrics=["revenue_last_month"], time=time) == [(expected,)]


def test_previous_month_by_month_beside_this_month() -> None:
    rows = six_orders().ask(metrics=["revenue", "revenue_last_month"], grain="month")
    assert rows == [
        (date(2024, 1, 1), 150, None),
        (date(2024, 2, 1), 200, 150),
        (date(2024, 3, 1), None, 200),
        (date(2024, 4, 1), 110, None),
        (date(2024, 5, 1), None, 110),
    ]


def test_previous_month_by_month_in_a_range_reads_before_it() -> None:
    time = {"kind": "absolute", "start": date(2024, 2, 1), "end": date(2024, 3, 31)}
    rows = six_orders().ask(metrics=["revenue", "revenue_last_month"], grain="month", time=time)
    assert rows == [(date(2024, 2, 1), 200, 150), (date(2024, 3, 1), None, 200)]


def test_march_is_empty_and_the_spine_shows_it() -> None:
    company = six_orders()
    revenue = company.catalogue.metric("revenue").model_copy(update={"code": "filled", "row_set": "spine"})
    zeroed = revenue.model_copy(update={"code": "zeroed", "fill": "zero"})
    company = company.with_(revenue, zeroed)
    months = [date(2024, month, 1) for month in range(1, 5)]
    assert company.ask(metrics=["filled"], grain="month") == list(zip(months, [150, 200, None, 110], strict=True))
    assert company.ask(metrics=["zeroed"], grain="month") == list(zip(months, [150, 200, 0, 110], strict=True))
    assert company.ask(metrics=["revenue"], grain="month") == [
        (months[0], 150),
        (months[1], 200),
        (months[3], 110),
    ]
    time = {"kind": "absolute", "start": date(2024, 3, 10), "end": date(2024, 4, 5)}
    assert company.ask(metrics=["zeroed"], grain="month", time=time) == [(months[2], 0), (months[3], 0)]


def test_spine_has_every_member_in_every_period() -> None:
    company = six_orders()
    spine = company.catalogue.metric("orders_count").model_copy(update={"row_set": "spine", "code": "daily"})
    rows = company.with_(spine).ask(metrics=["daily"], dimensions=[{"field": "region"}], grain="month")
    counted = {(row[0].month, row[1]): row[2] for row in rows}  # type: ignore[attr-defined]
    assert counted == {
        **{(month, region): 0 for month in range(1, 5) for region in ("EAST", "WEST", None)},
        (1, "EAST"): 2,
        (2, "EAST"): 1,
        (4, "WEST"): 1,
        (4, None): 2,
    }


def test_to_date_and_trailing_see_gaps_and_lead_in() -> None:
    company = six_orders()
    assert company.ask(metrics=["revenue_mtd", "revenue_ytd", "revenue_3m"], grain="month") == [
        (date(2024, 1, 1), 150, 150, 150),
        (date(2024, 2, 1), 200, 350, 350),
        (date(2024, 4, 1), 110, 460, 310),
    ]
    time = {"kind": "absolute", "start": date(2024, 4, 11), "end": date(2024, 4, 11)}
    assert company.ask(metrics=["revenue_mtd", "revenue_ytd", "revenue_3m"], grain="day", time=time) == [
        (date(2024, 4, 11), 110, 460, 460)
    ]
    assert company.ask(metrics=["revenue_mtd", "revenue_ytd", "revenue_3m"], time=time) == [(110, 460, 460)]


def test_a_window_is_right_in_periods_that_only_another_fact_has() -> None:
    rows = six_orders().ask(metrics=["revenue_ytd", "returned"], grain="month")
    assert rows == [
        (date(2024, 1, 1), 150, None),
        (date(2024, 2, 1), 350, 10),
        (date(2024, 4, 1), 460, 5),
        (date(2024, 5, 1), 460, 15),
    ]


def test_a_window_keeps_members_that_have_no_fact_in_the_period() -> None:
    rows = six_orders().ask(metrics=["revenue_ytd"], dimensions=[{"field": "region"}], grain="month")
    assert rows == [
        (date(2024, 1, 1), "EAST", 150),
        (date(2024, 2, 1), "EAST", 350),
        (date(2024, 4, 1), "EAST", 350),
        (date(2024, 4, 1), "WEST", 75),
        (date(2024, 4, 1), None, 35),
    ]


@pytest.mark.parametrize(
    ("aggregation", "column", "expected"),
    [
        # Customers 1; 1 and 2; 1, 2, 3 and the unknown 99: NULL is nobody, nobody is counted twice.
        ("count_distinct", "customer_id", [1, 2, 4]),
        ("avg", "amount", [75, 350 / 3, 460 / 6]),
        ("median", "amount", [75, 100, 62.5]),
    ],
)
def test_windows_of_unsafe_aggregations_are_computed_from_rows(
    aggregation: str, column: str, expected: list[float]
) -> None:
    company = six_orders().with_(
        atomic("base", "orders", aggregation, column), derived("ytd", "base", period=Period(to_date="year"))
    )
    rows = company.ask(metrics=["ytd"], grain="month")
    assert [row[0] for row in rows] == [date(2024, 1, 1), date(2024, 2, 1), date(2024, 4, 1)]
    assert [row[1] for row in rows] == pytest.approx(expected)


def test_comparison_with_the_previous_range() -> None:
    time = {"kind": "absolute", "start": date(2024, 4, 1), "end": date(2024, 4, 30)}
    question = {"metrics": ["revenue", "returned"], "time": time, "comparison": {"kind": "previous"}}
    assert six_orders().ask(**question) == [(110, 5, None, None)]
    quarter = {"kind": "absolute", "start": date(2024, 4, 1), "end": date(2024, 6, 30)}
    assert six_orders().ask(**{**question, "time": quarter}) == [(110, 20, 350, 10)]
    assert six_orders().ask(**{**question, "time": quarter}, dimensions=[{"field": "region"}]) == [
        ("EAST", None, None, 350, 10),
        ("NORTH", None, 15, None, None),
        ("WEST", 75, 5, None, None),
        (None, 35, None, None, None),
    ]


def test_relative_time_ends_at_the_latest_data_of_the_datasets_asked() -> None:
    company = six_orders().at(
        TimeContext(
            zone="Asia/Shanghai",
            today=date(2026, 1, 1),
            anchors={"orders": date(2024, 4, 11), "returns": date(2024, 5, 1)},
        )
    )
    last_month = {"kind": "last", "count": 1, "unit": "month"}
    assert company.ask(metrics=["revenue"], time=last_month) == [(110,)]
    assert company.ask(metrics=["revenue", "returned"], time=last_month) == [(None, 15)]
    complete = {**last_month, "complete": True}
    assert company.ask(metrics=["revenue"], time=complete) == [(None,)]
    compiled = company.compiled(metrics=["revenue"], time={"kind": "last", "count": 3, "unit": "month"})
    assert (compiled.time_start, compiled.time_end) == (date(2024, 2, 1), date(2024, 4, 11))
    to_date = company.compiled(metrics=["revenue"], time={"kind": "to_date", "unit": "quarter"})
    assert (to_date.time_start, to_date.time_end) == (date(2024, 4, 1), date(2024, 4, 11))


def test_the_running_month_is_compared_like_for_like() -> None:
    company = six_orders().at(
        TimeContext(zone="Asia/Shanghai", today=date(2026, 1, 1), anchors={"orders": date(2024, 2, 29)})
    )
    rows = company.ask(
        metrics=["revenue"],
        grain="month",
        time={"kind": "last", "count": 1, "unit": "month"},
        comparison={"kind": "previous"},
    )
    assert rows == [(date(2024, 2, 1), 200, 150)]
    earlier = company.at(
        TimeContext(zone="Asia/Shanghai", today=date(2026, 1, 1), anchors={"orders": date(2024, 2, 28)})
    )
    assert earlier.ask(
        metrics=["revenue"], time={"kind": "last", "count": 1, "unit": "month"}, comparison={"kind": "previous"}
    ) == [(None, None)]


def test_a_ratio_is_a_sum_over_a_sum_everywhere() -> None:
    question = {"metrics": ["return_rate"], "dimensions": [{"field": "region"}]}
    assert dict(_pairs(six_orders().ask(**question))) == pytest.approx(
        {"EAST": 10 / 350, "WEST": 5 / 75, "NORTH": None, None: None}
    )
    assert six_orders().totals(**question) == pytest.approx((30 / 460,))


def test_shifted_year_over_year_growth() -> None:
    company = six_orders().with_(
        derived("last_year", "revenue", period=Period(shift=Shift(count=1, unit="year"))),
        derived("ytd_last_year", "revenue_ytd", period=Period(shift=Shift(count=1, unit="year"))),
    )
    assert company.ask(metrics=["last_year"], grain="day", time={"kind": "absolute", "end": date(2025, 3, 1)}) == [
        (date(2025, 1, 30), 50),
        (date(2025, 1, 31), 100),
        (date(2025, 2, 28), 200),
    ]
    assert company.ask(metrics=["ytd_last_year"], grain="month") == [
        (date(2025, 1, 1), 150),
        (date(2025, 2, 1), 350),
        (date(2025, 4, 1), 460),
    ]


def _pairs(rows: list[Row]) -> list[tuple[object, object]]:
    return [(row[0], row[1]) for row in rows]
