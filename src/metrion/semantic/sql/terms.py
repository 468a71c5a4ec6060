"""Parameters, and the terms of a plan as SQL nodes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.semantic.formula.nodes import Type, case, parameter
from metrion.semantic.formula.sql import to_sqlglot
from metrion.semantic.plan import Calculated, Column, Moment, Moved, Part
from metrion.semantic.sql.nodes import Node, column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrion.semantic.calendar import Move
    from metrion.semantic.model import DataType, Grain
    from metrion.semantic.plan import Term
    from metrion.semantic.sql.dialects import Dialect

Parameter = str | int | float | bool | Decimal | date | datetime
DATE: Final = Type.DATE


@dataclass(frozen=True, slots=True)
class Later:
    """The place of a value that is given when the statement is run, with the type and name of its field."""

    place: int
    type: DataType
    field: str


class Parameters:
    """The values of one statement, in the order of their numbers ($1, $2, ...). Equal values share a number."""

    __slots__ = ("_numbers", "values")

    def __init__(self) -> None:
        self.values: list[Parameter | Later] = []
        self._numbers: dict[tuple[type, Parameter | Later], int] = {}

    def bind(self, value: Parameter | Later) -> Node:
        """Return the place of a value."""
        key = (type(value), value)
        number_of = self._numbers.get(key)
        if number_of is None:
            self.values.append(value)
            number_of = self._numbers[key] = len(self.values)
        return parameter(number_of)


class Terms:
    """Writes the terms of one statement for one engine."""

    def __init__(self, parameters: Parameters, dialect: Dialect, today: date | None = None) -> None:
        self.parameters = parameters
        self.dialect = dialect
        self.today = today

    def of(self, term: Term) -> Node:
        """Return a term; each time another node."""
        match term:
            case Column(source=source, name=name, type=kind):
                return self.dialect.read(column(source, name), kind)
            case Moment(of=of, grain=grain, week_start=week_start):
                return self.dialect.period_start(self.of(of), of.type, grain, week_start)
            case Part(of=of, part=part):
                return self.dialect.part(self.of(of), of.type, part)
            case Moved(of=of, moves=moves, tick=tick):
                start = self.dialect.period_start(self.of(of), of.type, tick, "monday")
                return self.moved(start, moves, tick)
            case Calculated():
                return self._calculated(term)

    def equal(self, term: Term) -> Node:
        """Return a term of which only equality is asked: an engine may have an index for it."""
        if isinstance(term, Column):
            return self.dialect.equal(column(term.source, term.name), term.type)
        return self.of(term)

    def _calculated(self, term: Calculated) -> Node:
        parts = dict(term.names)
        return to_sqlglot(
            term.formula,
            lambda name: self.of(parts[name.value]),
            self.dialect.name,
            zero_division=term.zero_division,
            types={name: part.type for name, part in term.names},
            bind=self.parameters.bind,
        )

    def moved(self, tick_start: Node, moves: Sequence[Move], tick: Grain) -> Node:
        """Return where a tick's rows land: months are clamped to the month's end, the rest is added."""
        for move in moves:
            tick_start = self.dialect.added(tick_start, move.count, move.unit, tick)
        return tick_start

    def moved_back(self, tick_start: Node, moves: Sequence[Move], tick: Grain) -> Node:
        """Return the last tick whose rows land on one or before: `calendar.source_end` in SQL."""
        for move in reversed(moves):
            back = self.dialect.added(tick_start.copy(), -move.count, move.unit, tick)
            if move.unit == "month":
                back = self._kept_at_end(tick_start, back, tick)
            tick_start = back
        return tick_start

    def _kept_at_end(self, before: Node, after: Node, tick: Grain) -> Node:
        """Return `after`, on the last day of its month where `before` is on the last of its own."""
        dialect = self.dialect
        if tick == "day":
            at_end = exp.EQ(this=before.copy(), expression=dialect.last_of_month(before.copy()))
            return case([(at_end, dialect.last_of_month(after.copy()))], after)
        day, later = dialect.day_of(before.copy(), "timestamp"), dialect.day_of(after.copy(), "timestamp")
        at_end = exp.EQ(this=day.copy(), expression=dialect.last_of_month(day.copy()))
        days = dialect.days_between(later, dialect.last_of_month(later.copy()))
        return case([(at_end, dialect.days_later(after.copy(), days, tick))], after)
