"""One scan: which rows it reads, how they fall into groups, what is aggregated over them.

Leaves with equal readings share the scan; a leaf's own filter becomes a condition of its aggregate.
A stock's rows are chosen (last day of the period) before any filter but the row policy: the accounts
that are overdue at the month's end are asked for, not the last day on which each was overdue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.semantic.calendar import DayRange, source_range
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
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metrion.semantic.calendar import Move
    from metrion.semantic.expand import Circumstances, Leaf
    from metrion.semantic.frame import World
    from metrion.semantic.model import Aggregation, Code, Duration, Grain, SemiAdditive
    from metrion.semantic.paths import Located
    from metrion.semantic.plan import Periods, Predicate, Rows, Term
    from metrion.semantic.question import Question

LeafKey = tuple["Code", "Circumstances"]


@dataclass(frozen=True, slots=True)
class Reading:
    """Which rows a leaf reads and when they count: leaves with equal readings share a scan."""

    dataset: Code
    axis: str | None
    days: DayRange
    moves: tuple[Move, ...]
    window: Grain | Duration | None
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

    def aggregate(self, name: str, columns: Mapping[LeafKey, str], periods: Periods | None) -> Aggregate:
        """Return the aggregate of the leaves, one column each, by the question's keys."""
        semi = self._reading.semi_additive
        if semi is not None and semi.take in ("min", "max"):
            return self._extreme(name, columns, periods, semi)
        rows = self._timed(periods)
        by = self._by(rows)
        if semi is not None:
            rows = self._snapshot(rows, by, semi)
            by = self._by(rows)
        per = rows.days if isinstance(rows, Snapshot) and rows.take == "avg" else None
        conditions = [self._conditions(leaf) for leaf in self._leaves]
        rows, conditions = self._filtered(rows, conditions)
        measures = tuple(
            self._measure(columns[leaf.key], leaf, where, per)
            for leaf, where in zip(self._leaves, conditions, strict=True)
        )
        return Aggregate(name, rows, by, measures)

    def occurring(self, name: str) -> Aggregate:
        """Return the periods in which the leaves have facts, without their windows."""
        reading, question = self._reading, self._question
        here = Reading(
            reading.dataset,
            reading.axis,
            source_range(question.days, reading.moves),
            reading.moves,
            None,
            None,
        )
        facts = Facts(question, self._world, here, self._leaves)
        rows = facts._timed(None)
        by = facts._by(rows)[:1]
        rows, _ = facts._filtered(rows, [facts._conditions(leaf) for leaf in self._leaves])
        return Aggregate(name, rows, by, ())

    # --- rows and time -----------------------------------------------------------------------------

    def _timed(self, periods: Periods | None) -> Rows:
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

    def _by(self, rows: Rows) -> tuple[tuple[str, Term], ...]:
        question = self._question
        by: list[tuple[str, Term]] = []
        if question.grain is not None:
            by.append((question.time_column, self._period(rows, question.grain)))
        for group in question.groups:
            term = self._term(question.located(group.field, self._leaves[0]), rows)
            by.append((group.name, Moment(term, group.grain, question.week_start) if group.grain else term))
        return tuple(by)

    def _period(self, rows: Rows, grain: Grain) -> Term:
        if isinstance(rows, Window) or (isinstance(rows, Snapshot) and rows.window is not None):
            return rows.period
        return Moment(self._axis(rows), grain, self._question.week_start)

    def _term(self, located: Located, rows: Rows) -> Column:
        """Return a dimension's column; the leaf's own time column counts on the day a row has moved to."""
        column = self._frame.column(located)
        if not on_axis(located, self._leaves[0]):
            return column
        if any(leaf.circumstances.window is not None for leaf in self._leaves):
            raise PeriodByDateDimension(metric=self._leaves[0].metric, field=located.dimension or located.column.name)
        return self._axis(rows) if self._reading.moves else column

    def _snapshot(self, rows: Rows, by: tuple[tuple[str, Term], ...], semi: SemiAdditive) -> Snapshot:
        if self._day is None or semi.take in ("min", "max"):
            raise MissingTimeAxis(metric=self._leaves[0].metric, dataset=self._reading.dataset)
        entity = () if semi.take == "avg" else tuple(self._frame.own(name) for name in semi.entity)
        within = (*self._times(by), *entity)
        window = rows if isinstance(rows, Window) else None
        return Snapshot(rows, self._frame.alias, self._day, semi.take, bool(entity), within, window)

    def _times(self, by: tuple[tuple[str, Term], ...]) -> tuple[Term, ...]:
        """Return those grouping terms that cut the time axis."""
        skip = 0 if self._question.grain is None else 1
        own = [
            term
            for (_, term), group in zip(by[skip:], self._question.groups, strict=True)
            if on_axis(self._question.located(group.field, self._leaves[0]), self._leaves[0])
        ]
        return (*(term for _, term in by[:skip]), *own)

    # --- filters -----------------------------------------------------------------------------------

    def _conditions(self, leaf: Leaf) -> tuple[BoundCondition, ...]:
        found = []
        if leaf.measure.filter is not None:
            found.append(self._frame.bind(leaf.measure.filter, own=True, metric=leaf.metric))
        for name in leaf.circumstances.modifiers:
            condition = self._world.catalogue.modifier(name).condition
            found.append(self._frame.bind(condition, own=False, metric=leaf.metric))
        return tuple(found)

    def _filtered(
        self, rows: Rows, conditions: list[tuple[BoundCondition, ...]]
    ) -> tuple[Rows, list[tuple[BoundCondition, ...]]]:
        """Return the joined rows that any leaf counts, and what each leaf must still test itself."""
        predicates: list[Predicate] = []
        if self._question.filters is not None:
            before = rows
            predicates.append(
                self._frame.bind(
                    self._question.filters,
                    own=False,
                    term=lambda located: self._term(located, before),
                    metric=self._leaves[0].metric,
                )
            )
        if all(where == conditions[0] for where in conditions):
            predicates.extend(conditions[0])
            conditions = [() for _ in conditions]
        elif all(conditions):
            predicates.append(AnyOf(tuple(dict.fromkeys(conditions))))
        rows = self._frame.join(rows)
        return (Filter(rows, tuple(predicates)) if predicates else rows), conditions

    # --- aggregates --------------------------------------------------------------------------------

    def _measure(
        self, name: str, leaf: Leaf, where: tuple[BoundCondition, ...], per: Column | None = None
    ) -> Aggregated:
        measure = leaf.measure
        if per is not None and measure.aggregation not in ("sum", "count"):
            raise UnsafeReaggregation(metric=leaf.metric, aggregation=measure.aggregation, take="avg")
        formula, types = None, ()
        if measure.expression.strip() != "*":
            formula = parsed(measure.expression, self._world.catalogue)
            types = tuple((name, self._frame.own(name).type) for name in names(formula))
        of = RowExpression(formula, self._frame.alias, types, leaf.zero_division)
        return Aggregated(name, measure.aggregation, of, where, per)

    def _extreme(
        self, name: str, columns: Mapping[LeafKey, str], periods: Periods | None, semi: SemiAdditive
    ) -> Aggregate:
        """Return min or max over time of each entity's daily value, added over the entities."""
        for leaf in self._leaves:
            if leaf.measure.aggregation not in ("sum", "count"):
                raise UnsafeReaggregation(metric=leaf.metric, aggregation=leaf.measure.aggregation, take=semi.take)
        rows = self._timed(periods)
        by = self._by(rows)
        entity = tuple((f"metrion entity {i}", self._frame.own(column)) for i, column in enumerate(semi.entity))
        day = ("metrion day", Moment(self._axis(rows), "day", self._question.week_start))
        conditions = [self._conditions(leaf) for leaf in self._leaves]
        rows, conditions = self._filtered(rows, conditions)
        daily = Aggregate(
            f"{name} by day",
            rows,
            (*by, *entity, day),
            tuple(
                self._measure(columns[leaf.key], leaf, where)
                for leaf, where in zip(self._leaves, conditions, strict=True)
            ),
        )
        taken = _again(f"{name} by entity", daily, len(by) + len(entity), semi.take)
        return _again(name, taken, len(by), "sum")


def on_axis(located: Located, leaf: Leaf) -> bool:
    """Tell whether a field is the very column that a leaf's time runs along."""
    return not located.path and located.column.name == leaf.axis


def _again(name: str, below: Aggregate, keys: int, function: Aggregation) -> Aggregate:
    """Return the aggregate of an aggregate's columns by the first of its keys."""
    by = tuple((key, Column(below.name, key, "string")) for key in below.keys[:keys])
    measures = tuple(Aggregated(part.name, function, Column(below.name, part.name, "float")) for part in below.measures)
    return Aggregate(name, below, by, measures)
