"""What differs between two answers, finding by finding, and which documented difference explains it.

`differences.toml` holds the differences. A rule names what it explains (`kinds`, and the `metrics` that show it) and
the questions in which it does (`groups`, `where`, `span`, `manifest`, `refusal`): the narrower it is, the less it
hides.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from exams.compare import difference, equal, plain_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from exams.compare import Row
    from tests.oracle.client import Theirs
    from tests.oracle.ours import Ours
    from tests.oracle.questions import Question

Kind = Literal["zero", "null", "value", "only_ours", "only_theirs", "order", "they_refuse", "we_refuse"]
"""`zero`: 0 here and NULL there. `null`: a value here and NULL there. `value`: any other two values of one row."""

_FILE: Final = Path(__file__).with_name("differences.toml")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that differs: values of one metric, rows of one side, or a refusal."""

    kind: Kind
    metric: str = ""
    """The metric whose values differ; empty where rows differ or a side refuses."""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """The arithmetic of a difference: one cell of an answer, and the expression over rows that makes it here and there.

    The expressions are SQL over the tables of the shop; their values are what both answer.
    """

    manifest: str
    question: Mapping[str, Any]
    key: tuple[object, ...]
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One documented difference."""

    name: str
    reason: str
    kinds: frozenset[Kind]
    metrics: frozenset[str] = frozenset()
    """Metrics that show it; empty: any."""
    groups: tuple[str, ...] = ()
    """Beginnings of group names of which the question has one."""
    where: tuple[str, ...] = ()
    """Words of which a filter has one."""
    over: tuple[str, ...] = ()
    """Words of which a filter or a group has one."""
    manifest: str = ""
    span: bool | None = None
    by_metric_time: bool | None = None
    refusal: str = ""
    """Words of the refusal."""
    example: Example | None = field(default=None, compare=False)

    def explains(self, question: Question, finding: Finding) -> bool:
        """Tell whether this is why a question shows a finding."""
        named = {finding.metric} if finding.metric else set(question.metrics)
        filters = " ".join(question.where)
        wide = f"{filters} {' '.join(question.group_by)}"
        return (
            finding.kind in self.kinds
            and (not self.metrics or not self.metrics.isdisjoint(named))
            and (not self.groups or any(name.startswith(self.groups) for name in question.group_by))
            and (not self.where or any(word in filters for word in self.where))
            and (not self.over or any(word in wide for word in self.over))
            and self.manifest in {"", question.manifest}
            and self.span in {None, question.span is not None}
            and self.by_metric_time in {None, any(name.startswith("metric_time") for name in question.group_by)}
            and self.refusal in finding.told
        )


def rules() -> tuple[Rule, ...]:
    """Return the documented differences."""
    with _FILE.open("rb") as file:
        raws: list[dict[str, Any]] = tomllib.load(file)["difference"]
    return tuple(_rule(raw) for raw in raws)


def _rule(raw: dict[str, Any]) -> Rule:
    example = raw.pop("example", None)
    made: dict[str, Any] = {
        name: frozenset(value) if name in {"kinds", "metrics"} else tuple(value) if isinstance(value, list) else value
        for name, value in raw.items()
    }
    if example is not None:
        asked = {
            name: tuple(value) if isinstance(value, list) else value for name, value in example["question"].items()
        }
        made["example"] = Example(**{**example, "question": asked, "key": tuple(example["key"])})
    return Rule(**made)


def findings(question: Question, ours: Ours, theirs: Theirs) -> Iterator[Finding]:
    """Yield what differs between the answers to a question."""
    if ours.refused and theirs.refused:
        return
    if theirs.refused:
        yield Finding("they_refuse", told=theirs.refused)
    elif ours.refused:
        yield Finding("we_refuse", told=ours.refused)
    else:
        names = [name.lower() for name in theirs.columns]
        order = tuple(names.index(name.removeprefix("-")) for name in question.order_by)
        told = difference(ours.rows, theirs.rows, order=order)
        if told is not None:
            yield from _between(question, _keyed(question, ours.rows), _keyed(question, theirs.rows), told)


def _keyed(question: Question, rows: tuple[Row, ...]) -> dict[Row, Row]:
    width = len(question.group_by)
    found = {row[:width]: row[width:] for row in map(plain_row, rows)}
    assert len(found) == len(rows), f"{question.name}: two rows of one group"
    return found


def _between(question: Question, ours: dict[Row, Row], theirs: dict[Row, Row], told: str) -> Iterator[Finding]:
    found: dict[tuple[Kind, str], str] = {}
    for key in ours.keys() & theirs.keys():
        for metric, left, right in zip(question.metrics, ours[key], theirs[key], strict=True):
            if not equal(left, right):
                found.setdefault((_kind(left, right), metric), f"{key}: {left} here, {right} there")
    for kind, one, other in (("only_ours", ours, theirs), ("only_theirs", theirs, ours)):
        for key in one.keys() - other.keys():
            found.setdefault((kind, ""), f"{key}: {one[key]}")  # type: ignore[arg-type]
    if not found:
        found["order", ""] = told
    yield from (Finding(kind, metric, words) for (kind, metric), words in found.items())


def _kind(ours: object, theirs: object) -> Kind:
    if theirs is None:
        return "zero" if ours == 0 else "null"
    return "value"
