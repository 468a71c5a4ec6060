"""Moments, periods and moves in time: the arithmetic that decides which rows a question reads.

Time is cut into ticks: days, or seconds to hours where a question looks that closely. A day is a `date`, a finer tick
a `datetime` at its start. A shift moves *rows* forward, each to exactly one tick: day k of a month goes to day k of
the target month, and days without a counterpart (the 31st) go to its last day. So nothing is lost or counted twice: a
shifted month totals what its source month totalled. A move is monotone, hence the ticks that land in a range are
themselves a range.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal, TypeGuard

from metrion.semantic.errors import NoSuchUnit, NothingToCompare, TimeOutOfRange
from metrion.semantic.model import Duration, Grain, Level, Shift

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrion.semantic.request import TimeRange

WeekStart = Literal["monday", "sunday"]
Moment = date | datetime
"""The start of a tick."""

GRAINS: Final[tuple[Grain, ...]] = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
GRAIN_NAMES: Final[dict[Grain, tuple[str, str]]] = {
    "second": ("秒", "second"),
    "minute": ("分钟", "minute"),
    "hour": ("小时", "hour"),
    "day": ("日", "day"),
    "week": ("周", "week"),
    "month": ("月", "month"),
    "quarter": ("季", "quarter"),
    "year": ("年", "year"),
}
MONTHS: Final[dict[str, int]] = {"month": 1, "quarter": 3, "year": 12}
DAYS: Final[dict[str, int]] = {"day": 1, "week": 7}
SECONDS: Final[dict[str, int]] = {"second": 1, "minute": 60, "hour": 3600}
_WEEKDAYS: Final[dict[str, int]] = {"day": 1, "week": 7, "month": 28, "quarter": 91, "year": 364}
"""Days by which a shift that keeps the weekday moves."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Move:
    """A shift by whole months (clamped to the month's end), by days or by seconds. Forward where `count` > 0."""

    unit: Literal["month", "day", "second"]
    count: int

    @classmethod
    def of(cls, length: Duration | Shift) -> Move:
        """Return the move of a length: weeks are days, quarters and years are months. Raises `NoSuchUnit`."""
        if isinstance(length, Shift) and length.match == "weekday" and length.unit in _WEEKDAYS:
            return cls("day", length.count * _WEEKDAYS[length.unit])
        size = _LENGTHS.get(length.unit)
        if size is None:
            raise NoSuchUnit(unit=length.unit)
        return cls(size.unit, length.count * size.count)


_LENGTHS: Final[dict[str, Move]] = {
    **{name: Move("month", count) for name, count in MONTHS.items()},
    **{name: Move("day", count) for name, count in DAYS.items()},
    **{name: Move("second", count) for name, count in SECONDS.items()},
}


def length_of(grain: Grain) -> Move:
    """Return how long a period is, in months, days or seconds."""
    return _LENGTHS[grain]


@dataclass(frozen=True, slots=True)
class Range:
    """Ticks from `start` to `end`, both included; None is open."""

    start: Moment | None = None
    end: Moment | None = None

    @property
    def bounded(self) -> bool:
        """Tell whether the range limits anything."""
        return self.start is not None or self.end is not None


def is_grain(level: Level) -> TypeGuard[Grain]:
    """Tell whether a level is one of the grains that every company has."""
    return level in GRAIN_NAMES


def finer(grain: Grain, than: Grain) -> bool:
    """Tell whether `grain` is finer than `than`."""
    return GRAINS.index(grain) < GRAINS.index(than)


def nests(fine: Grain, coarse: Grain) -> bool:
    """Tell whether each period of `fine` lies in exactly one of `coarse`."""
    return fine == coarse or (finer(fine, coarse) and fine != "week")


def as_tick(moment: Moment, tick: Grain) -> Moment:
    """Return the tick that holds a moment."""
    if tick == "day":
        return moment.date() if isinstance(moment, datetime) else moment
    instant = moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - wall clock of the company
    return period_start(instant, tick, "monday")


