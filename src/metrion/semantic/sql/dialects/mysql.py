"""MySQL and MariaDB, in the session that their engine sets up.

A text is read with the collation of the session, in which texts are equal when their characters are; the column's own
ignores case, accents or blanks at the end. An aggregate takes no order: see `semantic.sql.ranked`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal

from sqlglot import exp

from metrion.semantic.calendar import SECONDS, is_grain, length_of
from metrion.semantic.formula.dialects import DIALECTS
from metrion.semantic.formula.nodes import Node, Type, binary, call, case, cast, number, text
from metrion.semantic.sql.dialects.base import PARTS, Unit
from metrion.semantic.sql.dialects.database import Database
from metrion.semantic.sql.nodes import column, from_part, named, quoted, union

if TYPE_CHECKING:
    from metrion.semantic.model import DataType, DatePart, Grain

_LARGEST: Final = 2**63 - 1
_UNITS: Final[dict[str, str]] = {"month": "MONTH", "day": "DAY", "second": "SECOND"}
_ENDS, _PLACES = "metrion ends", "metrion places"


class MySQL(Database):
    """MySQL 8.0 and later, MariaDB 10.6 and later."""

    counts_apart: ClassVar[bool] = False
    cuts_again: ClassVar[bool] = False
    name: ClassVar[str] = "mysql"
    filters: ClassVar[bool] = False
    orders: ClassVar[bool] = False
    longest_name: ClassVar[int | None] = 64

    # --- time ----------------------------------------------------------------------------------------

    def as_moment(self, node: Node, tick: Grain) -> Node:
        """Return a moment as ticks are written."""
        return cast(node, Type.DATETIME, 6) if tick in SECONDS else cast(node, Type.DATE)

    def truncated(self, grain: Grain, node: Node) -> Node:
        """Return the start of a unit; weeks begin on Monday."""
        if grain not in SECONDS:
            return DIALECTS[self.name].start(grain, node.copy)
        cut = {"second": "%Y-%m-%d %H:%i:%s", "minute": "%Y-%m-%d %H:%i:00", "hour": "%Y-%m-%d %H:00:00"}[grain]
        return self.as_moment(call("DATE_FORMAT", node, text(cut)), grain)

    def added(self, node: Node, count: int, unit: Unit, tick: Grain) -> Node:
        """Return a moment so many units later; the 31st of a shorter month is its last day."""
        return self.as_moment(self.plus(node, count, unit), tick)

    def plus(self, node: Node, count: int, unit: Unit) -> Node:
        """Return a moment plus so many units."""
        return _moved(node, number(abs(count)), unit, back=count < 0)

    def days_later(self, node: Node, days: Node, tick: Grain) -> Node:
        """Return a moment so many days later."""
        return self.as_moment(_moved(node, exp.Paren(this=days), "day"), tick)

    def days_between(self, first: Node, second: Node) -> Node:
        """Return the number of days from the first day to the second."""
        return call("DATEDIFF", second, first)

    def series(self, start: Node, end: Node, grain: Grain, tick: Grain, name: str) -> exp.Select:
        """Return the SELECT of every period start: so many units after the first."""
        size = length_of(grain)
        first, last = self.as_moment(start, tick), self.as_moment(end, tick)
        between = call("TIMESTAMPDIFF", exp.Var(this=_UNITS[size.unit]), first.copy(), last)
        steps = exp.IntDiv(this=between, expression=number(size.count))
        ends = exp.Select(expressions=[named(first, "first"), named(steps, "steps")])
        start_of = binary(exp.Mul, column(_PLACES, "place"), number(size.count))
        moved = self.as_moment(_moved(column(_ENDS, "first"), exp.Paren(this=start_of), size.unit), tick)
        crossed = exp.Join(this=exp.Table(this=quoted(_PLACES)), kind="CROSS")
        parts = [(_ENDS, ends), (_PLACES, _places())]
        ctes = [exp.CTE(this=query, alias=exp.TableAlias(this=quoted(part))) for part, query in parts]
        return exp.Select(
            expressions=[named(moved, name)],
            from_=from_part(_ENDS),
            joins=[crossed],
            with_=exp.With(expressions=ctes, recursive=True),
        )

    def part(self, node: Node, kind: str, part: DatePart) -> Node:
        """Return a number read off a date or timestamp."""
        del kind
        return DIALECTS[self.name].part(PARTS[part], node.copy)

    # --- rows ----------------------------------------------------------------------------------------

    def read(self, node: Node, kind: DataType) -> Node:
        """Return a text in the collation of the session: a cast has it, whatever the column has."""
        return cast(node, Type.TEXT) if kind == "string" else node

    def day_plus(self, node: exp.Binary) -> exp.Expr:
        """Return a day that so many days were added to: `+` would add to a number such as 20240131."""
        return _moved(node.this, exp.Paren(this=node.expression), "day", back=isinstance(node, exp.Sub))

    def cut_off(self, node: exp.Func) -> exp.Expr:
        """Return DATE_TRUNC in our way: the generator counts from the year 0, which MariaDB does not."""
        unit = node.text("unit").lower()
        return self.truncated(unit, node.this) if is_grain(unit) else node

    def least(self, left: Node, right: Node) -> Node:
        """Return the lesser of two values; NULL does not count."""
        filled = [
            exp.Coalesce(this=one.copy(), expressions=[other.copy()]) for one, other in ((left, right), (right, left))
        ]
        return call("LEAST", *filled)

    def numbers(self, upto: int, name: str) -> exp.Select:
        """Return the SELECT of the whole numbers from 0 to `upto`."""
        branches: list[exp.Query] = [exp.Select(expressions=[named(number(one), name)]) for one in range(upto + 1)]
        return exp.Select(
            expressions=[exp.Star()],
            from_=exp.From(
                this=exp.Subquery(
                    this=union(branches, distinct=False), alias=exp.TableAlias(this=quoted("metrion numbers"))
                )
            ),
        )

    def matches(self, how: Literal["contains", "starts", "ends"], subject: Node, wanted: Node) -> Node:
        """Return whether a text holds another, begins or ends with it."""
        if how == "contains":
            return binary(exp.GT, call("LOCATE", wanted, subject), number(0))
        piece = call("LEFT" if how == "starts" else "RIGHT", subject, call("CHAR_LENGTH", wanted.copy()))
        return binary(exp.EQ, piece, wanted)

    def lowered(self, node: Node, kind: DataType) -> Node:
        """Return a value of that type as text in lower case."""
        written = node if kind == "string" else DIALECTS[self.name].as_text(node.copy, kind)
        return call("LOWER", cast(written, Type.TEXT))

    # --- aggregates ----------------------------------------------------------------------------------

    def counted(self, where: Node | None) -> Node:
        """Return the number of rows."""
        return exp.Count(this=exp.Star() if where is None else case([(where, number(1))]))

    def whole_sum(self, operand: Node, where: Node | None) -> Node:
        """Return the sum of whole numbers; a cast of one that is too large would give the largest, EXP says so."""
        total = self.aggregate("sum", operand, where)
        fits = binary(exp.LTE, call("ABS", total), number(_LARGEST))
        too_large = cast(call("EXP", binary(exp.Add, number(1000), call("ABS", total.copy()))), Type.BIGINT)
        known = exp.Not(this=exp.Is(this=total.copy(), expression=exp.Null()))
        return case([(fits, cast(total.copy(), Type.BIGINT)), (known, too_large)])


def _moved(node: Node, count: Node, unit: str, *, back: bool = False) -> Node:
    return (exp.Sub if back else exp.Add)(
        this=node, expression=exp.Interval(this=count, unit=exp.Var(this=_UNITS[unit]))
    )


def _places() -> exp.Query:
    """Return the whole numbers from 0 to the number of steps; none where that is negative or NULL."""
    steps = column(_ENDS, "steps")
    begins = exp.Select(
        expressions=[named(number(0), "place"), named(steps, "last")],
        from_=from_part(_ENDS),
        where=exp.Where(this=exp.GTE(this=steps.copy(), expression=number(0))),
    )
    place, end = column(_PLACES, "place"), column(_PLACES, "last")
    follows = exp.Select(
        expressions=[binary(exp.Add, place, number(1)), end],
        from_=from_part(_PLACES),
        where=exp.Where(this=exp.LT(this=place.copy(), expression=end.copy())),
    )
    return union([begins, follows], distinct=False)
