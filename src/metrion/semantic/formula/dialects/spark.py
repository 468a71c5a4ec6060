"""The way of Spark SQL in ANSI mode, on Apache Spark and on Sail.

FLOOR of a double gives a BIGINT, integers may wrap around, and the announced type of a choice is that of its
first branch: each of these would change a number, so none of them is relied on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from sqlglot import exp

from metrion.semantic.formula.dialects.base import (
    BLANKS,
    ZERO_DIVISION,
    Dialect,
    Give,
    Operand,
    Side,
    Step,
    to_the_very_end,
)
from metrion.semantic.formula.nodes import Node, Type, binary, call, case, cast, number, text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metrion.semantic.formula.types import ValueType

_PARTS: Final = {
    "YEAR": "YEAR",
    "QUARTER": "QUARTER",
    "MONTH": "MONTH",
    "DAY": "DAYOFMONTH",
    "DOY": "DAYOFYEAR",
    "WEEK": "WEEKOFYEAR",
    "HOUR": "HOUR",
    "MINUTE": "MINUTE",
    "SECOND": "SECOND",
}
_A_MONDAY: Final = "1970-01-05"
_WHOLE_FROM: Final = "1e16"
"""Doubles from here on have no fraction, and Sail writes them with an exponent."""
_TO_THURSDAY: Final = 3
"""Days from Monday to the day whose year is that of the ISO week."""


class Spark(Dialect):
    """The building blocks of Spark SQL."""

    name: ClassVar[str] = "spark"
    timestamp_type: ClassVar[tuple[Type, tuple[int, ...]]] = (Type.TIMESTAMPNTZ, ())

    def arithmetic(self, kind: type[Node], left: Operand, right: Operand) -> Node:
        """Return `left op right`; integers take the way of decimals, which are checked."""
        if left.type == right.type == "integer":
            exact = binary(kind, cast(left.node, Type.DECIMAL, 19, 0), cast(right.node, Type.DECIMAL, 19, 0))
            return cast(exact, Type.BIGINT)
        return binary(kind, left.node, right.node)

    def fitted(
        self, nodes: Sequence[Node], kinds: Sequence[ValueType], common: ValueType, copied: Callable[[Node], Node]
    ) -> list[Node]:
        """Give the first branch the common type."""
        if common == "float":
            return [self.as_float(node) for node in nodes]
        known = [place for place, kind in enumerate(kinds) if kind != "null"]
        if common != "decimal" or len(known) < 2:  # noqa: PLR2004 - one branch is no choice
            return list(nodes)
        others = [call("NULLIF", copied(nodes[place]), copied(nodes[place])) for place in known[1:]]
        fitted = list(nodes)
        fitted[known[0]] = call("COALESCE", nodes[known[0]], *others)
        return fitted

    def refused(self, divisor: Give) -> Node:
        """Raise "division by zero"."""
        del divisor
        return call("RAISE_ERROR", text(ZERO_DIVISION))

    def written(self, give: Give, digits: int) -> Node:
        """Return a double as written: small ones and whole ones without an exponent in between."""
        size = call("ABS", give())
        small = cast(cast(give(), Type.DECIMAL, 38, 12), Type.DECIMAL, 38, digits)
        plain = cast(cast(give(), Type.TEXT), Type.DECIMAL, 38, digits)
        large = cast(cast(give(), Type.DECIMAL, 38, 0), Type.DECIMAL, 38, digits)
        return case(
            [(binary(exp.LT, size, number(1)), small), (binary(exp.LT, size.copy(), number(_WHOLE_FROM)), plain)], large
        )

    def truncated(self, give: Give) -> Node:
        """Return a double without its fraction."""
        whole = self.as_float(cast(give(), Type.BIGINT))
        return case([(binary(exp.LT, call("ABS", give()), number(_WHOLE_FROM)), whole)], give())

    def whole(self, give: Give, kind: ValueType, *, down: bool) -> Node:
        """Return the whole number below or above, as a double for a double."""
        found = call("FLOOR" if down else "CEIL", give())
        if kind in {"integer", "decimal"}:
            return found
        inside = binary(exp.LT, call("ABS", give()), number(_WHOLE_FROM))
        return case([(inside, self.as_float(found))], self.as_float(give()))

    def length(self, node: Node) -> Node:
        """Return the number of characters."""
        return call("CHAR_LENGTH", node)

    def trimmed(self, node: Node, side: Side) -> Node:
        """Return the text without white space at that side."""
        place = {"both": "BOTH", "left": "LEADING", "right": "TRAILING"}[side]
        return exp.Trim(this=node, expression=text(BLANKS), position=place)

    def concatenated(self, nodes: Sequence[Node]) -> Node:
        """Return the texts one after the other; nulls are left out."""
        return call("CONCAT_WS", text(""), *nodes)

    def position(self, node: Node, part: Node) -> Node:
        """Return where `part` first occurs."""
        return call("INSTR", node, part)

    def starts(self, node: Node, part: Give) -> Node:
        """Tell whether the text begins with `part`."""
        return call("STARTSWITH", node, part())

    def part(self, name: str, give: Give) -> Node:
        """Return a part of a date or time."""
        if name in _PARTS:
            return call(_PARTS[name], give())
        if name == "ISOYEAR":
            return call("YEAR", call("DATE_ADD", self.start("week", give), number(_TO_THURSDAY)))
        monday = cast(text(_A_MONDAY), Type.DATE)
        return binary(exp.Add, call("PMOD", call("DATEDIFF", self.day(give()), monday), number(7)), number(1))

    def start(self, unit: str, give: Give) -> Node:
        """Return the first day of the unit."""
        return self.day(give()) if unit == "day" else call("TRUNC", self.day(give()), text(unit.upper()))

    def moved(self, node: Node, count: Node, step: Step) -> Node:
        """Return a date moved by so many days or months."""
        return call("DATE_ADD" if step == "DAY" else "ADD_MONTHS", node, self.as_integer(count))

    def days(self, first: Node, second: Node) -> Node:
        """Return the number of days between two dates."""
        return call("DATEDIFF", second, first)

    def matched(self, give: Give, pattern: str) -> Node:
        """Return the first group of the pattern, or null."""
        return super().matched(give, to_the_very_end(pattern))

    def read(self, node: Node, kind: ValueType) -> Node:
        """Return a text of the right form, or null, as its type."""
        return self.converted(node, kind)
