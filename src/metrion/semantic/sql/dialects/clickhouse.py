"""ClickHouse, with the settings of its engine: nulls for what is missing, dates before 1970."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from sqlglot import exp

from metrion.semantic.calendar import SECONDS, length_of
from metrion.semantic.formula.dialects import DIALECTS
from metrion.semantic.formula.nodes import Node, Type, binary, call, case, cast, number, text, tight
from metrion.semantic.sql.dialects.base import PARTS, Dialect, Unit
from metrion.semantic.sql.nodes import named

if TYPE_CHECKING:
    from metrion.semantic.model import Aggregation, DataType, DatePart, Grain

_MICROSECONDS: Final = 6
_STARTS: Final[dict[Grain, str]] = {
    "second": "toStartOfSecond",
    "minute": "toStartOfMinute",
    "hour": "toStartOfHour",
    "day": "toStartOfDay",
    "week": "toMonday",
    "month": "toStartOfMonth",
    "quarter": "toStartOfQuarter",
    "year": "toStartOfYear",
}
_LATER: Final[dict[str, str]] = {"month": "addMonths", "day": "addDays", "second": "addSeconds"}


class ClickHouse(Dialect):
    """ClickHouse 24.8 and later."""

    counts_apart: ClassVar[bool] = False
    cuts_again: ClassVar[bool] = False
    name: ClassVar[str] = "clickhouse"
    sorts_answers: ClassVar[bool] = False

    # --- time ----------------------------------------------------------------------------------------

    def as_moment(self, node: Node, tick: Grain) -> Node:
        """Return a moment in the types that reach before 1970."""
        return cast(node, Type.DATETIME64, _MICROSECONDS) if tick in SECONDS else cast(node, Type.DATE32)

    def truncated(self, grain: Grain, node: Node) -> Node:
        """Return the start of a unit; weeks begin on Monday."""
        return call(_STARTS[grain], node)

    def added(self, node: Node, count: int, unit: Unit, tick: Grain) -> Node:
        """Return a moment so many units later, in the type of the moment."""
        del tick
        return self.plus(node, count, unit)

    def plus(self, node: Node, count: int, unit: Unit) -> Node:
        """Return a moment plus so many units."""
        return call(_LATER[unit], node, number(count))

    def days_later(self, node: Node, days: Node, tick: Grain) -> Node:
        """Return a moment so many days later."""
        del tick
        return call("addDays", node, days)

    def days_between(self, first: Node, second: Node) -> Node:
        """Return the number of days from the first day to the second."""
        return call("dateDiff", text("day"), first, second)

    def last_of_month(self, node: Node) -> Node:
        """Return the last day of a day's month."""
        return call("toLastDayOfMonth", node)

    def series(self, start: Node, end: Node, grain: Grain, tick: Grain, name: str) -> exp.Select:
        """Return the SELECT of every period start: so many units after the first."""
        first, last = self.as_moment(start, tick), self.as_moment(end, tick)
        size = length_of(grain)
        steps = call("intDiv", call("dateDiff", text(size.unit), first.copy(), last), number(size.count))
        many = call("greatest", number(0), binary(exp.Add, call("ifNull", steps, number(-1)), number(1)))
        places = call("arrayJoin", call("range", call("toUInt64", many)))
        rows = call(_LATER[size.unit], first, binary(exp.Mul, places, number(size.count)))
        return exp.Select(expressions=[named(rows, name)])

    def part(self, node: Node, kind: str, part: DatePart) -> Node:
        """Return a number read off a date or timestamp."""
        del kind
        return DIALECTS[self.name].part(PARTS[part], node.copy)

    # --- rows ----------------------------------------------------------------------------------------

    def numbers(self, upto: int, name: str) -> exp.Select:
        """Return the SELECT of the whole numbers from 0 to `upto`."""
        return exp.Select(expressions=[named(call("arrayJoin", call("range", number(upto + 1))), name)])

    def matches(self, how: Literal["contains", "starts", "ends"], subject: Node, wanted: Node) -> Node:
        """Return whether a text holds another, begins or ends with it."""
        if how == "contains":
            return binary(exp.GT, call("position", subject, wanted), number(0))
        return call("startsWith" if how == "starts" else "endsWith", subject, wanted)

    def lowered(self, node: Node, kind: DataType) -> Node:
        """Return a value as text in lower case; a decimal shows all the places of its type."""
        if kind == "string":
            return call("lowerUTF8", node)
        if kind == "decimal":
            places = call("toUInt8", call("extract", call("toTypeName", node.copy()), text(", ([0-9]+)")))
            return call("toDecimalString", node, places)
        return call("lowerUTF8", cast(node, Type.TEXT))

    # --- aggregates ----------------------------------------------------------------------------------

    def counted(self, where: Node | None) -> Node:
        """Return the number of rows; its own type is unsigned, and a difference of two would be none."""
        return cast(super().counted(where), Type.BIGINT)

    def aggregate(self, function: Aggregation, operand: Node, where: Node | None) -> Node:
        """Return an aggregate: deviations the stable way, and none of a single value."""
        if function in {"stddev", "variance"}:
            return self._deviation("stddevSampStable" if function == "stddev" else "varSampStable", operand, where)
        found = super().aggregate(function, operand, where)
        return cast(found, Type.BIGINT) if function in {"count", "count_distinct", "approx_distinct"} else found

    def _deviation(self, name: str, operand: Node, where: Node | None) -> Node:
        several = binary(exp.GT, self.aggregate("count", operand.copy(), where and where.copy()), number(1))
        return case([(several, self.filtered(call(name, cast(operand, Type.DOUBLE)), where))])

    def whole_sum(self, operand: Node, where: Node | None) -> Node:
        """Return the sum of whole numbers; in 64 bits nobody would notice that it is too large."""
        total = self.aggregate("sum", call("toInt128", operand), where)
        return call("accurateCast", total, text("Nullable(Int64)"))

    def approximate_count(self, operand: Node) -> Node:
        """Return about how many different values there are."""
        return call("uniq", operand)

    def percentile(self, operand: Node, share: float, where: Node | None, *, discrete: bool) -> Node:
        """Return a percentile; `quantileExact` rounds places its own way, so that one of the values is looked up."""
        if not discrete:
            name = exp.Identifier(this="quantileExactInclusive", quoted=False)
            levels = [number(str(share))]
            found = exp.ParameterizedAgg(this=name, expressions=levels, params=[cast(operand, Type.DOUBLE)])
            return self.filtered(found, where)
        if where is not None:
            operand = case([(where, operand)])
        exact, count = Fraction(str(share)), exp.Count(this=operand.copy())
        raised = binary(exp.Add, binary(exp.Mul, count, number(exact.numerator)), number(exact.denominator - 1))
        place = call("greatest", number(1), call("intDiv", raised, number(exact.denominator)))
        values = call("arraySort", call("groupArray", operand))
        some = binary(exp.GT, count.copy(), number(0))
        return case([(some, call("arrayElement", values, place))])

    def extreme(self, operand: Node, by: Node, where: Node | None, *, last: bool) -> Node:
        """Return the operand of the first (last) row by `by`; rows without an operand do not count."""
        found = call("argMax" if last else "argMin", operand, call("tuple", by, operand.copy()))
        present = exp.Not(this=exp.Is(this=tight(by.copy()), expression=exp.Null()))
        return self.filtered(found, present if where is None else exp.And(this=tight(where), expression=present))
