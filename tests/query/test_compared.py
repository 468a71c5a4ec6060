"""Which days a comparison lays beside which: what the page says in words is what the numbers are computed from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.identity.organisation import Browser

from metrion.integration import actions as integration
from metrion.query.compared import compared_days
from metrion.query.schemas import ComparedQuestion, DaySpan
from metrion.semantic.errors import NoCalendar, NoSuchLevel
from metrion.semantic.model import Shift

if TYPE_CHECKING:
    from tests.query.shop import Shop

FESTIVAL = Shift(count=1, unit="spring_festival")
SAME_WORKING_DAY = Shift(count=1, unit="year", match="working_day")


def _asked(shift: Shift, first: date, last: date, grain: str | None = None) -> ComparedQuestion:
    return ComparedQuestion(start=first, end=last, grain=grain, shift=shift)


def _days(first: date, last: date, working: int) -> DaySpan:
    return DaySpan(first=first, last=last, days=(last - first).days + 1, working_days=working)


@pytest.fixture
def with_calendar(shop: Shop) -> Shop:
    """Return the shop with its company's calendar."""
    integration.found_calendar(shop.actor("admin"))
    return shop


def test_the_holiday_week_meets_that_of_the_year_before(with_calendar: Shop) -> None:
    found = compared_days(with_calendar.actor("boss"), _asked(FESTIVAL, date(2026, 2, 17), date(2026, 2, 23), "day"))
    assert found.days == _days(date(2026, 2, 17), date(2026, 2, 23), 0)
    assert found.compared == _days(date(2025, 1, 29), date(2025, 2, 4), 0)
    pairs = [(each.period, each.compared and each.compared.first) for each in found.periods]
    assert pairs == [
        (str(date(2026, 2, 17) + timedelta(days=place)), date(2025, 1, 29) + timedelta(days=place))
        for place in range(7)
    ]


def test_a_saturday_on_which_people_work_meets_a_working_day(with_calendar: Shop) -> None:
    saturday = date(2026, 2, 14)
    found = compared_days(with_calendar.actor("boss"), _asked(SAME_WORKING_DAY, saturday, saturday))
    assert found.days == _days(saturday, saturday, 1)
    assert found.compared == _days(date(2025, 2, 20), date(2025, 2, 20), 1)
    assert found.periods == ()


def test_dates_and_weekdays_need_no_other_calendar(with_calendar: Shop) -> None:
    asker = with_calendar.actor("boss")
    by_date = compared_days(asker, _asked(Shift(count=1, unit="year"), date(2024, 2, 1), date(2024, 2, 29), "month"))
    # 2023 had no 29 February: 28 days stand beside 29.
    assert by_date.compared is not None
    assert (by_date.compared.first, by_date.compared.last, by_date.compared.days) == (
        date(2023, 2, 1), date(2023, 2, 28), 28,
    )  # fmt: skip
    by_weekday = compared_days(
        asker, _asked(Shift(count=1, unit="year", match="weekday"), date(2026, 2, 16), date(2026, 2, 22))
    )
    assert by_weekday.compared == _days(date(2025, 2, 17), date(2025, 2, 23), 5)


def test_a_day_with_nothing_beside_it_says_so(with_calendar: Shop) -> None:
    # February 2026 has more days off than January: the last ones have no partner.
    last_off = date(2026, 2, 23)
    shift = Shift(count=12, unit="month", match="working_day")
    found = compared_days(with_calendar.actor("boss"), _asked(shift, last_off, last_off))
    assert found.compared is None


def test_without_a_calendar_and_with_a_level_that_is_not_there_it_is_refused(shop: Shop) -> None:
    with pytest.raises(NoSuchLevel):
        compared_days(shop.actor("boss"), _asked(FESTIVAL, date(2026, 2, 17), date(2026, 2, 23)))
    for shift in (SAME_WORKING_DAY, Shift(count=1, unit="month")):
        with pytest.raises(NoCalendar):
            compared_days(shop.actor("boss"), _asked(shift, date(2026, 2, 17), date(2026, 2, 23)))


def test_over_http_the_days_are_plain_dates(with_calendar: Shop) -> None:
    del with_calendar
    browser = Browser()
    assert browser.sign_in("boss").status_code == 200
    body = {"start": "2026-02-17", "end": "2026-02-17", "shift": {"count": 1, "unit": "spring_festival"}}
    assert browser.post("/api/v1/query/compared-days", body).json() == {
        "days": {"first": "2026-02-17", "last": "2026-02-17", "days": 1, "working_days": 0},
        "compared": {"first": "2025-01-29", "last": "2025-01-29", "days": 1, "working_days": 0},
        "periods": [],
    }
    assert browser.post("/api/v1/query/compared-days", {**body, "start": "yesterday"}).status_code == 422
