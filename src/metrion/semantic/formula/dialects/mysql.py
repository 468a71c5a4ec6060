"""The way of MySQL 8 and MariaDB 10.

Collations ignore case and blanks at the end, so texts are compared as bytes of UTF-8, whose order is that of
code points. A cast that does not fit gives the nearest value with a warning: where that could be, it is made
an error. GREATEST is null when one argument is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from sqlglot import exp

from metrion.semantic.formula.dialects.base import BLANKS, Dialect, Give, Operand, Side, Step, to_the_very_end
from metrion.semantic.formula.nodes import Node, Type, binary, call, case, cast, interval, number, text, tight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrion.semantic.formula.types import ValueType

_BLANK: Final = f"[{BLANKS}]+"
_PARTS: Final = {
    "YEAR": "YEAR",
    "QUARTER": "QUARTER",
    "MONTH": "MONTH",
    "DAY": "DAYOFMONTH",
    "DOY": "DAYOFYEAR",
    "HOUR": "HOUR",
    "MINUTE": "MINUTE",
    "SECOND": "SECOND",
}
_MONDAY_WEEKS: Final = 3
"""The mode of WEEK() and YEARWEEK() that follows ISO 8601."""


class MySQL(Dialect):
    """The building blocks of MySQL and MariaDB."""

    name: ClassVar[str] = "mysql"
    timestamp_type: ClassVar[tuple[Type, tuple[int, ...]]] = (Type.DATETIME, (6,))

    def arithmetic(self, kind: type[Node], left: Operand, right: Operand) -> Node:
        """Return `left op right`; decimals grow to 65 digits, integers raise."""
        return binary(kind, left.node, right.node)

    def compared(self, kind: type[Node], left: Node, right: Node, common: ValueType) -> Node:
        """Return a comparison; texts as bytes."""
        if common == "string":
            return binary(kind, _bytes(left), _bytes(right))
        return binary(kind, left, right)

    def among(self, operand: Give, values: Sequence[Node], common: ValueType) -> Node:
        """Return `operand IN (values)`; texts as bytes."""
        if common != "string":
            return super().among(operand, values, common)
        return exp.In(this=_bytes(operand()), expressions=[_bytes(value) for value in values])

    def unless_equal(self, give: Give, other: Node, common: ValueType) -> Node:
        """Return null where both are equal, texts as bytes."""
        if common != "string":
            return super().unless_equal(give, other, common)
        return case([(exp.Not(this=tight(exp.NullSafeEQ(this=_bytes(give()), expression=_bytes(other)))), give())])

    def refused(self, divisor: Give) -> Node:
        """Raise "out of range in pow(..,-1)": MySQL has no function that raises a text of ours."""
        return call("POW", self.as_float(divisor()), exp.Neg(this=number(1)))

    def written(self, give: Give, digits: int) -> Node:
        """Return a double as written; one that is too large is an error, not the largest decimal."""
        fits = binary(exp.LT, call("ABS", give()), number(f"1e{38 - digits}"))
        too_large = self.as_decimal(call("EXP", binary(exp.Add, number(1000), call("ABS", give()))), digits)
        return case(
            [
                (fits, super().written(give, digits)),
                (exp.Not(this=exp.Is(this=tight(give()), expression=exp.Null())), too_large),
            ]
        )

    def truncated(self, give: Give) -> Node:
        """Return a double without its fraction."""
        return call("TRUNCATE", give(), number(0))

    def ranked(self, gives: Sequence[Give], common: ValueType, *, largest: bool) -> Node:
        """Return the largest or smallest: every null stands for the first value that there is."""
        if len(gives) == 1:
            return gives[0]()
        filled = []
        for place in range(len(gives)):
            turned = [*gives[place:], *gives[:place]]
            known = call("COALESCE", *(give() for give in turned))
            filled.append(_bytes(known) if common == "string" else known)
        found = call("GREATEST" if largest else "LEAST", *filled)
        return _characters(found) if common == "string" else found

    def length(self, node: Node) -> Node:
        """Return the number of characters."""
        return call("CHAR_LENGTH", node)

    def trimmed(self, node: Node, side: Side) -> Node:
        """Return the text without white space at that side: TRIM takes whole texts away, not a set."""
        ends = {"both": f"^{_BLANK}|{_BLANK}\\z", "left": f"^{_BLANK}", "right": f"{_BLANK}\\z"}
        return call("REGEXP_REPLACE", node, text(ends[side]), text(""))

    def concatenated(self, nodes: Sequence[Node]) -> Node:
        """Return the texts one after the other; nulls are left out."""
        return call("CONCAT_WS", text(""), *nodes)

    def position(self, node: Node, part: Node) -> Node:
        """Return where `part` first occurs; case matters."""
        exact = exp.Collate(this=_characters(node), expression=exp.Var(this="utf8mb4_bin"))
        return call("LOCATE", part, exact)

    def starts(self, node: Node, part: Give) -> Node:
        """Tell whether the text begins with `part`."""
        return self.compared(exp.EQ, self.end(node, self.length(part()), "left"), part(), "string")

    def piece(self, node: Give, separator: Give, place: int) -> Node:
        """Return the piece: what SUBSTRING_INDEX finds up to it, without what it finds before it."""
        upto = call("SUBSTRING_INDEX", node(), separator(), number(place))
        if place == 1:
            return upto
        before = self.length(call("SUBSTRING_INDEX", node(), separator(), number(place - 1)))
        skipped = binary(exp.Add, binary(exp.Add, before, self.length(separator())), number(1))
        return call("SUBSTR", upto, skipped)

    def part(self, name: str, give: Give) -> Node:
        """Return a part of a date or time."""
        if name in _PARTS:
            return call(_PARTS[name], give())
        if name == "ISODOW":
            return binary(exp.Add, call("WEEKDAY", give()), number(1))
        if name == "WEEK":
            return call("WEEK", give(), number(_MONDAY_WEEKS))
        return exp.IntDiv(this=call("YEARWEEK", give(), number(_MONDAY_WEEKS)), expression=number(100))

    def start(self, unit: str, give: Give) -> Node:
        """Return the first day of the unit."""
        if unit == "day":
            return self.day(give())
        if unit in {"week", "month"}:
            before = call("WEEKDAY", give()) if unit == "week" else binary(exp.Sub, self.part("DAY", give), number(1))
            return exp.Sub(this=self.day(give()), expression=_period(before, "DAY"))
        first = call("MAKEDATE", self.part("YEAR", give), number(1))
        if unit == "year":
            return first
        quarters = binary(exp.Sub, self.part("QUARTER", give), number(1))
        return exp.Add(this=first, expression=_period(binary(exp.Mul, quarters, number(3)), "MONTH"))

    def moved(self, node: Node, count: Node, step: Step) -> Node:
        """Return a date moved by so many days or months."""
        return exp.Add(this=tight(node), expression=_period(count, step))

    def days(self, first: Node, second: Node) -> Node:
        """Return the number of days between two dates."""
        return call("DATEDIFF", second, first)

    def as_text(self, give: Give, kind: ValueType) -> Node:
        """Return a value as a text: no 1 for true, no zeros behind a time."""
        if kind == "boolean":
            return case([(give(), text("true")), (exp.Not(this=tight(give())), text("false"))])
        if kind != "timestamp":
            return super().as_text(give, kind)
        return _without_end(".", _without_end("0", cast(self.converted(give(), "timestamp"), Type.TEXT)))

    def matched(self, give: Give, pattern: str) -> Node:
        """Return the text without blanks where it is of the pattern's form, or null."""
        found = call("REGEXP_SUBSTR", give(), text(to_the_very_end(pattern)))
        return call("NULLIF", self.trimmed(found, "both"), text(""))

    def read(self, node: Node, kind: ValueType) -> Node:
        """Return a text of the right form, or null, as its type."""
        return self.converted(node, kind)


def _bytes(node: Node) -> Node:
    return cast(node, Type.BINARY)


def _characters(node: Node) -> Node:
    return exp.Cast(this=node, to=exp.DataType(this=Type.CHARACTER_SET, kind=exp.Var(this="utf8mb4"), nested=False))


def _period(count: Node, step: Step) -> Node:
    period = interval(step)
    period.set("this", exp.Paren(this=count))
    return period


def _without_end(character: str, node: Node) -> Node:
    return exp.Trim(this=node, expression=text(character), position="TRAILING")
