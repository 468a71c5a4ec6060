"""One run of the comparison: every question to both, every finding to the difference that explains it."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml
from exams.stage import act
from tests.oracle import data
from tests.oracle.findings import findings
from tests.oracle.ours import Prepared
from tests.oracle.questions import Question, questions

from metrion.interchange.files import folder_texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    from tests.oracle.client import Client, Theirs
    from tests.oracle.findings import Rule
    from tests.oracle.ours import Ours

COUNTS: Final[Mapping[str, int]] = {"shop": 520, "history": 110}
"""How many questions are asked of each manifest."""
MANIFESTS: Final = Path(__file__).with_name("manifests")


@dataclass(slots=True)
class Compared:
    """What a run came to."""

    tables: duckdb.DuckDBPyConnection
    outcomes: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    """How many questions show each documented difference."""
    examples: dict[str, tuple[Ours, Theirs]] = field(default_factory=dict)
    """The answers to the example of each difference, by its name."""
    asked: Counter[str] = field(default_factory=Counter)
    """How often each metric was asked for."""


def compare(client: Client, folder: Path, rules: Sequence[Rule]) -> Compared:
    """Ask both everything. `folder`: where the tables can be written for the other side."""
    tables = data.tables()
    files = data.written(tables, folder)
    result = Compared(tables)
    for manifest, count in COUNTS.items():
        _compare(result, client, manifest, count, files, rules)
    return result


def _compare(
    result: Compared, client: Client, manifest: str, count: int, files: Mapping[str, str], rules: Sequence[Rule]
) -> None:
    texts = folder_texts(MANIFESTS / manifest)
    written = _metrics("\n---\n".join(texts.values()))
    groups = {name: found for name, found in client.open(manifest, texts, files).items() if name in written}
    asked = list(questions(manifest, groups, count))
    examples = {
        rule.name: Question(rule.name, manifest, **rule.example.question)
        for rule in rules
        if rule.example is not None and rule.example.manifest == manifest
    }
    with ThreadPoolExecutor(1) as line, act() as stage:
        everything = [*asked, *examples.values()]
        answers = [line.submit(client.ask, manifest, question.said()) for question in everything]
        prepared = Prepared(stage, result.tables, texts, everything)
        assert stage.faults == {}
        for question, answer in zip(everything, answers, strict=True):
            theirs = answer.result()
            ours = prepared.ask(question, theirs.columns)
            if question.name not in examples:
                _judge(result, question, ours, theirs, rules)
                continue
            rule = next(rule for rule in rules if rule.name == question.name)
            shown = [finding for finding in findings(question, ours, theirs) if rule.explains(question, finding)]
            result.seen[rule.name] += bool(shown)
            result.examples[rule.name] = ours, theirs


def _judge(result: Compared, question: Question, ours: Ours, theirs: Theirs, rules: Sequence[Rule]) -> None:
    result.asked.update(question.metrics)
    found = list(findings(question, ours, theirs))
    explained = {finding: [rule for rule in rules if rule.explains(question, finding)] for finding in found}
    result.seen.update({rule.name for matching in explained.values() for rule in matching})
    for finding, matching in explained.items():
        if not matching:
            result.unexplained.append(f"{question}\n  {finding}")
    if not found:
        result.outcomes["both refuse" if ours.refused else "the same rows"] += 1
    elif all(explained.values()):
        result.outcomes["a documented difference"] += 1
    else:
        result.outcomes["unexplained"] += 1


def _metrics(text: str) -> set[str]:
    """Return the metrics that a manifest writes: MetricFlow adds some of its own."""
    documents = [document for document in yaml.safe_load_all(text) if document]
    return {document["metric"]["name"] for document in documents if "metric" in document}
