"""The Chinese lunar calendar (农历) and the festivals that move with it."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from metrion.lake.calendar.columns import Values

FESTIVALS: Final[dict[str, tuple[int, int]]] = {
    "spring_festival": (1, 1),
    "dragon_boat": (5, 5),
    "mid_autumn": (8, 15),
}
"""Festival -> lunar month and day."""


def festival_day(festival: str, year: int) -> date:
    """Return the civil day of a festival of the lunar year that begins in `year`."""
    from borax.calendars.lunardate import LunarDate  # noqa: PLC0415 - read when a calendar is made

    month, day = FESTIVALS[festival]
    found: date = LunarDate(year, month, day).to_solar_date()
    return found


@lru_cache(maxsize=8)
def lunar_columns(days: tuple[date, ...]) -> dict[str, Values]:
    """Return lunar date and distance to the nearest festivals for consecutive days."""
    from borax.calendars.lunardate import LunarDate  # noqa: PLC0415 - read when a calendar is made

    dates = [LunarDate.from_solar(day) for day in days]
    found: dict[str, Values] = {
        "lunar_year": [each.year for each in dates],
        "lunar_month": [each.month for each in dates],
        "lunar_day": [each.day for each in dates],
        "lunar_leap": [bool(each.leap) for each in dates],
        "lunar_name": [f"{'闰' if each.leap else ''}{each.cn_month}月{each.cn_day}" for each in dates],
    }
    years = range(days[0].year - 1, days[-1].year + 2)
    for name in FESTIVALS:
        turns = [festival_day(name, year) for year in years]
        nearest = [_nearest(each, turns) for each in days]
        found[f"{name}_year"] = [turn.year for turn in nearest]
        found[f"{name}_day"] = [(each - turn).days for each, turn in zip(days, nearest, strict=True)]
    return found


def _nearest(day: date, turns: Sequence[date]) -> date:
    """Return the festival nearest to a day; of two equally near ones the earlier."""
    place = bisect_right(turns, day)
    before, after = turns[place - 1], turns[place]
    return before if day - before <= after - day else after
