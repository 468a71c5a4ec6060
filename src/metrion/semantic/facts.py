"""One scan: which rows it reads, how they fall into groups, what is aggregated over them.

Leaves with equal readings share the scan; a leaf's own filter becomes a condition of its aggregate.
A stock's rows are chosen (last tick of the period) before any filter but the row policy: the accounts
that are overdue at the month's end are asked for, not the last day on which each was overdue.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, cast

from metrion.semantic.calendar import Move, Range, source_range
from metrion.semantic.errors import MissingTimeAxis, PeriodByDateDimension, UnsafeReaggregation
from metrion.semantic.frame import Frame, fields_of
from metrion.semantic.leaps import calendars
from metrion.semantic.measures import Measures
from metrion.semantic.model import METRIC_TIME
from metrion.semantic.plan import (
    Aggregate,
    Aggregated,
    AnyOf,
    BoundCondition,
    Bounds,
    Column,
    Filter,
    Join,
    Landing,
    Leap,
    Moment,
    Moved,
    Paired,
    Reach,
    Snapshot,
    Span,
    Spread,
    Window,
)
from metrion.semantic.question import TICK, on_axis
from metrion.semantic.reached import is_back, reached
from metrion.semantic.sharing import added_up, partials

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from metrion.semantic.condition import Condition
    from metrion.semantic.expand import Leaf, LeafKey
    from metrion.semantic.frame import World
    from metrion.semantic.look import Look
    from metrion.semantic.measures import Conditions
    from metrion.semantic.model import Aggregation, Code, DataType, SemiAdditive
    from metrion.semantic.paths import Located
    from metrion.semantic.plan import Periods, Predicate, Rows, Term
    from metrion.semantic.question import Group, Question, TimeKey

By = tuple[tuple[str, "Term"], ...]

FIRST: Final = "metrion first"
LAST: Final = "metrion last"
VALUE: Final = "metrion value"


@dataclass(frozen=True, slots=True)
class Reading:
    """Which rows a leaf reads and when they count: leaves with equal readings share a scan."""

    dataset: Code
    axis: str | None
    ticks: Range
    moves: tuple[Move, ...]
    """Where rows land, after the landing if there is one."""
    landing: Move | Leap | None
    inner: tuple[Move, ...]
    """Moves before the landing."""
    look: Look | None
    """How periods look at rows, where moving rows does not do."""
    over: Literal["rows", "ticks", "values"]
    """What a window looks at: rows, aggregates by tick, or the distinct values of one leaf."""
    leaf: LeafKey | None
    """The leaf whose distinct values are kept; None where leaves share."""
    semi_additive: SemiAdditive | None
    back: tuple[Condition, ...] = ()
    """The leaves' own conditions on what is reached by relationships walked backwards: they choose whole rows."""


