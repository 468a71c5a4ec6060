"""Small constructors of SQL nodes. Everything is a node: no SQL text is ever put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Sequence

Node = exp.Expression
Type = exp.DType

_LOOSE: Final = (exp.Binary, exp.Connector, exp.Not, exp.Neg, exp.In, exp.Is, exp.Between, exp.Collate)


def call(name: str, *arguments: Node) -> Node:
    """Return a function call that is written as it is named, whatever the dialect."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def number(value: int | str) -> Node:
    """Return a numeric literal."""
    return exp.Literal(this=str(value), is_string=False)


def text(value: str) -> Node:
    """Return a text literal; the generator escapes it."""
    return exp.Literal(this=value, is_string=True)


def parameter(place: int) -> Node:
    """Return `$1`, `$2` ...: the mark of a bound value, the same for every dialect (see `engines.binding`)."""
    return exp.Var(this=f"${place}")


def null() -> Node:
    """Return NULL."""
    return exp.Null()


def tight(node: Node) -> Node:
    """Put brackets around a node that could fall apart as an operand."""
    if isinstance(node, _LOOSE) and not isinstance(node, exp.Dot):
        return exp.Paren(this=node)
    return node


def binary(kind: type[Node], left: Node, right: Node) -> Node:
    """Return `left op right` with the brackets it needs."""
    return kind(this=tight(left), expression=tight(right))


def both(left: Node, right: Node) -> Node:
    """Return `left and right`."""
    return exp.And(this=tight(left), expression=tight(right))


def divide(left: Node, right: Node) -> Node:
    """Return a bare division, which the generator must not rewrite."""
    return exp.Div(this=tight(left), expression=tight(right), typed=True, safe=False)


def cast(node: Node, kind: Type, *sizes: int) -> Node:
    """Return CAST(node AS kind(sizes))."""
    return exp.Cast(this=node, to=_type(kind, sizes))


def try_cast(node: Node, kind: Type, *sizes: int) -> Node:
    """Return a cast that gives NULL where the value does not fit (DuckDB)."""
    return exp.TryCast(this=node, to=_type(kind, sizes), safe=True)


def case(branches: Sequence[tuple[Node, Node]], otherwise: Node | None = None) -> Node:
    """Return a searched CASE."""
    return exp.Case(ifs=[exp.If(this=when, true=then) for when, then in branches], default=otherwise)


def interval(unit: str) -> Node:
    """Return INTERVAL '1' unit."""
    return exp.Interval(this=text("1"), unit=exp.Var(this=unit))


def extract(part: str, node: Node) -> Node:
    """Return EXTRACT(part FROM node)."""
    return exp.Extract(this=exp.Var(this=part), expression=node)


def _type(kind: Type, sizes: tuple[int, ...]) -> exp.DataType:
    sized = [exp.DataTypeParam(this=number(size)) for size in sizes]
    return exp.DataType(this=kind, expressions=sized, nested=False)
