"""Days, periods and moves in time: the arithmetic that decides which rows a question reads.

A shift moves *rows* forward, each to exactly one day: day k of a month goes to day k of the target
month, and days without a counterpart (the 31st) go to its last day. So nothing is lost or counted
twice: a shifted month totals what its source month totalled. A move is monotone, hence the days
that land in a range are themselves a range.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal

from metrion.semantic.errors import NothingToCompare, TimeOutOfRange
from metrion.semantic.model import Duration, Grain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrion.semantic.request import TimeRange

WeekStart = Literal["monday", "sunday"]

GRAINS: Final[tuple[Grain, ...]] = ("day", "week", "month", "quarter", "year")
GRAIN_NAMES: Final[dict[Grain, tuple[str, str]]] = {
    "day": ("日", "day"),
    "week": ("周", "week"),
    "month": ("月", "month"),
    "quarter": ("季", "quarter"),
    "year": ("年", "year"),
}
_MONTHS: Final[dict[Grain, int]] = {"month": 1, "quarter": 3, "year": 12}
_DAYS: Final[dict[Grain, int]] = {"day": 1, "week": 7}
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Move:
    """A shift by whole months (clamped to the month's end) or by days."""

    unit: Literal["month", "day"]
    count: int

    @classmethod
    def of(cls, duration: Duration) -> Move:
        """Return the move of a duration: weeks are days, quarters and years are months."""
        if duration.unit in _MONTHS:
            return cls("month", duration.count * _MONTHS[duration.unit])
        return cls("day", duration.count * _DAYS[duration.unit])


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days from `start` to `end`, both included; None is open."""

    start: date | None = None
    end: date | None = None

    @property
    def bounded(self) -> bool:
        """Tell whether the range limits anything."""
        return self.start is not None or self.end is not None


def finer(grain: Grain, than: Grain) -> bool:
    """Tell whether `grain` is finer than `than`."""
    return GRAINS.index(grain) < GRAINS.index(than)


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later, or that month's last day."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise TimeOutOfRange
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def add_days(day: date, days: int) -> date:
    """Return the day `days` later."""
    try:
        return day + timedelta(days=days)
    except OverflowError as fault:
        raise TimeOutOfRange from fault


def period_start(day: date, grain: Grain, week_start: WeekStart) -> date:
    """Return the first day of the period that holds `day`."""
    if grain == "day":
        return day
    if grain == "week":
        return add_days(day, -((day.weekday() + (week_start == "sunday")) % 7))
    months = _MONTHS[grain]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def period_end(day: date, grain: Grain, week_start: WeekStart) -> date:
    """Return the last day of the period that holds `day`."""
    return add_days(step(period_start(day, grain, week_start), grain, 1), -1)


def step(start: date, grain: Grain, count: int) -> date:
    """Return the start of the period `count` periods after the one that starts at `start`."""
    return add_months(start, count * _MONTHS[grain]) if grain in _MONTHS else add_days(start, count * _DAYS[grain])


def forward(day: date, moves: Sequence[Move]) -> date:
    """Return where rows of `day` land."""
    for move in moves:
        day = add_months(day, move.count) if move.unit == "month" else add_days(day, move.count)
    return day


def source_end(day: date, moves: Sequence[Move]) -> date:
    """Return the last day whose rows land on `day` or before."""
    for move in reversed(moves):
        if move.unit == "day":
            day = add_days(day, -move.count)
        else:
            last = day.day == monthrange(day.year, day.month)[1]
            day = add_months(day, -move.count)
            day = day.replace(day=monthrange(day.year, day.month)[1]) if last else day
    return day


def source_range(days: DayRange, moves: Sequence[Move]) -> DayRange:
    """Return the days whose rows land in `days`: nothing more, nothing less."""
    if not moves:
        return days
    start = None if days.start is None else add_days(source_end(add_days(days.start, -1), moves), 1)
    return DayRange(start, None if days.end is None else source_end(days.end, moves))


def window_range(ref: date, window: Grain | Duration, week_start: WeekStart) -> DayRange:
    """Return the days that a to-date (grain) or trailing (duration) value at day `ref` is made of."""
    if isinstance(window, Duration):
        return DayRange(add_days(source_end(ref, (Move.of(window),)), 1), ref)
    return DayRange(period_start(ref, window, week_start), ref)


def commutes(window: Grain | Duration, move: Move) -> bool:
    """Tell whether moving rows and then accumulating equals accumulating and then moving."""
    if isinstance(window, Duration):
        return Move.of(window).unit == move.unit
    if window in _MONTHS:
        return move.unit == "month" and move.count % _MONTHS[window] == 0
    return move.unit == "day" and move.count % _DAYS[window] == 0


def resolve_range(time: TimeRange | None, anchor: date, week_start: WeekStart) -> DayRange:
    """Return the absolute days of a time range.

    Relative ranges end at `anchor`. With `complete`, the unit that holds the anchor counts only when
    the anchor is its last day.
    """
    if time is None:
        return DayRange()
    if time.kind == "absolute":
        if time.start is not None and time.end is not None and time.end < time.start:
            raise TimeOutOfRange(field="time")
        return DayRange(time.start, time.end)
    running = period_start(anchor, time.unit, week_start)
    if time.kind == "to_date":
        return DayRange(running, anchor)
    if time.complete and period_end(anchor, time.unit, week_start) != anchor:
        return DayRange(step(running, time.unit, -time.count), running - _DAY)
    return DayRange(step(running, time.unit, 1 - time.count), anchor)


def previous_shift(time: TimeRange | None, days: DayRange, grain: Grain | None) -> Duration:
    """Return the shift that lays the range before `days` upon it.

    Relative ranges move by their own length, whole months by months, other days by their number.
    Without a range, the previous period of the grain is meant.
    """
    if time is not None and time.kind == "last":
        return Duration(count=time.count, unit=time.unit)
    if time is not None and time.kind == "to_date":
        return Duration(count=1, unit=time.unit)
    if days.start is None or days.end is None:
        if grain is None or days.bounded:
            raise NothingToCompare(field="comparison")
        return Duration(count=1, unit=grain)
    after = add_days(days.end, 1)
    months = (after.year - days.start.year) * 12 + after.month - days.start.month
    if days.start.day == after.day == 1:
        return Duration(count=months, unit="month")
    return Duration(count=(after - days.start).days, unit="day")
