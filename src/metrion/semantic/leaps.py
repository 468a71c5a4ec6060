"""Where days lead through a calendar: the same day of other periods, the same working day, the periods of a level."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from metrion.semantic.calendar import is_grain
from metrion.semantic.frame import Frame
from metrion.semantic.look import Leaping
from metrion.semantic.plan import Leap

if TYPE_CHECKING:
    from metrion.semantic.look import Look
    from metrion.semantic.model import CalendarLevel, Code

CALENDAR: Final = "calendar"


def calendars(look: Look, frame: Frame) -> tuple[Leap, ...]:
    """Return the calendars that a look goes by: a leap for each step, then the unit that is accumulated."""
    found = [leap(back, frame) for back in look.backs if isinstance(back, Leaping)]
    unit = look.extent.to_date if look.extent else None
    if unit is not None and not is_grain(unit):
        code, level = frame.world.catalogue.level(unit)
        found.append(_leap(code, level, frame, 0))
    return tuple(found)


def leap(back: Leaping, frame: Frame) -> Leap:
    """Return the way of days through a calendar."""
    shift, catalogue = back.shift, frame.world.catalogue
    looks_back = shift.match == "look_back"
    if shift.match != "working_day":
        return _leap(back.calendar, catalogue.level(shift.unit)[1], frame, shift.count, looks_back=looks_back)
    calendar = catalogue.dataset(back.calendar)
    if is_grain(shift.unit):
        place = Frame(back.calendar, frame.world, alias=CALENDAR)
        day, kind = place.own(calendar.time_columns[0]), place.own(calendar.working_day or "")
        return Leap(place.scan, day, day, None, kind, shift.count, target_is_key=False, unit=shift.unit)
    level = catalogue.level(shift.unit)[1]
    kind = Frame(back.calendar, frame.world, alias=CALENDAR).own(calendar.working_day or "")
    return replace(_leap(back.calendar, level, frame, shift.count), kind=kind, position=None)


def _leap(code: Code, level: CalendarLevel, frame: Frame, count: int, *, looks_back: bool = False) -> Leap:
    place = Frame(code, frame.world, alias=CALENDAR)
    day = place.own(frame.world.catalogue.dataset(code).time_columns[0])
    position = None if level.position is None else place.own(level.position)
    return Leap(place.scan, day, place.own(level.column), position, None, count, looks_back)
