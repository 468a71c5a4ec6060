"""ClickHouse's way.

Integers and decimals wrap around, decimals keep the digits of the wider operand, a decimal literal is a double, casts
between decimals cut, a choice between unlike types is a Variant, and most functions know bytes: all of it is said anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from sqlglot import exp

from metrion.semantic.formula.dialects.base import BLANKS, ZERO_DIVISION, Dialect, Give, Operand, Side, Step
from metrion.semantic.formula.nodes import Node, Type, binary, call, case, cast, number, text, tight

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metrion.semantic.formula.types import ValueType

_BLANK: Final = f"[{BLANKS}]+"
_PARTS: Final = {
    "YEAR": "toYear",
    "QUARTER": "toQuarter",
    "MONTH": "toMonth",
    "DAY": "toDayOfMonth",
    "ISODOW": "toDayOfWeek",
    "DOY": "toDayOfYear",
    "WEEK": "toISOWeek",
    "ISOYEAR": "toISOYear",
    "HOUR": "toHour",
    "MINUTE": "toMinute",
    "SECOND": "toSecond",
}
_DIGITS: Final = 76
_SCALE: Final = 18
"""Places of a decimal on its way to fewer: as many as a text of a number may have."""

_TOO_LARGE: Final = "1e26"
"""The first power of ten that a decimal with 38 digits and 12 places cannot hold."""


class ClickHouse(Dialect):
    """The building blocks of ClickHouse."""

    name: ClassVar[str] = "clickhouse"
    integer_type: ClassVar[Type] = Type.BIGINT
    date_type: ClassVar[Type] = Type.DATE32
    timestamp_type: ClassVar[tuple[Type, tuple[int, ...]]] = (Type.DATETIME64, (6,))

    def literal(self, written: str) -> Node:
        """Return a number; one with a point is made a decimal."""
        places = len(written.partition(".")[2])
        return cast(text(written), Type.DECIMAL, 38, places) if places else number(written)

    def arithmetic(self, kind: type[Node], left: Operand, right: Operand) -> Node:
        """Return `left op right`: integers over 128 bits and checked, decimals with 76 digits."""
        if left.type == right.type == "integer":
            wide = binary(kind, call("toInt128", left.node), call("toInt128", right.node))
            return call("accurateCast", wide, text("Nullable(Int64)"))
        if {left.type, right.type} <= {"integer", "decimal"}:
            return binary(kind, _wide(left), _wide(right))
        return binary(kind, left.node, right.node)

    def among(self, operand: Give, values: Sequence[Node], common: ValueType) -> Node:
        """Return IN constants, else a chain of comparisons: IN is false, not unknown, where only null could match."""
        if not any(value.find(exp.Column) for value in values):
            return super().among(operand, values, common)
        test = self.compared(exp.EQ, operand(), values[0], common)
        for value in values[1:]:
            test = exp.Or(this=test, expression=self.compared(exp.EQ, operand(), value, common))
        return exp.Paren(this=test)

    def fitted(
        self, nodes: Sequence[Node], kinds: Sequence[ValueType], common: ValueType, copied: Callable[[Node], Node]
    ) -> list[Node]:
        """Return branches of one type."""
        if common == "float":
            return [self.as_float(node) for node in nodes]
        if common != "decimal":
            return list(nodes)
        known = [place for place, kind in enumerate(kinds) if kind != "null"]
        fitted = list(nodes)
        for place in known:
            fitted[place] = _wide(Operand(nodes[place], kinds[place]))
            for other in known:
                if other != place and kinds[other] == "decimal":
                    fitted[place] = binary(exp.Add, fitted[place], _zero_like(copied(nodes[other])))
        return fitted

    def rest(self, left: Operand, right: Operand, copied: Callable[[Node], Node]) -> Node:
        """Return the remainder; of decimals with unlike scales ClickHouse gives another number."""
        if left.type == right.type == "integer":
            return super().rest(left, right, copied)
        one, two = self.fitted([left.node, right.node], [left.type, right.type], "decimal", copied)
        return exp.Mod(this=tight(one), expression=call("NULLIF", two, number(0)))

    def refused(self, divisor: Give) -> Node:
        """Raise "division by zero"."""
        return call("throwIf", binary(exp.EQ, divisor(), number(0)), text(ZERO_DIVISION))

    def as_decimal(self, node: Node, digits: int) -> Node:
        """Return an exact number with so many places: rounded first, for the cast cuts."""
        return cast(call("ROUND", node, number(digits)), Type.DECIMAL, 38, digits)

    def written(self, give: Give, digits: int) -> Node:
        """Return a double as written; the cast would not see that one is too large."""
        too_large = binary(exp.GTE, call("ABS", give()), number(_TOO_LARGE))
        exact = self.as_decimal(cast(self.as_text(give, "float"), Type.DECIMAL, 38, 12), digits)
        return case([(too_large, call("throwIf", too_large.copy(), text("number out of range")))], exact)

    def ranked(self, gives: Sequence[Give], common: ValueType, *, largest: bool) -> Node:
        """Return the largest or smallest; an aggregate leaves nulls out, whatever the version."""
        del common
        values = call("array", *(give() for give in gives))
        return call("arrayReduce", text("max" if largest else "min"), values)

    def length(self, node: Node) -> Node:
        """Return the number of characters."""
        return call("lengthUTF8", node)

    def upper(self, node: Node) -> Node:
        """Return the text in upper case."""
        return call("upperUTF8", node)

    def lower(self, node: Node) -> Node:
        """Return the text in lower case."""
        return call("lowerUTF8", node)

    def trimmed(self, node: Node, side: Side) -> Node:
        """Return the text without white space at that side."""
        ends = {"both": f"^{_BLANK}|{_BLANK}$", "left": f"^{_BLANK}", "right": f"{_BLANK}$"}
        return call("replaceRegexpAll", node, text(ends[side]), text(""))

    def substring(self, node: Node, start: Node, length: Node | None) -> Node:
        """Return the characters from the start-th on."""
        return call("substringUTF8", node, start, *([] if length is None else [length]))

    def end(self, node: Node, count: Node, side: Side) -> Node:
        """Return the first or last characters."""
        return call("leftUTF8" if side == "left" else "rightUTF8", node, count)

    def concatenated(self, nodes: Sequence[Node]) -> Node:
        """Return the texts one after the other; nulls are left out."""
        return call("concat", *(call("ifNull", node, text("")) for node in nodes))

    def position(self, node: Node, part: Node) -> Node:
        """Return where `part` first occurs."""
        return call("positionUTF8", node, part)

    def starts(self, node: Node, part: Give) -> Node:
        """Tell whether the text begins with `part`."""
        return call("startsWith", node, part())

    def ends(self, node: Node, part: Give) -> Node:
        """Tell whether the text ends with `part`."""
        return call("endsWith", node, part())

    def replaced(self, node: Node, old: Node, new: Node) -> Node:
        """Return the text with every `old` replaced."""
        return call("replaceAll", node, old, new)

    def piece(self, node: Give, separator: Give, place: int) -> Node:
        """Return the piece; of a null there is none."""
        pieces = call("splitByString", separator(), call("assumeNotNull", node()))
        known = exp.Not(this=exp.Is(this=tight(node()), expression=exp.Null()))
        return case([(known, call("arrayElement", pieces, number(place)))])

    def padded(self, node: Node, length: Node, fill: Node) -> Node:
        """Return the text filled at the left, or cut."""
        return call("leftPadUTF8", node, length, fill)

    def part(self, name: str, give: Give) -> Node:
        """Return a part of a date or time."""
        return self.as_integer(call(_PARTS[name], give()))

    def start(self, unit: str, give: Give) -> Node:
        """Return the first day of the unit; toStartOfMonth and its like know no day before 1970."""
        day = self.day(give())
        if unit == "day":
            return day
        passed = {"week": "ISODOW", "month": "DAY", "quarter": "DAY", "year": "DOY"}[unit]
        first = call("subtractDays", day, binary(exp.Sub, self.part(passed, give), number(1)))
        if unit != "quarter":
            return first
        months = exp.Mod(
            this=exp.Paren(this=binary(exp.Sub, self.part("MONTH", give), number(1))), expression=number(3)
        )
        return call("subtractMonths", first, months)

    def moved(self, node: Node, count: Node, step: Step) -> Node:
        """Return a date moved by so many days or months."""
        return call("addDays" if step == "DAY" else "addMonths", node, count)

    def days(self, first: Node, second: Node) -> Node:
        """Return the number of days between two dates."""
        return call("dateDiff", text("day"), first, second)

    def as_text(self, give: Give, kind: ValueType) -> Node:
        """Return a value as a text: true and not 1, no zeros behind a time."""
        if kind == "boolean":
            return super().as_text(lambda: cast(give(), Type.BOOLEAN), kind)
        if kind == "timestamp":
            written = cast(self.converted(give(), "timestamp"), Type.TEXT)
            return call("replaceRegexpOne", written, text("[.]?0+$"), text(""))
        return super().as_text(give, kind)

    def decimal_text(self, node: Node, digits: int) -> Node:
        """Return a decimal with all its places."""
        return call("toDecimalString", node, number(digits))

    def matched(self, give: Give, pattern: str) -> Node:
        """Return the first group of the pattern, or null."""
        return call("NULLIF", call("extract", give(), text(pattern)), text(""))

    def read(self, node: Node, kind: ValueType) -> Node:
        """Return a text of the right form, or null, as its type."""
        return self.converted(node, kind)

    def read_decimal(self, node: Node, digits: int) -> Node:
        """Return a text of the form of a number, or null, as a decimal."""
        return self.as_decimal(cast(node, Type.DECIMAL, 38, _SCALE), digits)


def _zero_like(node: Node) -> Node:
    """Return a zero with the scale of a decimal: added, it gives another decimal at least that scale."""
    return call("assumeNotNull", call("defaultValueOfArgumentType", node))


def _wide(side: Operand) -> Node:
    """Return an integer or decimal with 76 digits: overflows of fewer are not noticed by ClickHouse."""
    if side.type == "integer":
        return cast(side.node, Type.DECIMAL, _DIGITS, 0)
    if side.type != "decimal":
        return side.node
    return binary(exp.Mul, side.node, cast(number(1), Type.DECIMAL, _DIGITS, 0))