def add_months(day: Moment, months: int) -> Moment:
    """Return the same day of the month `months` later, or that month's last day."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise TimeOutOfRange
    return day.replace(year=year, month=month0 + 1, day=min(day.day, monthrange(year, month0 + 1)[1]))


def add_days(day: Moment, days: int) -> Moment:
    """Return the moment `days` later."""
    return _plus(day, timedelta(days=days))


def add_ticks(moment: Moment, count: int, tick: Grain) -> Moment:
    """Return the tick `count` ticks later."""
    return _plus(moment, timedelta(days=count) if tick == "day" else timedelta(seconds=count * SECONDS[tick]))


def _plus(moment: Moment, delta: timedelta) -> Moment:
    try:
        return moment + delta
    except OverflowError as fault:
        raise TimeOutOfRange from fault


def add(moment: Moment, move: Move) -> Moment:
    """Return where a move leads: months are clamped."""
    if move.unit == "month":
        return add_months(moment, move.count)
    return _plus(moment, timedelta(**{f"{move.unit}s": move.count}))


def period_start(moment: Moment, grain: Grain, week_start: WeekStart) -> Moment:
    """Return the first tick of the period that holds `moment`; a period of a day or more starts with its day."""
    if grain in SECONDS:
        instant = moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - as above
        return {
            "second": instant.replace(microsecond=0),
            "minute": instant.replace(second=0, microsecond=0),
            "hour": instant.replace(minute=0, second=0, microsecond=0),
        }[grain]
    day = _midnight(moment)
    if grain == "day":
        return day
    if grain == "week":
        return add_days(day, -((day.weekday() + (week_start == "sunday")) % 7))
    months = MONTHS[grain]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _midnight(moment: Moment) -> Moment:
    if isinstance(moment, datetime):
        return moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return moment


def period_end(moment: Moment, grain: Grain, week_start: WeekStart, tick: Grain = "day") -> Moment:
    """Return the last tick of the period that holds `moment`."""
    return add_ticks(step(period_start(moment, grain, week_start), grain, 1), -1, tick)


def step(start: Moment, grain: Grain, count: int) -> Moment:
    """Return the start of the period `count` periods after the one that starts at `start`."""
    if grain in MONTHS:
        return add_months(start, count * MONTHS[grain])
    return add_days(start, count * DAYS[grain]) if grain in DAYS else add_ticks(start, count, grain)


def forward(day: Moment, moves: Sequence[Move]) -> Moment:
    """Return where rows of `day` land."""
    for move in moves:
        day = add(day, move)
    return day


def source_end(day: Moment, moves: Sequence[Move]) -> Moment:
    """Return the last tick whose rows land on `day` or before."""
    for move in reversed(moves):
        if move.unit != "month":
            day = add(day, Move(move.unit, -move.count))
        else:
            last = day.day == monthrange(day.year, day.month)[1]
            day = add_months(day, -move.count)
            day = day.replace(day=monthrange(day.year, day.month)[1]) if last else day
    return day


def source_range(ticks: Range, moves: Sequence[Move], tick: Grain = "day") -> Range:
    """Return the ticks whose rows land in `ticks`: nothing more, nothing less."""
    if not moves:
        return ticks
    start = None
    if ticks.start is not None:
        start = add_ticks(source_end(add_ticks(ticks.start, -1, tick), moves), 1, tick)
    return Range(start, None if ticks.end is None else source_end(ticks.end, moves))


def commutes(window: Level | Duration, move: Move) -> bool:
    """Tell whether moving rows and then accumulating equals accumulating and then moving."""
    if isinstance(window, Duration):
        return Move.of(window).unit == move.unit
    size = _LENGTHS.get(window)
    return size is not None and move.unit == size.unit and move.count % size.count == 0


def resolve_range(time: TimeRange | None, anchor: Moment, week_start: WeekStart, tick: Grain = "day") -> Range:
    """Return the absolute ticks of a time range; an absolute one is widened to whole ticks.

    Relative ranges end at `anchor`. With `complete`, the unit that holds the anchor counts only when
    the anchor is its last tick. Raises `NoSuchUnit` for a unit that is a level of a calendar.
    """
    if time is None:
        return Range()
    if time.kind == "absolute":
        start = None if time.start is None else as_tick(time.start, tick)
        end = None if time.end is None else _last_tick(time.end, tick)
        if start is not None and end is not None and end < start:
            raise TimeOutOfRange(field="time")
        return Range(start, end)
    if not is_grain(time.unit):
        raise NoSuchUnit(unit=time.unit)
    running = period_start(anchor, time.unit, week_start)
    if time.kind == "to_date":
        return Range(running, anchor)
    if time.complete and period_end(anchor, time.unit, week_start, tick) != anchor:
        return Range(step(running, time.unit, -time.count), add_ticks(running, -1, tick))
    return Range(step(running, time.unit, 1 - time.count), anchor)


def _last_tick(end: Moment, tick: Grain) -> Moment:
    if tick == "day" or isinstance(end, datetime):
        return as_tick(end, tick)
    return add_ticks(as_tick(add_days(end, 1), tick), -1, tick)


def previous_shift(time: TimeRange | None, ticks: Range, grain: Level | None, tick: Grain = "day") -> Shift:
    """Return the shift that lays the range before `ticks` upon it.

    Relative ranges move by their own length, whole months by months, other days by their number.
    Without a range, the previous period of the grain is meant.
    """
    if time is not None and time.kind == "last":
        return Shift(count=time.count, unit=time.unit)
    if time is not None and time.kind == "to_date":
        return Shift(count=1, unit=time.unit)
    if ticks.start is None or ticks.end is None:
        if grain is None or ticks.bounded:
            raise NothingToCompare(field="comparison")
        return Shift(count=1, unit=grain)
    after = add_ticks(ticks.end, 1, tick)
    months = (after.year - ticks.start.year) * 12 + after.month - ticks.start.month
    if _midnight(ticks.start).replace(day=1) == ticks.start and _midnight(after).replace(day=1) == after:
        return _long_shift(months, "month")
    length = after - ticks.start
    if length % _DAY:
        return _long_shift(int(length.total_seconds()), "second")
    return _long_shift(length.days, "day")


def _long_shift(count: int, unit: Grain) -> Shift:
    """Return a shift that may be longer than what people write: as long as the range that they chose."""
    return Shift.model_construct(count=count, unit=unit)


def window_range(seen: Moment, window: Level | Duration, week_start: WeekStart, tick: Grain = "day") -> Range:
    """Return the ticks that a to-date (grain) or trailing (duration) value at `seen` is made of."""
    if isinstance(window, Duration):
        return Range(add_ticks(source_end(seen, (Move.of(window),)), 1, tick), seen)
    if not is_grain(window):
        raise NoSuchUnit(unit=window)
    return Range(period_start(seen, window, week_start), seen)
