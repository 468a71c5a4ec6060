"""What windows of PostgreSQL and MySQL cannot do: leave NULLs out of LAST_VALUE, count different values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from metrion.semantic.formula.nodes import binary, both, case, null, number
from metrion.semantic.sql.terms import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from metrion.semantic.formula.nodes import Node

EARLIER = "earlier"


def last_known(node: Node, partition: list[Node], along: Node, same: Callable[[Node, Node], Node]) -> Node:
    """Return the last value of a part that is not NULL, up to the row's own place `along`.

    The part is read a second time, under another name. It has a row for each group and period of an answer.
    """
    if not isinstance(along, exp.Column):
        message = "rows follow one another along a column of the part"
        raise TypeError(message)
    value = _of_earlier(node)
    # As in a window that sorts NULLs last: a row without a place comes after all that have one.
    without = exp.Is(this=along.copy(), expression=null())
    condition: Node = exp.Or(this=exp.LTE(this=_of_earlier(along), expression=along.copy()), expression=without)
    for key in partition:
        condition = both(same(_of_earlier(key), key.copy()), condition)
    condition = both(exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null())), condition)
    part = exp.Table(this=quoted(along.table), alias=exp.TableAlias(this=quoted(EARLIER)))
    select = exp.Select(
        expressions=[value],
        from_=exp.From(this=part),
        where=exp.Where(this=condition),
        order=exp.Order(expressions=[exp.Ordered(this=_of_earlier(along), desc=True, nulls_first=True)]),
        limit=exp.Limit(expression=number(1)),
    )
    return exp.Subquery(this=select)


def different(node: Node, partition: list[Node]) -> Node:
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


def _of_earlier(node: Node) -> Node:
    copied = node.copy()
    for found in list(copied.find_all(exp.Column)):
        found.set("table", quoted(EARLIER))
    return copied
