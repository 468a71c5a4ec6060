"""Conditions inside definitions: their fields exist and can be reached, their values fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.semantic.condition import And, Compare, Condition, IsNull, Match, Not, OneOf, Or, PersonValue
from metrion.semantic.errors import AmbiguousPath, BadFilterValue, UnknownName, UnreachableFilter, UnresolvedPerson
from metrion.semantic.paths import locate, locate_own
from metrion.semantic.sql.conditions import typed_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.condition import Scalar
    from metrion.semantic.model import Code, DataType
    from metrion.semantic.validate.fault import Findings

Leaf = Compare | OneOf | IsNull | Match
TypeOf = "Callable[[str], DataType | None]"
_DAY_LENGTH = len("2024-01-31")


def tests_of(condition: Condition, path: str) -> Iterator[tuple[str, Leaf]]:
    """Yield the single tests of a condition with the path of each in the definition."""
    match condition:
        case And(items=items) | Or(items=items):
            for position, item in enumerate(items):
                yield from tests_of(item, f"{path}.items.{position}")
        case Not(item=item):
            yield from tests_of(item, f"{path}.item")
        case _:
            yield path, condition


def check_condition_on(
    condition: Condition, path: str, dataset: Code, catalogue: Catalogue, findings: Findings, *, metric: Code
) -> None:
    """Check a condition over one dataset's own columns and the dimensions reached from it."""
    for place, test in tests_of(condition, path):
        try:
            located = locate_own(test.field, dataset, catalogue)
        except (UnknownName, AmbiguousPath) as refusal:
            findings.add_refusal(f"{place}.field", refusal)
            continue
        if located is None:
            findings.add_refusal(f"{place}.field", UnreachableFilter(field=test.field, dataset=dataset, metric=metric))
            continue
        check_values(test, place, located.column.type, findings)


def check_reach(
    condition: Condition, path: str, dataset: Code, catalogue: Catalogue, findings: Findings, *, metric: Code
) -> None:
    """Check that each dimension of a modifier's condition can be reached from a dataset."""
    for _, test in tests_of(condition, path):
        try:
            located = locate(test.field, dataset, catalogue)
        except (UnknownName, AmbiguousPath) as refusal:
            findings.add_refusal(path, refusal)
            continue
        if located is None:
            findings.add_refusal(path, UnreachableFilter(field=test.field, dataset=dataset, metric=metric))


def check_values(test: Leaf, place: str, kind: DataType, findings: Findings) -> None:
    """Check that the values of one test have the type of its field; definitions know no asking person."""
    values: tuple[Scalar, ...] = ()
    if isinstance(test, Compare):
        if isinstance(test.value, PersonValue):
            findings.add_refusal(f"{place}.value", UnresolvedPerson(attribute=test.value.person))
            return
        values = (test.value,)
    elif isinstance(test, OneOf):
        if isinstance(test.values, PersonValue):
            findings.add_refusal(f"{place}.values", UnresolvedPerson(attribute=test.values.person))
            return
        values = test.values
    for value in values:
        day = kind == "timestamp" and isinstance(value, str) and len(value) == _DAY_LENGTH
        try:
            typed_value(value, "date" if day else kind, test.field)
        except BadFilterValue as refusal:
            findings.add_refusal(f"{place}.value" if isinstance(test, Compare) else f"{place}.values", refusal)
