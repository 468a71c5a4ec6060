"""From a question to its logical plan: one scan for each reading, aligned, computed, sorted.

The rows of an answer are the union of the rows that each of its metrics alone would have. A value over values is a
question of its own at another grain, planned by the same builder, whose answer is aggregated into this one or shown in
each of its rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from metrion.semantic.calendar import Move, Range, add_ticks, is_grain, period_end, period_start, source_range
from metrion.semantic.errors import NestedPeriods, NoCommonPeriod, PeriodByDateDimension
from metrion.semantic.expand import LeafValue, NestedValue, leaves, parts
from metrion.semantic.facts import AGAIN, CALENDAR, Facts, Reading, leap
from metrion.semantic.frame import Frame, conjuncts, cuts_of, fields_of
from metrion.semantic.funnel import matched
from metrion.semantic.look import Leaping, Look, Lookback, Point, Sight, reads
from metrion.semantic.model import METRIC_TIME
from metrion.semantic.paths import locate, locate_own
from metrion.semantic.plan import (
    Aggregate,
    Aggregated,
    Align,
    BoundCondition,
    Broadcast,
    Column,
    Link,
    Members,
    Moment,
    Part,
    Periods,
)
from metrion.semantic.project import project
from metrion.semantic.question import Cut, Group, Output, TimeKey, on_axis
from metrion.semantic.value_type import inner_type, number_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.calendar import Moment as Instant
    from metrion.semantic.condition import Condition
    from metrion.semantic.expand import Leaf
    from metrion.semantic.facts import LeafKey
    from metrion.semantic.frame import World
    from metrion.semantic.model import CalendarLevel, DataType, Nested
    from metrion.semantic.plan import Leap, Project, Scan, Term
    from metrion.semantic.question import Question

SOURCE = "metrion value"
"""Column of an inner answer that is aggregated."""


def build(question: Question, world: World, names: PartNames | None = None) -> Project:
    """Return the plan of a question, without its order."""
    return _Builder(question, world, names or PartNames()).project()


@dataclass
class PartNames:
    """Names of the parts of one statement, each once; a space keeps them apart from datasets and tables."""

    of: str = ""
    """The dataset whose rows are planned, where they are themselves an answer."""
    taken: set[str] = field(default_factory=set)

    def part(self, wanted: str) -> str:
        """Return a free name like `wanted`."""
        plain = f"{self.of} {wanted} rows" if self.of else f"{wanted} rows"
        name, number = plain, 2
        while name in self.taken:
            name, number = f"{plain} {number}", number + 1
        self.taken.add(name)
        return name


class _Columns:
    """Names of the columns of one answer, each once."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken

    def take(self, wanted: str) -> str:
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted}_{number}", number + 1
        self._taken.add(name)
        return name


