"""How a metric looks along time: from a period of the answer to the ticks that its value is made of.

A period is seen at one tick (its last, as far as the answer has come). Steps back lead from there to another tick, and
an extent says how much around it counts. Without an extent it is the period that holds the tick.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from metrion.semantic.calendar import (
    Move,
    Range,
    add,
    add_ticks,
    is_grain,
    period_end,
    period_start,
    source_end,
    window_range,
)

if TYPE_CHECKING:
    from metrion.semantic.calendar import Moment, WeekStart
    from metrion.semantic.model import Code, Duration, Grain, Level, Shift


@dataclass(frozen=True, slots=True)
class Lookback:
    """From each tick to the one so much earlier: two ticks may look at the same one."""

    move: Move


@dataclass(frozen=True, slots=True)
class Point:
    """To the first period of the answer's grain within the unit that holds the tick."""

    level: Level


@dataclass(frozen=True, slots=True)
class Leaping:
    """Through a calendar: `shift.count` periods earlier, at the same place in the period."""

    shift: Shift
    calendar: Code


Back = Move | Lookback | Point | Leaping


@dataclass(frozen=True, slots=True)
class Extent:
    """What counts around the tick that is seen: from the unit's start, so much before it, so much after it, or all."""

    to_date: Level | None = None
    trailing: Duration | None = None
    leading: Duration | None = None
    open_start: bool = False
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """Steps from the outermost to the innermost, and the extent at their end."""

    backs: tuple[Back, ...] = ()
    extent: Extent | None = None
    seen_from: Literal["end", "start"] = "end"
    """The tick at which a period is seen: its last, or the one before its first."""

    @property
    def moves(self) -> tuple[Move, ...] | None:
        """Return the moves of rows that this comes to; None where it takes more than moving rows."""
        if self.extent is not None or any(not isinstance(back, Move) for back in self.backs):
            return None
        return tuple(back for back in reversed(self.backs) if isinstance(back, Move))


@dataclass(frozen=True, slots=True)
class Sight:
    """What the steps of a look need to know: the grain of the answer, ticks and weeks."""

    grain: Grain | None
    tick: Grain
    week_start: WeekStart


def stepped(seen: Moment, look: Look, sight: Sight) -> Moment | None:
    """Return the tick to which the steps lead; None where only a calendar knows."""
    for back in look.backs:
        match back:
            case Move():
                seen = source_end(seen, (back,))
            case Lookback(move=move):
                seen = add(seen, Move(move.unit, -move.count))
            case Point(level=level):
                if not is_grain(level):
                    return None
                first = period_start(seen, level, sight.week_start)
                seen = period_end(first, sight.grain or sight.tick, sight.week_start, sight.tick)
            case _:
                return None
    return seen


def reads(seen: Moment, look: Look, sight: Sight) -> Range:
    """Return the ticks that a value seen at `seen` is made of, as far as that is known without a calendar."""
    end = stepped(seen, look, sight)
    if end is None:
        return Range()
    extent = look.extent
    if extent is None:
        grain = sight.grain
        return Range(end if grain is None else period_start(end, grain, sight.week_start), end)
    start: Moment | None = add_ticks(end, 1, sight.tick)
    if extent.open_start or (extent.to_date is not None and not is_grain(extent.to_date)):
        start = None
    elif (window := extent.to_date or extent.trailing) is not None:
        start = window_range(end, window, sight.week_start, sight.tick).start
    last: Moment | None = end
    if extent.open_end:
        last = None
    elif extent.leading is not None:
        move = Move.of(extent.leading)
        last = source_end(end, (Move(move.unit, -move.count),))
    return Range(start, last)
