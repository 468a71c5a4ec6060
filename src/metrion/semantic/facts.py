"""One scan: which rows it reads, how they fall into groups, what is aggregated over them.

Leaves with equal readings share the scan; a leaf's own filter becomes a condition of its aggregate.
A stock's rows are chosen (last tick of the period) before any filter but the row policy: the accounts
that are overdue at the month's end are asked for, not the last day on which each was overdue.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, cast

from metrion.semantic.calendar import Move, Range, is_grain, source_range
from metrion.semantic.errors import FanOut, MissingTimeAxis, PeriodByDateDimension, UnsafeReaggregation
from metrion.semantic.formula.ast import Name
from metrion.semantic.formula.walk import names
from metrion.semantic.frame import Frame, fields_of, parsed_formula
from metrion.semantic.look import Leaping
from metrion.semantic.model import METRIC_TIME
from metrion.semantic.plan import (
    Aggregate,
    Aggregated,
    AnyOf,
    BoundCondition,
    Bounds,
    Calculated,
    Column,
    Filter,
    Join,
    Landing,
    Leap,
    Moment,
    Moved,
    Paired,
    Part,
    Reach,
    Snapshot,
    Span,
    Spread,
    Window,
)
from metrion.semantic.question import TICK, Cut, on_axis
from metrion.semantic.value_type import measure_type

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from metrion.semantic.condition import Condition
    from metrion.semantic.expand import Circumstances, Leaf
    from metrion.semantic.frame import World
    from metrion.semantic.look import Look
    from metrion.semantic.model import Aggregation, CalendarLevel, Code, DataType, SemiAdditive
    from metrion.semantic.paths import Located
    from metrion.semantic.plan import Periods, Predicate, Rows, Term
    from metrion.semantic.question import Group, Question, TimeKey

LeafKey = tuple["Code", "Circumstances", bool]
By = tuple[tuple[str, "Term"], ...]
Conditions = tuple[BoundCondition, ...]

AGAIN: Final[dict[Aggregation, Aggregation]] = {"sum": "sum", "count": "sum", "min": "min", "max": "max"}
"""Aggregations that can be had from the aggregates of parts, and how."""
_ADDITIVE: Final[frozenset[Aggregation]] = frozenset({"sum", "count"})
_ONCE: Final[frozenset[Aggregation]] = frozenset({"sum", "count", "min", "max", "count_distinct", "approx_distinct"})
FIRST: Final = "metrion first"
CALENDAR: Final = "calendar"
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
        return Aggregate(name, rows, by, self._measures(columns, conditions, per))

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

    def operand(self, leaf: Leaf) -> Term | None:
        """Return what a leaf aggregates."""
        return self._operand(leaf)

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
            return Window(rows, periods, self._tick(self._axis), reading.look, self._calendars(reading.look))
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
        node = rows
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
        return tuple((key.name, self._cut(at, key.cut)) for key in question.times)

    def _cut(self, at: Term, cut: Cut) -> Term:
        if cut.level is not None:
            return self._frame.level(at, *cut.level)
        if cut.part is not None:
            return Part(at, cut.part)
        return at if cut.grain is None else Moment(at, cut.grain, self._question.week_start)

    def _groups(self, rows: Rows) -> By:
        self._reach = self._reached(rows)
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
        return self._cut(of, group.cut) if group.cut else of

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

    # --- groups behind relationships walked backwards ------------------------------------------------

    def _reached(self, rows: Rows) -> Reach | None:
        question, leaf = self._question, self._leaves[0]
        groups = [group for group in question.groups if group.own is None]
        back = [group for group in groups if question.located(group.field, leaf).repeats]
        where = [one for one in question.filters if self._is_back(one)]
        where += self._reading.back
        if not back and not where:
            return None
        frame = Frame(self._reading.dataset, self._world, alias=f"{self._frame.alias} parts", axis=leaf.axis)
        key = frame.key()
        own = self._frame.key()
        if not key:
            raise FanOut(relationship="; ".join(group.field for group in back), dataset=self._reading.dataset)
        terms = []
        for group in back:
            term = frame.column(question.located(group.field, leaf))
            terms.append((group.name, self._cut(term, group.cut) if group.cut else term))
        conditions = tuple(
            frame.bind(one, own=one in self._reading.back, metric=leaf.metric) for one in dict.fromkeys(where)
        )
        fields = [group.field for group in back]
        fields += [name for one in where for name in fields_of(one) if name != METRIC_TIME]
        weight = self._weight([question.located(name, leaf) for name in dict.fromkeys(fields)], frame)
        joins = tuple(frame.links())
        return Reach(rows, frame.scan, own, joins, conditions, tuple(terms), f"{self._frame.alias} reach", weight)

    def _is_back(self, condition: Condition) -> bool:
        leaf = self._leaves[0]
        return any(
            self._question.located(field, leaf).repeats for field in fields_of(condition) if field != METRIC_TIME
        )

    def _weight(self, located: list[Located], frame: Frame) -> tuple[Term, tuple[Term, ...]] | None:
        """Return the share of a row in its group, where the relationships allocate, and what tells shares apart."""
        catalogue = self._world.catalogue
        for one in located:
            for depth, hop in enumerate(one.path):
                relationship = catalogue.relationship(hop.relationship)
                if hop.back and relationship.backwards == "weighted" and relationship.weight is not None:
                    way = one.path[: depth + 1]
                    keys = catalogue.dataset(hop.dataset).primary_key
                    return frame.along(way, relationship.weight), tuple(frame.along(way, name) for name in keys)
        return None

    # --- stocks ------------------------------------------------------------------------------------

    def _snapshot(self, rows: Rows, by: By, semi: SemiAdditive) -> Snapshot:
        if self._axis is None:
            raise MissingTimeAxis(metric=self._leaves[0].metric, dataset=self._reading.dataset)
        entity = () if semi.take == "avg" else tuple(self._frame.own(name) for name in semi.entity)
        node = rows
        while isinstance(node, Filter):
            node = node.input
        within = (*self._time_terms(by), *entity)
        rows = self._frame.join_calendars(rows)
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
        self._require(_ADDITIVE, semi.take)
        rows = self._restricted(self._timed(periods))
        by = self._by(rows)
        entity = tuple((f"metrion entity {i}", self._frame.own(column)) for i, column in enumerate(semi.entity))
        at = self._axis if isinstance(rows, Window) and self._axis is not None else self._when(rows)
        tick = (TICK, self._tick(at))
        rows, conditions = self._filtered(rows)
        daily = Aggregate(f"{name} by tick", rows, (*by, *entity, tick), self._measures(columns, conditions))
        taken = _again(f"{name} by entity", daily, len(by) + len(entity), cast("Aggregation", semi.take))
        return _again(name, taken, len(by), "sum")

    # --- windows over ticks ------------------------------------------------------------------------

    def _over_ticks(self, name: str, columns: Mapping[LeafKey, str], periods: Periods) -> Aggregate:
        """Return a window over aggregates by tick: each row is read once, whatever number of windows holds it."""
        axis, look = self._window()
        rows = self._timed()
        by = self._groups(rows)
        rows, conditions = self._filtered(rows)
        daily = Aggregate(f"{name} by tick", rows, (*by, (TICK, self._tick(axis))), self._measures(columns, conditions))
        window = Window(
            daily, periods, Column(daily.name, TICK, _tick_type(self._question)), look, self._calendars(look)
        )
        keys = tuple((key, Column(daily.name, key, term.type)) for key, term in by)
        measures = tuple(
            Aggregated(part.name, AGAIN[part.function], Column(daily.name, part.name, part.type), part.type)
            for part in daily.measures
        )
        return Aggregate(name, window, _ordered((*self._times(window), *keys), self._question), measures)

    def _over_values(self, name: str, columns: Mapping[LeafKey, str], periods: Periods) -> Aggregate:
        """Return a distinct count over windows: each value is kept once for all ticks that windows treat alike."""
        axis, look = self._window()
        leaf = self._leaves[0]
        span = Span(self._timed(), periods, self._tick(axis), look, self._calendars(look))
        by = self._groups(span)
        rows, _ = self._filtered(span)
        operand = self._operand(leaf)
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

    def _calendars(self, look: Look) -> tuple[Leap, ...]:
        """Return the calendars that a look goes by."""
        found = [leap(back, self._frame) for back in look.backs if isinstance(back, Leaping)]
        unit = look.extent.to_date if look.extent else None
        if unit is not None and not is_grain(unit):
            code, level = self._world.catalogue.level(unit)
            found.append(_leap(code, level, self._frame, 0))
        return tuple(found)

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
            if not self._is_back(condition):
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

    # --- aggregates --------------------------------------------------------------------------------

    def _measures(
        self, columns: Mapping[LeafKey, str], conditions: Sequence[Conditions], per: Column | None = None
    ) -> tuple[Aggregated, ...]:
        if per is not None:
            self._require(_ADDITIVE, "avg")
        share = None
        if self._reach is not None and self._reach.weight is not None:
            self._require(_ADDITIVE, "weighted")
            share = Column(self._reach.name, "metrion share", "float")
        return tuple(
            self._measure(leaf, columns[leaf.key], where, per, share)
            for leaf, where in zip(self._leaves, conditions, strict=True)
        )

    def _measure(
        self, leaf: Leaf, name: str, where: Conditions, per: Column | None, share: Column | None
    ) -> Aggregated:
        measure = leaf.measure
        weight = None if measure.weight is None else self._expression(measure.weight, leaf)
        by = None
        if measure.aggregation in ("first", "last"):
            if measure.by is None and leaf.axis is None:
                raise MissingTimeAxis(metric=leaf.metric, dataset=leaf.dataset)
            by = self._frame.own(leaf.axis or "") if measure.by is None else self._expression(measure.by, leaf)
        return Aggregated(
            name,
            measure.aggregation,
            self._operand(leaf),
            "float" if share is not None else self._type(leaf),
            where,
            per,
            weight,
            by,
            measure.percentile,
            measure.discrete,
            share,
        )

    def _operand(self, leaf: Leaf) -> Term | None:
        return None if leaf.measure.expression.strip() == "*" else self._expression(leaf.measure.expression, leaf)

    def _expression(self, text: str, leaf: Leaf) -> Term:
        formula = parsed_formula(text)
        if isinstance(formula, Name):
            return self._frame.own(formula.value)
        parts = tuple((name, self._frame.own(name)) for name in names(formula))
        return Calculated(formula, parts, self._type(leaf), leaf.zero_division)

    def _type(self, leaf: Leaf) -> DataType:
        return measure_type(leaf.measure, leaf.dataset, self._world.catalogue)

    def _require(self, allowed: frozenset[Aggregation], take: str) -> None:
        for leaf in self._leaves:
            if leaf.measure.aggregation not in allowed:
                raise UnsafeReaggregation(metric=leaf.metric, aggregation=leaf.measure.aggregation, take=take)


def leap(back: Leaping, frame: Frame) -> Leap:
    """Return the way of days through a calendar."""
    shift, catalogue = back.shift, frame.world.catalogue
    looks_back = shift.match == "look_back"
    if shift.match != "working_day":
        return _leap(back.calendar, catalogue.level(shift.unit)[1], frame, shift.count, looks_back=looks_back)
    calendar = catalogue.dataset(back.calendar)
    if is_grain(shift.unit):
        place = Frame(back.calendar, frame.world, alias=CALENDAR)
        day, kind = place.own(calendar.time_columns[0]), place.own(calendar.working_day or "")
        return Leap(place.scan, day, day, None, kind, shift.count, target_is_key=False, unit=shift.unit)
    level = catalogue.level(shift.unit)[1]
    kind = Frame(back.calendar, frame.world, alias=CALENDAR).own(calendar.working_day or "")
    return replace(_leap(back.calendar, level, frame, shift.count), kind=kind, position=None)


def _leap(code: Code, level: CalendarLevel, frame: Frame, count: int, *, looks_back: bool = False) -> Leap:
    place = Frame(code, frame.world, alias=CALENDAR)
    day = place.own(frame.world.catalogue.dataset(code).time_columns[0])
    position = None if level.position is None else place.own(level.position)
    return Leap(place.scan, day, place.own(level.column), position, None, count, looks_back)


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
