"""Walking a syntax tree without recursion, whatever its shape."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metrion.semantic.formula.ast import (
    Binary,
    Call,
    Case,
    Expression,
    Membership,
    Name,
    NullTest,
    Unary,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def children(expression: Expression) -> tuple[Expression, ...]:
    """Return the direct parts of a node, in the order they are written."""
    match expression:
        case Call(arguments=arguments):
            return arguments
        case Unary(operand=operand) | NullTest(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Membership(operand=operand, values=values):
            return (operand, *values)
        case Case(branches=branches, otherwise=otherwise):
            parts = tuple(part for branch in branches for part in branch)
            return parts if otherwise is None else (*parts, otherwise)
        case _:
            return ()


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield every node, parents first, left to right."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def names(expression: Expression) -> tuple[str, ...]:
    """Return the columns or metrics a formula uses, each once, in the order of their first use."""
    return tuple(dict.fromkeys(node.value for node in walk(expression) if isinstance(node, Name)))


def height(expression: Expression) -> int:
    """Return the number of levels of the tree."""
    level, count = [expression], 0
    while level:
        count += 1
        level = [child for node in level for child in children(node)]
    return count


def size(expression: Expression, limit: int) -> int:
    """Return the number of nodes, or `limit + 1` as soon as there are more than `limit`."""
    return sum(1 for _ in zip(range(limit + 1), walk(expression), strict=False))


def mapped(  # noqa: PLR0911 - one for each kind of node
    expression: Expression, change: Callable[[Expression], Expression]
) -> Expression:
    """Return the tree with each node replaced by what `change` makes of it, parents first; its height is bounded."""
    node = change(expression)
    if node is not expression:
        return node

    def inner(part: Expression) -> Expression:
        return mapped(part, change)

    match node:
        case Call(arguments=arguments):
            return replace(node, arguments=tuple(map(inner, arguments)))
        case Unary(operand=operand) | NullTest(operand=operand):
            return replace(node, operand=inner(operand))
        case Binary(left=left, right=right):
            return replace(node, left=inner(left), right=inner(right))
        case Membership(operand=operand, values=values):
            return replace(node, operand=inner(operand), values=tuple(map(inner, values)))
        case Case(branches=branches, otherwise=otherwise):
            pairs = tuple((inner(when), inner(then)) for when, then in branches)
            return replace(node, branches=pairs, otherwise=None if otherwise is None else inner(otherwise))
        case _:
            return node
