"""From a question to its logical plan: one scan for each reading, aligned, computed, sorted.

The rows of an answer are the union of the rows that each of its metrics alone would have. A value over values is a
question of its own at another grain, planned by the same builder, whose answer is aggregated into this one or shown in
each of its rows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metrion.semantic.apart import scans
from metrion.semantic.calendar import Range, is_grain
from metrion.semantic.cut import Cut
from metrion.semantic.errors import NestedPeriods, NoCommonPeriod
from metrion.semantic.expand import LeafValue, NestedValue, leaves, parts
from metrion.semantic.facts import Facts, Reading
from metrion.semantic.frame import conjuncts, fields_of
from metrion.semantic.funnel import matched
from metrion.semantic.look import Look
from metrion.semantic.model import METRIC_TIME
from metrion.semantic.naming import Names, PartNames
from metrion.semantic.periods import PeriodsOf
from metrion.semantic.plan import (
    Aggregate,
    Aggregated,
    Align,
    BoundCondition,
    Broadcast,
    Column,
    Members,
    Periods,
)
from metrion.semantic.project import project
from metrion.semantic.question import Group, Output, TimeKey
from metrion.semantic.readings import Readings
from metrion.semantic.value_type import inner_type, number_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.semantic.condition import Condition
    from metrion.semantic.expand import Leaf, LeafKey
    from metrion.semantic.frame import World
    from metrion.semantic.model import DataType, Nested
    from metrion.semantic.plan import Project, Term
    from metrion.semantic.question import Question

SOURCE = "metrion value"
"""Column of an inner answer that is aggregated."""


def build(question: Question, world: World, names: PartNames | None = None) -> Project:
    """Return the plan of a question, without its order."""
    return _Builder(question, world, names or PartNames()).project()


class _Builder:
    """One question on its way to a plan."""

    def __init__(self, question: Question, world: World, names: PartNames) -> None:
        self.question = question
        self.world = world
        self.names = names
        self.readings = Readings(question, world)
        self.columns = Names(question.keys)
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
            if isinstance(source, Aggregate) and self._brings_rows(value):
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
                elif isinstance(value, NestedValue) and not self._brings_rows(value):
                    found.update((leaf.key, leaf) for leaf in leaves(value))
        return tuple(found.values())

    # --- leaves --------------------------------------------------------------------------------------

    def _facts(self, beside: list[Aggregate]) -> Iterator[Aggregate | Members]:
        """Yield the parts that are aggregated from rows, and the periods that a metric wants to see `beside` others."""
        question, world = self.question, self.world
        funnels = [leaf for leaf in self.leaves if leaf.funnel is not None]
        for leaf in funnels:
            yield matched(question, world, self.readings.of(leaf), leaf, self.names, self.leaf_columns[leaf.key])
        readings: dict[Reading, list[Leaf]] = {}
        for leaf in self.leaves:
            if leaf.funnel is None:
                readings.setdefault(self.readings.of(leaf), []).append(leaf)
        facts = [
            (Facts(question, world, reading, found), reading)
            for reading, every in readings.items()
            for found in (scans(every, question) if world.counts_apart else [every])
        ]
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
        if rows in ("facts", "spine") or self.question.catalogue.calendar_of(self.question.tick) is None:
            for part, _ in windowed:
                if part.occurrence() not in sources:
                    sources[part.occurrence()] = part.occurring(self.names.part("occurring"))
        found = tuple(dict.fromkeys((*plain.values(), *sources.values(), *beside)))
        asked = next((leaf.metric for leaf in self.leaves), "")
        periods_of = PeriodsOf(self.question, self.world, self.names, asked)
        parts: list[Aggregate] = [*plain.values(), *beside]
        seen: dict[str, Periods] = {}
        for part, of in windowed:
            look = of.look or Look()
            if look.seen_from not in seen:
                seen[look.seen_from] = periods_of.of(found, rows, look.seen_from)
            window = part.aggregate(self.names.part("windows"), self.leaf_columns, seen[look.seen_from])
            parts.append(window)
            yield window
        if rows in ("spine", "calendar"):
            periods = next(iter(seen.values()), None) or periods_of.of(found, rows, "end")
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

    def _brings_rows(self, value: NestedValue) -> bool:
        """Tell whether an answer has the groups of a nested value as rows.

        It has not where the value keeps fewer keys, nor where filters do not count for it: whatever it is computed
        of, the rows of an answer are those that its question asks for.
        """
        question = self.question
        if not question.keys:
            return True
        filters, when, ticks = self._counting(value.spec)
        same = len(filters) == len(question.filters) and len(when) == len(question.when) and ticks == question.ticks
        return same and self._kept(value) == question.keys

    def _counting(self, spec: Nested) -> tuple[tuple[Condition, ...], tuple[Condition, ...], Range]:
        """Return the filters, those on time, and the range of the question that count for a nested value."""
        question, dropped = self.question, set(spec.unfiltered)

        def counts(condition: Condition) -> bool:
            return "*" not in dropped and not dropped.intersection(fields_of(condition))

        filters = tuple(one for one in question.filters if counts(one))
        when = tuple(one for one in question.when if counts(one) and METRIC_TIME not in dropped)
        return filters, when, Range() if METRIC_TIME in dropped or "*" in dropped else question.ticks

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
                times = (*times, TimeKey(f"metrion {spec.grain}", _cut(spec.grain, question)))
        filters, when, ticks = self._counting(spec)
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
