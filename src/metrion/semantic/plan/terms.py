"""What the rows of a plan hold: columns, days, conditions, aggregates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from metrion.semantic.calendar import DayRange, WeekStart
    from metrion.semantic.condition import Condition
    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.model import Aggregation, DataType, Grain

ZeroDivision = Literal["null", "zero", "error"]

SHIFTED = "the shifted"
"""Source of the columns that a `Shift` adds."""

SPANS = "the spans"
"""Source of the columns that a `Span` adds."""

SNAPSHOT_PERIOD = "metrion period"
SNAPSHOT_DAYS = "metrion days"
"""Columns that a `Snapshot` adds: the space keeps them apart from any column of a dataset."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a source, such as `orders.amount`."""

    source: str
    name: str
    type: DataType

    def __str__(self) -> str:
        return f"{self.source}.{self.name}"


@dataclass(frozen=True, slots=True)
class Moment:
    """The period that holds the day of a date or timestamp column: its first day."""

    column: Column
    grain: Grain
    week_start: WeekStart

    def __str__(self) -> str:
        return f"{self.grain}({self.column})"


Term = Column | Moment


@dataclass(frozen=True, slots=True)
class BoundCondition:
    """A condition whose fields are known terms."""

    condition: Condition
    fields: tuple[tuple[str, Term], ...]

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={term}" for name, term in self.fields)
        return f"{self.condition.kind}[{shown}]"


@dataclass(frozen=True, slots=True)
class DayBounds:
    """The column's day lies in `days`."""

    column: Column
    days: DayRange

    def __str__(self) -> str:
        return f"{self.days.start or ''} <= {self.column} <= {self.days.end or ''}"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the conjunctions holds."""

    choices: tuple[tuple[BoundCondition, ...], ...]

    def __str__(self) -> str:
        return " or ".join(" and ".join(map(str, choice)) for choice in self.choices)


Predicate = BoundCondition | DayBounds | AnyOf


@dataclass(frozen=True, slots=True)
class RowExpression:
    """A formula over the columns of one source; None is the row itself (`count(*)`)."""

    formula: Expression | None
    source: str
    types: tuple[tuple[str, DataType], ...]
    zero_division: ZeroDivision


@dataclass(frozen=True, slots=True)
class Aggregated:
    """One aggregate column: `function(of)` over the rows where all of `where` hold."""

    name: str
    function: Aggregation
    of: RowExpression | Column
    type: DataType
    where: tuple[BoundCondition, ...] = ()
    per: Column | None = None
    """Divide by this column, which is the same in all rows of a group (the number of days)."""

    def __str__(self) -> str:
        where = f" where {' and '.join(map(str, self.where))}" if self.where else ""
        return f"{self.name}={self.function}{where}"
