"""Evaluates a condition on one row in Python, with the same answer as the SQL that it compiles to.

Three-valued logic: a comparison with NULL is unknown (None) and only true keeps a row. Values of the
condition get the type of their field from the same function that the compiler uses.
"""

from __future__ import annotations

import math
import operator
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from metrion.semantic.calendar import add_days
from metrion.semantic.condition import And, Compare, Formula, IsNull, Match, Not, OneOf, Or, PersonValue, RelativeDay
from metrion.semantic.errors import FormulaNeedsEngine, UnresolvedDay, UnresolvedPerson
from metrion.semantic.given import is_day
from metrion.semantic.sql.conditions import typed_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from metrion.semantic.condition import Condition, Scalar
    from metrion.semantic.model import DataType

Value = str | int | float | bool | Decimal | date | datetime | None
Truth = bool | None

_Key = tuple[int, object]
_OPERATORS: Final[Mapping[str, Callable[[_Key, _Key], bool]]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def keeps(
    condition: Condition, row: Mapping[str, Value], types: Mapping[str, DataType], *, today: date | None = None
) -> bool:
    """Tell whether a filter with this condition keeps the row."""
    return evaluate(condition, row, types, today=today) is True


def evaluate(
    condition: Condition, row: Mapping[str, Value], types: Mapping[str, DataType], *, today: date | None = None
) -> Truth:
    """Return whether the row fulfils the condition; None is unknown.

    `types` gives the type of every field that the condition names. Raises `BadFilterValue` for a value
    that does not fit its field, `UnresolvedPerson` where a person's value was not put in, `UnresolvedDay`
    for a relative day without `today`, `FormulaNeedsEngine` for a formula, `KeyError` for a field that the
    row or `types` lacks.
    """
    return _Evaluation(row, types, today).of(condition)


class _Evaluation:
    """One row."""

    def __init__(self, row: Mapping[str, Value], types: Mapping[str, DataType], today: date | None) -> None:
        self._row = row
        self._types = types
        self._today = today

    def of(self, condition: Condition) -> Truth:
        """Return the truth of a condition."""
        truth: Truth
        match condition:
            case Compare():
                truth = self._compare(condition)
            case OneOf():
                truth = self._one_of(condition)
            case IsNull():
                truth = (self._row[condition.field] is None) != condition.negated
            case Match():
                truth = self._match(condition)
            case Formula():
                raise FormulaNeedsEngine(formula=condition.formula)
            case And():
                truth = _all(self.of(item) for item in condition.items)
            case Or():
                truth = _inverse(_all(_inverse(self.of(item)) for item in condition.items))
            case Not():
                truth = _inverse(self.of(condition.item))
        return truth

    def _compare(self, condition: Compare) -> Truth:
        asked = condition.value
        if isinstance(asked, PersonValue):
            raise UnresolvedPerson(attribute=asked.person)
        if isinstance(asked, RelativeDay):
            asked = self._day(asked, condition.field)
        value, (wanted,) = self._typed(condition.field, (asked,))
        return None if value is None else _OPERATORS[condition.op](_key(value), wanted)

    def _day(self, relative: RelativeDay, field: str) -> str:
        if self._today is None:
            raise UnresolvedDay(field=field)
        return add_days(self._today, relative.today).isoformat()

    def _one_of(self, condition: OneOf) -> Truth:
        if isinstance(condition.values, PersonValue):
            raise UnresolvedPerson(attribute=condition.values.person)
        if not condition.values:
            return condition.negated
        value, wanted = self._typed(condition.field, condition.values)
        return None if value is None else (_key(value) in wanted) != condition.negated

    def _typed(self, field: str, values: tuple[Scalar, ...]) -> tuple[Value, tuple[_Key, ...]]:
        """Return the row's value and the condition's in one type; plain days compare with a timestamp's day."""
        value, type_ = self._row[field], self._types[field]
        if type_ == "timestamp" and all(map(is_day, values)):
            type_ = "date"
            value = value.date() if isinstance(value, datetime) else value
        return value, tuple(_key(typed_value(one, type_, field)) for one in values)

    def _match(self, condition: Match) -> Truth:
        value = self._row[condition.field]
        if value is None:
            return None
        text, part = lower(_as_text(value)), lower(condition.text)
        match condition.how:
            case "contains":
                found = part in text
            case "starts":
                found = text.startswith(part)
            case "ends":
                found = text.endswith(part)
        return found != condition.negated


def _inverse(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _all(truths: Iterable[Truth]) -> Truth:
    """Return false if one is false, else unknown if one is unknown, else true."""
    found = set(truths)
    return False if False in found else None if None in found else True


def lower(text: str) -> str:
    """Return the text in lower case as databases write it: letter by letter, never a letter more."""
    return "".join(letter.lower()[0] if letter.lower() else letter for letter in text)


def _as_text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _key(value: Value) -> _Key:
    """Return what compares as the engine compares: NaN equals itself and is above every number."""
    return (1, None) if isinstance(value, float) and math.isnan(value) else (0, value)
