"""One scan for what several parts of a plan read of the same rows.

A value and what it was a month before, a running total and the days that have rows, a share and its whole read the
same rows in different ways. Where all that they add up can be added up again, the rows are read once: summed by the
finest of their keys, each part with what it counts itself, and each part then adds up those sums. What cannot be had
from sums of parts (distinct counts, percentiles) keeps its own scan.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from metrion.semantic.calendar import SECONDS, Range, add_ticks, finer
from metrion.semantic.condition import Compare
from metrion.semantic.naming import Names
from metrion.semantic.plan import (
    Aggregate,
    Aggregated,
    AnyOf,
    BoundCondition,
    Bounds,
    Column,
    Filter,
    Join,
    Moment,
    Moved,
    Part,
    Scan,
    Sort,
    innermost,
)
from metrion.semantic.plan.rewrite import Rewriter, aggregates_of_rows
from metrion.semantic.question import TICK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from metrion.semantic.model import Aggregation, Grain
    from metrion.semantic.plan import Link, Predicate, Rows, Term

_AGAIN: Final[dict[Aggregation, Aggregation]] = {"sum": "sum", "count": "sum", "min": "min", "max": "max", "avg": "sum"}
"""Aggregations that can be had from the aggregates of parts, and how."""
_ROWS: Final = "rows"


def adds_up(aggregation: Aggregation) -> bool:
    """Tell whether an aggregate of rows can be had from aggregates of parts of them."""
    return aggregation in _AGAIN


def partials(measure: Aggregated) -> tuple[Aggregated, ...]:
    """Return what is kept of each part: the aggregate itself, and of an average the sum and the number of values."""
    if measure.function != "avg":
        return (measure,)
    # A sum that is on its way to an average is no answer: it is as wide as the engine makes it.
    return (
        replace(measure, function="sum", type="float"),
        replace(measure, name=f"{measure.name} values", function="count", type="integer"),
    )


def added_up(measure: Aggregated, parts: tuple[Aggregated, ...], source: str) -> Aggregated:
    """Return a measure over the `partials` that rows of `source` have."""
    of, *rest = (Column(source, one.name, one.type) for one in parts)
    return Aggregated(measure.name, _AGAIN[measure.function], of, measure.type, total=rest[0] if rest else None)


def shared(plan: Sort) -> Sort:
    """Return the same plan, its rows read as few times as they can be."""
    found = [part for one in aggregates_of_rows(plan).values() if (part := _reader(one)) is not None]
    others: dict[str, Aggregate] = {}
    names = Names(between=" ")
    for together in _together(found):
        name = names.take(f"{together[0].scan.alias} once")
        others.update(_Once(together, name).parts())
    return Rewriter(others).sort(plan) if others else plan


@dataclass(frozen=True, slots=True)
class _Reader:
    """A part of the plan that adds up rows, taken apart."""

    aggregate: Aggregate
    scan: Scan
    joins: tuple[tuple[Scan, Link], ...]
    predicates: tuple[Predicate, ...]

    @property
    def groups(self) -> frozenset[Term]:
        """Return what it groups by apart from time."""
        return frozenset(term for _, term in self.aggregate.by if not self.is_time(term))

    @property
    def times(self) -> tuple[Term, ...]:
        """Return how it groups by time."""
        return tuple(term for _, term in self.aggregate.by if self.is_time(term))

    def is_time(self, term: Term) -> bool:
        """Tell whether a term is a period, or is read from a calendar by a day."""
        if isinstance(term, Column):
            return any(right.alias == term.source and link.by_day for right, link in self.joins)
        return isinstance(term, (Moment, Moved, Part))


def _reader(aggregate: Aggregate) -> _Reader | None:
    """Return an aggregate taken apart; None where it must read rows itself."""
    if aggregate.where is not None or not all(map(_adds_up, aggregate.measures)):
        return None
    joins: list[tuple[Scan, Link]] = []
    predicates: list[Predicate] = []
    node = aggregate.input
    while not isinstance(node, Scan):
        if isinstance(node, Join):
            joins.insert(0, (node.right, node.link))
        elif isinstance(node, Filter):
            predicates += node.predicates
        else:
            return None
        node = node.input
    return _Reader(aggregate, node, tuple(joins), tuple(dict.fromkeys(predicates)))


def _adds_up(measure: Aggregated) -> bool:
    return adds_up(measure.function) and measure.per is None and measure.share is None and measure.total is None


def _together(readers: list[_Reader]) -> Iterator[list[_Reader]]:
    """Yield those that one scan serves: the first has all groups, so that no finer ones are made for others."""
    rest = sorted(readers, key=lambda one: -len(one.groups))
    while rest:
        first, *others = rest
        found, rest = [first], []
        joins = {right.alias: (right, link) for right, link in first.joins}
        for other in others:
            same = all(joins.get(right.alias, (right, link)) == (right, link) for right, link in other.joins)
            if same and other.scan == first.scan and other.groups <= first.groups:
                found.append(other)
                joins.update({right.alias: (right, link) for right, link in other.joins})
            else:
                rest.append(other)
        if len(found) > 1:
            yield found


@dataclass
class _Once:
    """The scan that serves several readers."""

    readers: list[_Reader]
    name: str
    _keys: dict[Term, str] = field(default_factory=dict)
    _measures: dict[Aggregated, Aggregated] = field(default_factory=dict)
    """By all but their names."""
    _names: Names = field(default_factory=lambda: Names(between=" "))
    _tick: Moment | None = None
    """The key that all periods of the time follow from, where one is needed."""

    def parts(self) -> dict[str, Aggregate]:
        """Return the readers' aggregates over what is read once."""
        first, *others = self.readers
        common = set(first.predicates).intersection(*(one.predicates for one in others))
        own = [tuple(one for one in reader.predicates if one not in common) for reader in self.readers]
        counted = _any(own)
        own = [tuple(one for one in also if one not in counted) for also in own]
        self._take_keys()
        measures = [self._partials(reader, also) for reader, also in zip(self.readers, own, strict=True)]
        present = [self._present(also) if also else None for also in own]
        rows: Rows = first.scan
        for right, link in dict.fromkeys(join for reader in self.readers for join in reader.joins):
            rows = Join(rows, right, link)
        where = (*(one for one in first.predicates if one in common), *counted)
        if where:
            rows = Filter(rows, where)
        by = tuple((name, term) for term, name in self._keys.items())
        once = Aggregate(self.name, rows, by, tuple(self._measures.values()))
        return {
            reader.aggregate.name: self._again(reader.aggregate, once, found, seen)
            for reader, found, seen in zip(self.readers, measures, present, strict=True)
        }

    # --- keys ----------------------------------------------------------------------------------------

    def _take_keys(self) -> None:
        """Take the groups, and of time what all periods can be had from."""
        first, *others = self.readers
        for name, term in first.aggregate.by:
            if not first.is_time(term):
                self._keys[term] = self._names.take(name)
        alike = all(set(one.times) <= set(first.times) for one in others)
        self._tick = None if alike else self._finest()
        if self._tick is not None:
            self._keys[self._tick] = self._names.take(TICK)
        for reader in self.readers:
            for name, term in reader.aggregate.by:
                if self._had(term) is None:
                    self._keys[term] = self._names.take(name)

    def _finest(self) -> Moment | None:
        """Return the ticks of the time that most periods are cut from."""
        times = [term for reader in self.readers for term in reader.times if not isinstance(term, Column)]
        columns = [column for term in times if (column := innermost(term)) is not None]
        if not columns:
            return None
        axis = max(columns, key=columns.count)
        grains = {grain for term in times for grain in _grains(term)}
        tick: Grain = "day"
        for grain in grains:
            if grain in SECONDS and finer(grain, tick):
                tick = grain
        return Moment(axis, tick, "monday")

    def _had(self, term: Term) -> Term | None:
        """Return a term over the keys; None where it is none of them and follows from none."""
        if term in self._keys:
            return Column(self.name, self._keys[term], term.type)
        match term:
            case Moment(of=of) | Moved(of=of) | Part(of=of):
                # Of the moment itself, nothing is cut that is finer than its tick.
                below = self._tick_of(of) or self._had(of)
                return None if below is None else replace(term, of=below)
            case _:
                return None

    def _tick_of(self, term: Term) -> Term | None:
        if self._tick is None or self._tick.of != term:
            return None
        return Column(self.name, self._keys[self._tick], self._tick.type)

    # --- measures ------------------------------------------------------------------------------------

    def _partials(self, reader: _Reader, own: tuple[Predicate, ...]) -> list[tuple[Aggregated, ...]]:
        narrowed = (replace(one, where=(*one.where, *own)) for one in reader.aggregate.measures)
        return [tuple(map(self._partial, partials(one))) for one in narrowed]

    def _present(self, own: tuple[Predicate, ...]) -> Aggregated:
        """Return the number of rows that a reader has in a group: where it has none, it has no group."""
        return self._partial(Aggregated(_ROWS, "count", None, "integer", own))

    def _partial(self, measure: Aggregated) -> Aggregated:
        key = replace(measure, name="")
        if key not in self._measures:
            self._measures[key] = replace(measure, name=self._names.take(measure.name))
        return self._measures[key]

    def _again(
        self, aggregate: Aggregate, once: Aggregate, found: list[tuple[Aggregated, ...]], present: Aggregated | None
    ) -> Aggregate:
        rows: Filter | Aggregate = once
        if present is not None:
            column = Column(once.name, present.name, "integer")
            some = Compare(field=_ROWS, op="gt", value=0)
            rows = Filter(once, (BoundCondition(some, ((_ROWS, column),)),))
        measures = tuple(
            replace(added_up(own, parts, once.name), zero=own.function == "count" and not aggregate.by)
            for own, parts in zip(aggregate.measures, found, strict=True)
        )
        return Aggregate(aggregate.name, rows, tuple(self._keyed(aggregate)), measures)

    def _keyed(self, aggregate: Aggregate) -> Iterator[tuple[str, Term]]:
        for name, term in aggregate.by:
            found = self._had(term)
            if found is None:
                message = f"{term} is neither a key of {self.name} nor follows from one"
                raise AssertionError(message)
            yield name, found


