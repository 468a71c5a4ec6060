"""Cases and how they are counted."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from exams.compare import Row, difference
from metrion.base.errors import MetrionError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

_REFUSED: Final = Path(__file__).with_name("refused.toml")


@dataclass(frozen=True, slots=True)
class Case:
    """One question with the rows that its answer must have, or that must be refused."""

    name: str
    expected: Collection[Row]
    ask: Callable[[], Collection[Row]]
    order: tuple[int, ...] = ()
    """Columns in whose order the rows are asked for."""
    must_refuse: bool = False
    """The right answer is a typed refusal."""


@dataclass(slots=True)
class Score:
    """What one source came to."""

    source: str
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    """Why a case did not pass, by its name."""

    @property
    def total(self) -> int:
        """Return the number of cases."""
        return self.passed + len(self.failed) + len(self.refused)

    def plain(self) -> dict[str, object]:
        """Return the score for `--json`."""
        return {"passed": self.passed, "total": self.total, "failed": self.failed, "refused": self.refused}


def refused_on_purpose(source: str) -> Mapping[str, str]:
    """Return the cases of a source that our semantics refuse, each with its reason."""
    with _REFUSED.open("rb") as file:
        found: Mapping[str, str] = tomllib.load(file).get(source, {})
    return found


def run(source: str, cases: Iterable[Case], on_purpose: Mapping[str, str] | None = None) -> Score:
    """Ask every case and compare its rows; what did not pass is refused where that is on purpose, else failed."""
    reasons = refused_on_purpose(source) if on_purpose is None else on_purpose
    score = Score(source)
    for case in cases:
        fault = _fault(case)
        if fault is None:
            score.passed += 1
            continue
        (score.refused if case.name in reasons else score.failed).append(case.name)
        score.reasons[case.name] = reasons.get(case.name, fault)
    return score


def _fault(case: Case) -> str | None:
    """Return why a case does not pass, or None."""
    try:
        found = case.ask()
    except MetrionError as refusal:
        return None if case.must_refuse else _words(refusal)
    except Exception as fault:  # noqa: BLE001 - a case that breaks is a failed case, and the exam goes on
        return f"{type(fault).__name__}: {fault}"
    return "this must be refused" if case.must_refuse else difference(found, case.expected, order=case.order)


def _words(refusal: MetrionError) -> str:
    problem = refusal.render("en")
    told = problem.get("errors") or [problem]
    return "; ".join(dict.fromkeys(f"{each['code']}: {each['title']}" for each in told))
