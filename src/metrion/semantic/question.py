"""A request, resolved: every name known, every date absolute."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from metrion.semantic.calendar import SECONDS, Range, finer, nests
from metrion.semantic.errors import NothingAsked, UnknownSubtotal, UnreachableDimension
from metrion.semantic.paths import Located, locate

if TYPE_CHECKING:
    from metrion.semantic.calendar import Moment, WeekStart
    from metrion.semantic.catalogue import Catalogue, Key
    from metrion.semantic.condition import Condition
    from metrion.semantic.cut import Cut
    from metrion.semantic.expand import Leaf, Value
    from metrion.semantic.model import Code, DataType, Grain, MetricDef

TIME_COLUMN: Final = "time"
TICK: Final = "metrion tick"
"""Key of the ticks within an answer."""
DATE_TYPES: frozenset[DataType] = frozenset({"date", "timestamp"})


@dataclass(frozen=True, slots=True)
class TimeKey:
    """A column of the answer that cuts the time of the metrics."""

    name: str
    cut: Cut
    dimension: Code | None = None
    """The date dimension by which it was asked for."""


@dataclass(frozen=True, slots=True)
class Group:
    """A dimension that the answer is split by, and its column in the answer."""

    name: str
    field: str
    dimension: Code | None
    cut: Cut | None = None
    own: str | None = None
    """A column of the dataset itself, where each row is asked for."""


@dataclass(frozen=True, slots=True)
class Output:
    """A value column of the answer. Hidden ones serve conditions and order."""

    name: str
    metric: MetricDef | None
    value: Value
    comparison: bool
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be computed. `totals` gives the same question over everything."""

    catalogue: Catalogue
    groups: tuple[Group, ...]
    times: tuple[TimeKey, ...]
    ticks: Range
    tick: Grain
    anchor: Moment
    week_start: WeekStart
    filters: tuple[Condition, ...]
    """Conditions on rows, all of which hold."""
    when: tuple[Condition, ...]
    """Those that concern the time of the metrics only."""
    having: Condition | None
    outputs: tuple[Output, ...]
    leaves: tuple[Leaf, ...]
    used: tuple[Key, ...]
    free: frozenset[Code] = frozenset()
    """Metrics whose smallest grain does not bind the question."""
    asked: tuple[str, ...] = ()
    """The keys in the order in which they were asked for."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the names of the key columns, in the order in which they were asked for."""
        names = [*(key.name for key in self.times), *(group.name for group in self.groups)]
        return tuple(sorted(names, key=lambda name: self.asked.index(name) if name in self.asked else len(self.asked)))

    @property
    def base(self) -> TimeKey | None:
        """Return the time key that the others follow from; None where there is none."""
        cuts = [key for key in self.times if key.cut.part is None]
        for key in cuts:
            if all(other is key or _follows(other.cut, key.cut) for other in self.times):
                return key
        return None

    def located(self, field: str, leaf: Leaf) -> Located:
        """Return where a leaf's dataset reads a dimension; the question's checks have made sure that it can."""
        found = locate(field, leaf.dataset, self.catalogue)
        if found is None:
            raise UnreachableDimension(field=field, metric=leaf.metric, dataset=leaf.dataset)
        return found

    def by(self, kept: tuple[str, ...]) -> Question:
        """Return the same question by some of its keys. Raises `UnknownSubtotal`."""
        for name in kept:
            if name not in self.keys:
                raise UnknownSubtotal(field="subtotals", name=name, columns=self.keys)
        times = tuple(key for key in self.times if key.name in kept)
        groups = tuple(group for group in self.groups if group.name in kept)
        if not (times or groups or any(not output.hidden for output in self.outputs)):
            raise NothingAsked(field="subtotals")
        return replace(self, groups=groups, times=times, having=None)


def _follows(cut: Cut, base: Cut) -> bool:
    """Tell whether the period of `base` decides that of `cut`."""
    if base.grain is None:
        return cut == base
    if cut.grain is not None:
        return nests(base.grain, cut.grain)
    if cut.level is not None:
        return not finer("day", base.grain)
    part: dict[str, Grain] = {"year": "year", "quarter": "quarter", "month": "month", "week": "week", "hour": "hour"}
    return cut.part is not None and nests(base.grain, part.get(cut.part, "day"))


def cut_type(cut: Cut, catalogue: Catalogue) -> DataType:
    """Return the type of the values that a cut of time has in an answer."""
    if cut.part is not None:
        return "integer"
    if cut.level is not None:
        calendar, level = cut.level
        column = catalogue.dataset(calendar).column(level.column)
        return "date" if column is None else column.type
    return "timestamp" if cut.grain in SECONDS else "date"


def on_axis(located: Located, leaf: Leaf) -> bool:
    """Tell whether a field is the very column that a leaf's time runs along."""
    return not located.path and located.column.name == leaf.axis and leaf.paired is None
