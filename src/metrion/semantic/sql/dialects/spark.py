"""Spark SQL in ANSI mode, on Apache Spark and on Sail."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from sqlglot import exp

from metrion.semantic.calendar import SECONDS, length_of
from metrion.semantic.formula.dialects import DIALECTS
from metrion.semantic.formula.nodes import Node, Type, binary, both, call, case, cast, number, text, tight
from metrion.semantic.sql.dialects.base import PARTS, Dialect, Unit
from metrion.semantic.sql.nodes import named

if TYPE_CHECKING:
    from metrion.semantic.model import Aggregation, DatePart, Grain


class Spark(Dialect):
    """Spark SQL 3.5 and later."""

    counts_apart: ClassVar[bool] = False
    cuts_again: ClassVar[bool] = False
    name: ClassVar[str] = "spark"
    types_from_first: ClassVar[bool] = True

    # --- time ----------------------------------------------------------------------------------------

    def as_moment(self, node: Node, tick: Grain) -> Node:
        """Return a moment; a timestamp is wall-clock time, without a zone."""
        return cast(node, Type.TIMESTAMPNTZ if tick in SECONDS else Type.DATE)

    def truncated(self, grain: Grain, node: Node) -> Node:
        """Return the start of a unit; weeks begin on Monday."""
        if grain in SECONDS:
            return self.as_moment(call("DATE_TRUNC", text(grain.upper()), node), grain)
        return call("TRUNC", node, text(grain.upper()))

    def added(self, node: Node, count: int, unit: Unit, tick: Grain) -> Node:
        """Return a moment so many units later."""
        if tick in SECONDS:
            return self.as_moment(self.plus(node, count, unit), tick)
        return call("ADD_MONTHS" if unit == "month" else "DATE_ADD", node, number(count))

    def plus(self, node: Node, count: int, unit: Unit) -> Node:
        """Return a moment plus so many units; the number stands inside the interval."""
        return binary(exp.Sub if count < 0 else exp.Add, node, _interval(abs(count), unit))

    def days_later(self, node: Node, days: Node, tick: Grain) -> Node:
        """Return a moment so many days later."""
        if tick not in SECONDS:
            return call("DATE_ADD", node, cast(days, Type.INT))
        return self.as_moment(binary(exp.Add, node, call("MAKE_DT_INTERVAL", days)), tick)

    def days_between(self, first: Node, second: Node) -> Node:
        """Return the number of days from the first day to the second."""
        return call("DATEDIFF", second, first)

    def series(self, start: Node, end: Node, grain: Grain, tick: Grain, name: str) -> exp.Select:
        """Return the SELECT of every period start; SEQUENCE refuses an end before the start."""
        first, last = self.as_moment(start, tick), self.as_moment(end, tick)
        backwards = binary(exp.LT, last.copy(), first.copy())
        size = length_of(grain)
        rows = call("SEQUENCE", first, last, _interval(size.count, size.unit))
        known = case([(exp.Not(this=exp.Paren(this=backwards)), rows)])
        return exp.Select(expressions=[named(call("EXPLODE", known), name)])

    def part(self, node: Node, kind: str, part: DatePart) -> Node:
        """Return a number read off a date or timestamp."""
        del kind
        return DIALECTS[self.name].part(PARTS[part], node.copy)

    # --- rows ----------------------------------------------------------------------------------------

    def numbers(self, upto: int, name: str) -> exp.Select:
        """Return the SELECT of the whole numbers from 0 to `upto`."""
        rows = call("EXPLODE", call("SEQUENCE", number(0), number(upto)))
        return exp.Select(expressions=[named(rows, name)])

    def of_partner(self, condition: Node) -> Node:
        """Return the condition, hidden from Sail's planner.

        From `region = 'EAST'` it would conclude that the column is constant after the outer join too, where it is
        NULL in rows without partner, and leave out the sort.
        """
        return exp.Is(this=exp.Paren(this=condition), expression=exp.Boolean(this=True))

    def same(self, left: Node, right: Node) -> Node:
        """Return that two values are equal; of IS NOT DISTINCT FROM Sail makes a loop over all pairs of rows."""
        return call("EQUAL_NULL", left, right)

    def matches(self, how: Literal["contains", "starts", "ends"], subject: Node, wanted: Node) -> Node:
        """Return whether a text holds another, begins or ends with it."""
        return call({"contains": "CONTAINS", "starts": "STARTSWITH", "ends": "ENDSWITH"}[how], subject, wanted)

    # --- aggregates ----------------------------------------------------------------------------------

    def aggregate(self, function: Aggregation, operand: Node, where: Node | None) -> Node:
        """Return an aggregate; the average of decimals is rounded to a few places more than they have."""
        if function in {"avg", "stddev", "variance"}:
            operand = cast(operand, Type.DOUBLE)
        return super().aggregate(function, operand, where)

    def whole_sum(self, operand: Node, where: Node | None) -> Node:
        """Return the sum of whole numbers; Sail does not notice that a BIGINT overflows."""
        return super().whole_sum(cast(operand, Type.DECIMAL, 38, 0), where)

    def approximate_count(self, operand: Node) -> Node:
        """Return about how many different values there are; Sail knows no sketch of doubles."""
        return super().approximate_count(cast(operand, Type.TEXT))

    def percentile(self, operand: Node, share: float, where: Node | None, *, discrete: bool) -> Node:
        """Return a percentile; that which is one of the values is looked up, for the function gives a double."""
        if not discrete:
            return self.filtered(call("PERCENTILE", cast(operand, Type.DOUBLE), number(str(share))), where)
        if where is not None:
            operand = case([(where, operand)])
        exact, count = Fraction(str(share)), exp.Count(this=operand.copy())
        raised = binary(exp.Add, binary(exp.Mul, count, number(exact.numerator)), number(exact.denominator - 1))
        place = call("GREATEST", number(1), exp.IntDiv(this=tight(raised), expression=number(exact.denominator)))
        sorted_ = call("SORT_ARRAY", call("COLLECT_LIST", operand))
        some = binary(exp.GT, count.copy(), number(0))
        return case([(some, call("ELEMENT_AT", sorted_, cast(place, Type.INT)))])

    def extreme(self, operand: Node, by: Node, where: Node | None, *, last: bool) -> Node:
        """Return the operand of the first (last) row by `by`; rows without an operand do not count."""
        found = call("MAX_BY" if last else "MIN_BY", operand, call("STRUCT", by, operand.copy()))
        present = both(_present(by.copy()), _present(operand.copy()))
        return self.filtered(found, present if where is None else both(where, present))


def _interval(count: int, unit: str) -> Node:
    return exp.Interval(this=text(str(count)), unit=exp.Var(this=unit.upper()))


def _present(node: Node) -> Node:
    return exp.Not(this=exp.Is(this=node, expression=exp.Null()))