class Facts:
    """The scan of one reading for one question."""

    def __init__(self, question: Question, world: World, reading: Reading, leaves: Sequence[Leaf]) -> None:
        self._question = question
        self._reading = reading
        self._leaves = leaves
        self._world = world
        self._frame = Frame(reading.dataset, world, axis=None if leaves[0].paired else leaves[0].axis)
        self._calendar = self._paired(leaves[0].paired)
        self._axis = self._calendar.day if self._calendar else self._frame.own(reading.axis) if reading.axis else None
        self._conditions = [self._bound(leaf) for leaf in leaves]
        self._reach: Reach | None = None
        self._measures = Measures(self._frame, leaves)

    def occurrence(self) -> Hashable:
        """Return what decides in which periods the leaves have facts."""
        reading = self._reading
        ticks = source_range(self._question.ticks, self._outer_moves(), self._question.tick)
        return reading.dataset, reading.axis, ticks, self._outer_moves(), frozenset(self._conditions)

    def occurring(self, name: str) -> Aggregate:
        """Return the periods in which the leaves have facts, without their windows."""
        moves = self._outer_moves()
        ticks = source_range(self._question.ticks, moves, self._question.tick)
        here = replace(self._reading, ticks=ticks, moves=moves, look=None, over="rows", leaf=None, semi_additive=None)
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
        if periods is not None and self._reading.over == "ticks":
            return self._over_ticks(name, columns, periods)
        if periods is not None and self._reading.over == "values":
            return self._over_values(name, columns, periods)
        rows = self._timed(periods)
        by = self._by(rows)
        if semi is not None:
            rows = self._snapshot(self._restricted(rows), by, semi)
            by = self._by(rows)
        per = rows.days if isinstance(rows, Snapshot) and rows.take == "avg" else None
        rows, conditions = self._filtered(rows)
        return Aggregate(name, rows, by, self._aggregated(columns, conditions, per))

    def events(self) -> tuple[Rows, By, Term]:
        """Return single rows with their groups and their moment, for a funnel."""
        rows = self._timed()
        by = self._by(rows)
        at = self._when(rows)
        rows, conditions = self._filtered(rows)
        if conditions[0]:
            rows = Filter(rows, conditions[0])
        return rows, by, at

    @property
    def frame(self) -> Frame:
        """Return the frame of the scan."""
        return self._frame

    def _aggregated(
        self, columns: Mapping[LeafKey, str], conditions: Sequence[Conditions], per: Column | None = None
    ) -> tuple[Aggregated, ...]:
        reach = self._reach
        share = None if reach is None or reach.weight is None else Column(reach.name, "metrion share", "float")
        return self._measures.aggregated(columns, conditions, per=per, share=share)

    def operand(self, leaf: Leaf) -> Term | None:
        """Return what a leaf aggregates."""
        return self._measures.operand(leaf)

    # --- rows and time -----------------------------------------------------------------------------

    def _outer_moves(self) -> tuple[Move, ...]:
        look = self._reading.look
        if look is None:
            return self._reading.moves
        return tuple(back for back in reversed(look.backs) if isinstance(back, Move))

    def _timed(self, periods: Periods | None = None) -> Rows:
        reading, tick = self._reading, self._question.tick
        rows: Rows = self._frame.scan if self._calendar is None else replace(self._calendar, input=self._frame.scan)
        if self._axis is None:
            return rows
        if reading.ticks.bounded:
            rows = Filter(rows, (Bounds(self._axis, reading.ticks, tick),))
        if reading.look is not None and periods is not None:
            return Window(rows, periods, self._tick(self._axis), reading.look, calendars(reading.look, self._frame))
        if reading.landing is not None:
            at = Moved(self._axis, reading.inner, tick) if reading.inner else self._tick(self._axis)
            landing = Landing(rows, at, reading.landing, tick, f"{self._frame.alias} landing")
            rows = landing
            if self._question.ticks.bounded:
                rows = Filter(rows, (Bounds(self._moved(landing.landed), self._question.ticks, tick),))
        return rows

    def _paired(self, calendar: Code | None) -> Paired | None:
        if calendar is None:
            return None
        frame = Frame(calendar, self._world, alias=f"every {calendar}")
        day = frame.own(self._world.catalogue.dataset(calendar).time_columns[0])
        return Paired(self._frame.scan, frame.scan, day) if isinstance(day, Column) else None

    def _tick(self, at: Term) -> Term:
        return Moment(at, self._question.tick, self._question.week_start)

    def _moved(self, at: Term) -> Term:
        return Moved(at, self._reading.moves, self._question.tick) if self._reading.moves else at

    def _when(self, rows: Rows) -> Term:
        """Return the moment at which a row counts."""
        if self._axis is None:
            raise MissingTimeAxis(metric=self._leaves[0].metric, dataset=self._reading.dataset)
        node: Rows | Aggregate = rows
        while isinstance(node, (Filter, Join, Reach)):
            node = node.input
        if isinstance(node, Snapshot) and node.landing is not None:
            return self._moved(node.landed)
        if isinstance(node, Landing):
            return self._moved(node.landed)
        return self._moved(self._axis)

    def _by(self, rows: Rows) -> By:
        return _ordered((*self._times(rows), *self._groups(rows)), self._question)

    def _times(self, rows: Rows) -> By:
        question = self._question
        if not question.times:
            return ()
        if isinstance(rows, Window) or (isinstance(rows, Snapshot) and rows.window is not None):
            window = rows if isinstance(rows, Window) else rows.window
            base = question.base
            if window is None or base is None:
                raise MissingTimeAxis(metric=self._leaves[0].metric, dataset=self._reading.dataset)

            def further(key: TimeKey) -> Term:
                return rows.further(key.name) if isinstance(rows, Snapshot) else _further(window.periods, key)

            return tuple((key.name, rows.period if key is base else further(key)) for key in question.times)
        at = self._when(rows)
        return tuple((key.name, self._frame.period(at, key.cut, self._question.week_start)) for key in question.times)

    def _groups(self, rows: Rows) -> By:
        self._reach = reached(rows, self._frame, self._leaves[0], self._question, self._reading.back)
        return tuple((group.name, self._group(group, rows)) for group in self._question.groups)

    def _group(self, group: Group, rows: Rows) -> Term:
        if group.own == TICK and self._calendar is not None:
            return self._calendar.day
        if group.own is not None:
            return next(column for column in self._frame.key() if column.name == group.own)
        located = self._question.located(group.field, self._leaves[0])
        if self._reach is not None and located.repeats:
            return next(
                Column(self._reach.name, name, of.type) for name, of in self._reach.groups if name == group.name
            )
        of = self._field(located, rows)
        return self._frame.period(of, group.cut, self._question.week_start) if group.cut else of

    def _field(self, located: Located, rows: Rows) -> Term:
        """Return a dimension's term; the leaf's own time column counts at the moment a row has moved to."""
        term = self._frame.column(located)
        reading = self._reading
        moved = reading.moves or reading.landing is not None
        return self._when(rows) if moved and on_axis(located, self._leaves[0]) else term

    def _filter_field(self, located: Located, rows: Rows) -> Term:
        # A stock's day is chosen before the filters: one on the day itself belongs into the time range.
        if self._reading.semi_additive is not None and on_axis(located, self._leaves[0]):
            raise PeriodByDateDimension(metric=self._leaves[0].metric, field=located.dimension or located.column.name)
        return self._field(located, rows)

    # --- stocks ------------------------------------------------------------------------------------

    def _snapshot(self, rows: Rows, by: By, semi: SemiAdditive) -> Snapshot:
        if self._axis is None:
            raise MissingTimeAxis(metric=self._leaves[0].metric, dataset=self._reading.dataset)
        entity = () if semi.take == "avg" else tuple(self._frame.own(name) for name in semi.entity)
        node: Rows | Aggregate = rows
        while isinstance(node, Filter):
            node = node.input
        within = (*self._time_terms(by), *entity)
        rows = self._frame.join_calendars(rows)
        if isinstance(node, Landing):
            self._frame.leave_calendars(node.name)
        return Snapshot(
            rows,
            self._frame.alias,
            self._axis,
            self._question.tick,
            cast("Literal['last', 'first', 'avg']", semi.take),
            bool(entity),
            within,
            node if isinstance(node, Window) else None,
            node if isinstance(node, Landing) else None,
        )

    def _time_terms(self, by: By) -> tuple[Term, ...]:
        """Return those grouping terms that cut the time axis."""
        leaf, terms = self._leaves[0], dict(by)
        question = self._question
        found = [terms[key.name] for key in question.times]
        found += [
            terms[group.name]
            for group in question.groups
            if group.own is None and on_axis(question.located(group.field, leaf), leaf)
        ]
        return tuple(found)

    def _extreme(
        self, name: str, columns: Mapping[LeafKey, str], periods: Periods | None, semi: SemiAdditive
    ) -> Aggregate:
        """Return min or max over time of each entity's value by tick, added over the entities."""
        self._measures.require_additive(semi.take)
        rows = self._restricted(self._timed(periods))
        by = self._by(rows)
        entity = tuple((f"metrion entity {i}", self._frame.own(column)) for i, column in enumerate(semi.entity))
        at = self._axis if isinstance(rows, Window) and self._axis is not None else self._when(rows)
        tick = (TICK, self._tick(at))
        rows, conditions = self._filtered(rows)
        daily = Aggregate(f"{name} by tick", rows, (*by, *entity, tick), self._aggregated(columns, conditions))
        taken = _again(f"{name} by entity", daily, len(by) + len(entity), cast("Aggregation", semi.take))
        return _again(name, taken, len(by), "sum")

    # --- windows over ticks ------------------------------------------------------------------------

    def _over_ticks(self, name: str, columns: Mapping[LeafKey, str], periods: Periods) -> Aggregate:
        """Return a window over aggregates by tick: each row is read once, whatever number of windows holds it."""
        axis, look = self._window()
        rows = self._timed()
        by = self._groups(rows)
        rows, conditions = self._filtered(rows)
        measures = self._aggregated(columns, conditions)
        kept = [partials(one) for one in measures]
        every = tuple(part for parts in kept for part in parts)
        daily = Aggregate(f"{name} by tick", rows, (*by, (TICK, self._tick(axis))), every)
        window = Window(
            daily, periods, Column(daily.name, TICK, _tick_type(self._question)), look, calendars(look, self._frame)
        )
        keys = tuple((key, Column(daily.name, key, term.type)) for key, term in by)
        added = tuple(added_up(one, parts, daily.name) for one, parts in zip(measures, kept, strict=True))
        return Aggregate(name, window, _ordered((*self._times(window), *keys), self._question), added)

    def _over_values(self, name: str, columns: Mapping[LeafKey, str], periods: Periods) -> Aggregate:
        """Return a distinct count over windows: each value is kept once for all ticks that windows treat alike."""
        axis, look = self._window()
        leaf = self._leaves[0]
        span = Span(self._timed(), periods, self._tick(axis), look, calendars(look, self._frame))
        by = self._groups(span)
        rows, _ = self._filtered(span)
        operand = self._measures.operand(leaf)
        if operand is None:
            raise UnsafeReaggregation(metric=leaf.metric, aggregation=leaf.measure.aggregation, take="window")
        kept = Aggregate(f"{name} by span", rows, (*by, (FIRST, span.first), (LAST, span.last), (VALUE, operand)), ())
        type_ = span.first.type
        spread = Spread(kept, periods, Column(kept.name, FIRST, type_), Column(kept.name, LAST, type_))
        keys = tuple((key, Column(kept.name, key, term.type)) for key, term in by)
        counted = Aggregated(columns[leaf.key], "count_distinct", Column(kept.name, VALUE, operand.type), "integer")
        times = tuple(
            (key.name, spread.period if key is self._question.base else _further(periods, key))
            for key in self._question.times
        )
        return Aggregate(name, spread, _ordered((*times, *keys), self._question), (counted,))

    def _window(self) -> tuple[Term, Look]:
        if self._axis is None or self._reading.look is None:
            raise MissingTimeAxis(metric=self._leaves[0].metric, dataset=self._reading.dataset)
        return self._axis, self._reading.look

    # --- filters -----------------------------------------------------------------------------------

    def _bound(self, leaf: Leaf) -> Conditions:
        conditions = [one for one in leaf.conditions(self._world.catalogue) if one[0] not in self._reading.back]
        timed = any(METRIC_TIME in fields_of(one) for one, _ in conditions)
        time = self._frame.own(leaf.axis) if leaf.axis and timed else None
        return tuple(self._frame.bind(one, own=own, metric=leaf.metric, time=time) for one, own in conditions)

    def _filtered(self, rows: Rows) -> tuple[Rows, list[Conditions]]:
        """Return the joined rows that any leaf counts, and what each leaf must still test itself."""
        predicates: list[Predicate] = []
        before = rows
        windowed = self._reading.look is not None
        if not windowed and self._reading.semi_additive is None:
            predicates += self._conditions_on_time(before)
        for condition in self._question.filters:
            if not is_back(condition, self._leaves[0], self._question):
                predicates.append(self._filter(condition, before))
        conditions = self._conditions
        if all(where == conditions[0] for where in conditions):
            predicates.extend(conditions[0])
            conditions = [() for _ in conditions]
        elif all(conditions):
            predicates.append(AnyOf(tuple(dict.fromkeys(conditions))))
        rows = self._frame.join(rows)
        if self._reach is not None:
            rows = replace(self._reach, input=rows)
        return (Filter(rows, tuple(predicates)) if predicates else rows), conditions

    def _conditions_on_time(self, rows: Rows) -> list[BoundCondition]:
        if not self._question.when:
            return []
        at, metric = self._when(rows), self._leaves[0].metric
        return [
            self._frame.bind(one, own=False, term=lambda _: at, metric=metric, time=at) for one in self._question.when
        ]

    def _restricted(self, rows: Rows) -> Rows:
        """Return the rows of the ticks that are asked for: a stock's last one is looked for among them."""
        conditions = tuple(self._conditions_on_time(rows)) if self._reading.look is None else ()
        return Filter(rows, conditions) if conditions else rows

    def _filter(self, condition: Condition, rows: Rows) -> BoundCondition:
        leaf = self._leaves[0]
        time = self._when(rows) if METRIC_TIME in fields_of(condition) else None
        if time is not None and self._reading.semi_additive is not None:
            raise PeriodByDateDimension(metric=leaf.metric, field=METRIC_TIME)
        return self._frame.bind(
            condition, own=False, term=lambda located: self._filter_field(located, rows), metric=leaf.metric, time=time
        )


def _ordered(by: By, question: Question) -> By:
    """Return the keys in the order of the question."""
    terms = dict(by)
    return tuple((name, terms[name]) for name in question.keys)


def _tick_type(question: Question) -> DataType:
    return "date" if question.tick == "day" else "timestamp"


def _further(periods: Periods, key: TimeKey) -> Term:
    """Return a further time key of a window: it follows from the period."""
    term = dict(periods.others)[key.name]
    return Column(periods.name, key.name, term.type)


def _again(name: str, below: Aggregate, keys: int, function: Aggregation) -> Aggregate:
    """Return the aggregate of an aggregate's columns by the first of its keys."""
    by = tuple((key, Column(below.name, key, term.type)) for key, term in below.by[:keys])
    measures = tuple(
        Aggregated(part.name, function, Column(below.name, part.name, part.type), part.type) for part in below.measures
    )
    return Aggregate(name, below, by, measures)
