"""What the rows of a plan hold: columns, calculations, moments, conditions, aggregates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from metrion.semantic.calendar import SECONDS

if TYPE_CHECKING:
    from metrion.semantic.calendar import Move, Range, WeekStart
    from metrion.semantic.condition import Condition
    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.model import Aggregation, DataType, DatePart, Grain

ZeroDivision = Literal["null", "zero", "error"]

SPANS = "the spans"
"""Source of the columns that a `Span` adds."""

SNAPSHOT_PERIOD = "metrion period"
SNAPSHOT_DAYS = "metrion days"
"""Columns that a `Snapshot` adds: the space keeps them apart from any column of a dataset."""

LANDED = "metrion landed"
"""Column that a `Landing` adds: the tick on which a row counts."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a source, such as `orders.amount`."""

    source: str
    name: str
    type: DataType

    def __str__(self) -> str:
        return f"{self.source}.{self.name}"


@dataclass(frozen=True, slots=True)
class Calculated:
    """A row expression over other terms."""

    formula: Expression
    names: tuple[tuple[str, Term], ...]
    type: DataType
    zero_division: ZeroDivision = "null"

    def __str__(self) -> str:
        return f"calculated({', '.join(str(term) for _, term in self.names)})"


@dataclass(frozen=True, slots=True)
class Moment:
    """The period that holds a moment: its first day, or its first instant where it is shorter than a day."""

    of: Term
    grain: Grain
    week_start: WeekStart

    @property
    def type(self) -> DataType:
        """Return what the periods are written as."""
        return "timestamp" if self.grain in SECONDS else "date"

    def __str__(self) -> str:
        return f"{self.grain}({self.of})"


@dataclass(frozen=True, slots=True)
class Part:
    """A number read off a moment: its month, its weekday."""

    of: Term
    part: DatePart

    @property
    def type(self) -> DataType:
        """Return the type of all parts."""
        return "integer"

    def __str__(self) -> str:
        return f"{self.part}({self.of})"


@dataclass(frozen=True, slots=True)
class Moved:
    """The tick on which a row of another tick counts."""

    of: Term
    moves: tuple[Move, ...]
    tick: Grain

    @property
    def type(self) -> DataType:
        """Return how ticks are written."""
        return "timestamp" if self.tick in SECONDS else "date"

    def __str__(self) -> str:
        return f"{self.of} + {', '.join(f'{move.count} {move.unit}' for move in self.moves)}"


Term = Column | Calculated | Moment | Part | Moved


def innermost(term: Term) -> Column | None:
    """Return the column that a period is cut from; None where it is calculated."""
    while isinstance(term, (Moment, Moved, Part)):
        term = term.of
    return term if isinstance(term, Column) else None


@dataclass(frozen=True, slots=True)
class BoundCondition:
    """A condition whose fields are known terms."""

    condition: Condition
    fields: tuple[tuple[str, Term], ...]

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={term}" for name, term in self.fields)
        return f"{self.condition.kind}[{shown}]"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The tick of a term lies in `ticks`."""

    of: Term
    ticks: Range
    tick: Grain

    def __str__(self) -> str:
        return f"{self.ticks.start or ''} <= {self.of} <= {self.ticks.end or ''}"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the conjunctions holds."""

    choices: tuple[tuple[Predicate, ...], ...]

    def __str__(self) -> str:
        return " or ".join(" and ".join(map(str, choice)) for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Holds:
    """A condition that was tested where its columns stand; the column says whether it holds."""

    column: Column

    def __str__(self) -> str:
        return str(self.column)


Predicate = BoundCondition | Bounds | AnyOf | Holds


@dataclass(frozen=True, slots=True)
class Aggregated:
    """One aggregate column: `function(of)` over the rows where all of `where` hold; `of` None is the row itself."""

    name: str
    function: Aggregation
    of: Term | None
    type: DataType
    where: tuple[Predicate, ...] = ()
    per: Column | None = None
    """Divide by this column, which is the same in all rows of a group (the number of days)."""
    weight: Term | None = None
    """What a weighted average weighs by."""
    by: Term | None = None
    """What orders the rows of first and last."""
    percentile: float | None = None
    discrete: bool = False
    share: Term | None = None
    """The row's share in the group: what is added is multiplied by it."""
    zero: bool = False
    """0 where there is nothing to add: a count that is added up from counts."""
    total: Column | None = None
    """Divide by the sum of this column: an average that is made of sums and counts."""

    def __str__(self) -> str:
        where = f" where {' and '.join(map(str, self.where))}" if self.where else ""
        return f"{self.name}={self.function}{where}"
