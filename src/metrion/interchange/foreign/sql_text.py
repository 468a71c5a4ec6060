"""Formulas of our language as SQL of the common kind, for models that keep expressions as SQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from metrion.interchange.foreign.errors import NotExpressible
from metrion.semantic.formula.ast import (
    Binary,
    Call,
    Case,
    Constant,
    Membership,
    Name,
    NullTest,
    Number,
    String,
    Unary,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.semantic.formula.ast import Expression

Named = Callable[[Name], str]
"""A column or field -> how it is written there."""

_SAME: Final = frozenset(
    {
        "abs",
        "ceil",
        "coalesce",
        "concat",
        "contains",
        "ends_with",
        "exp",
        "floor",
        "greatest",
        "least",
        "left",
        "length",
        "ln",
        "log10",
        "lower",
        "lpad",
        "ltrim",
        "nullif",
        "power",
        "replace",
        "right",
        "round",
        "rtrim",
        "sign",
        "split_part",
        "sqrt",
        "starts_with",
        "substring",
        "trim",
        "upper",
    }
)
_CASTS: Final[Mapping[str, str]] = {
    "to_date": "DATE",
    "to_timestamp": "TIMESTAMP",
    "to_number": "DOUBLE",
    "to_text": "VARCHAR",
}
_PARTS: Final[Mapping[str, str]] = {
    "year": "YEAR",
    "quarter": "QUARTER",
    "month": "MONTH",
    "day": "DAY",
    "weekday": "ISODOW",
    "day_of_year": "DOY",
    "iso_week": "WEEK",
    "iso_year": "ISOYEAR",
    "hour": "HOUR",
    "minute": "MINUTE",
    "second": "SECOND",
}
_CONSTANTS: Final = {True: "TRUE", False: "FALSE", None: "NULL"}
_LOOSEST: Final = {"or": 1, "and": 2, "=": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "||": 5, "+": 6, "-": 6}
_TIGHT: Final = 7
_NOT: Final = 3
_COMPARISON: Final = 4
_ATOM: Final = 9


Cut = Callable[[Name, str], str]
"""A column or field cut to a period -> how that is written there."""


def to_sql(expression: Expression, named: Named, cut: Cut | None = None) -> str:
    """Return a formula as SQL; raises `NotExpressible`. Without `cut`, periods are written with DATE_TRUNC."""
    return _Writer(named, cut).text(expression, 0)


class _Writer:
    """Writes a tree with the brackets that it needs."""

    def __init__(self, named: Named, cut: Cut | None) -> None:
        self.named = named
        self.cut = cut

    def text(self, expression: Expression, outer: int) -> str:
        written, binding = self._bound(expression)
        return f"({written})" if binding < outer else written

    def _bound(self, expression: Expression) -> tuple[str, int]:
        match expression:
            case Unary(operator="-", operand=operand):
                return f"-{self.text(operand, _ATOM)}", _TIGHT
            case Unary(operand=operand):
                return f"NOT {self.text(operand, _NOT)}", _NOT
            case Binary(operator=operator, left=left, right=right):
                own = _LOOSEST.get(operator, _TIGHT)
                sign = {"!=": "<>"}.get(operator, operator.upper())
                first = own + 1 if own == _COMPARISON else own
                return f"{self.text(left, first)} {sign} {self.text(right, own + 1)}", own
            case Membership(operand=operand, values=values, negated=negated):
                word = "NOT IN" if negated else "IN"
                return f"{self.text(operand, _COMPARISON + 1)} {word} ({self._list(values)})", _COMPARISON
            case NullTest(operand=operand, negated=negated):
                word = "IS NOT NULL" if negated else "IS NULL"
                return f"{self.text(operand, _COMPARISON + 1)} {word}", _COMPARISON
            case _:
                return self._atom(expression), _ATOM

    def _atom(self, expression: Expression) -> str:
        match expression:
            case Number(value=value):
                return format(value, "f")
            case String(value=value):
                return "'" + value.replace("'", "''") + "'"
            case Constant(value=value):
                return _CONSTANTS[value]
            case Name():
                return self.named(expression)
            case Call():
                return self._call(expression)
            case Case(branches=branches, otherwise=otherwise):
                return self._case(branches, otherwise)
        message = f"not an atom: {expression}"
        raise AssertionError(message)

    def _call(self, call: Call) -> str:
        name, arguments = call.function, call.arguments
        if name in _SAME:
            return f"{name.upper()}({self._list(arguments)})"
        if name in _CASTS and len(arguments) == 1:
            return f"CAST({self.text(arguments[0], 0)} AS {_CASTS[name]})"
        if name in _PARTS:
            return f"EXTRACT({_PARTS[name]} FROM {self.text(arguments[0], 0)})"
        writer = _WRITERS.get(name)
        if writer is None:
            raise NotExpressible(zh=f"函数 {name}", en=f"the function {name}")
        return writer(self, arguments)

    def _list(self, items: tuple[Expression, ...]) -> str:
        return ", ".join(self.text(item, 0) for item in items)

    def _case(self, branches: tuple[tuple[Expression, Expression], ...], otherwise: Expression | None) -> str:
        parts = [f"WHEN {self.text(when, 0)} THEN {self.text(then, 0)}" for when, then in branches]
        if otherwise is not None:
            parts.append(f"ELSE {self.text(otherwise, 0)}")
        return f"CASE {' '.join(parts)} END"

    def choice(self, arguments: tuple[Expression, ...]) -> str:
        """Write `if`."""
        return self._case(((arguments[0], arguments[1]),), arguments[2] if len(arguments) > 2 else None)  # noqa: PLR2004

    def decimal(self, arguments: tuple[Expression, ...]) -> str:
        """Write `to_decimal`."""
        return f"CAST({self.text(arguments[0], 0)} AS DECIMAL(38, {self.text(arguments[1], 0)}))"

    def quotient(self, arguments: tuple[Expression, ...]) -> str:
        """Write `safe_divide`."""
        divided = f"{self.text(arguments[0], _TIGHT)} / NULLIF({self.text(arguments[1], 0)}, 0)"
        if len(arguments) > 2:  # noqa: PLR2004 - with a default
            return f"CASE WHEN {self.text(arguments[1], 5)} = 0 THEN {self.text(arguments[2], 0)} ELSE {divided} END"
        return f"({divided})"

    def truncated(self, arguments: tuple[Expression, ...]) -> str:
        """Write `date_trunc`."""
        match arguments:
            case (String(value=grain), Name() as name) if self.cut is not None:
                return self.cut(name, grain)
        return f"DATE_TRUNC({self._list(arguments)})"

    def difference(self, arguments: tuple[Expression, ...]) -> str:
        """Write `date_diff`."""
        return f"DATE_DIFF({self._list(arguments)})"

    def moved(self, arguments: tuple[Expression, ...]) -> str:
        """Write `date_add` of a plain number of units."""
        unit, count, moment = arguments
        size = count.operand if isinstance(count, Unary) else count
        if not isinstance(unit, String) or not isinstance(size, Number):
            raise NotExpressible(zh="date_add 的数量不是常量", en="date_add with a count that is no constant")
        sign = "-" if isinstance(count, Unary) else "+"
        return f"({self.text(moment, 6)} {sign} INTERVAL '{size.value} {unit.value}')"

    def month_end(self, arguments: tuple[Expression, ...]) -> str:
        """Write `month_end`."""
        return f"LAST_DAY({self.text(arguments[0], 0)})"

    def place(self, arguments: tuple[Expression, ...]) -> str:
        """Write `position`."""
        return f"STRPOS({self._list(arguments)})"

    def rest(self, arguments: tuple[Expression, ...]) -> str:
        """Write `mod`."""
        return f"({self.text(arguments[0], _TIGHT)} % {self.text(arguments[1], _TIGHT + 1)})"


_WRITERS: Final[Mapping[str, Callable[[_Writer, tuple[Expression, ...]], str]]] = {
    "if": _Writer.choice,
    "to_decimal": _Writer.decimal,
    "safe_divide": _Writer.quotient,
    "date_trunc": _Writer.truncated,
    "date_diff": _Writer.difference,
    "date_add": _Writer.moved,
    "month_end": _Writer.month_end,
    "position": _Writer.place,
    "mod": _Writer.rest,
}
