"""Nodes of a formula that stands nowhere in a text."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from metrion.semantic.formula.ast import (
    Binary,
    BinaryOperator,
    Call,
    Constant,
    Expression,
    Membership,
    Name,
    NullTest,
    Number,
    Span,
    String,
    Unary,
    UnaryOperator,
)

NOWHERE: Final = Span(0, 0)


def name(value: str) -> Name:
    """Return a column, a field or a metric."""
    return Name(value, NOWHERE)


def number(value: Decimal | int) -> Number:
    """Return a number."""
    return Number(Decimal(value), NOWHERE)


def string(value: str) -> String:
    """Return a text."""
    return String(value, NOWHERE)


def null() -> Constant:
    """Return null."""
    return Constant(None, NOWHERE)


def unary(operator: UnaryOperator, operand: Expression) -> Unary:
    """Return a prefix operation."""
    return Unary(operator, operand, NOWHERE)


def binary(operator: BinaryOperator, left: Expression, right: Expression) -> Binary:
    """Return an infix operation."""
    return Binary(operator, left, right, NOWHERE)


def both(left: Expression, right: Expression) -> Binary:
    """Return `left and right`."""
    return binary("and", left, right)


def call(function: str, *arguments: Expression) -> Call:
    """Return the call of a function."""
    return Call(function, arguments, NOWHERE)


def negated(operand: Expression) -> Expression:
    """Return `not operand`, as `not in` and `is not null` where it is one of these."""
    match operand:
        case Membership(operand=inner, values=values, negated=before):
            return Membership(inner, values, negated=not before, span=NOWHERE)
        case NullTest(operand=inner, negated=before):
            return NullTest(inner, negated=not before, span=NOWHERE)
    return unary("not", operand)
