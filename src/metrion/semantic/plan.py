"""The logical plan: immutable nodes, each of which states what one of its rows is.

`keys` are the columns that are unique in a node's rows, `grain` says it in words. The nodes check
each other when they are made: a join must meet a key of its right side, aligned inputs must have the
same keys. So a plan that counts a row twice cannot be built.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from metrion.semantic.errors import FanOut

if TYPE_CHECKING:
    from datetime import date

    from metrion.semantic.calendar import DayRange, Move, WeekStart
    from metrion.semantic.condition import Condition
    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.model import Aggregation, Code, DataType, Duration, Grain

ZeroDivision = Literal["null", "zero", "error"]

SHIFTED = "shifted"
"""Source of the columns that a `Shift` adds."""

SPANS = "the spans"
"""Source of the columns that a `Span` adds."""

SNAPSHOT_PERIOD = "metrion period"
SNAPSHOT_DAYS = "metrion days"
"""Columns that a `Snapshot` adds: the space keeps them apart from any column of a dataset."""

# --- what rows hold -------------------------------------------------------------------------------


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


# --- nodes ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """How a scan hangs on what is left of it: equal columns, `one` being the scan's own."""

    relationship: Code
    pairs: tuple[tuple[Column, str], ...]


@dataclass(frozen=True, slots=True)
class Visible:
    """A row policy: what may be read of a dataset, with the joins that the condition needs."""

    condition: BoundCondition
    joins: tuple[tuple[Scan, Link], ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """The visible rows of a dataset."""

    dataset: Code
    table: str
    alias: str
    keys: tuple[str, ...]
    visible: Visible | None = None

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return f"row of {self.dataset}"


@dataclass(frozen=True, slots=True)
class Join:
    """Left join N:1: the rows stay as they are, and gain columns."""

    input: Rows
    right: Scan
    link: Link

    def __post_init__(self) -> None:
        if not self.right.keys or not set(self.right.keys) <= {one for _, one in self.link.pairs}:
            raise FanOut(relationship=self.link.relationship, dataset=self.right.dataset)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the left side: a join adds no rows."""
        return self.input.keys

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return self.input.grain


@dataclass(frozen=True, slots=True)
class Filter:
    """The rows where all predicates are true."""

    input: Rows
    predicates: tuple[Predicate, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the input."""
        return self.input.keys

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return self.input.grain


@dataclass(frozen=True, slots=True)
class Shift:
    """The rows, each moved in time to exactly one day: the column `moved`."""

    input: Rows
    day: Column
    moves: tuple[Move, ...]

    @property
    def moved(self) -> Column:
        """Return the column that holds the day on which a row lands."""
        return Column(SHIFTED, self.day.name, "date")

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the input: every row lands once."""
        return self.input.keys

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return self.input.grain


@dataclass(frozen=True, slots=True)
class Window:
    """The rows, once for each period whose to-date or trailing window holds them.

    The only node that repeats rows, hence the period is part of its keys, and `Aggregate` refuses
    to group its rows without it.
    """

    input: Rows | Aggregate
    periods: Periods
    day: Column
    window: Grain | Duration
    moves: tuple[Move, ...]

    @property
    def period(self) -> Column:
        """Return the column that holds the period."""
        return Column(self.periods.name, self.periods.column, "date")

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the input and the period."""
        return (*self.input.keys, self.periods.column)

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return f"{self.input.grain}, {self.periods.column}"


@dataclass(frozen=True, slots=True)
class Span:
    """The rows that any window holds, each with the first and the last period whose window does.

    Windows slide, so that the periods that hold a day follow each other. Days with equal spans are
    alike to every window: what is counted distinctly needs to be kept once for each span, not each day.
    """

    input: Rows
    periods: Periods
    day: Column
    window: Grain | Duration
    moves: tuple[Move, ...]

    @property
    def first(self) -> Column:
        """Return the first period that holds the row."""
        return Column(SPANS, "metrion first", "date")

    @property
    def last(self) -> Column:
        """Return the last period that holds the row."""
        return Column(SPANS, "metrion last", "date")

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the input: each day has one span."""
        return self.input.keys

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return self.input.grain


@dataclass(frozen=True, slots=True)
class Spread:
    """The rows of an aggregate by span, once for each period of the span. Repeats rows as `Window` does."""

    input: Aggregate
    periods: Periods
    first: Column
    last: Column

    @property
    def period(self) -> Column:
        """Return the column that holds the period."""
        return Column(self.periods.name, self.periods.column, "date")

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the input and the period."""
        return (*self.input.keys, self.periods.column)

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return f"{self.input.grain}, {self.periods.column}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows of a stock that count in a period: those of the last (first) day, or all with the number of days."""

    input: Rows
    source: str
    """The scan whose columns are handed on under the same name."""
    day: Column
    take: Literal["last", "first", "avg"]
    by_instant: bool
    """Each entity has its own last row; otherwise all rows of the last day count."""
    within: tuple[Term, ...]
    """The last day is looked for in each combination of these: period and entity."""
    window: Window | None
    """The window under it, whose period is handed on as `period`."""

    @property
    def period(self) -> Column:
        """Return the window's period as handed on."""
        return Column(self.source, SNAPSHOT_PERIOD, "date")

    @property
    def days(self) -> Column:
        """Return the number of days with rows, for `avg`."""
        return Column(self.source, SNAPSHOT_DAYS, "integer")

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the input: rows are chosen, never repeated."""
        return self.input.keys

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return self.input.grain


Rows = Scan | Join | Filter | Shift | Window | Span | Spread | Snapshot
"""Nodes whose rows are rows of a dataset."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One row for each combination of the keys that occurs, NULL being a value like any other."""

    name: str
    input: Rows | Aggregate
    by: tuple[tuple[str, Term | RowExpression], ...]
    measures: tuple[Aggregated, ...]

    def __post_init__(self) -> None:
        if (period := _repeated_by(self.input)) is not None and period not in (term for _, term in self.by):
            raise FanOut(relationship="window", dataset=self.name)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the names of the grouping columns."""
        return tuple(name for name, _ in self.by)

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return ", ".join(self.keys) or "everything"


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods of the answer with the day that each is seen at: facts' periods, or an unbroken spine."""

    name: str
    column: str
    unit: Grain
    sources: tuple[Aggregate, ...]
    spine: DayRange | None
    """Not None: every period of this range; an open end is where the sources end."""
    last: date | None
    """The last day of the question's range: nothing after it is seen."""
    anchor: date
    """The running period is seen at this day, not at its end."""
    week_start: WeekStart

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the period column."""
        return (self.column,)

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return self.unit


@dataclass(frozen=True, slots=True)
class Members:
    """Every period of the spine with every combination of the other keys that occurs anywhere."""

    name: str
    periods: Periods
    sources: tuple[Aggregate, ...]
    keys: tuple[str, ...]

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return ", ".join(self.keys)


@dataclass(frozen=True, slots=True)
class Align:
    """One row for each combination of keys that occurs in any input: union of groups, NULL equal to NULL."""

    name: str
    inputs: tuple[Aggregate | Members, ...]

    def __post_init__(self) -> None:
        if any(part.keys != self.keys for part in self.inputs):
            raise FanOut(relationship="align", dataset=", ".join(part.name for part in self.inputs))

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the common keys."""
        return self.inputs[0].keys

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return self.inputs[0].grain


@dataclass(frozen=True, slots=True)
class Input:
    """A column that a value is computed from; `zero`: NULL counts as 0."""

    column: str
    zero: bool


@dataclass(frozen=True, slots=True)
class Computed:
    """A value column: one column of the input, or a formula over several."""

    name: str
    formula: Expression | None
    inputs: tuple[tuple[str, Input], ...]
    """Name in the formula -> input. Without a formula there is one pair."""
    fill_zero: bool = False
    zero_division: ZeroDivision = "null"


@dataclass(frozen=True, slots=True)
class Project:
    """The input's keys and the value columns of the answer."""

    input: Aggregate | Align
    stages: tuple[tuple[Computed, ...], ...]
    """Values that other values are computed from, innermost first."""
    values: tuple[Computed, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the input: a projection changes no rows."""
        return self.input.keys

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return self.input.grain


@dataclass(frozen=True, slots=True)
class Sort:
    """The rows in a total order (all keys break ties), NULLs last, at most `limit`."""

    input: Project
    order: tuple[tuple[str, bool], ...]
    """(column, descending)."""
    limit: int | None

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the input."""
        return self.input.keys

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return self.input.grain


Plan = Sort


def _repeated_by(node: Rows | Aggregate) -> Column | None:
    """Return the period column by which a window under the node repeats its rows."""
    while not isinstance(node, (Scan, Aggregate)):
        if isinstance(node, (Window, Spread)) or (isinstance(node, Snapshot) and node.window is not None):
            return node.period
        node = node.input
    return None
