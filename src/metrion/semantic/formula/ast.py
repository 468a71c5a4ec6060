"""Syntax tree of a formula. Every node keeps the span of its source text for errors and highlighting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from decimal import Decimal

UnaryOperator = Literal["-", "not"]
BinaryOperator = Literal["+", "-", "*", "/", "%", "=", "!=", "<", "<=", ">", ">=", "and", "or", "||"]


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of character offsets in the source."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number:
    """A number literal, exact."""

    value: Decimal
    span: Span


@dataclass(frozen=True, slots=True)
class String:
    """A string literal in single quotes; a quote inside is doubled."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Constant:
    """true, false or null."""

    value: bool | None
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """A column (row expression) or a metric (metric formula): `sales_value`, `[销售额]`, `"order"`."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the allow-list."""

    function: str
    arguments: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    """A prefix operator."""

    operator: UnaryOperator
    operand: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """An infix operator."""

    operator: BinaryOperator
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Membership:
    """`operand [not] in (values)`."""

    operand: Expression
    values: tuple[Expression, ...]
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class NullTest:
    """`operand is [not] null`."""

    operand: Expression
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Case:
    """`case when condition then value ... [else value] end`."""

    branches: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression | None
    span: Span


Expression = Number | String | Constant | Name | Call | Unary | Binary | Membership | NullTest | Case
