"""PostgreSQL. Its collation would order texts as a language does; here they are ordered by code points."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from sqlglot import exp

from metrion.semantic.calendar import length_of
from metrion.semantic.formula.dialects import DIALECTS
from metrion.semantic.formula.nodes import Node, Type, binary, both, call, cast, interval, number, tight
from metrion.semantic.sql.dialects.database import Database
from metrion.semantic.sql.nodes import named

if TYPE_CHECKING:
    from metrion.semantic.model import DataType, Grain


class Postgres(Database):
    """PostgreSQL 13 and later."""

    counts_apart: ClassVar[bool] = False
    cuts_again: ClassVar[bool] = False
    name: ClassVar[str] = "postgres"
    types_from_first: ClassVar[bool] = True
    longest_name: ClassVar[int | None] = 63

    def length_of_name(self, name: str) -> int:
        """Return the bytes of a name: what is past the longest is cut off, silently."""
        return len(name.encode())

    # --- time ----------------------------------------------------------------------------------------

    def last_of_month(self, node: Node) -> Node:
        """Return the last day of a day's month."""
        after = self.plus(self.truncated("month", node), 1, "month")
        return self.as_moment(binary(exp.Sub, after, interval("DAY")), "day")

    def series(self, start: Node, end: Node, grain: Grain, tick: Grain, name: str) -> exp.Select:
        """Return the SELECT of every period start; a series of dates would be one of moments in a zone."""
        size = length_of(grain)
        step = binary(exp.Mul, number(size.count), interval(size.unit.upper()))
        rows = call("GENERATE_SERIES", cast(start, Type.TIMESTAMP), cast(end, Type.TIMESTAMP), step)
        return exp.Select(expressions=[named(self.as_moment(rows, tick), name)])

    # --- rows ----------------------------------------------------------------------------------------

    def read(self, node: Node, kind: DataType) -> Node:
        """Return a text so that it is ordered by code points."""
        return exp.Collate(this=node, expression=exp.to_identifier("C", quoted=True)) if kind == "string" else node

    def equal(self, node: Node, kind: DataType) -> Node:
        """Return the bare column: texts are equal when their bytes are, and an index is of use."""
        del kind
        return node

    def numbers(self, upto: int, name: str) -> exp.Select:
        """Return the SELECT of the whole numbers from 0 to `upto`."""
        return exp.Select(expressions=[named(call("GENERATE_SERIES", number(0), number(upto)), name)])

    def matches(self, how: Literal["contains", "starts", "ends"], subject: Node, wanted: Node) -> Node:
        """Return whether a text holds another, begins or ends with it."""
        if how == "contains":
            return binary(exp.GT, call("STRPOS", subject, wanted), number(0))
        piece = call("LEFT" if how == "starts" else "RIGHT", subject, call("LENGTH", wanted.copy()))
        return binary(exp.EQ, piece, wanted)

    def lowered(self, node: Node, kind: DataType) -> Node:
        """Return a value of that type as text in lower case; a parameter has no type of its own."""
        del kind
        return DIALECTS[self.name].lower(cast(node, Type.TEXT))

    # --- aggregates ----------------------------------------------------------------------------------

    def percentile(self, operand: Node, share: float, where: Node | None, *, discrete: bool) -> Node:
        """Return a percentile; the place of one of the values is found in whole numbers."""
        if not discrete:
            order = exp.Order(expressions=[exp.Ordered(this=cast(operand, Type.DOUBLE), nulls_first=False)])
            found = exp.WithinGroup(this=call("PERCENTILE_CONT", number(str(share))), expression=order)
            return self.filtered(found, where)
        exact = Fraction(str(share))
        count = self.filtered(exp.Count(this=operand.copy()), where and where.copy())
        raised = binary(exp.Add, binary(exp.Mul, count, number(exact.numerator)), number(exact.denominator - 1))
        place = call("GREATEST", number(1), call("DIV", raised, number(exact.denominator)))
        return self._in_order([exp.Ordered(this=operand, nulls_first=False)], operand, where, cast(place, Type.INT))

    def extreme(self, operand: Node, by: Node, where: Node | None, *, last: bool) -> Node:
        """Return the operand of the first (last) row by `by`; of equal rows the least (greatest)."""
        order = [exp.Ordered(this=one.copy(), desc=last, nulls_first=False) for one in (by, operand)]
        present = _present(by)
        return self._in_order(order, operand, present if where is None else both(where, present), number(1))

    def _in_order(self, order: list[exp.Ordered], operand: Node, where: Node | None, place: Node) -> Node:
        """Return the value at a place among those that are not NULL."""
        ordered = exp.Order(this=operand.copy(), expressions=order)
        present = _present(operand)
        values = self.filtered(call("ARRAY_AGG", ordered), present if where is None else both(where.copy(), present))
        return exp.Bracket(this=exp.Paren(this=values), expressions=[place], offset=1)


def _present(node: Node) -> Node:
    return exp.Not(this=exp.Is(this=tight(node.copy()), expression=exp.Null()))
