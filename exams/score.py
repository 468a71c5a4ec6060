"""Cases and how they are counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from metrion.base.errors import MetrionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Rows = set[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """One question with the rows that its answer must have."""

    name: str
    expected: Rows
    ask: Callable[[], Rows]


@dataclass(slots=True)
class Score:
    """What one source came to."""

    source: str
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Return the number of cases."""
        return self.passed + len(self.failed) + len(self.refused)

    def plain(self) -> dict[str, object]:
        """Return the score for `--json`."""
        return {"passed": self.passed, "total": self.total, "failed": self.failed, "refused": self.refused}


def run(source: str, cases: Iterable[Case]) -> Score:
    """Ask every case and compare rows as sets; a typed refusal counts as refused, not as passed."""
    score = Score(source)
    for case in cases:
        try:
            found = case.ask()
        except MetrionError:
            score.refused.append(case.name)
            continue
        if found == case.expected:
            score.passed += 1
        else:
            score.failed.append(case.name)
    return score