class _Builder:
    """One question on its way to a plan."""

    def __init__(self, question: Question, world: World, names: PartNames) -> None:
        self.question = question
        self.world = world
        self.names = names
        self.columns = _Columns(set(question.keys))
        shown = [node for output in question.outputs for node in parts(output.value, inside=False)]
        self.nested = dict.fromkeys(node for node in shown if isinstance(node, NestedValue))
        self.leaves = self._own_leaves()
        self.leaf_columns: dict[LeafKey, str] = {leaf.key: self.columns.take(leaf.metric) for leaf in self.leaves}

    def project(self) -> Project:
        question = self.question
        beside: list[Aggregate] = []
        broadcasts: list[Broadcast] = []
        nested: dict[NestedValue, str] = {}
        for value in self.nested:
            nested[value] = self.columns.take(value.metric)
            source = self._inner(value, nested[value])
            if isinstance(source, Aggregate) and source.keys == question.keys:
                beside.append(source)
            else:
                broadcasts.append(Broadcast(source, nested[value]))
        parts: list[Aggregate | Members] = [*self._facts(beside), *beside]
        first = parts[0]
        alone = len(parts) == 1 and isinstance(first, Aggregate)
        aligned = first if alone and isinstance(first, Aggregate) else Align(self.names.part("all"), tuple(parts))
        name = self.names.part("answer")
        return project(name, aligned, question, self.leaf_columns, nested, tuple(broadcasts))

    def _own_leaves(self) -> tuple[Leaf, ...]:
        """Return the leaves that are aggregated by the keys of this question.

        What is shown in every row needs rows to be shown in: those of the metric itself.
        """
        found: dict[LeafKey, Leaf] = {}
        for output in self.question.outputs:
            for value in parts(output.value, inside=False):
                if isinstance(value, LeafValue):
                    found[value.leaf.key] = value.leaf
                    if value.leaf.funnel is not None:  # a funnel has the rows of its base events
                        base = replace(value.leaf, funnel=None)
                        found.setdefault(base.key, base)
                elif isinstance(value, NestedValue) and self._kept(value) != self.question.keys:
                    found.update((leaf.key, leaf) for leaf in leaves(value))
        return tuple(found.values())

    # --- leaves --------------------------------------------------------------------------------------

    def _facts(self, beside: list[Aggregate]) -> Iterator[Aggregate | Members]:
        """Yield the parts that are aggregated from rows, and the periods that a metric wants to see `beside` others."""
        question, world = self.question, self.world
        funnels = [leaf for leaf in self.leaves if leaf.funnel is not None]
        for leaf in funnels:
            yield matched(question, world, self.reading(leaf), leaf, self.names, self.leaf_columns[leaf.key])
        readings: dict[Reading, list[Leaf]] = {}
        for leaf in self.leaves:
            if leaf.funnel is None:
                readings.setdefault(self.reading(leaf), []).append(leaf)
        facts = [(Facts(question, world, reading, found), reading) for reading, found in readings.items()]
        plain = {
            part: part.aggregate(self.names.part(of.dataset), self.leaf_columns, None)
            for part, of in facts
            if of.look is None
        }
        yield from plain.values()
        windowed = [(part, of) for part, of in facts if of.look is not None]
        rows = self._row_set()
        if question.times and (windowed or rows in ("spine", "calendar")):
            yield from self._periodic(plain, windowed, beside, rows)

    def _periodic(
        self,
        plain: dict[Facts, Aggregate],
        windowed: list[tuple[Facts, Reading]],
        beside: list[Aggregate],
        rows: str,
    ) -> Iterator[Aggregate | Members]:
        sources: dict[object, Aggregate] = {part.occurrence(): seen for part, seen in plain.items()}
        if rows in ("facts", "spine") or not self._has_calendar():
            for part, _ in windowed:
                if part.occurrence() not in sources:
                    sources[part.occurrence()] = part.occurring(self.names.part("occurring"))
        found = tuple(dict.fromkeys((*plain.values(), *sources.values(), *beside)))
        parts: list[Aggregate] = [*plain.values(), *beside]
        seen: dict[str, Periods] = {}
        for part, of in windowed:
            look = of.look or Look()
            if look.seen_from not in seen:
                seen[look.seen_from] = self._periods(found, rows, look.seen_from)
            window = part.aggregate(self.names.part("windows"), self.leaf_columns, seen[look.seen_from])
            parts.append(window)
            yield window
        if rows in ("spine", "calendar"):
            periods = next(iter(seen.values()), None) or self._periods(found, rows, "end")
            yield from self._members(parts, periods, rows)

    def _members(self, parts: list[Aggregate], periods: Periods, rows: str) -> Iterator[Members]:
        keys = self.question.keys
        if rows == "spine":
            yield Members(self.names.part("every_period"), periods, tuple(parts), keys)
            return
        # Whether a metric has a row never depends on what is asked beside it: each part is looked at alone.
        columns = {self.leaf_columns[leaf.key]: leaf for leaf in self._of_calendar()}
        for part in parts:
            own = [columns[one.name] for one in part.measures if one.name in columns]
            if own:
                where = tuple(_over(one, periods) for one in _timed_alike(own, self.question))
                yield Members(self.names.part("every_period"), periods, (part,), keys, lonely=True, where=where)

    def _of_calendar(self) -> tuple[Leaf, ...]:
        """Return the leaves of metrics that have a row in every period of the calendar."""
        found: dict[LeafKey, Leaf] = {}
        for output in self.question.outputs:
            shown = output.metric is not None and output.metric.row_set == "calendar"
            for value in parts(output.value, inside=False):
                if shown or value.row_set == "calendar":
                    found.update((leaf.key, leaf) for leaf in leaves(value))
        return tuple(leaf for leaf in found.values() if leaf.key in self.leaf_columns)

    def _row_set(self) -> str:
        sets = {value.row_set for output in self.question.outputs for value in parts(output.value, inside=False)}
        sets |= {output.metric.row_set for output in self.question.outputs if output.metric is not None}
        return next((one for one in ("calendar", "spine", "covered") if one in sets), "facts")

    def _has_calendar(self) -> bool:
        return self.question.catalogue.calendar_of(self.question.tick) is not None

    def _periods(self, sources: tuple[Aggregate, ...], rows: str, seen_from: Literal["end", "start"]) -> Periods:
        question = self.question
        base = question.base
        if base is None:
            raise NoCommonPeriod(metric=self.leaves[0].metric)
        name = self.names.part("the periods")
        calendar: Scan | None = None
        day: Term | None = None
        level: Term | None = None
        if base.cut.level is not None:
            of, found = base.cut.level
            calendar, day, level = self._calendar(of, found.column)
        elif rows in ("covered", "calendar") and (code := question.catalogue.calendar_of(question.tick)):
            calendar, day, _ = self._calendar(code, None)
        spine = question.ticks if rows == "spine" or (rows != "facts" and calendar is None) else None
        period = Column(name, base.name, _type_of(base.cut, level))
        others, joins = self._others(period, base, name)
        when, more = self._when(period, name)
        return Periods(
            name=name,
            column=base.name,
            unit=base.cut.grain,
            tick=question.tick,
            sources=sources,
            spine=spine,
            every=rows != "facts",
            calendar=calendar,
            day=day,
            level=level,
            others=others,
            joins=(*joins, *more),
            where=when,
            first=question.ticks.start,
            last=question.ticks.end,
            anchor=question.anchor,
            week_start=question.week_start,
            seen_from=seen_from,
        )

    def _when(self, period: Column, name: str) -> tuple[tuple[BoundCondition, ...], tuple[tuple[Scan, Link], ...]]:
        """Return the conditions on the time of the answer, over its periods, and the calendars that they need."""
        joins: list[tuple[Scan, Link]] = []
        found = []
        for condition in self.question.when:
            fields: dict[str, Term] = dict.fromkeys(fields_of(condition), period)
            for cut in cuts_of(condition):
                if is_grain(cut.level):
                    fields[cut.name] = Moment(period, cut.level, self.question.week_start)
                else:
                    code, level = self.question.catalogue.level(cut.level)
                    fields[cut.name], join = self._level(period, code, level, f"{name} by {level.code}")
                    joins.append(join)
            found.append(BoundCondition(condition, tuple(fields.items())))
        return tuple(found), tuple(joins)

    def _level(self, period: Column, code: str, level: CalendarLevel, alias: str) -> tuple[Term, tuple[Scan, Link]]:
        """Return a calendar's level as a term of a period, and the join that it needs."""
        frame = Frame(code, self.world, alias=alias)
        day = self.question.catalogue.dataset(code).time_columns[0]
        at = Moment(period, "day", self.question.week_start)
        return frame.own(level.column), (frame.scan, Link(code, ((at, frame.own(day)),), (day,)))

    def _calendar(self, code: str, column: str | None) -> tuple[Scan, Term, Term | None]:
        frame = Frame(code, self.world, alias=CALENDAR)
        day = frame.own(self.question.catalogue.dataset(code).time_columns[0])
        return frame.scan, day, None if column is None else frame.own(column)

    def _others(
        self, period: Column, base: TimeKey, name: str
    ) -> tuple[tuple[tuple[str, Term], ...], tuple[tuple[Scan, Link], ...]]:
        """Return the further time keys as terms of the period, and the calendars that they need."""
        terms: list[tuple[str, Term]] = []
        joins: list[tuple[Scan, Link]] = []
        for key in self.question.times:
            if key is base:
                continue
            if key.cut.level is not None:
                code, level = key.cut.level
                term, join = self._level(period, code, level, f"{name} {level.code}")
                joins.append(join)
                terms.append((key.name, term))
            elif key.cut.part is not None:
                terms.append((key.name, Part(period, key.cut.part)))
            elif key.cut.grain is not None:
                terms.append((key.name, Moment(period, key.cut.grain, self.question.week_start)))
        return tuple(terms), tuple(joins)

    # --- readings ------------------------------------------------------------------------------------

    def reading(self, leaf: Leaf) -> Reading:
        """Return which rows a leaf reads: moves that no group can see are left out, so that scans are shared."""
        question, look = self.question, leaf.circumstances.look
        by_axis = any(on_axis(question.located(name, leaf), leaf) for name in self._fields(leaf))
        semi = leaf.measure.semi_additive
        seen = bool(question.times) or by_axis or bool(question.when)
        moves, landing, inner, rest = self._landing(look, leaf)
        if rest is None:
            ticks = source_range(question.ticks, moves, question.tick)
            if landing is not None:
                if not seen and not question.ticks.bounded:
                    landing, moves = None, ()
                ticks = Range()
        else:
            ticks = self._looked_at(rest, leaf, by_axis=by_axis)
            rest = rest if question.times else None
        if not seen and landing is None:
            moves = ()
        timed = bool(question.times) or ticks.bounded or semi is not None or seen or landing is not None
        over: Literal["rows", "ticks", "values"] = "rows"
        if rest is not None and semi is None:
            distinct = leaf.measure.aggregation == "count_distinct"
            over = "ticks" if leaf.measure.aggregation in AGAIN else "values" if distinct else "rows"
            if over == "values" and (rest.extent is None or any(not isinstance(b, Move) for b in rest.backs)):
                over = "rows"
        alone = leaf.key if over == "values" or leaf.funnel is not None else None
        own = leaf.conditions(question.catalogue)
        back = tuple(one for one, columns in own if self._leads_back(one, leaf, own=columns))
        return Reading(
            leaf.dataset, leaf.axis if timed else None, ticks, moves, landing, inner, rest, over, alone, semi, back
        )

    def _looked_at(self, look: Look, leaf: Leaf, *, by_axis: bool) -> Range:
        """Return the ticks that a window reads. Raises where its periods are not those of the question."""
        question = self.question
        if by_axis:
            raise PeriodByDateDimension(metric=leaf.metric, field=str(leaf.axis))
        if not question.times:
            if question.when and not (look.extent and look.extent.open_start):
                raise PeriodByDateDimension(metric=leaf.metric, field=METRIC_TIME)
            return reads(self._seen_at(look), look, self._sight(None))
        if question.base is None:
            raise NoCommonPeriod(metric=leaf.metric)
        return self._window_ticks(look)

    def _leads_back(self, condition: Condition, leaf: Leaf, *, own: bool) -> bool:
        find = locate_own if own else locate
        names = [name for name in fields_of(condition) if name != METRIC_TIME]
        found = (find(name, leaf.dataset, self.question.catalogue) for name in names)
        return any(one is not None and one.repeats for one in found)

    def _landing(
        self, look: Look, leaf: Leaf
    ) -> tuple[tuple[Move, ...], Move | Leap | None, tuple[Move, ...], Look | None]:
        """Return how rows move: (moves after, landing, moves before, what only a window can do)."""
        moves = look.moves
        if moves is not None:
            return moves, None, (), None
        special = [back for back in look.backs if not isinstance(back, Move)]
        if look.extent is not None or any(isinstance(back, Point) for back in special):
            return (), None, (), look
        fine = any(key.cut.grain == self.question.tick for key in self.question.times)
        if all(isinstance(back, Lookback) for back in special) and not fine:
            # Seen by whole periods, looking back and moving rows come to the same.
            flat = tuple(back.move if isinstance(back, Lookback) else back for back in look.backs)
            return tuple(back for back in reversed(flat) if isinstance(back, Move)), None, (), None
        if len(special) != 1:
            raise NestedPeriods(metric=leaf.metric)
        place = look.backs.index(special[0])
        outer = tuple(back for back in reversed(look.backs[:place]) if isinstance(back, Move))
        inner = tuple(back for back in reversed(look.backs[place + 1 :]) if isinstance(back, Move))
        only = special[0]
        if isinstance(only, Lookback):
            return outer, only.move, inner, None
        if isinstance(only, Leaping):
            way = leap(only, Frame(leaf.dataset, self.world))
            return outer, way if fine else replace(way, target_is_key=False), inner, None
        raise NestedPeriods(metric=leaf.metric)

    def _fields(self, leaf: Leaf) -> Iterator[str]:
        question = self.question
        yield from (group.field for group in question.groups if group.own is None)
        for condition in (*question.filters, *leaf.circumstances.filters[:0]):
            yield from (name for name in fields_of(condition) if name != METRIC_TIME)

    def _sight(self, base: TimeKey | None) -> Sight:
        grain = base.cut.grain if base is not None else None
        return Sight(grain, self.question.tick, self.question.week_start)

    def _seen_at(self, look: Look) -> Instant:
        """Return the tick at which a value without a period is seen: the range's end, or the anchor within it."""
        start, end, anchor = self.question.ticks.start, self.question.ticks.end, self.question.anchor
        if start is not None and look.seen_from == "start":
            return add_ticks(start, -1, self.question.tick)
        if end is not None and (anchor > end or (start is not None and anchor < start)):
            return end
        return max(anchor, start) if start is not None else anchor

    def _window_ticks(self, look: Look) -> Range:
        """Return the ticks that the windows of all periods read: from the first one's start (lead-in) to the last's."""
        question, base = self.question, self.question.base
        start, end = question.ticks.start, question.ticks.end
        if base is None or base.cut.grain is None:
            return Range()
        sight = self._sight(base)
        first = last = None
        if start is not None:
            opening = period_start(start, base.cut.grain, question.week_start)
            # The running period is seen at the anchor, which may lie before the range.
            seen = min(start, question.anchor) if opening <= question.anchor else start
            if look.seen_from == "start":
                seen = add_ticks(opening, -1, question.tick)
            first = reads(seen, look, sight).start
        if end is not None:
            last = reads(end, look, sight).end
            if look.extent is None and look.backs:
                whole = period_end(end, base.cut.grain, question.week_start, question.tick)
                last = reads(whole, look, sight).end
        return Range(first, last)

    # --- values over values --------------------------------------------------------------------------

    def _kept(self, value: NestedValue) -> tuple[str, ...]:
        """Return the keys of this question by which a nested value tells rows apart."""
        spec, question = value.spec, self.question

        def stays(name: str) -> bool:
            return name not in spec.without if spec.only is None else name in spec.only

        def time_stays(key: TimeKey) -> bool:
            names = {METRIC_TIME, key.name, key.dimension}
            return not names.intersection(spec.without) if spec.only is None else bool(names.intersection(spec.only))

        kept = {key.name for key in question.times if time_stays(key)}
        coarser = bool(spec.without) or spec.only is not None
        kept |= {group.name for group in question.groups if (not coarser if group.own else stays(group.field))}
        return tuple(name for name in question.keys if name in kept)

    def _inner(self, value: NestedValue, column: str) -> Aggregate | Project:
        kept = self._kept(value)
        spec = value.spec
        if spec.aggregation == "recomputed":
            same = build(self._asked(value, kept, SOURCE), self.world, self.names)
            if kept != self.question.keys:
                return replace(same, values=tuple(replace(one, name=column) for one in same.values))
            types = {**dict(_key_types(same)), SOURCE: number_type(value.inner, self.question.catalogue)}
            by = tuple((key, Column(same.name, key, types[key])) for key in kept)
            of = Column(same.name, SOURCE, types[SOURCE])
            return Aggregate(self.names.part(value.metric), same, by, (Aggregated(column, "max", of, of.type),))
        asked = self._asked(value, None, SOURCE)
        inner = build(asked, self.world, self.names)
        types = {**dict(_key_types(inner)), SOURCE: number_type(value.inner, self.question.catalogue)}
        by = tuple((key, Column(inner.name, key, types[key])) for key in kept)
        of = Column(inner.name, SOURCE, types[SOURCE])
        along = self._along(asked, spec)
        order = None if along is None else Column(inner.name, along, types[along])
        measure = Aggregated(column, spec.aggregation, of, inner_type(spec, of.type), by=order)
        where = None
        if spec.having is not None:
            where = self._having(value, inner.name, types)
        return Aggregate(self.names.part(f"{value.metric} over"), inner, by, (measure,), where)

    def _along(self, asked: Question, spec: Nested) -> str | None:
        """Return the key by which inner rows are first or last. Raises `NoCommonPeriod` where they have no time."""
        if spec.aggregation not in ("first", "last"):
            return None
        if asked.base is None:
            raise NoCommonPeriod(metric=spec.base)
        return asked.base.name

    def _having(self, value: NestedValue, name: str, types: dict[str, DataType]) -> BoundCondition:
        having = value.spec.having
        if having is None:
            raise NestedPeriods(metric=value.metric)
        fields: list[tuple[str, Term]] = []
        for field_name in dict.fromkeys(fields_of(having)):
            column = SOURCE if field_name == "value" else field_name
            further = dict(value.having).get(field_name)
            kind = number_type(further, self.question.catalogue) if further is not None else types.get(column, "float")
            fields.append((field_name, Column(name, column, kind)))
        return BoundCondition(having, tuple(fields))

    def _asked(self, value: NestedValue, kept: tuple[str, ...] | None, column: str) -> Question:
        """Return the question that a nested value asks: at its own grain, with the filters that count there."""
        question, spec = self.question, value.spec
        times, groups = question.times, question.groups
        if kept is not None:
            times = tuple(key for key in times if key.name in kept)
            groups = tuple(group for group in groups if group.name in kept)
        else:
            have = {group.field for group in groups}
            groups = (*groups, *(Group(per, per, per.rpartition(".")[2]) for per in spec.per if per not in have))
            if spec.grain is not None and all(key.cut.name != spec.grain for key in times):
                times = (*times, TimeKey("metrion grain", _cut(spec.grain, question)))
        dropped = set(spec.unfiltered)

        def counts(condition: object) -> bool:
            return "*" not in dropped and not dropped.intersection(fields_of(condition))  # type: ignore[arg-type]

        filters = tuple(one for one in question.filters if counts(one))
        when = tuple(one for one in question.when if counts(one) and METRIC_TIME not in dropped)
        ticks = Range() if METRIC_TIME in dropped or "*" in dropped else question.ticks
        metric = question.catalogue.metric(spec.base)
        outputs = [Output(column, metric, value.inner, comparison=False)]
        outputs += [
            Output(name, question.catalogue.metric(name), further, comparison=False) for name, further in value.having
        ]
        found = {leaf.key: leaf for output in outputs for leaf in leaves(output.value)}
        return replace(
            question,
            times=times,
            groups=groups,
            filters=filters,
            when=when,
            ticks=ticks,
            having=None,
            outputs=tuple(outputs),
            leaves=tuple(found.values()),
        )


