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
from metrion.semantic.formula.dialects import DIALECTS, Dialect, Operand
from metrion.semantic.formula.errors import FormulaTooDeep, UnknownFunction, UnsupportedByEngine, WrongArguments
from metrion.semantic.formula.functions import FUNCTIONS, ZeroDivision
from metrion.semantic.formula.functions.numbers import divided, remainder
from metrion.semantic.formula.functions.spec import Function, Parameter, Site
from metrion.semantic.formula.nodes import Node, case, text, tight
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
    return _Translator(leaf, DIALECTS[dialect], zero_division, types or {}, bind).node(expression)[0]


class _Translator:
    """The translation of one formula, with its budget of copies."""

    def __init__(
        self,
        leaf: Callable[[Name], Node],
        dialect: Dialect,
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
                return self.dialect.literal(written), "decimal" if "." in written else "integer"
            case String(value=string):
                return self.text(string), "string"
            case Constant(value=None):
                return exp.Null(), "null"
            case Constant(value=constant):
                return exp.Boolean(this=constant), "boolean"
            case Name(value=name):
                return self.leaf(expression), self.types.get(name, "unknown")

    def text(self, value: str) -> Node:
        """Return a text, as a parameter where the caller binds them."""
        return text(value) if self.bind is None else self.dialect.bound(self.bind(value))

    def test(self, expression: Unary | Membership | NullTest) -> Node:
        operand, kind = self.node(expression.operand)
        operand = tight(operand)
        if isinstance(expression, Unary):
            return exp.Not(this=operand)
        if isinstance(expression, Membership):
            values = [self.node(value) for value in expression.values]
            common = common_type((kind, *(each for _, each in values))) or "unknown"
            site = self.site((operand,), (kind,), (None,), expression.span)
            test = self.dialect.among(site.give(0), [value for value, _ in values], common)
        else:
            test = exp.Is(this=operand, expression=exp.Null())
        return exp.Not(this=test) if expression.negated else test

    def case(self, expression: Case) -> Typed:
        conditions = [self.node(when)[0] for when, _ in expression.branches]
        results = [self.node(then) for _, then in expression.branches]
        if expression.otherwise is not None:
            results.append(self.node(expression.otherwise))
        kinds = [kind for _, kind in results]
        common = common_type(kinds) or "unknown"
        copied = partial(self.duplicate, expression.span)
        nodes = self.dialect.fitted([node for node, _ in results], kinds, common, copied)
        otherwise = None if expression.otherwise is None else nodes[-1]
        return case(list(zip(conditions, nodes, strict=False)), otherwise), common

    def binary(self, expression: Binary) -> Typed:
        operator = expression.operator
        left, left_type = self.node(expression.left)
        right, right_type = self.node(expression.right)
        kind = common_type((left_type, right_type)) or "unknown"
        if operator in {"/", "%"}:
            site = self.site((left, right), (left_type, right_type), (None, None), expression.span)
            return (divided(self.dialect, site), "float") if operator == "/" else (remainder(self.dialect, site), kind)
        if operator in {"and", "or"}:
            connector = exp.And if operator == "and" else exp.Or
            return connector(this=tight(left), expression=tight(right)), "boolean"
        if operator == "||":
            return self.dialect.joined(left, right), "string"
        if operator in _COMPARISON:
            return self.dialect.compared(_COMPARISON[operator], left, right, kind), "boolean"
        is_product = isinstance(expression.left, Binary) and expression.left.operator == "*"
        sides = Operand(left, left_type, is_product), Operand(right, right_type)
        return self.dialect.arithmetic(_ARITHMETIC[operator], *sides), kind

    def call(self, expression: Call) -> Typed:
        function = FUNCTIONS.get(expression.function)
        if function is None:
            close = nearest(expression.function, FUNCTIONS)
            raise UnknownFunction(expression.span, suggestion=close[0] if close else "", function=expression.function)
        build = function.builders.get(self.dialect.name)
        if build is None:
            raise UnsupportedByEngine(expression.span, dialect=self.dialect.name, function=function.name)
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
        nodes = self.fitted(function, [node for node, _ in translated], kinds, expression.span)
        site = self.site(tuple(nodes), kinds, literals, expression.span)
        return build(site), function.result(kinds)

    def fitted(self, function: Function, nodes: list[Node], kinds: tuple[ValueType, ...], span: Span) -> list[Node]:
        """Fit the arguments that are branches of one choice to each other."""
        if function.returns != "same":
            return nodes
        places = [
            place
            for place in range(len(nodes))
            if (parameter := function.parameter(place)) is not None and parameter.wanted == "same"
        ]
        chosen = [nodes[place] for place in places]
        copied = partial(self.duplicate, span)
        for place, node in zip(
            places,
            self.dialect.fitted(chosen, [kinds[place] for place in places], function.result(kinds), copied),
            strict=True,
        ):
            nodes[place] = node
        return nodes

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


def _literal(expression: Expression) -> Decimal | str | None:
    if isinstance(expression, (Number, String)):
        return expression.value
    return None
