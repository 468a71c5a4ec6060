"""Nodes whose rows are rows of a dataset: scanned, joined, filtered, moved, seen through windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from metrion.semantic.errors import FanOut
from metrion.semantic.plan.terms import SHIFTED, SNAPSHOT_DAYS, SNAPSHOT_PERIOD, SPANS, Column

if TYPE_CHECKING:
    from metrion.semantic.calendar import Move
    from metrion.semantic.model import Code, Duration, Grain
    from metrion.semantic.plan.answer import Aggregate, Periods
    from metrion.semantic.plan.terms import BoundCondition, Predicate, Term


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
    alias: str = ""
    """How condition and joins call the dataset's own rows; said where there are joins."""


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
