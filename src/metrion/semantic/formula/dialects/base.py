"""What engines disagree about, as small building blocks. This class says it for DuckDB; the others override it.

A `Give` hands out a fresh node of one argument each time it is called, so that a block may use it twice.
Types are the product's (`integer`, `decimal`, `float`, ...); the checked formula knows them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from sqlglot import exp

from metrion.semantic.formula.nodes import (
    Node,
    Type,
    binary,
    call,
    cast,
    extract,
    interval,
    number,
    text,
    tight,
    try_cast,
)

if TYPE_CHECKING:
    from metrion.semantic.formula.types import ValueType

Give = Callable[[], Node]
Side = Literal["both", "left", "right"]
Step = Literal["DAY", "MONTH"]

BLANKS: Final = " \t\r\n\u3000\u00a0"
"""White space that `trim` takes away, the full-width blank included."""

ZERO_DIVISION: Final = "division by zero"
"""What an engine is made to say where a metric forbids division by zero."""


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of an operator."""

    node: Node
    type: ValueType
    is_product: bool = False


class Dialect:
    """The building blocks of one engine. This class: DuckDB."""

    name: ClassVar[str] = "duckdb"
    raises: ClassVar[bool] = False
    """The engine's own `/` and `%` raise on a zero divisor."""
    float_type: ClassVar[Type] = Type.DOUBLE
    integer_type: ClassVar[Type] = Type.INT
    date_type: ClassVar[Type] = Type.DATE
    timestamp_type: ClassVar[tuple[Type, tuple[int, ...]]] = (Type.TIMESTAMP, ())

    # --- values and operators

    def literal(self, written: str) -> Node:
        """Return a number as it is written: with a point it is a decimal, never a double."""
        return number(written)

    def bound(self, parameter: Node) -> Node:
        """Return a text parameter with the type that the engine must be told."""
        return parameter

    def arithmetic(self, kind: type[Node], left: Operand, right: Operand) -> Node:
        """Return `left op right` for + - *; what does not fit is an error of the engine, never another number."""
        if kind is exp.Mul and left.type == right.type == "decimal" and not left.is_product:
            return binary(kind, widened(left.node), right.node)
        return binary(kind, left.node, right.node)

    def rest(self, left: Operand, right: Operand, copied: Callable[[Node], Node]) -> Node:
        """Return the remainder of exact numbers with the sign of the dividend, null for a zero divisor."""
        del copied
        return exp.Mod(this=in_brackets(left.node), expression=call("NULLIF", right.node, number(0)))

    def compared(self, kind: type[Node], left: Node, right: Node, common: ValueType) -> Node:
        """Return a comparison; texts compare by code points, case matters."""
        del common
        return binary(kind, left, right)

    def among(self, operand: Give, values: Sequence[Node], common: ValueType) -> Node:
        """Return `operand IN (values)`."""
        del common
        return exp.In(this=tight(operand()), expressions=list(values))

    def joined(self, left: Node, right: Node) -> Node:
        """Return `left || right`, null where one is."""
        return exp.DPipe(this=tight(left), expression=tight(right), safe=False)

    def fitted(
        self, nodes: Sequence[Node], kinds: Sequence[ValueType], common: ValueType, copied: Callable[[Node], Node]
    ) -> list[Node]:
        """Return the branches of one choice so that the engine finds their common type."""
        del kinds, common, copied
        return list(nodes)

    def unless_equal(self, give: Give, other: Node, common: ValueType) -> Node:
        """Return null where both are equal, otherwise the first."""
        del common
        return call("NULLIF", give(), other)

    def refused(self, divisor: Give) -> Node:
        """Return what raises "division by zero" when it is reached; the divisor is zero there."""
        del divisor
        return call("ERROR", text(ZERO_DIVISION))

    # --- numbers

    def as_float(self, node: Node) -> Node:
        """Return the number as a double."""
        return cast(node, self.float_type)

    def as_integer(self, node: Node) -> Node:
        """Return the number as an integer."""
        return cast(node, self.integer_type)

    def as_decimal(self, node: Node, digits: int) -> Node:
        """Return an exact number with so many places, rounded half away from zero."""
        return cast(node, Type.DECIMAL, 38, digits)

    def written(self, give: Give, digits: int) -> Node:
        """Return a double as the decimal that a person reads: 1.005 is 1.005."""
        return self.as_decimal(self.as_text(give, "float"), digits)

    def rounded(self, node: Node, digits: int) -> Node:
        """Round a decimal half away from zero."""
        return call("ROUND", node, number(digits))

    def truncated(self, give: Give) -> Node:
        """Return a double without its fraction."""
        return call("TRUNC", give())

    def whole(self, give: Give, kind: ValueType, *, down: bool) -> Node:
        """Return the greatest whole number that is at most the number, or the least that is at least it."""
        del kind
        return call("FLOOR" if down else "CEIL", give())

    def ranked(self, gives: Sequence[Give], common: ValueType, *, largest: bool) -> Node:
        """Return the largest or smallest; nulls are left out."""
        del common
        return call("GREATEST" if largest else "LEAST", *(give() for give in gives))

    # --- texts

    def length(self, node: Node) -> Node:
        """Return the number of characters."""
        return call("LENGTH", node)

    def upper(self, node: Node) -> Node:
        """Return the text in upper case."""
        return call("UPPER", node)

    def lower(self, node: Node) -> Node:
        """Return the text in lower case."""
        return call("LOWER", node)

    def trimmed(self, node: Node, side: Side) -> Node:
        """Return the text without white space at that side."""
        return call({"both": "TRIM", "left": "LTRIM", "right": "RTRIM"}[side], node, text(BLANKS))

    def substring(self, node: Node, start: Node, length: Node | None) -> Node:
        """Return the characters from the start-th on."""
        return call("SUBSTR", node, start, *([] if length is None else [length]))

    def end(self, node: Node, count: Node, side: Side) -> Node:
        """Return the first or last characters."""
        return call("LEFT" if side == "left" else "RIGHT", node, count)

    def concatenated(self, nodes: Sequence[Node]) -> Node:
        """Return the texts one after the other; nulls are left out."""
        return call("CONCAT", *nodes)

    def position(self, node: Node, part: Node) -> Node:
        """Return where `part` first occurs, counted from 1; 0 if it does not."""
        return call("STRPOS", node, part)

    def starts(self, node: Node, part: Give) -> Node:
        """Tell whether the text begins with `part`."""
        return call("STARTS_WITH", node, part())

    def ends(self, node: Node, part: Give) -> Node:
        """Tell whether the text ends with `part`."""
        return self.compared(exp.EQ, self.end(node, self.length(part()), "right"), part(), "string")

    def replaced(self, node: Node, old: Node, new: Node) -> Node:
        """Return the text with every `old` replaced."""
        return call("REPLACE", node, old, new)

    def piece(self, node: Give, separator: Give, place: int) -> Node:
        """Return the piece of that place between separators, or an empty text."""
        return call("SPLIT_PART", node(), separator(), number(place))

    def padded(self, node: Node, length: Node, fill: Node) -> Node:
        """Return the text filled at the left, or cut."""
        return call("LPAD", node, length, fill)

    # --- dates

    def day(self, node: Node) -> Node:
        """Return a date or timestamp as a date."""
        return cast(node, self.date_type)

    def part(self, name: str, give: Give) -> Node:
        """Return a part of a date or time: YEAR QUARTER MONTH DAY ISODOW DOY WEEK ISOYEAR HOUR MINUTE SECOND."""
        return cast(call("FLOOR", extract(name, give())), Type.INT)

    def start(self, unit: str, give: Give) -> Node:
        """Return the first day of the day, week, month, quarter or year."""
        return self.day(call("DATE_TRUNC", text(unit), cast(give(), Type.TIMESTAMP)))

    def moved(self, node: Node, count: Node, step: Step) -> Node:
        """Return a date moved by so many days or months; a day that the month lacks becomes its last."""
        shift = exp.Mul(this=exp.Paren(this=count), expression=interval(step))
        return self.day(exp.Add(this=node, expression=exp.Paren(this=shift)))

    def days(self, first: Node, second: Node) -> Node:
        """Return the number of days from the first date to the second."""
        return cast(binary(exp.Sub, second, first), Type.INT)

    # --- conversions

    def as_text(self, give: Give, kind: ValueType) -> Node:
        """Return an integer, boolean, date, timestamp or double as a text."""
        del kind
        return cast(give(), Type.TEXT)

    def decimal_text(self, node: Node, digits: int) -> Node:
        """Return a decimal of so many places as a text that shows them all."""
        del digits
        return cast(node, Type.TEXT)

    def matched(self, give: Give, pattern: str) -> Node:
        """Return the first group of the pattern, or null where the text is not of its form."""
        return call("NULLIF", call("REGEXP_EXTRACT", give(), text(pattern), number(1)), text(""))

    def read(self, node: Node, kind: ValueType) -> Node:
        """Return a text of the right form, or null, as a float, date or timestamp."""
        main, sizes = self._kind(kind)
        return try_cast(node, main, *sizes)

    def read_decimal(self, node: Node, digits: int) -> Node:
        """Return a text of the form of a number, or null, as a decimal."""
        return self.as_decimal(node, digits)

    def converted(self, node: Node, kind: ValueType) -> Node:
        """Return a value that is no text as a float, date or timestamp."""
        main, sizes = self._kind(kind)
        return cast(node, main, *sizes)

    def _kind(self, kind: ValueType) -> tuple[Type, tuple[int, ...]]:
        if kind == "timestamp":
            return self.timestamp_type
        return (self.date_type if kind == "date" else self.float_type), ()


def in_brackets(node: Node) -> Node:
    """Put brackets around whatever is not a name, a literal or a call."""
    return exp.Paren(this=node) if isinstance(node, (exp.Binary, exp.Unary)) else node


def to_the_very_end(pattern: str) -> str:
    """Return the pattern for engines whose `$` also matches before a line feed at the end."""
    return pattern.removesuffix("$") + "\\z"


def widened(node: Node) -> Node:
    """Give a decimal 38 digits and keep its scale: a product of two DECIMAL(18) overflows at 18 digits."""
    return binary(exp.Mul, node, cast(number(1), Type.DECIMAL, 38, 0))
