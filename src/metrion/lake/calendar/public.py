"""Public holidays and the working days that pay for them (调休), from public sources.

For China the announcements of the State Council, as `chinese-calendar` keeps them. Years that were not announced yet,
and other countries, come from `holidays`, which computes the holidays that the law fixes: the 调休 of such a year is
not known. Both packages are read when a calendar is made, not when the product starts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from metrion.base.text import Text
from metrion.lake.calendar.rules import DayEdit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

_CHINA: Final = "CN"
_WEEKEND: Final = frozenset({5, 6})
_CHINESE: Final[dict[str, Text]] = {
    "new_year": Text(zh="元旦", en="New Year"),
    "spring_festival": Text(zh="春节", en="Spring Festival"),
    "qingming": Text(zh="清明节", en="Qingming Festival"),
    "labour_day": Text(zh="劳动节", en="Labour Day"),
    "dragon_boat": Text(zh="端午节", en="Dragon Boat Festival"),
    "mid_autumn": Text(zh="中秋节", en="Mid-Autumn Festival"),
    "national_day": Text(zh="国庆节", en="National Day"),
    "victory_day": Text(zh="抗战胜利纪念日", en="Victory Day"),
}
_ANNOUNCED: Final[dict[str, str]] = {
    "new_years_day": "new_year",
    "spring_festival": "spring_festival",
    "tomb_sweeping_day": "qingming",
    "labour_day": "labour_day",
    "dragon_boat_festival": "dragon_boat",
    "mid_autumn_festival": "mid_autumn",
    "national_day": "national_day",
    "anti_fascist_70th_day": "victory_day",
}
"""Names of `chinese-calendar` -> our codes."""
_BY_NAME: Final[dict[str, str]] = {name.zh: code for code, name in _CHINESE.items()} | {"农历除夕": "spring_festival"}
_SEVERAL: Final = re.compile(r"\s*;\s*")
_REMARK: Final = re.compile(r"\s*(?:（[^）]*）|\([^)]*\))\s*$")


@dataclass(frozen=True, slots=True)
class PublicDay:
    """A day that is no ordinary one: a day off, or a weekend day on which one works."""

    kind: Literal["holiday", "adjusted_working"]
    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class PublicCalendar:
    """The public days of a range of years, the weekend, and the years whose working days are known for sure."""

    days: Mapping[date, PublicDay]
    weekend: frozenset[int]
    """As `date.weekday()` counts: Monday is 0."""
    official: frozenset[int]

    def plain(self, day: date) -> DayEdit:
        """Return what a day is when the company says nothing of it."""
        found = self.days.get(day)
        if found is not None:
            return DayEdit(kind=found.kind, name=found.name)
        return DayEdit(kind="weekend" if day.weekday() in self.weekend else "working")


def known_countries() -> frozenset[str]:
    """Return the ISO codes of the countries whose holidays are known."""
    from holidays import list_supported_countries  # noqa: PLC0415 - a large package

    return frozenset(code for code in list_supported_countries() if len(code) == len(_CHINA))


@lru_cache(maxsize=8)
def public_days(country: str, first_year: int, last_year: int) -> PublicCalendar:
    """Return the public days of a country, the first and the last year included."""
    years = range(first_year, last_year + 1)
    if country != _CHINA:
        return _computed(country, years)
    announced, official = _announced()
    days = {day: found for day, found in announced.items() if day.year in years}
    if unknown := [year for year in years if year not in official]:
        days |= _computed(country, unknown).days
    return PublicCalendar(days, _WEEKEND, official.intersection(years))


def _announced() -> tuple[dict[date, PublicDay], frozenset[int]]:
    """Return what the State Council announced, and for which years."""
    import chinese_calendar  # noqa: PLC0415 - read when a calendar is made

    codes = {holiday.value: _ANNOUNCED[holiday.name] for holiday in chinese_calendar.Holiday}
    found: dict[date, PublicDay] = {}
    for day, name in chinese_calendar.holidays.items():
        found[day] = PublicDay("holiday", codes[name], _CHINESE[codes[name]])
    for day, name in chinese_calendar.workdays.items():
        found[day] = PublicDay("adjusted_working", codes[name], _CHINESE[codes[name]])
    return found, frozenset(day.year for day in chinese_calendar.holidays)


def _computed(country: str, years: Sequence[int]) -> PublicCalendar:
    """Return what `holidays` computes from the law of a country."""
    from holidays import country_holidays  # noqa: PLC0415 - a large package

    english = country_holidays(country, years=years)
    spoken = english.supported_languages
    if "en_US" in spoken:
        english = country_holidays(country, years=years, language="en_US")
    chinese = country_holidays(country, years=years, language="zh_CN") if "zh_CN" in spoken else {}
    days = {day: _named(country, chinese.get(day, ""), name) for day, name in english.items() if day.year in years}
    days |= {
        day: PublicDay("adjusted_working", "", Text(zh="调休上班", en="Working day in lieu"))
        for day in english.weekend_workdays
        if day.year in years
    }
    return PublicCalendar(days, frozenset(english.weekend), frozenset(years) if country != _CHINA else frozenset())


def _named(country: str, chinese: str, english: str) -> PublicDay:
    """Return the holiday of these names. Two holidays on one day are named by the first."""
    zh, en = (_REMARK.sub("", _SEVERAL.split(name)[0]) for name in (chinese, english))
    code = _BY_NAME.get(zh) if country == _CHINA else None
    if code is not None:
        return PublicDay("holiday", code, _CHINESE[code])
    return PublicDay("holiday", re.sub(r"[^a-z0-9]+", "_", en.lower()).strip("_"), Text(zh=zh, en=en))
