"""Distinct counts that need no join, beside measures that do: they are counted in a scan of their own.

A column store that counts distinct values keeps all rows that it counts over, as wide as the joins have made them.
Reading the few columns of a count once more takes a third less time than that; without joins it takes as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.semantic.frame import fields_of
from metrion.semantic.model import METRIC_TIME
from metrion.semantic.paths import locate, locate_own

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metrion.semantic.condition import Condition
    from metrion.semantic.expand import Leaf
    from metrion.semantic.paths import Path
    from metrion.semantic.question import Question


def scans(leaves: Sequence[Leaf], question: Question) -> Iterator[list[Leaf]]:
    """Yield the leaves of one reading as they are scanned together: all of them, or counts apart from the rest."""
    asked = set(_paths([(group.field, False) for group in question.groups if group.own is None], leaves[0], question))
    asked.update(_paths(_fields((one, False) for one in question.filters), leaves[0], question))
    counts = [leaf for leaf in leaves if leaf.measure.aggregation == "count_distinct" and not _joins(leaf, question)]
    rest = [leaf for leaf in leaves if leaf not in counts]
    if counts and any(not asked.issuperset(_joins(leaf, question)) for leaf in rest):
        yield rest
        yield counts
    else:
        yield list(leaves)


def _joins(leaf: Leaf, question: Question) -> set[Path]:
    """Return the ways of a leaf's own conditions to other datasets."""
    return set(_paths(_fields(leaf.conditions(question.catalogue)), leaf, question))


def _fields(conditions: Iterable[tuple[Condition, bool]]) -> Iterator[tuple[str, bool]]:
    for condition, own in conditions:
        yield from ((name, own) for name in fields_of(condition) if name != METRIC_TIME)


def _paths(fields: Iterable[tuple[str, bool]], leaf: Leaf, question: Question) -> Iterator[Path]:
    for name, own in fields:
        found = (locate_own if own else locate)(name, leaf.dataset, question.catalogue)
        if found is not None and found.path:
            yield found.path
