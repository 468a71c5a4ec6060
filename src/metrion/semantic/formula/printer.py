"""The canonical text of a formula. `parse_expression(format_expression(e))` equals `e` but for spans."""

from __future__ import annotations

from typing import Final

from metrion.semantic.formula.ast import (
    Binary,
    Call,
    Case,
    Constant,
    Expression,
    Membership,
    Name,
    NullTest,
    Number,
    String,
    Unary,
)
from metrion.semantic.formula.lexer import is_bare_name

_BINDING: Final = {
    "or": 1,
    "and": 2,
    "=": 4,
    "!=": 4,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "||": 5,
    "+": 6,
    "-": 6,
    "*": 7,
    "/": 7,
    "%": 7,
}
_NOT: Final = 3
_COMPARISON: Final = 4
_MINUS: Final = 8
_ATOM: Final = 9
_CONSTANTS: Final = {True: "true", False: "false", None: "null"}


def format_name(name: str) -> str:
    """Return a column or metric name as it is written in a formula, in brackets where needed."""
    return name if is_bare_name(name) else "[" + name.replace("]", "]]") + "]"


def format_expression(expression: Expression) -> str:
    """Return the formula with single spaces and only the brackets it needs."""
    return _text(expression, 0)


def _text(expression: Expression, outer: int) -> str:
    text, binding = _plain(expression)
    return f"({text})" if binding < outer else text


def _plain(expression: Expression) -> tuple[str, int]:
    """Return the text of a node and how tightly it binds."""
    match expression:
        case Unary(operator="-", operand=operand):
            return "-" + _text(operand, _ATOM), _MINUS
        case Unary(operand=operand):
            return "not " + _text(operand, _NOT), _NOT
        case Binary(operator=operator, left=left, right=right):
            own = _BINDING[operator]
            chains = own != _COMPARISON
            return f"{_text(left, own if chains else own + 1)} {operator} {_text(right, own + 1)}", own
        case Membership(operand=operand, values=values, negated=negated):
            word = "not in" if negated else "in"
            return f"{_text(operand, _COMPARISON + 1)} {word} ({_list(values)})", _COMPARISON
        case NullTest(operand=operand, negated=negated):
            word = "is not null" if negated else "is null"
            return f"{_text(operand, _COMPARISON + 1)} {word}", _COMPARISON
        case _:
            return _atom(expression), _ATOM


def _atom(expression: Number | String | Constant | Name | Call | Case) -> str:
    match expression:
        case Number(value=number):
            return format(number, "f")
        case String(value=string):
            return "'" + string.replace("'", "''") + "'"
        case Constant(value=constant):
            return _CONSTANTS[constant]
        case Name(value=name):
            return format_name(name)
        case Call(function=function, arguments=arguments):
            return f"{function}({_list(arguments)})"
        case Case():
            return _case(expression)


def _case(expression: Case) -> str:
    parts = [f"when {_text(when, 0)} then {_text(then, 0)}" for when, then in expression.branches]
    if expression.otherwise is not None:
        parts.append(f"else {_text(expression.otherwise, 0)}")
    return f"case {' '.join(parts)} end"


def _list(items: tuple[Expression, ...]) -> str:
    return ", ".join(_text(item, 0) for item in items)
