"""MetricFlow and we answer the same random questions about the same tables: every row, and every difference named.

Run by `make test-oracle`. What differs is a fault of ours, or a difference that `differences.toml` names with its
reason and the arithmetic of one example; one that no longer occurs is a failure as well.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

import pytest
from exams.compare import equal, plain_row
from tests.oracle.client import Client
from tests.oracle.findings import rules
from tests.oracle.run import COUNTS, compare

from exams import stage

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker
    from tests.oracle.findings import Rule
    from tests.oracle.run import Compared

pytestmark = pytest.mark.oracle

RULES: Final = rules()
EXAMPLES: Final = [rule for rule in RULES if rule.example is not None]
NOTHING: Final = "none"
"""A member that is NULL, in the key of an example."""
SUPPORTED: Final = 500
"""Questions that both answer, at least."""


@pytest.fixture(scope="module")
def compared(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
    pytestconfig: pytest.Config,
) -> Compared:
    """Ask everything once, and tell what came of it."""
    stage.house.cache_clear()
    with django_db_blocker.unblock(), Client() as client:
        result = compare(client, tmp_path_factory.mktemp("tables"), RULES)
    stage.house.cache_clear()
    capture = pytestconfig.pluginmanager.get_plugin("capturemanager")
    with capture.global_and_fixture_disabled() if capture else nullcontext():
        print(f"\n{sum(COUNTS.values())} questions: {dict(result.outcomes)}")
        print("\n".join(f"{count:>5}  {name}" for name, count in result.seen.most_common()))
    return result


def test_every_difference_is_documented(compared: Compared) -> None:
    assert compared.unexplained == [], "\n".join(compared.unexplained)


def test_the_questions_are_many_and_of_every_kind(compared: Compared) -> None:
    answered = compared.outcomes["the same rows"] + compared.outcomes["a documented difference"]
    assert compared.outcomes.total() == sum(COUNTS.values())
    assert compared.outcomes["the same rows"] >= SUPPORTED
    assert answered > compared.outcomes["both refuse"]
    assert min(compared.asked.values()) >= 5


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_documented_difference_still_occurs(compared: Compared, rule: Rule) -> None:
    assert compared.seen[rule.name] > 0


@pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.name)
def test_the_arithmetic_of_a_difference(compared: Compared, rule: Rule) -> None:
    example = rule.example
    assert example is not None
    width = len(example.question.get("group_by", ()))
    key = tuple(None if part == NOTHING else part for part in example.key)
    ours, theirs = compared.examples[rule.name]
    assert not ours.refused
    assert not theirs.refused
    for rows, expression in ((ours.rows, example.ours), (theirs.rows, example.theirs)):
        cells = {row[:width]: row[width:] for row in map(plain_row, rows)}
        found = cells.get(plain_row(key), (None,))[0]
        assert equal(*plain_row((found, _value(compared, expression))))


@pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.name)
def test_the_example_shows_two_numbers(compared: Compared, rule: Rule) -> None:
    assert rule.example is not None
    ours, theirs = _value(compared, rule.example.ours), _value(compared, rule.example.theirs)
    assert not equal(*plain_row((ours, theirs)))


def _value(compared: Compared, expression: str) -> object:
    ((value,),) = compared.tables.execute(f"select ({expression})").fetchall()
    return value
