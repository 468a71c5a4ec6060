"""From a question to its logical plan: one scan for each reading, aligned, computed, sorted.

The rows of an answer are the union of the rows that each of its metrics alone would have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from metrion.semantic.calendar import DayRange, source_end, source_range, window_range
from metrion.semantic.errors import PeriodByDateDimension
from metrion.semantic.facts import AGAIN, Facts, Reading, on_axis
from metrion.semantic.frame import fields_of
from metrion.semantic.plan import Aggregate, Align, Members, Periods
from metrion.semantic.project import project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from metrion.semantic.calendar import Move
    from metrion.semantic.expand import Leaf
    from metrion.semantic.frame import World
    from metrion.semantic.model import Duration, Grain
    from metrion.semantic.plan import Project
    from metrion.semantic.question import Question


def build(question: Question, world: World) -> Project:
    """Return the plan of a question, without its order."""
    keys = ((question.time_column,) if question.grain else ()) + tuple(group.name for group in question.groups)
    names = _Names(set(keys))
    columns = {leaf.key: names.take(leaf.metric) for leaf in question.leaves}
    readings: dict[Reading, list[Leaf]] = {}
    for leaf in question.leaves:
        readings.setdefault(_reading(question, leaf), []).append(leaf)
    facts = [(Facts(question, world, reading, found), reading) for reading, found in readings.items()]
    plain = {part: part.aggregate(names.part(of.dataset), columns, None) for part, of in facts if of.window is None}
    windowed = [part for part, of in facts if of.window is not None]
    parts: list[Aggregate | Members] = [*plain.values()]
    if question.grain is not None and (windowed or question.spine):
        occurring = {part.occurrence(): seen for part, seen in plain.items()}
        for part in windowed:
            if part.occurrence() not in occurring:
                occurring[part.occurrence()] = part.occurring(names.part("occurring"))
        periods = _periods(question, question.grain, (*plain.values(), *occurring.values()))
        parts += [part.aggregate(names.part("windows"), columns, periods) for part in windowed]
        if question.spine:
            sources = tuple(part for part in parts if isinstance(part, Aggregate))
            parts.append(Members(names.part("every_period"), periods, sources, keys))
    first = parts[0]
    aligned = first if len(parts) == 1 and isinstance(first, Aggregate) else Align(names.part("all"), tuple(parts))
    return project(aligned, question, columns)


class _Names:
    """Names of columns and parts, each once. A part's name has a space: no dataset and no table is named so."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken

    def take(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted}_{number}", number + 1
        self._taken.add(name)
        return name

    def part(self, wanted: str) -> str:
        return self.take(f"{wanted} rows")


def _periods(question: Question, grain: Grain, sources: tuple[Aggregate, ...]) -> Periods:
    return Periods(
        name="the periods",
        column=question.time_column,
        unit=grain,
        sources=sources,
        spine=question.days if question.spine else None,
        last=question.days.end,
        anchor=question.anchor,
        week_start=question.week_start,
    )


def _reading(question: Question, leaf: Leaf) -> Reading:
    """Return which rows a leaf reads: moves that no group can see are left out, so that scans are shared."""
    when, semi = leaf.circumstances, leaf.measure.semi_additive
    window, moves = when.window, when.moves
    by_axis = any(on_axis(question.located(field, leaf), leaf) for field in _fields(question))
    if window is None:
        days = source_range(question.days, moves)
    elif by_axis:
        raise PeriodByDateDimension(metric=leaf.metric, field=str(leaf.axis))
    elif question.grain is None:
        days = window_range(source_end(_seen_at(question), moves), window, question.week_start)
        window = None
    else:
        days = _window_days(question, window, moves)
    if question.grain is None and not by_axis:
        moves = ()
    timed = question.grain is not None or days.bounded or semi is not None or by_axis
    over: Literal["rows", "days", "values"] = "rows"
    if window is not None and semi is None:
        distinct = leaf.measure.aggregation == "count_distinct"
        over = "days" if leaf.measure.aggregation in AGAIN else "values" if distinct else "rows"
    alone = leaf.key if over == "values" else None
    return Reading(leaf.dataset, leaf.axis if timed else None, days, moves, window, over, alone, semi)


def _fields(question: Question) -> Iterator[str]:
    yield from (group.field for group in question.groups)
    if question.filters is not None:
        yield from fields_of(question.filters)


def _seen_at(question: Question) -> date:
    """Return the day at which a value without a period is seen: the range's end, or the anchor within it."""
    start, end, anchor = question.days.start, question.days.end, question.anchor
    if end is not None and (anchor > end or (start is not None and anchor < start)):
        return end
    return max(anchor, start) if start is not None else anchor


def _window_days(question: Question, window: Grain | Duration, moves: tuple[Move, ...]) -> DayRange:
    """Return the days that the windows of all periods read: from the first window's start (lead-in) to the end."""
    start, end = question.days.start, question.days.end
    first = None
    if start is not None:
        first = window_range(source_end(start, moves), window, question.week_start).start
    return DayRange(first, None if end is None else source_end(end, moves))
