"""The questions that every engine answers as DuckDB does, and the worlds that they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.engines.conformance import (
    questions_calendars,
    questions_more,
    questions_odd,
    questions_shapes,
    questions_six,
)
from tests.engines.conformance import worlds_calendars as calendars
from tests.engines.conformance import worlds_more as more
from tests.engines.conformance import worlds_odd as odd
from tests.engines.conformance import worlds_shapes as shapes
from tests.engines.conformance.asking import World
from tests.engines.conformance.worlds_six import six

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.engines.conformance.asking import Question
    from tests.semantic.world import Company

_BUILT: Final[tuple[Callable[[], Company], ...]] = (
    six,
    odd.odd,
    odd.texts,
    shapes.bridge,
    shapes.weighted,
    shapes.roles,
    shapes.facts,
    shapes.history,
    shapes.payers,
    shapes.keys,
    shapes.calculated,
    shapes.stocks,
    shapes.funnels,
    shapes.attempts,
    shapes.instants,
    calendars.festivals,
    calendars.days,
    calendars.sundays,
    more.long,
    more.written,
)
WORLDS: Final[Mapping[str, World]] = {one.__name__: World(one.__name__, one) for one in _BUILT}
PARTS: Final = (questions_six, questions_odd, questions_shapes, questions_calendars, questions_more)
QUESTIONS: Final[Mapping[str, Question]] = {
    name: question for part in PARTS for name, question in part.QUESTIONS.items()
}
