"""Days beside days: a metric is compared by Spring Festival and by working day, and the page says which days those are.

The numbers are summed here from the rows of the demo's own tables, by days that are written down, not computed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.journeys.selects import choose

from metrion.demo import internet, manufacturing

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Visit = Callable[..., Page]

pytestmark = pytest.mark.journey

_PATIENCE = 20_000
NEW_YEARS_DAY = {2024: date(2024, 2, 10), 2025: date(2025, 1, 29), 2026: date(2026, 2, 17)}
"""Days of the Spring Festival, as almanacs have them."""
SATURDAY, ITS_PARTNER = date(2026, 2, 14), date(2025, 2, 20)
"""A Saturday on which people work for the holidays after it: the 32nd working day of its year, as its partner is."""


@dataclass(frozen=True)
class Words:
    """What the page says in one language."""

    compare: str
    festival: str
    working_day: str
    pair: str
    span: str
    was: str
    saturday: str
    partner: str


SAID = {
    "zh": Words(
        "对比", "按春节对齐", "去年同一工作日", "{0}，对比 {1}", "{0} – {1}（7 天，工作日 0 天）", "当时 {0}",
        "2026-02-14 周六调休上班", "2025-02-20 周四",
    ),
    "en": Words(
        "Compare", "Aligned by Spring Festival", "Same working day of last year", "{0} compared with {1}",
        "{0} – {1} (7 days, working days: 0)", "was {0}", "2026-02-14 Satworks in lieu", "2025-02-20 Thu",
    ),
}  # fmt: skip


@cache
def _sessions() -> Counter[date]:
    return Counter(internet.sessions()["session_date"].to_pylist())


@cache
def _output() -> Counter[date]:
    made: Counter[date] = Counter()
    rows = manufacturing.production().select(["production_date", "total_units"]).to_pylist()
    for row in rows:
        made[row["production_date"]] += row["total_units"]
    return made


def _week(first: date) -> list[date]:
    return [first + timedelta(days=place) for place in range(7)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("year", [2025, 2026])
def test_the_holiday_week_is_compared_with_the_holiday_week(visit: Visit, language: str, year: int) -> None:
    words = SAID[language]
    own, before = _week(NEW_YEARS_DAY[year]), _week(NEW_YEARS_DAY[year - 1])
    page = visit("deng.wei", language=language, path=f"/metrics/session_count?grain=day&range={own[0]}..{own[-1]}")
    choose(page, page.get_by_role("combobox", name=words.compare, exact=True), words.festival)
    trend = page.locator("section[aria-labelledby=trend]")
    spans = [words.span.format(days[0], days[-1]) for days in (own, before)]
    expect(trend.get_by_text(words.pair.format(*spans))).to_be_visible(timeout=_PATIENCE)
    now, then = (sum(_sessions()[day] for day in days) for days in (own, before))
    expect(trend).to_contain_text(f"{now:,}")
    expect(trend).to_contain_text(words.was.format(f"{then:,}"))
    figures = page.locator("section[aria-labelledby=figures]")
    for day, partner in zip(own, before, strict=True):
        row = figures.get_by_role("row").filter(has_text=str(day))
        expect(row).to_contain_text(str(partner))
        expect(row).to_contain_text(f"{_sessions()[day]:,}")
        expect(row).to_contain_text(f"{_sessions()[partner]:,}")
    assert "compare=spring_festival" in page.url


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_working_saturday_is_compared_with_the_working_day_of_its_number(visit: Visit, language: str) -> None:
    words = SAID[language]
    page = visit("gao.jian", language=language, path=f"/metrics/output_units?grain=day&range={SATURDAY}..2026-02-16")
    choose(page, page.get_by_role("combobox", name=words.compare, exact=True), words.working_day)
    row = page.locator("section[aria-labelledby=figures]").get_by_role("row").filter(has_text=str(SATURDAY))
    expect(row).to_contain_text(words.saturday, timeout=_PATIENCE)
    expect(row).to_contain_text(words.partner)
    expect(row).to_contain_text(f"{_output()[SATURDAY]:,}")
    expect(row).to_contain_text(f"{_output()[ITS_PARTNER]:,}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_a_phone_the_days_are_said_too(visit: Visit, language: str) -> None:
    words = SAID[language]
    path = "/metrics/session_count?grain=day&range=2026-02-17..2026-02-23&compare=spring_festival"
    page = visit("deng.wei", language=language, path=path, phone=True)
    span = words.span.format("2025-01-29", "2025-02-04")
    expect(page.locator("section[aria-labelledby=trend]")).to_contain_text(span, timeout=_PATIENCE)
    row = page.locator("section[aria-labelledby=figures]").get_by_role("row").filter(has_text="2026-02-21")
    expect(row.get_by_text("2025-02-02").locator("visible=true")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_compared_ends_with_the_data_where_no_end_is_said(visit: Visit, language: str) -> None:
    path = "/metrics/session_count?grain=day&range=2026-10-25..&compare=year_working_day"
    page = visit("deng.wei", language=language, path=path)
    rows = page.locator("section[aria-labelledby=figures]").get_by_role("row")
    last = max(_sessions())
    expect(rows.nth(1)).to_contain_text(str(last), timeout=_PATIENCE)
    expect(rows).to_have_count(1 + (last - date(2026, 10, 25)).days + 1)
