"""How a moment is cut into what an answer groups by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metrion.semantic.model import CalendarLevel, Code, DatePart, Grain


@dataclass(frozen=True, slots=True)
class Cut:
    """A way to cut a moment: into periods of a grain or of a calendar's level, or by a part of it."""

    grain: Grain | None = None
    part: DatePart | None = None
    level: tuple[Code, CalendarLevel] | None = None

    @property
    def name(self) -> str:
        """Return what the cut is called in the name of a column."""
        return self.grain or self.part or (self.level[1].code if self.level else "")
