"""Nodes whose rows are groups of the answer: aggregated, aligned, computed, sorted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.semantic.errors import FanOut
from metrion.semantic.plan.rows import Scan, Snapshot, Spread, Window

if TYPE_CHECKING:
    from datetime import date

    from metrion.semantic.calendar import DayRange, WeekStart
    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.model import Grain
    from metrion.semantic.plan.rows import Rows
    from metrion.semantic.plan.terms import Aggregated, Column, RowExpression, Term, ZeroDivision


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


def _repeated_by(node: Rows | Aggregate) -> Column | None:
    """Return the period column by which a window under the node repeats its rows."""
    while not isinstance(node, (Scan, Aggregate)):
        if isinstance(node, (Window, Spread)) or (isinstance(node, Snapshot) and node.window is not None):
            return node.period
        node = node.input
    return None
