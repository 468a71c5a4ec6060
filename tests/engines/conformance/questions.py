"""The questions that every engine answers as DuckDB does, and the worlds that they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.engines.conformance import questions_odd, questions_six
from tests.engines.conformance.asking import World
from tests.engines.conformance.worlds_odd import odd, texts
from tests.engines.conformance.worlds_six import six

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.engines.conformance.asking import Question

WORLDS: Final[Mapping[str, World]] = {
    one.name: one for one in (World("six", six), World("odd", odd), World("texts", texts))
}
QUESTIONS: Final[Mapping[str, Question]] = {**questions_six.QUESTIONS, **questions_odd.QUESTIONS}
