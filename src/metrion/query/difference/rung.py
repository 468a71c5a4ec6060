"""One factor of a difference, with the step that it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from metrion.query.difference.schemas import Factor
    from metrion.query.difference.states import State


@dataclass(frozen=True, slots=True)
class Rung:
    """One factor, and the step that makes a state in this respect that of B; None: it moves no number."""

    factor: Factor
    climb: Callable[[State], State] | None = None
    quiet: bool = False
    """Told only where it changes the number."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """The state of A, and the factors in the order in which they are counted."""

    start: State
    rungs: tuple[Rung, ...]
