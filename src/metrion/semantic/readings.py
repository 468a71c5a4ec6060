"""Which rows a leaf reads for a question, and when they count: what is equal shares a scan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from metrion.semantic.calendar import Move, Range, add_ticks, period_end, period_start, source_range
from metrion.semantic.errors import NestedPeriods, NoCommonPeriod, PeriodByDateDimension
from metrion.semantic.facts import Reading
from metrion.semantic.frame import Frame, fields_of
from metrion.semantic.leaps import leap
from metrion.semantic.look import Leaping, Look, Lookback, Point, Sight, reads
from metrion.semantic.model import METRIC_TIME
from metrion.semantic.paths import locate, locate_own
from metrion.semantic.question import TimeKey, on_axis
from metrion.semantic.sharing import adds_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.calendar import Moment as Instant
    from metrion.semantic.condition import Condition
    from metrion.semantic.expand import Leaf
    from metrion.semantic.frame import World
    from metrion.semantic.plan import Leap
    from metrion.semantic.question import Question


class Readings:
    """The readings of one question's leaves."""

    def __init__(self, question: Question, world: World) -> None:
        self._question = question
        self._world = world

    def of(self, leaf: Leaf) -> Reading:
        """Return which rows a leaf reads: moves that no group can see are left out, so that scans are shared."""
        question, look = self._question, leaf.circumstances.look
        by_axis = any(on_axis(question.located(name, leaf), leaf) for name in self._fields())
        semi = leaf.measure.semi_additive
        seen = bool(question.times) or by_axis or bool(question.when)
        moves, landing, inner, rest = self._landing(look, leaf)
        if rest is None:
            ticks = source_range(question.ticks, moves, question.tick)
            if landing is not None:
                if not seen and not question.ticks.bounded:
                    landing, moves = None, ()
                ticks = Range()
        else:
            ticks = self._looked_at(rest, leaf, by_axis=by_axis)
            rest = rest if question.times else None
        if not seen and landing is None:
            moves = ()
        timed = bool(question.times) or ticks.bounded or semi is not None or seen or landing is not None
        over: Literal["rows", "ticks", "values"] = "rows"
        if rest is not None and semi is None:
            distinct = leaf.measure.aggregation == "count_distinct"
            over = "ticks" if adds_up(leaf.measure.aggregation) else "values" if distinct else "rows"
            if over == "values" and (rest.extent is None or any(not isinstance(b, Move) for b in rest.backs)):
                over = "rows"
        alone = leaf.key if over == "values" or leaf.funnel is not None else None
        own = leaf.conditions(question.catalogue)
        back = tuple(one for one, columns in own if self._leads_back(one, leaf, own=columns))
        return Reading(
            leaf.dataset, leaf.axis if timed else None, ticks, moves, landing, inner, rest, over, alone, semi, back
        )

    def _looked_at(self, look: Look, leaf: Leaf, *, by_axis: bool) -> Range:
        """Return the ticks that a window reads. Raises where its periods are not those of the question."""
        question = self._question
        if by_axis:
            raise PeriodByDateDimension(metric=leaf.metric, field=str(leaf.axis))
        if not question.times:
            if question.when and not (look.extent and look.extent.open_start):
                raise PeriodByDateDimension(metric=leaf.metric, field=METRIC_TIME)
            return reads(self._seen_at(look), look, self._sight(None))
        if question.base is None:
            raise NoCommonPeriod(metric=leaf.metric)
        return self._window_ticks(look)

    def _leads_back(self, condition: Condition, leaf: Leaf, *, own: bool) -> bool:
        find = locate_own if own else locate
        names = [name for name in fields_of(condition) if name != METRIC_TIME]
        found = (find(name, leaf.dataset, self._question.catalogue) for name in names)
        return any(one is not None and one.repeats for one in found)

    def _landing(
        self, look: Look, leaf: Leaf
    ) -> tuple[tuple[Move, ...], Move | Leap | None, tuple[Move, ...], Look | None]:
        """Return how rows move: (moves after, landing, moves before, what only a window can do)."""
        moves = look.moves
        if moves is not None:
            return moves, None, (), None
        special = [back for back in look.backs if not isinstance(back, Move)]
        if look.extent is not None or any(isinstance(back, Point) for back in special):
            return (), None, (), look
        fine = any(key.cut.grain == self._question.tick for key in self._question.times)
        if all(isinstance(back, Lookback) for back in special) and not fine:
            # Seen by whole periods, looking back and moving rows come to the same.
            flat = tuple(back.move if isinstance(back, Lookback) else back for back in look.backs)
            return tuple(back for back in reversed(flat) if isinstance(back, Move)), None, (), None
        if len(special) != 1:
            raise NestedPeriods(metric=leaf.metric)
        place = look.backs.index(special[0])
        outer = tuple(back for back in reversed(look.backs[:place]) if isinstance(back, Move))
        inner = tuple(back for back in reversed(look.backs[place + 1 :]) if isinstance(back, Move))
        only = special[0]
        if isinstance(only, Lookback):
            return outer, only.move, inner, None
        if isinstance(only, Leaping):
            way = leap(only, Frame(leaf.dataset, self._world))
            return outer, way if fine else replace(way, target_is_key=False), inner, None
        raise NestedPeriods(metric=leaf.metric)

    def _fields(self) -> Iterator[str]:
        question = self._question
        yield from (group.field for group in question.groups if group.own is None)
        for condition in question.filters:
            yield from (name for name in fields_of(condition) if name != METRIC_TIME)

    def _sight(self, base: TimeKey | None) -> Sight:
        grain = base.cut.grain if base is not None else None
        return Sight(grain, self._question.tick, self._question.week_start)

    def _seen_at(self, look: Look) -> Instant:
        """Return the tick at which a value without a period is seen: the range's end, or the anchor within it."""
        start, end, anchor = self._question.ticks.start, self._question.ticks.end, self._question.anchor
        if start is not None and look.seen_from == "start":
            return add_ticks(start, -1, self._question.tick)
        if end is not None and (anchor > end or (start is not None and anchor < start)):
            return end
        return max(anchor, start) if start is not None else anchor

    def _window_ticks(self, look: Look) -> Range:
        """Return the ticks that the windows of all periods read: from the first one's start (lead-in) to the last's."""
        question, base = self._question, self._question.base
        start, end = question.ticks.start, question.ticks.end
        if base is None or base.cut.grain is None:
            return Range()
        sight = self._sight(base)
        first = last = None
        if start is not None:
            opening = period_start(start, base.cut.grain, question.week_start)
            # The running period is seen at the anchor, which may lie before the range.
            seen = min(start, question.anchor) if opening <= question.anchor else start
            if look.seen_from == "start":
                seen = add_ticks(opening, -1, question.tick)
            first = reads(seen, look, sight).start
        if end is not None:
            last = reads(end, look, sight).end
            if look.extent is None and look.backs:
                whole = period_end(end, base.cut.grain, question.week_start, question.tick)
                last = reads(whole, look, sight).end
        return Range(first, last)
