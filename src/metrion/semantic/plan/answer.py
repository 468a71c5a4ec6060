"""Nodes whose rows are groups of the answer: aggregated, aligned, computed, sorted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from metrion.semantic.calendar import SECONDS
from metrion.semantic.errors import FanOut
from metrion.semantic.plan.rows import Filter, Join, Landing, Link, Reach, Rows, Scan, Snapshot, Spread, Window
from metrion.semantic.plan.terms import LANDED, Column, Moment, Moved, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.calendar import Moment as Instant
    from metrion.semantic.calendar import Range, WeekStart
    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.model import Grain
    from metrion.semantic.plan.terms import Aggregated, BoundCondition, Term, ZeroDivision

Fill = Literal["null", "zero", "forward", "keep"]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One row for each combination of the keys that occurs, NULL being a value like any other."""

    name: str
    input: Rows | Aggregate | Project | Matched
    by: tuple[tuple[str, Term], ...]
    measures: tuple[Aggregated, ...]
    where: BoundCondition | None = None
    """Which rows of an answer below are aggregated."""

    def __post_init__(self) -> None:
        held = set(_columns(term for _, term in self.by))
        for wanted in _repeated_by(self.input):
            if not any(column in held for column in wanted):
                raise FanOut(relationship="window", dataset=self.name)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the names of the grouping columns."""
        return tuple(name for name, _ in self.by)

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return ", ".join(self.keys) or "everything"

    @property
    def is_selection(self) -> bool:
        """Tell whether each group is one row of an aggregate below: there is nothing left to add up."""
        below = self.input.input if isinstance(self.input, Filter) else self.input
        if not isinstance(below, Aggregate) or not self.by or self.where is not None:
            return False
        own = {term.name for _, term in self.by if isinstance(term, Column) and term.source == below.name}
        added = all(one.function in ("sum", "min", "max") and not (one.where or one.total) for one in self.measures)
        return own == set(below.keys) and added

    @property
    def selected(self) -> tuple[tuple[str, Term], ...]:
        """Return the columns that are its measures where it is a selection."""
        return tuple((one.name, one.of) for one in self.measures if one.of is not None)


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of events of a funnel: the rows, what tells an entity, when, and what is counted of them."""

    rows: Rows
    entity: tuple[Term, ...]
    constants: tuple[Term, ...]
    at: Term
    value: Term | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """Events that followed base events of the same entity in time, each with the groups of its base event.

    Every event goes to the last event of the step before it, within the window, with equal constants.
    """

    name: str
    base: Step
    by: tuple[tuple[str, Term], ...]
    steps: tuple[Step, ...]
    window: object
    """`Move` or None."""
    counts: Literal["base", "steps"]
    """One row for each base event that reached the end, or for each event of the last step."""
    later: tuple[bool, ...] = ()
    """For each step whether it must be later than the one before: events of one dataset may be the same one."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Return what tells one row from another."""
        return ("metrion event",)

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return "converted event" if self.counts == "base" else "event of the last step"


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods of the answer with the tick that each is seen at: those of facts, of a range, or of a calendar."""

    name: str
    column: str
    unit: Grain | None
    """None: the periods of a calendar's level."""
    tick: Grain
    sources: tuple[Aggregate, ...]
    spine: Range | None
    """Not None: every period of this range; an open end is where the sources (or the calendar) end."""
    every: bool
    """Whether periods without facts are there."""
    calendar: Scan | None
    """Where the periods are read, instead of being counted up."""
    day: Term | None
    """The tick of a row of the calendar."""
    level: Term | None
    """The period of a row of the calendar, where `unit` is None."""
    others: tuple[tuple[str, Term], ...]
    """Further keys that follow from the period, and their terms over it."""
    joins: tuple[tuple[Scan, Link], ...]
    """Calendars that hold further keys."""
    where: tuple[BoundCondition, ...]
    """Conditions on the time of the answer."""
    first: Instant | None
    last: Instant | None
    """The range of the question: nothing outside is seen."""
    anchor: Instant
    """The running period is seen at this tick, not at its end."""
    week_start: WeekStart
    seen_from: Literal["end", "start"] = "end"

    @property
    def period(self) -> Column:
        """Return the column that holds the period."""
        if self.level is not None:
            return Column(self.name, self.column, self.level.type)
        return Column(self.name, self.column, "timestamp" if self.unit in SECONDS else "date")

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the period column."""
        return (self.column,)

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return self.unit or self.column


@dataclass(frozen=True, slots=True)
class Members:
    """Every period of the spine with every combination of the other keys that occurs anywhere.

    `lonely`: instead, the periods in which none of the sources has a row, once, without members.
    """

    name: str
    periods: Periods
    sources: tuple[Aggregate, ...]
    keys: tuple[str, ...]
    lonely: bool = False
    where: tuple[BoundCondition, ...] = ()
    """Conditions of the metrics themselves on the time of the answer."""

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
class Broadcast:
    """Values by some of the keys, shown in every row that has them."""

    source: Aggregate | Project
    name: str

    @property
    def on(self) -> tuple[str, ...]:
        """Return the keys by which rows meet their values."""
        return self.source.keys


@dataclass(frozen=True, slots=True)
class Input:
    """A column that a value is computed from; `zero`: NULL counts as 0."""

    column: str
    zero: bool
    missing: bool = False
    """NULL where no row of this part is in the group, also for a count."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The place of a row among those with equal `within`."""

    within: tuple[str, ...]
    lowest_first: bool
    ties: Literal["gap", "dense", "distinct"]


