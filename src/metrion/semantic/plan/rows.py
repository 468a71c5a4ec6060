"""Nodes whose rows are rows of a dataset: scanned, joined, filtered, moved, seen through windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from metrion.semantic.errors import FanOut
from metrion.semantic.plan.terms import LANDED, SNAPSHOT_DAYS, SNAPSHOT_PERIOD, SPANS, Calculated, Column

if TYPE_CHECKING:
    from sqlglot import exp

    from metrion.semantic.calendar import Move
    from metrion.semantic.look import Look
    from metrion.semantic.model import Code, DataType, Grain
    from metrion.semantic.plan.answer import Aggregate, Periods, Project
    from metrion.semantic.plan.terms import BoundCondition, Predicate, Term


@dataclass(frozen=True, slots=True)
class Link:
    """How a scan hangs on what is left of it: equal terms."""

    relationship: Code
    pairs: tuple[tuple[Term, Term], ...]
    """Left term, right term."""
    met: tuple[str, ...] = ()
    """The columns of the right side that are met."""
    at: Term | None = None
    """Into a history: the moment whose row is meant."""
    many: bool = False
    """Walked backwards: several rows may hang on one. Only a `Reach` may hold such a link."""

    @property
    def by_day(self) -> bool:
        """Tell whether the right side is a calendar, met by a moment."""
        return any(not isinstance(left, (Column, Calculated)) for left, _ in self.pairs)


@dataclass(frozen=True, slots=True)
class Visible:
    """A row policy: what may be read of a dataset, with the joins that the condition needs."""

    condition: BoundCondition
    joins: tuple[tuple[Scan, Link], ...] = ()
    alias: str = ""
    """How condition and joins call the dataset's own rows; said where there are joins."""


@dataclass(frozen=True, slots=True)
class Written:
    """Rows that a SELECT of a definition gives; its tables are the visible rows of other datasets."""

    select: exp.Query
    reads: tuple[tuple[str, Scan, tuple[tuple[str, Term], ...]], ...]
    """Dataset as the SELECT names it, its scan, and the columns that it offers."""

    def __hash__(self) -> int:
        return hash((self.select.sql(), self.reads))


@dataclass(frozen=True, slots=True)
class Scan:
    """The visible rows of a dataset: of a table, of a SELECT, or of an answer."""

    dataset: Code
    table: str | Written | Project
    alias: str
    keys: tuple[str, ...]
    visible: Visible | None = None
    validity: tuple[str, str] | None = None
    """Of a history: the columns from when, and until before when, a row is true."""
    tested: tuple[tuple[str, Predicate], ...] = ()
    """Conditions on its own rows that a join hands on as columns, and nothing else but what it is met by."""

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
        unmet = not self.right.keys or not set(self.right.keys) <= set(self.link.met)
        if unmet or (self.right.validity is not None and self.link.at is None) or self.link.many:
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
class Among:
    """The rows whose `of` is the key of one of the partners."""

    input: Rows
    of: Term
    partners: Rows
    key: Term

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the input."""
        return self.input.keys

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return self.input.grain


@dataclass(frozen=True, slots=True)
class Paired:
    """The rows, each with every tick of a calendar: rows that have no time of their own."""

    input: Rows
    calendar: Scan
    day: Column

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the input and the tick."""
        return (*self.input.keys, self.day.name)

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return f"{self.input.grain}, {self.day.name}"


@dataclass(frozen=True, slots=True)
class Reach:
    """The rows, once for each group that they have part in through relationships walked backwards.

    The groups of a row are worked out apart, each once (DISTINCT by the row's key), and then joined: a row counts
    once in each of them. `Aggregate` refuses to group without all of them.
    """

    input: Rows
    own: Scan
    key: tuple[Column, ...]
    """The primary key of the rows."""
    joins: tuple[tuple[Scan, Link], ...]
    """How the way leads from the rows (`own`) to what they have part in."""
    where: tuple[Predicate, ...]
    groups: tuple[tuple[str, Term], ...]
    name: str
    weight: tuple[Term, tuple[Term, ...]] | None = None
    """A row's share, and the key of what holds it: a share is counted once, however many ways lead there."""

    @property
    def required(self) -> bool:
        """Tell whether rows without any group are left out: a filter looks there."""
        return bool(self.where)

    def group(self, name: str, type_: DataType) -> Column:
        """Return the column that holds a group."""
        return Column(self.name, name, type_)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the input and the groups."""
        return (*self.input.keys, *(name for name, _ in self.groups))

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return ", ".join((self.input.grain, *(name for name, _ in self.groups)))


@dataclass(frozen=True, slots=True)
class Filter:
    """The rows where all predicates are true."""

    input: Rows | Aggregate
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
class Leap:
    """Where days lead through a calendar: `count` periods of `level` later, to the same place in the period."""

    calendar: Scan
    day: Term
    level: Term
    """What identifies the period of a day."""
    position: Term | None
    kind: Term | None
    """What tells two kinds of days apart (working days), each with places of its own."""
    count: int
    target_is_key: bool
    """True: every day has one day that it looks back at. False: every day lands on one day."""
    unit: Grain | None = None
    """Periods of this grain instead of a column's."""


