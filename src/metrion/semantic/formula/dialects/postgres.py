"""PostgreSQL's way. Its own divisions raise on a zero divisor; its collation would order texts as a language does."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sqlglot import exp

from metrion.semantic.formula.dialects.base import BLANKS, Dialect, Give, Operand, Side, in_brackets
from metrion.semantic.formula.nodes import Node, Type, binary, call, cast, text, tight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrion.semantic.formula.types import ValueType


class Postgres(Dialect):
    """The building blocks of PostgreSQL."""

    name: ClassVar[str] = "postgres"
    raises: ClassVar[bool] = True

    def bound(self, parameter: Node) -> Node:
        """Return a text parameter with its type."""
        return cast(parameter, Type.TEXT)

    def arithmetic(self, kind: type[Node], left: Operand, right: Operand) -> Node:
        """Return `left op right`; numeric grows as far as needed."""
        return binary(kind, left.node, right.node)

    def compared(self, kind: type[Node], left: Node, right: Node, common: ValueType) -> Node:
        """Return a comparison; the order of texts is that of code points."""
        if common == "string" and not issubclass(kind, (exp.EQ, exp.NEQ)):
            left = _by_code_point(tight(left))
        return binary(kind, left, right)

    def ranked(self, gives: Sequence[Give], common: ValueType, *, largest: bool) -> Node:
        """Return the largest or smallest; texts by code points."""
        nodes = [give() for give in gives]
        if common == "string":
            nodes[0] = _by_code_point(in_brackets(nodes[0]))
        return call("GREATEST" if largest else "LEAST", *nodes)

    def lower(self, node: Node) -> Node:
        """Return the text in lower case: by code points only A to Z would have one."""
        return _by_code_point(call("LOWER", _by_rules(node)))

    def upper(self, node: Node) -> Node:
        """Return the text in upper case."""
        return _by_code_point(call("UPPER", _by_rules(node)))

    def trimmed(self, node: Node, side: Side) -> Node:
        """Return the text without white space at that side."""
        return call({"both": "BTRIM", "left": "LTRIM", "right": "RTRIM"}[side], node, text(BLANKS))

    def matched(self, give: Give, pattern: str) -> Node:
        """Return the first group of the pattern, or null."""
        return call("SUBSTRING", give(), text(pattern))

    def read(self, node: Node, kind: ValueType) -> Node:
        """Return a text of the right form, or null, as its type."""
        return self.converted(node, kind)


def _by_rules(node: Node) -> Node:
    return exp.Collate(this=in_brackets(node), expression=exp.to_identifier("und-x-icu", quoted=True))


def _by_code_point(node: Node) -> Node:
    return exp.Collate(this=node, expression=exp.to_identifier("C", quoted=True))