@dataclass(frozen=True, slots=True)
class Carried:
    """The last value before, within equal `within`, along `along`."""

    within: tuple[str, ...]
    along: str


@dataclass(frozen=True, slots=True)
class Computed:
    """A value column: one column of the input, a formula over several, a place, or a value carried on."""

    name: str
    formula: Expression | None
    inputs: tuple[tuple[str, Input], ...]
    """Name in the formula -> input. Without a formula there is one pair."""
    fill_zero: bool = False
    zero_division: ZeroDivision = "null"
    over: Ranking | Carried | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """The input's keys and the value columns of the answer."""

    name: str
    input: Aggregate | Align
    stages: tuple[tuple[Computed, ...], ...]
    """Values that other values are computed from, innermost first."""
    values: tuple[Computed, ...]
    broadcasts: tuple[Broadcast, ...] = ()
    where: BoundCondition | None = None
    """Which rows of the answer are kept."""
    hidden: frozenset[str] = frozenset()
    """Keys and values that order and conditions need, and the answer does not show."""

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
    order: tuple[tuple[str, bool, bool], ...]
    """(column, descending, NULLs first)."""
    limit: int | None

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the input."""
        return self.input.keys

    @property
    def grain(self) -> str:
        """Return what one row is."""
        return self.input.grain


def _repeated_by(node: Rows | Aggregate | Project | Matched) -> Iterator[tuple[Column, ...]]:
    """Yield, for each repetition of rows under the node, the columns of which the groups need one."""
    while not isinstance(node, (Scan, Aggregate, Project, Matched)):
        if isinstance(node, (Window, Spread)) or (isinstance(node, Snapshot) and node.window is not None):
            yield (node.period,)
            if isinstance(node, Snapshot):
                return
        elif isinstance(node, Landing) and node.repeats:
            yield (node.landed, Column(node.name, LANDED, "date"))
        elif isinstance(node, Reach):
            for name, term in node.groups:
                yield (node.group(name, term.type),)
        node = node.input


def _columns(terms: Iterator[Term]) -> Iterator[Column]:
    """Yield the columns that terms keep apart: a coarser cut of a column does not."""
    for term in terms:
        match term:
            case Column():
                yield term
            case Moment(of=Column() as column, grain="day" | "hour" | "minute" | "second"):
                yield column
            case Moment() | Part() | Moved():
                continue


__all__ = [
    "Aggregate",
    "Align",
    "Broadcast",
    "Carried",
    "Computed",
    "Fill",
    "Input",
    "Join",
    "Matched",
    "Members",
    "Periods",
    "Project",
    "Ranking",
    "Sort",
    "Step",
]
