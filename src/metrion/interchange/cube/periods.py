"""Intervals of Cube (`3 month`, `1 year 6 months`) and what is made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.limits import within_limits
from metrion.semantic.formula.printer import format_name
from metrion.semantic.model import Duration, Period, Shift

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from metrion.interchange.cube.model import Granularity, Rolling
    from metrion.interchange.cube.model import Shift as Written

Unit = Literal["second", "minute", "hour", "day", "week", "month", "quarter", "year"]
_UNITS: Final[tuple[Unit, ...]] = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
GRAINS: Final = frozenset(_UNITS)
_TRUNCATED: Final = frozenset({"day", "week", "month", "quarter", "year"})
_PART: Final = re.compile(r"(-?\d+)\s*([a-z]+?)s?\b", re.IGNORECASE)
_MONTHS: Final[Mapping[str, int]] = {"month": 1, "quarter": 3, "year": 12}
_DAYS: Final[Mapping[str, int]] = {"day": 1, "week": 7}
_YEAR: Final = 12
_SAFE_DAY: Final = 28
_ORIGIN: Final = date(2024, 1, 1)
"""The first day of a year: which one makes no difference to periods that fit into a year."""


def interval(written: str) -> tuple[int, Unit]:
    """Return an interval as a number of one unit; raises `NotExpressible`."""
    parts = [(int(count), unit.lower()) for count, unit in _PART.findall(written)]
    units = {unit for _, unit in parts}
    if len(parts) == 1 and (unit := parts[0][1]) in GRAINS:
        return parts[0][0], next(known for known in _UNITS if known == unit)
    if parts and units <= set(_MONTHS):
        return sum(count * _MONTHS[unit] for count, unit in parts), "month"
    if parts and units <= set(_DAYS):
        return sum(count * _DAYS[unit] for count, unit in parts), "day"
    raise NotExpressible(zh=f"时间间隔“{written}”", en=f"the interval “{written}”")


def shift_of(written: Written, level_of: Callable[[str], str] = str) -> Shift:
    """Return a time shift, its unit as `level_of` names it; raises `NotExpressible`."""
    count, unit = interval(written.interval)
    return within_limits(Shift, count=-count if written.type == "next" else count, unit=level_of(unit))


def window(rolling: Rolling, level_of: Callable[[str], str]) -> Period:
    """Return a rolling window, `level_of` giving the levels of periods that are no grains; raises `NotExpressible`."""
    if rolling.to_date:
        return Period(to_date=rolling.to_date if rolling.to_date in GRAINS else level_of(rolling.to_date))
    seen: Literal["end", "start"] = "start" if rolling.offset == "start" else "end"
    return Period(
        trailing=_side(rolling.trailing),
        leading=_side(rolling.leading),
        cumulative=rolling.trailing == "unbounded",
        remaining=rolling.leading == "unbounded",
        seen_from=seen,
    )


def _side(written: str) -> Duration | None:
    if not written or written == "unbounded":
        return None
    count, unit = interval(written)
    return within_limits(Duration, count=count, unit=unit)


@dataclass(frozen=True, slots=True)
class Periods:
    """Periods of so many days or months, one after the other from an origin."""

    unit: Literal["day", "month"]
    count: int
    origin: date

    def formula(self, column: str) -> str:
        """Return the row expression with the first day of the period that holds a moment; raises `NotExpressible`."""
        start = f"to_date('{self.origin.isoformat()}')"
        moved = format_name(column)
        if self.unit == "month" and self.origin.day > 1:
            if self.origin.day > _SAFE_DAY:
                raise NotExpressible(zh=f"起点 {self.origin}", en=f"the origin {self.origin}")
            moved = f"date_add('day', {1 - self.origin.day}, {moved})"
        passed = f"date_diff('{self.unit}', {start}, {moved})"
        whole = f"{passed} - mod(mod({passed}, {self.count}) + {self.count}, {self.count})"
        return f"date_add('{self.unit}', {whole}, {start})"

    def sql(self, column: str) -> str:
        """Return the same in SQL of the lake's engine."""
        width = f"INTERVAL '{self.count}' {self.unit.upper()}"
        return f"CAST(TIME_BUCKET({width}, {column}, DATE '{self.origin.isoformat()}') AS DATE)"


def granularity_formula(column: str, name: str, custom: Granularity | None) -> str:
    """Return the row expression with the first day of the period that holds a moment; raises `NotExpressible`."""
    if custom is not None:
        return periods_of(custom).formula(column)
    if name not in _TRUNCATED:
        raise NotExpressible(zh=f"时间粒度“{name}”", en=f"the granularity “{name}”")
    return f"date_trunc('{name}', {format_name(column)})"


def periods_of(custom: Granularity) -> Periods:
    """Return the periods of a granularity that is written as an interval; raises `NotExpressible`."""
    count, unit = interval(custom.interval)
    if unit in _DAYS:
        return Periods("day", count * _DAYS[unit], _origin(custom, fits=False))
    if unit in _MONTHS:
        months = count * _MONTHS[unit]
        return Periods("month", months, _origin(custom, fits=_YEAR % months == 0))
    raise NotExpressible(zh=f"时间粒度“{custom.name}”（{unit}）", en=f"the granularity “{custom.name}” of {unit}s")


def _origin(custom: Granularity, *, fits: bool) -> date:
    if custom.origin:
        try:
            return date.fromisoformat(custom.origin[:10])
        except ValueError as refusal:
            raise NotExpressible(zh=f"起点“{custom.origin}”", en=f"the origin “{custom.origin}”") from refusal
    if not fits:
        raise NotExpressible(
            zh=f"粒度“{custom.name}”没有起点，每年会移动",
            en=f"“{custom.name}” without an origin, which moves each year",
        )
    if not custom.offset:
        return _ORIGIN
    count, unit = interval(custom.offset)
    if unit in _MONTHS and 0 <= (months := count * _MONTHS[unit]) < _YEAR:
        return _ORIGIN.replace(month=1 + months)
    if unit in _DAYS and 0 <= (days := count * _DAYS[unit]) < _SAFE_DAY:
        return _ORIGIN.replace(day=1 + days)
    raise NotExpressible(zh=f"偏移“{custom.offset}”", en=f"the offset “{custom.offset}”")