def _cut(level: str, question: Question) -> Cut:
    return Cut(level) if is_grain(level) else Cut(level=question.catalogue.level(level))


def _type_of(cut: Cut, level: Term | None) -> DataType:
    if level is not None:
        return level.type
    return "timestamp" if cut.grain in ("second", "minute", "hour") else "date"


def _key_types(inner: Project) -> Iterator[tuple[str, DataType]]:
    """Yield the types of an answer's keys."""
    source = inner.input if isinstance(inner.input, Aggregate) else inner.input.inputs[0]
    if isinstance(source, Aggregate):
        yield from ((name, term.type) for name, term in source.by)


def _over(condition: Condition, periods: Periods) -> BoundCondition:
    return BoundCondition(condition, ((METRIC_TIME, periods.period),))


def _timed_alike(found: list[Leaf], question: Question) -> tuple[Condition, ...]:
    """Return the conditions on their own time that all of these leaves have."""
    first, *others = (set(_own_times(leaf, question)) for leaf in found)
    return tuple(one for one in _own_times(found[0], question) if all(one in other for other in (first, *others)))


def _own_times(leaf: Leaf, question: Question) -> tuple[Condition, ...]:
    modifiers = [question.catalogue.modifier(name).condition for name in leaf.circumstances.modifiers]
    own = [one for one in (leaf.measure.filter, *modifiers, *leaf.circumstances.filters) if one is not None]
    return tuple(one for each in own for one in conjuncts(each) if set(fields_of(one)) == {METRIC_TIME})
