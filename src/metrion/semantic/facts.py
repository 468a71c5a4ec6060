"""One scan: which rows it reads, how they fall into groups, what is aggregated over them.

Leaves with equal readings share the scan; a leaf's own filter becomes a condition of its aggregate.
A stock's rows are chosen (last day of the period) before any filter but the row policy: the accounts
that are overdue at the month's end are asked for, not the last day on which each was overdue.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, cast

from metrion.semantic.calendar import source_range
from metrion.semantic.errors import MissingTimeAxis, PeriodByDateDimension, UnsafeReaggregation
from metrion.semantic.expand import parsed
from metrion.semantic.formula.walk import names
from metrion.semantic.frame import Frame
from metrion.semantic.plan import (
    Aggregate,
    Aggregated,
    AnyOf,
    BoundCondition,
    Column,
    DayBounds,
    Filter,
    Moment,
    RowExpression,
    Shift,
    Snapshot,
    Span,
    Spread,
    Window,
)
from metrion.semantic.value_type import measure_type

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from metrion.semantic.calendar import DayRange, Move
    from metrion.semantic.expand import Circumstances, Leaf
    from metrion.semantic.frame import World
    from metrion.semantic.model import Aggregation, Code, DataType, Duration, Grain, SemiAdditive
    from metrion.semantic.paths import Located
    from metrion.semantic.plan import Periods, Predicate, Rows, Term
    from metrion.semantic.question import Question

LeafKey = tuple["Code", "Circumstances"]
By = tuple[tuple[str, "Term"], ...]
Conditions = tuple[BoundCondition, ...]

AGAIN: Final[dict[Aggregation, Aggregation]] = {"sum": "sum", "count": "sum", "min": "min", "max": "max"}
"""Aggregations that can be had from the aggregates of parts, and how."""
_ADDITIVE: Final[frozenset[Aggregation]] = frozenset({"sum", "count"})
DAY: Final = "metrion day"
FIRST: Final = "metrion first"
LAST: Final = "metrion last"
VALUE: Final = "metrion value"


@dataclass(frozen=True, slots=True)
class Reading:
    """Which rows a leaf reads and when they count: leaves with equal readings share a scan."""

    dataset: Code
    axis: str | None
    days: DayRange
    moves: tuple[Move, ...]
    window: Grain | Duration | None
    over: Literal["rows", "days", "values"]
    """What a window looks at: rows, daily aggregates, or the distinct values of one leaf."""
    leaf: LeafKey | None
    """The leaf whose distinct values are kept; None where leaves share."""
    semi_additive: SemiAdditive | None


class Facts:
    """The scan of one reading for one question."""

    def __init__(self, question: Question, world: World, reading: Reading, leaves: Sequence[Leaf]) -> None:
        self._question = question
        self._reading = reading
        self._leaves = leaves
        self._world = world
        self._frame = Frame(reading.dataset, world)
        self._day = self._frame.own(reading.axis) if reading.axis else None
        self._conditions = [self._bound(leaf) for leaf in leaves]

    def occurrence(self) -> Hashable:
        """Return what decides in which periods the leaves have facts."""
        reading = self._reading
        days = source_range(self._question.days, reading.moves)
        return reading.dataset, reading.axis, days, reading.moves, frozenset(self._conditions)

    def occurring(self, name: str) -> Aggregate:
        """Return the periods in which the leaves have facts, without their windows."""
        days = source_range(self._question.days, self._reading.moves)
        here = replace(self._reading, days=days, window=None, over="rows", leaf=None, semi_additive=None)
        facts = Facts(replace(self._question, groups=()), self._world, here, self._leaves)
        rows = facts._timed()
        by = facts._by(rows)
        rows, _ = facts._filtered(rows)
        return Aggregate(name, rows, by, ())

    def aggregate(self, name: str, columns: Mapping[LeafKey, str], periods: Periods | None) -> Aggregate:
        """Return the aggregate of the leaves, one column each, by the question's keys."""
        semi = self._reading.semi_additive
        if semi is not None and semi.take in ("min", "max"):
            return self._extreme(name, columns, periods, semi)
        if periods is not None and self._reading.over == "days":
            return self._over_days(name, columns, periods)
        if periods is not None and self._reading.over == "values":
            return self._over_values(name, columns, periods)
        rows = self._timed(periods)
        by = self._by(rows)
        if semi is not None:
            rows = self._snapshot(rows, by, semi)
            by = self._by(rows)
        per = rows.days if isinstance(rows, Snapshot) and rows.take == "avg" else None
        rows, conditions = self._filtered(rows)
        return Aggregate(name, rows, by, self._measures(columns, conditions, per))

    # --- rows and time -----------------------------------------------------------------------------

    def _timed(self, periods: Periods | None = None) -> Rows:
        reading = self._reading
        rows: Rows = self._frame.scan
        if self._day is None:
            return rows
        if reading.days.bounded:
            rows = Filter(rows, (DayBounds(self._day, reading.days),))
        if reading.window is not None and periods is not None:
            return Window(rows, periods, self._day, reading.window, reading.moves)
        return Shift(rows, self._day, reading.moves) if reading.moves else rows

    def _axis(self, rows: Rows) -> Column:
        """Return the column that says on which day a row counts."""
        if self._day is None:
            raise MissingTimeAxis(metric=self._leaves[0].metric, dataset=self._reading.dataset)
        while isinstance(rows, (Filter, Snapshot)):
            rows = rows.input
        return rows.moved if isinstance(rows, Shift) else self._day

    def _by(self, rows: Rows) -> By:
        question = self._question
        if question.grain is None:
            return self._groups(rows)
        if isinstance(rows, Window) or (isinstance(rows, Snapshot) and rows.window is not None):
            period: Term = rows.period
        else:
            period = Moment(self._axis(rows), question.grain, question.week_start)
        return ((question.time_column, period), *self._groups(rows))

    def _groups(self, rows: Rows) -> By:
        question = self._question
        by: list[tuple[str, Term]] = []
        for group in question.groups:
            column = self._field(question.located(group.field, self._leaves[0]), rows)
            by.append((group.name, Moment(column, group.grain, question.week_start) if group.grain else column))
        return tuple(by)

    def _field(self, located: Located, rows: Rows) -> Column:
        """Return a dimension's column; the leaf's own time column counts on the day a row has moved to."""
        column = self._frame.column(located)
        return self._axis(rows) if self._reading.moves and on_axis(located, self._leaves[0]) else column

    def _filter_field(self, located: Located, rows: Rows) -> Column:
        # A stock's day is chosen before the filters: one on the day itself belongs into the time range.
        if self._reading.semi_additive is not None and on_axis(located, self._leaves[0]):
            raise PeriodByDateDimension(metric=self._leaves[0].metric, field=located.dimension or located.column.name)
        return self._field(located, rows)

    # --- stocks ------------------------------------------------------------------------------------

    def _snapshot(self, rows: Rows, by: By, semi: SemiAdditive) -> Snapshot:
        if self._day is None:
            raise MissingTimeAxis(metric=self._leaves[0].metric, dataset=self._reading.dataset)
        entity = () if semi.take == "avg" else tuple(self._frame.own(name) for name in semi.entity)
        window = rows if isinstance(rows, Window) else None
        return Snapshot(
            rows,
            self._frame.alias,
            self._day,
            cast("Literal['last', 'first', 'avg']", semi.take),
            bool(entity),
            (*self._times(by), *entity),
            window,
        )

    def _times(self, by: By) -> tuple[Term, ...]:
        """Return those grouping terms that cut the time axis."""
        leaf, terms = self._leaves[0], dict(by)
        fields = {group.name: group.field for group in self._question.groups}
        return tuple(
            term
            for name, term in terms.items()
            if name not in fields or on_axis(self._question.located(fields[name], leaf), leaf)
        )

    def _extreme(
        self, name: str, columns: Mapping[LeafKey, str], periods: Periods | None, semi: SemiAdditive
    ) -> Aggregate:
        """Return min or max over time of each entity's daily value, added over the entities."""
        self._require(_ADDITIVE, semi.take)
        rows = self._timed(periods)
        by = self._by(rows)
        entity = tuple((f"metrion entity {i}", self._frame.own(column)) for i, column in enumerate(semi.entity))
        day = (DAY, Moment(self._axis(rows), "day", self._question.week_start))
        rows, conditions = self._filtered(rows)
        daily = Aggregate(f"{name} by day", rows, (*by, *entity, day), self._measures(columns, conditions))
        taken = _again(f"{name} by entity", daily, len(by) + len(entity), cast("Aggregation", semi.take))
        return _again(name, taken, len(by), "sum")

    # --- windows over days -------------------------------------------------------------------------

    def _over_days(self, name: str, columns: Mapping[LeafKey, str], periods: Periods) -> Aggregate:
        """Return a window over daily aggregates: each day's rows are read once, whatever number of windows holds it."""
        reading, axis = self._reading, self._day
        if axis is None or reading.window is None:
            raise MissingTimeAxis(metric=self._leaves[0].metric, dataset=reading.dataset)
        rows: Rows = self._timed()
        if isinstance(rows, Shift):
            rows = rows.input
        by = self._groups(rows)
        rows, conditions = self._filtered(rows)
        day = (DAY, Moment(axis, "day", self._question.week_start))
        daily = Aggregate(f"{name} by day", rows, (*by, day), self._measures(columns, conditions))
        window = Window(daily, periods, Column(daily.name, DAY, "date"), reading.window, reading.moves)
        keys = tuple((key, Column(daily.name, key, "string")) for key, _ in by)
        measures = tuple(
            Aggregated(part.name, AGAIN[part.function], Column(daily.name, part.name, part.type), part.type)
            for part in daily.measures
        )
        return Aggregate(name, window, ((self._question.time_column, window.period), *keys), measures)

    def _over_values(self, name: str, columns: Mapping[LeafKey, str], periods: Periods) -> Aggregate:
        """Return a distinct count over windows: each value is kept once for all days that every window treats alike."""
        reading, axis, leaf = self._reading, self._day, self._leaves[0]
        if axis is None or reading.window is None:
            raise MissingTimeAxis(metric=leaf.metric, dataset=reading.dataset)
        timed = self._timed()
        timed = timed.input if isinstance(timed, Shift) else timed
        span = Span(timed, periods, axis, reading.window, reading.moves)
        by = self._groups(span)
        rows, _ = self._filtered(span)
        value = (VALUE, self._operand(leaf))
        kept = Aggregate(f"{name} by span", rows, (*by, (FIRST, span.first), (LAST, span.last), value), ())
        spread = Spread(kept, periods, Column(kept.name, FIRST, "date"), Column(kept.name, LAST, "date"))
        keys = tuple((key, Column(kept.name, key, "string")) for key, _ in by)
        counted = Aggregated(columns[leaf.key], "count_distinct", Column(kept.name, VALUE, "string"), "integer")
        return Aggregate(name, spread, ((self._question.time_column, spread.period), *keys), (counted,))

    # --- filters -----------------------------------------------------------------------------------

    def _bound(self, leaf: Leaf) -> Conditions:
        found = []
        if leaf.measure.filter is not None:
            found.append(self._frame.bind(leaf.measure.filter, own=True, metric=leaf.metric))
        for name in leaf.circumstances.modifiers:
            condition = self._world.catalogue.modifier(name).condition
            found.append(self._frame.bind(condition, own=False, metric=leaf.metric))
        return tuple(found)

    def _filtered(self, rows: Rows) -> tuple[Rows, list[Conditions]]:
        """Return the joined rows that any leaf counts, and what each leaf must still test itself."""
        predicates: list[Predicate] = []
        if self._question.filters is not None:
            before, metric = rows, self._leaves[0].metric
            bound = self._frame.bind(
                self._question.filters,
                own=False,
                term=lambda located: self._filter_field(located, before),
                metric=metric,
            )
            predicates.append(bound)
        conditions = self._conditions
        if all(where == conditions[0] for where in conditions):
            predicates.extend(conditions[0])
            conditions = [() for _ in conditions]
        elif all(conditions):
            predicates.append(AnyOf(tuple(dict.fromkeys(conditions))))
        rows = self._frame.join(rows)
        return (Filter(rows, tuple(predicates)) if predicates else rows), conditions

    # --- aggregates --------------------------------------------------------------------------------

    def _measures(
        self, columns: Mapping[LeafKey, str], conditions: Sequence[Conditions], per: Column | None = None
    ) -> tuple[Aggregated, ...]:
        if per is not None:
            self._require(_ADDITIVE, "avg")
        return tuple(
            Aggregated(columns[leaf.key], leaf.measure.aggregation, self._operand(leaf), self._type(leaf), where, per)
            for leaf, where in zip(self._leaves, conditions, strict=True)
        )

    def _operand(self, leaf: Leaf) -> RowExpression:
        if leaf.measure.expression.strip() == "*":
            return RowExpression(None, self._frame.alias, (), leaf.zero_division)
        formula = parsed(leaf.measure.expression, self._world.catalogue)
        types = tuple((name, self._frame.own(name).type) for name in names(formula))
        return RowExpression(formula, self._frame.alias, types, leaf.zero_division)

    def _type(self, leaf: Leaf) -> DataType:
        return measure_type(leaf.measure, leaf.dataset, self._world.catalogue)

    def _require(self, allowed: frozenset[Aggregation], take: str) -> None:
        for leaf in self._leaves:
            if leaf.measure.aggregation not in allowed:
                raise UnsafeReaggregation(metric=leaf.metric, aggregation=leaf.measure.aggregation, take=take)


def on_axis(located: Located, leaf: Leaf) -> bool:
    """Tell whether a field is the very column that a leaf's time runs along."""
    return not located.path and located.column.name == leaf.axis


def _again(name: str, below: Aggregate, keys: int, function: Aggregation) -> Aggregate:
    """Return the aggregate of an aggregate's columns by the first of its keys."""
    by = tuple((key, Column(below.name, key, "string")) for key in below.keys[:keys])
    measures = tuple(
        Aggregated(part.name, function, Column(below.name, part.name, part.type), part.type) for part in below.measures
    )
    return Aggregate(name, below, by, measures)
