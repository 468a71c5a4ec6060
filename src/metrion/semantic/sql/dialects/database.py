"""What PostgreSQL and MySQL have in common: windows that know no IGNORE NULLS and no DISTINCT, and no sketches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.semantic.formula.nodes import Type, binary, both, case, cast, null, number
from metrion.semantic.sql.dialects.base import Dialect
from metrion.semantic.sql.nodes import quoted

if TYPE_CHECKING:
    from metrion.semantic.formula.nodes import Node
    from metrion.semantic.model import Aggregation

_EARLIER: Final = "earlier"


class Database(Dialect):
    """The base of the databases that somebody else keeps."""

    def carried(self, node: Node, partition: list[Node], order: Node) -> Node:
        """Return the last value before, itself included, that is not NULL.

        The part is read a second time, under another name. It has a row for each group and period of an answer.
        """
        if not isinstance(order, exp.Column):
            message = "rows follow one another along a column of the part"
            raise TypeError(message)
        value = _of_earlier(node)
        # As in a window that sorts NULLs last: a row without a place comes after all that have one.
        without = exp.Is(this=order.copy(), expression=null())
        condition: Node = exp.Or(this=exp.LTE(this=_of_earlier(order), expression=order.copy()), expression=without)
        for key in partition:
            condition = both(self.same(_of_earlier(key), key.copy()), condition)
        condition = both(exp.Not(this=exp.Is(this=value.copy(), expression=null())), condition)
        part = exp.Table(this=quoted(order.table), alias=exp.TableAlias(this=quoted(_EARLIER)))
        select = exp.Select(
            expressions=[value],
            from_=exp.From(this=part),
            where=exp.Where(this=condition),
            order=exp.Order(expressions=[exp.Ordered(this=_of_earlier(order), desc=True, nulls_first=True)]),
            limit=exp.Limit(expression=number(1)),
        )
        return exp.Subquery(this=select)

    def different(self, node: Node, partition: list[Node]) -> Node:
        """Return how many different values a group has: the places from both ends meet at each value."""

        def over(function: Node, *order: exp.Ordered) -> Node:
            return exp.Window(
                this=function,
                partition_by=[key.copy() for key in partition],
                order=exp.Order(expressions=list(order)) if order else None,
                over="OVER",
            )

        ranks = [
            over(exp.Anonymous(this="DENSE_RANK"), exp.Ordered(this=node.copy(), desc=desc, nulls_first=desc))
            for desc in (False, True)
        ]
        missing = case([(exp.Is(this=node.copy(), expression=null()), number(1))], number(0))
        both_ends = binary(exp.Sub, binary(exp.Add, *ranks), number(1))
        return binary(exp.Sub, both_ends, over(exp.Max(this=missing)))

    def aggregate(self, function: Aggregation, operand: Node, where: Node | None) -> Node:
        """Return an aggregate; averages are doubles, as everywhere."""
        if function in {"avg", "stddev", "variance"}:
            operand = cast(operand, Type.DOUBLE)
        return super().aggregate(function, operand, where)

    def approximate_count(self, operand: Node) -> Node:
        """Return how many different values there are: there is no sketch, so that it is the exact number."""
        return exp.Count(this=exp.Distinct(expressions=[operand]))


def _of_earlier(node: Node) -> Node:
    copied = node.copy()
    for found in list(copied.find_all(exp.Column)):
        found.set("table", quoted(_EARLIER))
    return copied
