"""Columns, parameters and days as SQL nodes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.semantic.formula.nodes import binary, call, case, cast, interval, number, text
from metrion.semantic.plan import SHIFTED, Moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metrion.semantic.calendar import Move, WeekStart
    from metrion.semantic.model import Grain
    from metrion.semantic.plan import Term

Node = exp.Expression
Parameter = str | int | float | bool | Decimal | date | datetime

_STEPS: Final[dict[Grain, tuple[int, str]]] = {
    "day": (1, "DAY"),
    "week": (7, "DAY"),
    "month": (1, "MONTH"),
    "quarter": (3, "MONTH"),
    "year": (12, "MONTH"),
}
DATE: Final = exp.DataType.Type.DATE


class Parameters:
    """The values of one statement, in the order of their numbers ($1, $2, ...). Equal values share a number."""

    __slots__ = ("_numbers", "values")

    def __init__(self) -> None:
        self.values: list[Parameter] = []
        self._numbers: dict[tuple[type, Parameter], int] = {}

    def bind(self, value: Parameter) -> Node:
        """Return the place of a value."""
        key = (type(value), value)
        number_of = self._numbers.get(key)
        if number_of is None:
            self.values.append(value)
            number_of = self._numbers[key] = len(self.values)
        return exp.Parameter(this=number(number_of))


def quoted(name: str) -> exp.Identifier:
    """Return an identifier that may hold anything."""
    return exp.Identifier(this=name, quoted=True)


def column(source: str, name: str) -> exp.Column:
    """Return `"source"."name"`."""
    return exp.Column(this=quoted(name), table=quoted(source))


def named(node: Node, name: str) -> exp.Alias:
    """Return `node AS "name"`."""
    return exp.Alias(this=node, alias=quoted(name))


def table(path: str, alias: str) -> exp.Table:
    """Return a table by its dotted path, whose parts may be quoted already."""
    parts = [quoted(part) for part in split_path(path)]
    places = dict(zip(("this", "db", "catalog"), reversed(parts), strict=False))
    return exp.Table(**places, alias=exp.TableAlias(this=quoted(alias)))


def split_path(path: str) -> list[str]:
    """Return the parts of `schema.table` or `"sch""ema"."ta.ble"`."""
    parts, current, inside, i = [], "", False, 0
    while i < len(path):
        letter = path[i]
        if letter == '"' and inside and path[i + 1 : i + 2] == '"':
            current, i = current + '"', i + 1
        elif letter == '"':
            inside = not inside
        elif letter == "." and not inside:
            parts.append(current)
            current = ""
        else:
            current += letter
        i += 1
    return [*parts, current]


def day_of(node: Node, type_: str) -> Node:
    """Return the calendar day of a date or timestamp; a date stays as it is."""
    return node if type_ == "date" else cast(node, DATE)


def moved(day: Node, moves: Sequence[Move]) -> Node:
    """Return where a day's rows land: months are clamped to the month's end, days are added."""
    for move in moves:
        amount = interval("MONTH" if move.unit == "month" else "DAY")
        day = cast(binary(exp.Add, day, binary(exp.Mul, number(move.count), amount)), DATE)
    return day


def moved_back(day: Node, moves: Sequence[Move]) -> Node:
    """Return the last day whose rows land on `day` or before: `calendar.source_end` in SQL."""
    for move in reversed(moves):
        amount = interval("MONTH" if move.unit == "month" else "DAY")
        back = cast(binary(exp.Sub, day.copy(), binary(exp.Mul, number(move.count), amount)), DATE)
        if move.unit == "month":
            at_end = exp.EQ(this=day.copy(), expression=last_of_month(day))
            back = case([(at_end, last_of_month(back))], back.copy())
        day = back
    return day


def last_of_month(day: Node) -> Node:
    """Return the last day of the month."""
    return call("LAST_DAY", day.copy())


def period_start(day: Node, grain: Grain, week_start: WeekStart) -> Node:
    """Return the first day of the period that holds `day`."""
    if grain == "day":
        return day
    if grain == "week" and week_start == "sunday":
        monday = call("DATE_TRUNC", text("week"), binary(exp.Add, day, number(1)))
        return binary(exp.Sub, cast(monday, DATE), number(1))
    return cast(call("DATE_TRUNC", text(grain), day), DATE)


def period_end(start: Node, grain: Grain) -> Node:
    """Return the last day of the period that starts at `start`."""
    if grain == "day":
        return start
    count, unit = _STEPS[grain]
    after = binary(exp.Add, start, binary(exp.Mul, number(count), interval(unit)))
    return binary(exp.Sub, cast(after, DATE), number(1))


def one_step(grain: Grain) -> Node:
    """Return the length of a period as an interval."""
    count, unit = _STEPS[grain]
    return binary(exp.Mul, number(count), interval(unit))


def term(of: Term, derived: Mapping[str, Node]) -> Node:
    """Return a term; `derived` holds the columns that a shift has added, by the name of their source column."""
    if isinstance(of, Moment):
        base = (
            derived[of.column.name].copy() if of.column.source == SHIFTED else column(of.column.source, of.column.name)
        )
        return period_start(day_of(base, of.column.type), of.grain, of.week_start)
    if of.source == SHIFTED:
        return derived[of.name].copy()
    return column(of.source, of.name)
