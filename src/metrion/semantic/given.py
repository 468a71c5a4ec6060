"""A question without the values of its conditions: a statement is planned once for all that differ only in them.

What a value decides of a statement besides its place stays: its kind, and how many values there are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Self

from metrion.semantic.condition import And, Compare, Match, Not, OneOf, Or, PersonValue, RelativeDay

if TYPE_CHECKING:
    from metrion.semantic.condition import Condition, Scalar
    from metrion.semantic.request import MetricQuery

Kind = Literal["day", "text", "integer", "float", "boolean"]

_DAY_LENGTH = len("2024-01-31")


class Given(str):
    """Stands in a condition for a value that comes when the statement is run. Only who writes SQL looks at it.

    It is text, so that a condition holds it like any value; its text is its place and kind, for keys.
    """

    __slots__ = ("kind", "place")

    def __new__(cls, place: int, kind: Kind) -> Self:
        """Return the stand-in for the value at `place`."""
        given = super().__new__(cls, f"?{place} {kind}")
        given.place, given.kind = place, kind
        return given

    place: int
    kind: Kind


def without_values(request: MetricQuery) -> tuple[MetricQuery, tuple[Scalar, ...]]:
    """Return the question with stand-ins for the values of its conditions, and those values by place."""
    if request.filters is None and request.having is None:
        return request, ()
    taken = _Taken()
    shape = request.model_copy(
        update={
            "filters": None if request.filters is None else taken.condition(request.filters),
            "having": None if request.having is None else taken.condition(request.having),
        }
    )
    return shape, tuple(taken.values)


def is_day(value: Scalar) -> bool:
    """Return whether a value is written as a day, which is compared with the day of a timestamp."""
    if isinstance(value, Given):
        return value.kind == "day"
    return isinstance(value, str) and len(value) == _DAY_LENGTH


@dataclass(slots=True)
class _Taken:
    values: list[Scalar] = field(default_factory=list)

    def condition(self, condition: Condition) -> Condition:
        match condition:
            case And() | Or():
                return condition.model_copy(update={"items": tuple(map(self.condition, condition.items))})
            case Not():
                return condition.model_copy(update={"item": self.condition(condition.item)})
            case Compare(value=value) if not isinstance(value, (PersonValue, RelativeDay)):
                return condition.model_copy(update={"value": self._given(value)})
            case OneOf(values=values) if not isinstance(values, PersonValue):
                return condition.model_copy(update={"values": tuple(map(self._given, values))})
            case Match():
                return condition.model_copy(update={"text": self._given(condition.text)})
            case _:
                return condition

    def _given(self, value: Scalar) -> Given:
        self.values.append(value)
        return Given(len(self.values) - 1, _kind(value))


def _kind(value: Scalar) -> Kind:
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "float"
        case _:
            return "day" if is_day(value) else "text"
