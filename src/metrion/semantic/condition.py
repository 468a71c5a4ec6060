"""The condition language: one tree for modifiers, query filters, measure filters and row policies.

`field` names a dimension (`region`), a dimension through a role (`buyer.region`) or, where a condition
belongs to one dataset, one of its own columns. Values are plain; the resolver gives them the type
of the field. Logic is SQL's: a comparison with NULL is unknown, and only true keeps a row.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Scalar = str | int | float | bool


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonValue(_Node):
    """A value taken from the person who asks: an attribute name, such as `regions`."""

    person: str


class RelativeDay(_Node):
    """A day that moves with the calendar: so many days after today (before it, where negative)."""

    today: int


class Compare(_Node):
    """`field op value`."""

    kind: Literal["compare"] = "compare"
    field: str
    op: Literal["eq", "ne", "lt", "le", "gt", "ge"]
    value: Scalar | PersonValue | RelativeDay


class OneOf(_Node):
    """`field [not] in values`. An empty list is false (true when negated)."""

    kind: Literal["in"] = "in"
    field: str
    values: tuple[Scalar, ...] | PersonValue
    negated: bool = False


class IsNull(_Node):
    """`field is [not] null`."""

    kind: Literal["null"] = "null"
    field: str
    negated: bool = False


class Match(_Node):
    """Text search in a field; `text` is literal, never a pattern. Case is ignored."""

    kind: Literal["match"] = "match"
    field: str
    how: Literal["contains", "starts", "ends"]
    text: str
    negated: bool = False


class Formula(_Node):
    """A row expression that is true or false; its names are fields, as `field` is elsewhere."""

    kind: Literal["formula"] = "formula"
    formula: str


class And(_Node):
    """All of `items`; true when there are none."""

    kind: Literal["and"] = "and"
    items: tuple[Condition, ...]


class Or(_Node):
    """Any of `items`; false when there are none."""

    kind: Literal["or"] = "or"
    items: tuple[Condition, ...]


class Not(_Node):
    """The negation of `item`; unknown stays unknown."""

    kind: Literal["not"] = "not"
    item: Condition


Condition = Annotated[Compare | OneOf | IsNull | Match | Formula | And | Or | Not, Field(discriminator="kind")]

And.model_rebuild()
Or.model_rebuild()
Not.model_rebuild()

NOTHING = Or(items=())
EVERYTHING = And(items=())
