"""Paired timing: two callables in turn, so that a machine whose speed drifts drifts for both."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: ours beside the other, medians in milliseconds, ratio of the pairs' median."""

    what: str
    ours: float
    other: float
    ratio: float
    against: str

    def line(self) -> str:
        """Return the row as text."""
        return f"{self.what:<46} {self.ours:>9.3f} ms {self.other:>9.3f} ms {self.ratio:>7.2f}x  {self.against}"


HEADER = f"{'what':<46} {'ours':>12} {'other':>12} {'ratio':>8}  against"


def pair(what: str, ours: Work, other: Work, against: str, *, rounds: int = 30, cpu: bool = False) -> Row:
    """Run both in turn `rounds` times after one warm-up each.

    Of CPU time each side pays for its own garbage only: what the other left is collected before.
    """
    clock = process_time if cpu else perf_counter
    ours()
    other()
    pairs = [(_time(ours, clock, tidy=cpu), _time(other, clock, tidy=cpu)) for _ in range(rounds)]
    return Row(
        what,
        median(first for first, _ in pairs) * 1000,
        median(second for _, second in pairs) * 1000,
        median(first / second for first, second in pairs if second > 0),
        against,
    )


def _time(work: Work, clock: Callable[[], float], *, tidy: bool) -> float:
    if tidy:
        gc.collect()
    started = clock()
    work()
    return clock() - started
