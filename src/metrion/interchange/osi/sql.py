"""Formulas and conditions of ours as SQL trees, in the functions that OSI names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from metrion.interchange.foreign.conditions import as_expression
from metrion.interchange.foreign.sql_text import to_sql
from metrion.semantic.formula.parse import parse_expression

if TYPE_CHECKING:
    from collections.abc import Callable

    from metrion.semantic.condition import Condition
    from metrion.semantic.formula.ast import Expression

Node = exp.Expression


def formula_sql(formula: str, node_of: Callable[[str], Node]) -> Node:
    """Return a formula as SQL; `node_of` gives what stands for a name. Raises `NotExpressible`."""
    return _sql(parse_expression(formula), node_of)


def condition_sql(condition: Condition, node_of: Callable[[str], Node]) -> Node:
    """Return a condition as SQL; raises `NotExpressible` for what depends on the person who asks."""
    return _sql(as_expression(condition), node_of)


def _sql(expression: Expression, node_of: Callable[[str], Node]) -> Node:
    text = to_sql(expression, lambda name: node_of(name.value).sql(dialect="duckdb"))
    tree = parse_one(text, read="duckdb")
    if not isinstance(tree, exp.Expression):
        message = f"no expression: {text}"
        raise TypeError(message)
    return tree.transform(_divided_safely)


def _divided_safely(node: Node) -> Node:
    """Return a division that is null where the divisor is zero, as it is here."""
    if not isinstance(node, (exp.Div, exp.Mod)):
        return node
    divisor = node.expression
    if isinstance(divisor, exp.Nullif) or (isinstance(divisor, exp.Literal) and float(divisor.this) != 0):
        return node
    inner = divisor.this if isinstance(divisor, exp.Paren) else divisor
    node.set("expression", exp.Nullif(this=inner.copy(), expression=exp.Literal.number(0)))
    return node