def _grains(term: Term) -> Iterator[Grain]:
    """Yield the grains that a term needs its moment to be known by."""
    while isinstance(term, (Moment, Moved, Part)):
        if isinstance(term, Moment):
            yield term.grain
        elif isinstance(term, Moved):
            yield term.tick
            yield from (move.unit for move in term.moves)
        elif term.part == "hour":
            yield "hour"
        term = term.of


def _any(own: list[tuple[Predicate, ...]]) -> tuple[Predicate, ...]:
    """Return that a row counts for any reader; nothing where one of them counts all."""
    if not all(own):
        return ()
    bounds = [one for each in own for one in each if isinstance(one, Bounds)]
    if len(bounds) == sum(map(len, own)) and len({(one.of, one.tick) for one in bounds}) == 1:
        merged = [replace(bounds[0], ticks=ticks) for ticks in _merged([one.ticks for one in bounds], bounds[0].tick)]
        return (merged[0],) if len(merged) == 1 else (AnyOf(tuple((one,) for one in merged)),)
    return (AnyOf(tuple(dict.fromkeys(own))),)


def _merged(ranges: Iterable[Range], tick: Grain) -> list[Range]:
    """Return the ranges in order, those in one that overlap or follow each other."""
    ordered = sorted(set(ranges), key=lambda one: (one.start is not None, str(one.start)))
    found: list[Range] = []
    for one in ordered:
        last = found[-1] if found else None
        if last is not None and (last.end is None or one.start is None or one.start <= add_ticks(last.end, 1, tick)):
            end = None if last.end is None or one.end is None else max(last.end, one.end)
            found[-1] = Range(last.start, end)
        else:
            found.append(one)
    return found
