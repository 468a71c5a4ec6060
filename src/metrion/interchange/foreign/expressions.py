"""SQL expressions of foreign models as formulas of our language.

`to_formula` parses with sqlglot and prints what has the same meaning here; anything else is `NotExpressible`
and says what it was. Aggregates and subqueries are not row expressions: importers take them apart first.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from metrion.interchange.foreign import functions
from metrion.interchange.foreign.build import (
    binary,
    both,
    call,
    negated,
    null,
    number,
    string,
    unary,
)
from metrion.interchange.foreign.errors import NotExpressible
from metrion.semantic.formula.ast import (
    BinaryOperator,
    Call,
    Case,
    Constant,
    Expression,
    Membership,
    Name,
    NullTest,
    Span,
    String,
)
from metrion.semantic.formula.printer import format_expression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.semantic.model import DataType

_NOWHERE: Final = Span(0, 0)
_BINARIES: Final[Mapping[type[exp.Expression], BinaryOperator]] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
    exp.EQ: "=",
    exp.NEQ: "!=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.And: "and",
    exp.Or: "or",
    exp.DPipe: "||",
}
_COMPARED: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})
_TEMPORAL: Final = frozenset({"date_trunc", "date_add", "to_date", "to_timestamp", "month_end"})


NameOf = Callable[[str], str | Expression]


def to_formula(
    sql: str,
    name_of: NameOf,
    *,
    dialect: str = "duckdb",
    type_of: Callable[[str], DataType | None] | None = None,
) -> str:
    """Return the formula that means the same as an SQL expression; raises `NotExpressible`.

    `name_of` gives the name here of a column as it is written there (`amount`, `orders.amount`), or the expression
    that stands for it, and may refuse it.
    `type_of` gives the type of a name here: text beside a date or timestamp is then read as one.
    """
    return format_expression(to_expression(parsed(sql, dialect), name_of, type_of=type_of))


def parsed(sql: str, dialect: str = "duckdb") -> exp.Expression:
    """Return the tree of one SQL expression; raises `NotExpressible`."""
    try:
        tree = parse_one(sql, read=dialect)
    except (SqlglotError, RecursionError) as refusal:
        shown = " ".join(sql.split())[:80]
        raise NotExpressible(zh=f"“{shown}”不是有效的 SQL 表达式", en=f"“{shown}” is no SQL expression") from refusal
    if not isinstance(tree, exp.Expression):
        raise NotExpressible(zh="空表达式", en="an empty expression")
    return tree


def to_expression(
    tree: exp.Expression,
    name_of: NameOf,
    *,
    type_of: Callable[[str], DataType | None] | None = None,
) -> Expression:
    """Return the formula of a tree that sqlglot made, its names read by `name_of`; raises `NotExpressible`."""
    return _Reader(name_of, type_of or (lambda _name: None)).read(tree)


class _Reader:
    """Walks an SQL tree."""

    def __init__(self, name_of: NameOf, type_of: Callable[[str], DataType | None]) -> None:
        self.name_of = name_of
        self.type_of = type_of

    def read(self, node: exp.Expression) -> Expression:
        if node.args.get("negate"):  # How some dialects read `is not null` and `not like`.
            plain = node.copy()
            plain.set("negate", None)
            return negated(self.read(plain))
        if (operator := _BINARIES.get(type(node))) is not None:
            return self._binary(node, operator)
        if (reader := _READERS.get(type(node))) is not None:
            return reader(self, node)
        return functions.read(node, self.read)

    def column(self, node: exp.Expression) -> Expression:
        return self._name(_written(node))

    def literal(self, node: exp.Expression) -> Expression:
        return string(str(node.this)) if node.is_string else number(Decimal(str(node.this)))

    def _name(self, written: str) -> Expression:
        found = self.name_of(written)
        return Name(found, _NOWHERE) if isinstance(found, str) else found

    def _binary(self, node: exp.Expression, operator: BinaryOperator) -> Expression:
        if operator in {"+", "-"} and (moved := self._moved(node, operator)) is not None:
            return moved
        left, right = self.read(node.this), self.read(node.expression)
        if operator in _COMPARED:
            left, right = self._dated(left, right), self._dated(right, left)
        return binary(operator, left, right)

    def _moved(self, node: exp.Expression, operator: str) -> Expression | None:
        """Return a date that is moved by an interval, or None where it is plain arithmetic."""
        for interval, other in ((node.expression, node.this), (node.this, node.expression)):
            if isinstance(interval, exp.Interval) and (operator == "+" or interval is node.expression):
                return functions.moved(self.read(other), interval, backwards=operator == "-")
        return None

    def _dated(self, side: Expression, other: Expression) -> Expression:
        """Return a text as a date where it is compared with one, as SQL reads it."""
        if not isinstance(side, String) or not self._is_temporal(other):
            return side
        return functions.instant(side.value)

    def _is_temporal(self, side: Expression) -> bool:
        match side:
            case Name(value=name):
                return self.type_of(name) in {"date", "timestamp"}
            case Call(function=function):
                return function in _TEMPORAL
        return False

    def is_test(self, node: exp.Expression) -> Expression:
        side = node.expression
        if isinstance(side, exp.Null):
            return NullTest(self.read(node.this), negated=False, span=_NOWHERE)
        if isinstance(side, exp.Boolean):
            value = Constant(bool(side.this), _NOWHERE)
            return call("coalesce", binary("=", self.read(node.this), value), Constant(value=False, span=_NOWHERE))
        raise NotExpressible(zh=f"IS {side.sql()}", en=f"IS {side.sql()}")

    def null_safe(self, node: exp.Expression) -> Expression:
        left, right = self.read(node.this), self.read(node.expression)
        left, right = self._dated(left, right), self._dated(right, left)
        empty = both(NullTest(left, negated=False, span=_NOWHERE), NullTest(right, negated=False, span=_NOWHERE))
        same = call("coalesce", binary("=", left, right), empty)
        return same if isinstance(node, exp.NullSafeEQ) else negated(same)

    def membership(self, node: exp.Expression) -> Expression:
        if node.args.get("query") is not None or node.args.get("unnest") is not None or not node.expressions:
            raise NotExpressible(zh="子查询", en="a subquery")
        operand = self.read(node.this)
        values = tuple(self._dated(self.read(value), operand) for value in node.expressions)
        return Membership(operand, values, negated=False, span=_NOWHERE)

    def between(self, node: exp.Expression) -> Expression:
        operand = self.read(node.this)
        low, high = (self._dated(self.read(node.args[key]), operand) for key in ("low", "high"))
        return both(binary(">=", operand, low), binary("<=", operand, high))

    def like(self, node: exp.Expression) -> Expression:
        pattern = node.expression
        if not isinstance(pattern, exp.Literal) or not pattern.is_string:
            raise NotExpressible(zh="LIKE 的模式不是常量", en="LIKE with a pattern that is no constant")
        operand, wanted = self.read(node.this), str(pattern.this)
        if isinstance(node, exp.ILike):
            operand, wanted = call("lower", operand), wanted.lower()
        return functions.like(operand, wanted)

    def case(self, node: exp.Expression) -> Expression:
        subject = None if node.this is None else self.read(node.this)
        branches: list[tuple[Expression, Expression]] = []
        for branch in node.args["ifs"]:
            when = self.read(branch.this)
            if subject is not None:
                when = binary("=", subject, self._dated(when, subject))
            branches.append((when, self.read(branch.args["true"])))
        return Case(tuple(branches), self._otherwise(node.args.get("default")), _NOWHERE)

    def choice(self, node: exp.Expression) -> Expression:
        branch = self.read(node.this), self.read(node.args["true"])
        return Case((branch,), self._otherwise(node.args.get("false")), _NOWHERE)

    def _otherwise(self, node: exp.Expression | None) -> Expression | None:
        return None if node is None else self.read(node)


_READERS: Final[Mapping[type[exp.Expression], Callable[[_Reader, exp.Expression], Expression]]] = {
    exp.Column: _Reader.column,
    exp.Identifier: _Reader.column,
    exp.Dot: _Reader.column,
    exp.Literal: _Reader.literal,
    exp.Paren: lambda reader, node: reader.read(node.this),
    exp.Boolean: lambda _reader, node: Constant(bool(node.this), _NOWHERE),
    exp.Null: lambda _reader, _node: null(),
    exp.Neg: lambda reader, node: unary("-", reader.read(node.this)),
    exp.Not: lambda reader, node: negated(reader.read(node.this)),
    exp.Is: _Reader.is_test,
    exp.NullSafeEQ: _Reader.null_safe,
    exp.NullSafeNEQ: _Reader.null_safe,
    exp.In: _Reader.membership,
    exp.Between: _Reader.between,
    exp.Like: _Reader.like,
    exp.ILike: _Reader.like,
    exp.Case: _Reader.case,
    exp.If: _Reader.choice,
}


def _written(node: exp.Expression) -> str:
    if isinstance(node, exp.Column):
        return ".".join(part.name for part in node.parts)
    return node.name if isinstance(node, exp.Identifier) else node.sql()
