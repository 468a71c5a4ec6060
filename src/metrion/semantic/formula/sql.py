"""Formula to SQL nodes, for one engine.

Every function goes through its own proven builder; `/` is a division of doubles on every engine, and
what a zero divisor gives is the caller's choice. A null on either side gives null, whatever the choice.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from sqlglot import exp

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
    Span,
    String,
    Unary,
)
from metrion.semantic.formula.errors import FormulaTooDeep, UnknownFunction, UnsupportedByEngine, WrongArguments
from metrion.semantic.formula.functions import DIALECTS, FUNCTIONS, ZeroDivision
from metrion.semantic.formula.functions.numbers import (
    divided_duckdb,
    divided_postgres,
    remainder_duckdb,
    remainder_postgres,
)
from metrion.semantic.formula.functions.spec import Build, Parameter, Site
from metrion.semantic.formula.nodes import Node, Type, binary, case, cast, number, text, tight
from metrion.semantic.formula.suggest import nearest
from metrion.semantic.formula.types import ValueType, common_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from metrion.semantic.model import DataType

MAX_COPIED: Final = 20_000
"""Most nodes that all builders of one formula may copy."""

_ARITHMETIC: Final[dict[str, type[Node]]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}
_COMPARISON: Final[dict[str, type[Node]]] = {
    "=": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}
_DIVISION: Final[dict[str, dict[str, Build]]] = {
    "duckdb": {"/": divided_duckdb, "%": remainder_duckdb},
    "postgres": {"/": divided_postgres, "%": remainder_postgres},
}

Typed = tuple[Node, ValueType]


def to_sqlglot(
    expression: Expression,
    leaf: Callable[[Name], Node],
    dialect: str = "duckdb",
    *,
    zero_division: ZeroDivision = "null",
    types: Mapping[str, DataType] | None = None,
    bind: Callable[[str], Node] | None = None,
) -> Node:
    """Return the SQL node of a checked formula.

    `leaf` gives the node of a name (a fresh one each time; it may be any expression). `types` tells the
    types of names: with them rounding and remainders of exact numbers stay exact and quick, without them
    the careful way is taken. `bind` turns text literals into parameters, which must be numbered: a node may be
    copied. Left out, they are escaped literals.

    Raises `FormulaError` where a function is unknown or not proven on the engine.
    """
    if dialect not in DIALECTS:
        raise UnsupportedByEngine(expression.span, dialect=dialect, function="*")
    return _Translator(leaf, dialect, zero_division, types or {}, bind).node(expression)[0]


class _Translator:
    """The translation of one formula, with its budget of copies."""

    def __init__(
        self,
        leaf: Callable[[Name], Node],
        dialect: str,
        zero_division: ZeroDivision,
        types: Mapping[str, DataType],
        bind: Callable[[str], Node] | None,
    ) -> None:
        self.leaf = leaf
        self.dialect = dialect
        self.zero_division = zero_division
        self.types = types
        self.bind = bind
        self.budget = MAX_COPIED

    def node(self, expression: Expression) -> Typed:
        match expression:
            case Call():
                return self.call(expression)
            case Binary():
                return self.binary(expression)
            case Unary(operator="-", operand=operand):
                inner, kind = self.node(operand)
                return exp.Neg(this=tight(inner)), kind
            case Case():
                return self.case(expression)
            case Unary() | Membership() | NullTest():
                return self.test(expression), "boolean"
            case _:
                return self.leaf_node(expression)

    def leaf_node(self, expression: Number | String | Constant | Name) -> Typed:
        match expression:
            case Number(value=value):
                written = format(value, "f")
                return number(written), "decimal" if "." in written else "integer"
            case String(value=string):
                return self.text(string), "string"
            case Constant(value=None):
                return exp.Null(), "null"
            case Constant(value=constant):
                return exp.Boolean(this=constant), "boolean"
            case Name(value=name):
                return self.leaf(expression), self.types.get(name, "unknown")

    def text(self, value: str) -> Node:
        """Return a text; PostgreSQL must be told the type of a parameter."""
        if self.bind is None:
            return text(value)
        return cast(self.bind(value), Type.TEXT) if self.dialect == "postgres" else self.bind(value)

    def test(self, expression: Unary | Membership | NullTest) -> Node:
        operand = tight(self.node(expression.operand)[0])
        if isinstance(expression, Unary):
            return exp.Not(this=operand)
        if isinstance(expression, Membership):
            test: Node = exp.In(this=operand, expressions=[self.node(value)[0] for value in expression.values])
        else:
            test = exp.Is(this=operand, expression=exp.Null())
        return exp.Not(this=test) if expression.negated else test

    def case(self, expression: Case) -> Typed:
        branches = [(self.node(when)[0], self.node(then)) for when, then in expression.branches]
        otherwise = None if expression.otherwise is None else self.node(expression.otherwise)
        kinds = [kind for _, (_, kind) in branches] + ([otherwise[1]] if otherwise else [])
        pairs = [(when, then) for when, (then, _) in branches]
        return case(pairs, otherwise[0] if otherwise else None), common_type(kinds) or "unknown"

    def binary(self, expression: Binary) -> Typed:
        operator = expression.operator
        left, left_type = self.node(expression.left)
        right, right_type = self.node(expression.right)
        kind = common_type((left_type, right_type)) or "unknown"
        if operator in {"/", "%"}:
            site = self.site((left, right), (left_type, right_type), (None, None), expression.span)
            build = _DIVISION[self.dialect][operator]
            return build(site), "float" if operator == "/" else kind
        if operator in {"and", "or"}:
            connector = exp.And if operator == "and" else exp.Or
            return connector(this=tight(left), expression=tight(right)), "boolean"
        if operator == "||":
            return exp.DPipe(this=tight(left), expression=tight(right), safe=False), "string"
        if operator in _COMPARISON:
            if self.dialect == "postgres" and operator not in {"=", "!="} and kind == "string":
                left = exp.Collate(this=tight(left), expression=exp.to_identifier("C", quoted=True))
            return binary(_COMPARISON[operator], left, right), "boolean"
        if operator == "*" and left_type == right_type == "decimal" and self.dialect == "duckdb":
            left = _widened(expression.left, left)
        return binary(_ARITHMETIC[operator], left, right), kind

    def call(self, expression: Call) -> Typed:
        function = FUNCTIONS.get(expression.function)
        if function is None:
            close = nearest(expression.function, FUNCTIONS)
            raise UnknownFunction(expression.span, suggestion=close[0] if close else "", function=expression.function)
        build = function.builders.get(self.dialect)
        if build is None:
            raise UnsupportedByEngine(expression.span, dialect=self.dialect, function=function.name)
        needed = sum(1 for parameter in function.parameters if not parameter.optional)
        if len(expression.arguments) < needed or function.parameter(len(expression.arguments) - 1) is None:
            raise WrongArguments(
                expression.span,
                function=function.name,
                reason_zh=f"参数个数不对，写法为 {function.signature}",
                reason_en=f"wrong number of arguments, write {function.signature}",
            )
        translated = [
            self.argument(function.parameter(position), argument)
            for position, argument in enumerate(expression.arguments)
        ]
        kinds = tuple(kind for _, kind in translated)
        literals = tuple(_literal(argument) for argument in expression.arguments)
        site = self.site(tuple(node for node, _ in translated), kinds, literals, expression.span)
        return build(site), function.result(kinds)

    def argument(self, parameter: Parameter | None, argument: Expression) -> Typed:
        if parameter is not None and parameter.absorbed and isinstance(argument, String):
            return text(argument.value), "string"
        return self.node(argument)

    def site(
        self,
        nodes: tuple[Node, ...],
        types: tuple[ValueType, ...],
        literals: tuple[Decimal | str | None, ...],
        span: Span,
    ) -> Site:
        return Site(nodes, types, literals, self.zero_division, partial(self.duplicate, span))

    def duplicate(self, span: Span, node: Node) -> Node:
        """Copy a node within the budget of the formula."""
        for _ in node.walk():
            self.budget -= 1
            if self.budget < 0:
                raise FormulaTooDeep(span)
        return node.copy()


def _widened(expression: Expression, node: Node) -> Node:
    """Give a decimal 38 digits and keep its scale: DuckDB's product of two DECIMAL(18) overflows at 18 digits."""
    if isinstance(expression, Binary) and expression.operator == "*":
        return node
    return binary(exp.Mul, node, cast(number(1), Type.DECIMAL, 38, 0))


def _literal(expression: Expression) -> Decimal | str | None:
    if isinstance(expression, (Number, String)):
        return expression.value
    return None