@dataclass(frozen=True, slots=True)
class Landing:
    """The rows, each with the tick on which it counts, by a calendar or by looking back from each tick.

    Looking back may show a tick several times, so the tick is part of the keys.
    """

    input: Rows
    at: Term
    how: Leap | Move
    tick: Grain
    name: str

    @property
    def landed(self) -> Column:
        """Return the column with the tick on which a row counts."""
        return Column(self.name, LANDED, "date" if self.tick == "day" else "timestamp")

    @property
    def repeats(self) -> bool:
        """Tell whether a row may be there several times."""
        return not isinstance(self.how, Leap) or self.how.target_is_key

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the input, and the tick where rows are repeated."""
        return (*self.input.keys, LANDED) if self.repeats else self.input.keys

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return f"{self.input.grain}, {LANDED}" if self.repeats else self.input.grain


@dataclass(frozen=True, slots=True)
class Window:
    """The rows, once for each period whose window holds them.

    Rows are repeated, hence the period is part of its keys, and `Aggregate` refuses to group its rows without it.
    """

    input: Rows | Aggregate
    periods: Periods
    at: Term
    look: Look
    calendars: tuple[Leap, ...] = ()
    """The calendars by which the look goes: a leap for each step through one, then the unit that is accumulated."""

    @property
    def period(self) -> Column:
        """Return the column that holds the period."""
        return self.periods.period

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

    Windows slide, so that the periods that hold a tick follow each other. Ticks with equal spans are
    alike to every window: what is counted distinctly needs to be kept once for each span, not each tick.
    """

    input: Rows
    periods: Periods
    at: Term
    look: Look
    calendars: tuple[Leap, ...] = ()

    @property
    def first(self) -> Column:
        """Return the first period that holds the row."""
        return Column(SPANS, "metrion first", self.periods.period.type)

    @property
    def last(self) -> Column:
        """Return the last period that holds the row."""
        return Column(SPANS, "metrion last", self.periods.period.type)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the input: each tick has one span."""
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
        return self.periods.period

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
    """The rows of a stock that count in a period: those of the last (first) tick, or all with the number of ticks."""

    input: Rows
    source: str
    """The scan whose columns are handed on under the same name."""
    at: Term
    tick: Grain
    take: Literal["last", "first", "avg"]
    by_instant: bool
    """Each entity has its own last row; otherwise all rows of the last tick count."""
    within: tuple[Term, ...]
    """The last tick is looked for in each combination of these: period and entity."""
    window: Window | None
    """The window under it, whose period is handed on as `period`."""
    landing: Landing | None = None
    """The landing under it, whose tick is handed on."""

    @property
    def period(self) -> Column:
        """Return the window's period as handed on."""
        return Column(self.source, SNAPSHOT_PERIOD, "date" if self.window is None else self.window.period.type)

    def further(self, name: str) -> Column:
        """Return a further key of the window's periods as handed on."""
        if self.window is None:
            message = "further keys follow from the periods of a window"
            raise AssertionError(message)
        term = dict(self.window.periods.others)[name]
        return Column(self.source, f"{SNAPSHOT_PERIOD} {name}", term.type)

    @property
    def landed(self) -> Column:
        """Return the landing's tick as handed on."""
        return Column(self.source, LANDED, "date" if self.tick == "day" else "timestamp")

    @property
    def days(self) -> Column:
        """Return the number of ticks with rows, for `avg`."""
        return Column(self.source, SNAPSHOT_DAYS, "integer")

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the input: rows are chosen, never repeated."""
        return self.input.keys

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return self.input.grain


Rows = Scan | Join | Among | Paired | Reach | Filter | Landing | Window | Span | Spread | Snapshot
"""Nodes whose rows are rows of a dataset."""
