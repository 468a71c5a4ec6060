"""The statements of DuckDB; other engines say what they write otherwise.

A moment is a DATE where the tick is a day, a TIMESTAMP where it is shorter. Nothing here reads or binds values: that is
done by the caller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal

from sqlglot import exp

from metrion.semantic.calendar import SECONDS, length_of
from metrion.semantic.formula.nodes import (
    Node,
    Type,
    binary,
    call,
    case,
    cast,
    divide,
    extract,
    interval,
    number,
    text,
)
from metrion.semantic.sql.nodes import named

if TYPE_CHECKING:
    from metrion.semantic.calendar import WeekStart
    from metrion.semantic.model import Aggregation, DataType, DatePart, Grain

Unit = Literal["month", "day", "second"]

_PLAIN: Final[dict[Aggregation, type[exp.Expression]]] = {
    "sum": exp.Sum,
    "min": exp.Min,
    "max": exp.Max,
    "avg": exp.Avg,
    "stddev": exp.StddevSamp,
    "variance": exp.Variance,
}
PARTS: Final[dict[DatePart, str]] = {
    "year": "YEAR",
    "quarter": "QUARTER",
    "month": "MONTH",
    "week": "WEEK",
    "day": "DAY",
    "day_of_year": "DOY",
    "weekday": "ISODOW",
    "hour": "HOUR",
}


class Dialect:
    """DuckDB, and the base of the others."""

    name: ClassVar[str] = "duckdb"
    filters: ClassVar[bool] = True
    """Whether an aggregate may have a FILTER; else its operand is a CASE."""
    types_from_first: ClassVar[bool] = False
    """Whether a union has the types of its first branch, where a bare NULL has none."""
    sorts_answers: ClassVar[bool] = True
    """Whether ORDER BY means a column of the answer where the rows below have one of that name too."""
    orders: ClassVar[bool] = True
    """Whether an aggregate may take its rows in an order; else they are numbered first."""
    counts_apart: ClassVar[bool] = True
    """Whether distinct counts beside measures that need joins take longer than in a scan of their own."""
    cuts_again: ClassVar[bool] = True
    """Whether what rows are grouped by is computed once more for distinct values, unless the source computes it."""
    longest_name: ClassVar[int | None] = None
    """How long a name may be, as the engine counts; None: as long as one likes."""

    def length_of_name(self, name: str) -> int:
        """Return how long a name is: its characters."""
        return len(name)

    # --- time ----------------------------------------------------------------------------------------

    def as_moment(self, node: Node, tick: Grain) -> Node:
        """Return a moment as ticks are written."""
        return cast(node, Type.TIMESTAMP if tick in SECONDS else Type.DATE)

    def day_of(self, node: Node, kind: str) -> Node:
        """Return the calendar day of a date or timestamp; a date stays as it is."""
        return node if kind == "date" else self.as_moment(node, "day")

    def period_start(self, node: Node, kind: str, grain: Grain, week_start: WeekStart) -> Node:
        """Return the first day (instant, for less than a day) of the period that holds a date or timestamp."""
        if grain in SECONDS:
            return self.truncated(grain, self.as_moment(node, grain) if kind == "date" else node)
        day = self.day_of(node, kind)
        if grain == "day":
            return day
        if grain == "week" and week_start == "sunday":
            monday = self.truncated("week", self.added(day, 1, "day", "day"))
            return self.added(self.as_moment(monday, "day"), -1, "day", "day")
        return self.as_moment(self.truncated(grain, day), "day")

    def truncated(self, grain: Grain, node: Node) -> Node:
        """Return the start of a unit; weeks begin on Monday."""
        return call("DATE_TRUNC", text(grain), node)

    def added(self, node: Node, count: int, unit: Unit, tick: Grain) -> Node:
        """Return a moment so many units later; the 31st of a shorter month is its last day."""
        if unit == "day" and tick == "day":
            return binary(exp.Sub if count < 0 else exp.Add, node, number(abs(count)))
        return self.as_moment(self.plus(node, count, unit), tick)

    def plus(self, node: Node, count: int, unit: Unit) -> Node:
        """Return a moment plus so many units, in whatever type that gives."""
        length = binary(exp.Mul, number(abs(count)), interval(unit.upper()))
        return binary(exp.Sub if count < 0 else exp.Add, node, length)

    def days_later(self, node: Node, days: Node, tick: Grain) -> Node:
        """Return a moment so many days later, where the number of days is worked out for each row."""
        return self.as_moment(exp.Add(this=node, expression=binary(exp.Mul, days, interval("DAY"))), tick)

    def days_between(self, first: Node, second: Node) -> Node:
        """Return the number of days from the first day to the second."""
        return binary(exp.Sub, second, first)

    def last_of_month(self, node: Node) -> Node:
        """Return the last day of a day's month."""
        return call("LAST_DAY", node)

    def period_end(self, start: Node, grain: Grain, tick: Grain) -> Node:
        """Return the last tick of the period that starts at `start`."""
        if grain == tick:
            return start
        after = self.stepped(start, grain, 1, tick)
        return (
            self.added(after, -1, "day", tick) if tick == "day" else self.added(after, -SECONDS[tick], "second", tick)
        )

    def stepped(self, start: Node, grain: Grain, count: int, tick: Grain) -> Node:
        """Return the start of the period `count` periods later."""
        size = length_of(grain)
        return self.added(start, count * size.count, size.unit, tick)

    def series(self, start: Node, end: Node, grain: Grain, tick: Grain, name: str) -> exp.Select:
        """Return the SELECT of every period start from `start` to `end`, one column `name`."""
        size = length_of(grain)
        step = binary(exp.Mul, number(size.count), interval(size.unit.upper()))
        ends = (self.as_moment(start, tick), self.as_moment(end, tick))
        rows = call("UNNEST", call("GENERATE_SERIES", *ends, step))
        return exp.Select(expressions=[named(self.as_moment(rows, tick), name)])

    def part(self, node: Node, kind: str, part: DatePart) -> Node:
        """Return a number read off a date or timestamp."""
        del kind
        return cast(call("FLOOR", extract(PARTS[part], node)), Type.INT)

    # --- rows ----------------------------------------------------------------------------------------

    def read(self, node: Node, kind: DataType) -> Node:
        """Return a column so that its values compare, group and sort as they do everywhere."""
        del kind
        return node

    def equal(self, node: Node, kind: DataType) -> Node:
        """Return a column of which only equality is asked."""
        return self.read(node, kind)

    def same(self, left: Node, right: Node) -> Node:
        """Return that two values are equal, NULL being equal to NULL."""
        return exp.NullSafeEQ(this=left, expression=right)

    def of_partner(self, condition: Node) -> Node:
        """Return a condition on rows that are joined to others, which stay without partner where it does not hold."""
        return condition

    def cut_off(self, node: exp.Func) -> exp.Expr:
        """Return DATE_TRUNC of a SELECT that a person has written."""
        return node

    def day_plus(self, node: exp.Binary) -> exp.Expr:
        """Return a day plus or minus a number of days, as a person has written it."""
        return node

    def least(self, left: Node, right: Node) -> Node:
        """Return the lesser of two values; NULL does not count."""
        return call("LEAST", left, right)

    def numbers(self, upto: int, name: str) -> exp.Select:
        """Return the SELECT of the whole numbers from 0 to `upto`."""
        rows = call("UNNEST", call("RANGE", number(upto + 1)))
        return exp.Select(expressions=[named(rows, name)])

    def carried(self, node: Node, partition: list[Node], order: Node) -> Node:
        """Return the last value before, itself included, that is not NULL."""
        last = exp.IgnoreNulls(this=exp.LastValue(this=node))
        spec = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW")
        ordered = exp.Order(expressions=[exp.Ordered(this=order)])
        return exp.Window(this=last, partition_by=partition, order=ordered, spec=spec, over="OVER")

    def different(self, node: Node, partition: list[Node]) -> Node:
        """Return how many different values a group has, in each of its rows; NULL is none."""
        return exp.Window(this=exp.Count(this=exp.Distinct(expressions=[node])), partition_by=partition, over="OVER")

    def matches(self, how: Literal["contains", "starts", "ends"], subject: Node, wanted: Node) -> Node:
        """Return whether a text holds another, begins or ends with it; both are in lower case."""
        return call({"contains": "CONTAINS", "starts": "STARTS_WITH", "ends": "ENDS_WITH"}[how], subject, wanted)

    def lowered(self, node: Node, kind: DataType) -> Node:
        """Return a value of that type as text in lower case."""
        return call("LOWER", node if kind == "string" else cast(node, Type.TEXT))

    # --- aggregates ----------------------------------------------------------------------------------

    def counted(self, where: Node | None) -> Node:
        """Return the number of rows."""
        return self.filtered(exp.Count(this=exp.Star()), where)

    def aggregate(self, function: Aggregation, operand: Node, where: Node | None) -> Node:
        """Return an aggregate that takes one operand and nothing else."""
        if not self.filters and where is not None:
            operand, where = case([(where, operand)]), None
        if function == "median":
            return self.percentile(operand, 0.5, where, discrete=False)
        if function == "count":
            return self.filtered(exp.Count(this=operand), where)
        if function == "count_distinct":
            return self.filtered(exp.Count(this=exp.Distinct(expressions=[operand])), where)
        if function == "approx_distinct":
            return self.filtered(self.approximate_count(operand), where)
        return self.filtered(_PLAIN[function](this=operand), where)

    def whole_sum(self, operand: Node, where: Node | None) -> Node:
        """Return the sum of whole numbers: DuckDB adds in 128 bits, which few readers know; too large is an error."""
        return cast(self.aggregate("sum", operand, where), Type.BIGINT)

    def approximate_count(self, operand: Node) -> Node:
        """Return about how many different values there are."""
        return call("APPROX_COUNT_DISTINCT", operand)

    def percentile(self, operand: Node, share: float, where: Node | None, *, discrete: bool) -> Node:
        """Return a percentile: a double between two values (DuckDB would cut decimals), or one of them."""
        name = "QUANTILE_DISC" if discrete else "QUANTILE_CONT"
        return self.filtered(call(name, operand if discrete else cast(operand, Type.DOUBLE), number(str(share))), where)

    def extreme(self, operand: Node, by: Node, where: Node | None, *, last: bool) -> Node:
        """Return the operand of the first (last) row by `by`; of equal rows the least (greatest)."""
        found = call("ARG_MAX" if last else "ARG_MIN", operand, call("ROW", by, operand.copy()))
        present = exp.Not(this=exp.Is(this=by.copy(), expression=exp.Null()))
        return self.filtered(
            found, present if where is None else exp.And(this=exp.Paren(this=where), expression=present)
        )

    def weighted(self, operand: Node, weight: Node, where: Node | None) -> Node:
        """Return the average of the operand weighted by `weight`; rows without an operand do not weigh."""
        product = binary(exp.Mul, cast(operand, Type.DOUBLE), weight)
        present = exp.Not(this=exp.Is(this=operand.copy(), expression=exp.Null()))
        weights = case([(present, cast(weight.copy(), Type.DOUBLE))])
        total = self.aggregate("sum", weights, None if where is None else where.copy())
        return divide(self.aggregate("sum", product, where), exp.Nullif(this=total, expression=number(0)))

    def filtered(self, aggregate: Node, where: Node | None) -> Node:
        """Return an aggregate over the rows where a condition holds."""
        if where is None:
            return aggregate
        return exp.Filter(this=aggregate, expression=exp.Where(this=where))
