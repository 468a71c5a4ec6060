"""Evaluates a condition on one row in Python, with the same answer as the SQL that it compiles to.

Three-valued logic: a comparison with NULL is unknown (None) and only true keeps a row. The value in the
condition is given the type of the row's value, as the compiler gives it the type of the column.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from metrion.semantic.condition import And, Compare, Condition, IsNull, Match, Not, OneOf, Or, PersonValue, Scalar

Value = str | int | float | bool | Decimal | date | datetime | None
Truth = bool | None

_Key = tuple[int, str | int | float | Decimal | date | datetime]
_OPERATORS: Final[Mapping[str, Callable[[_Key, _Key], bool]]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
}


class UnfitValue(ValueError):
    """A value of the condition cannot be read as the type of the field; `field` names it."""

    def __init__(self, field: str, value: object) -> None:
        self.field = field
        super().__init__(f"{field}: {value!r} does not have the type of the field")


class Unresolved(ValueError):
    """The condition still refers to a person: put the person's values in first."""


def evaluate(condition: Condition, row: Mapping[str, Value]) -> Truth:
    """Return whether the row fulfils the condition; None is unknown. A field that the row lacks is a `KeyError`."""
    match condition:
        case Compare():
            return _compare(condition, row)
        case OneOf():
            return _one_of(condition, row)
        case IsNull():
            return (row[condition.field] is None) != condition.negated
        case Match():
            return _match(condition, row)
        case And():
            return _all(evaluate(item, row) for item in condition.items)
        case Or():
            return _invert(_all(_invert(evaluate(item, row)) for item in condition.items))
        case Not():
            return _invert(evaluate(condition.item, row))


def keeps(condition: Condition, row: Mapping[str, Value]) -> bool:
    """Tell whether a filter with this condition keeps the row."""
    return evaluate(condition, row) is True


def _invert(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _all(truths: Iterable[Truth]) -> Truth:
    """Return false if one is false, else unknown if one is unknown, else true."""
    found = set(truths)
    return False if False in found else None if None in found else True


def _compare(condition: Compare, row: Mapping[str, Value]) -> Truth:
    value = row[condition.field]
    if isinstance(condition.value, PersonValue):
        raise Unresolved(condition.value.person)
    wanted = _like(value, condition.value, condition.field)
    return None if value is None else _OPERATORS[condition.op](_key(value), wanted)


def _one_of(condition: OneOf, row: Mapping[str, Value]) -> Truth:
    if isinstance(condition.values, PersonValue):
        raise Unresolved(condition.values.person)
    if not condition.values:
        return condition.negated
    value = row[condition.field]
    if value is None:
        return None
    wanted = {_like(value, item, condition.field) for item in condition.values}
    return (_key(value) in wanted) != condition.negated


def _match(condition: Match, row: Mapping[str, Value]) -> Truth:
    value = row[condition.field]
    if value is None:
        return None
    if not isinstance(value, str):
        raise UnfitValue(condition.field, condition.text)
    text, part = fold(value), fold(condition.text)
    match condition.how:
        case "contains":
            found = part in text
        case "starts":
            found = text.startswith(part)
        case "ends":
            found = text.endswith(part)
    return found != condition.negated


def fold(text: str) -> str:
    """Return the lower case, letter by letter as databases do it: the length in letters stays."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def _key(value: Value) -> _Key:
    """Return what compares as the engine compares: NaN equals itself and is above every number."""
    if isinstance(value, float) and math.isnan(value):
        return (1, 0)
    if isinstance(value, datetime):
        return (0, value if value.tzinfo is not None else value.replace(tzinfo=UTC))
    if value is None:
        message = "NULL has no place in an order"
        raise ValueError(message)
    return (0, value)


def _like(value: Value, wanted: Scalar, field: str) -> _Key:
    """Return `wanted` as a value of the type of `value`; raises `UnfitValue`."""
    try:
        return _key(_converted(value, wanted))
    except (ValueError, TypeError, InvalidOperation) as fault:
        raise UnfitValue(field, wanted) from fault


def _converted(value: Value, wanted: Scalar) -> Value:
    match value:
        case None:
            return wanted
        case bool():
            if not isinstance(wanted, bool):
                raise TypeError(wanted)
            return wanted
        case str():
            if not isinstance(wanted, str):
                raise TypeError(wanted)
            return wanted
        case datetime():
            return datetime.fromisoformat(str(wanted))
        case date():
            return date.fromisoformat(str(wanted))
        case _:
            if isinstance(wanted, (bool, str)):
                raise TypeError(wanted)
            exact = isinstance(wanted, float) and math.isfinite(wanted) and isinstance(value, Decimal)
            return Decimal(repr(wanted)) if exact else wanted
