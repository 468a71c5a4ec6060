"""Metrics computed row by row in plain Python: slow, obvious, and written apart from the compiler."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from statistics import mean, median
from typing import TYPE_CHECKING, Literal

from metrion.semantic.calendar import Move, forward, period_end, period_start, source_end, window_range

if TYPE_CHECKING:
    from collections.abc import Callable

    from metrion.semantic.model import Duration, Grain, Shift

Aggregation = Literal["sum", "count", "count_distinct", "min", "max", "avg", "median"]
Key = tuple[object, ...]


@dataclass(frozen=True)
class Fact:
    """One row of a fact; a customer that does not exist is an orphan."""

    customer: int | None
    day: date | None
    status: str | None
    amount: int | None


@dataclass(frozen=True)
class Data:
    """All rows: facts by dataset, the region of each customer (city), the country of each city."""

    facts: dict[str, list[Fact]]
    customers: dict[int, tuple[str | None, int | None]]
    cities: dict[int, str | None]


@dataclass(frozen=True)
class Spec:
    """One aggregation with its filter, modifiers and period."""

    fact: str
    aggregation: Aggregation
    only: str | None = None
    modifiers: tuple[str, ...] = ()
    window: Grain | Duration | None = None
    shift: Shift | None = None


@dataclass(frozen=True)
class Asked:
    """The question: `groups` of region, city, status; a filter on the region."""

    groups: tuple[str, ...] = ()
    grain: Grain | None = None
    start: date | None = None
    end: date | None = None
    region: str | None = None
    compare: Shift | None = None
    anchor: date = date(2024, 3, 20)


_AGGREGATES: dict[str, Callable[[list[int]], float]] = {
    "sum": sum,
    "min": min,
    "max": max,
    "avg": mean,
    "median": median,
}


@dataclass
class Answer:
    """The values of one aggregation by key; a key without rows is missing."""

    aggregation: Aggregation
    cells: dict[Key, list[int | None]] = field(default_factory=dict)

    def value(self, key: Key) -> float | None:
        """Return the aggregate of the rows under a key."""
        rows = self.cells.get(key, [])
        known = [row for row in rows if row is not None]
        if self.aggregation == "count":
            return len(rows)
        if self.aggregation == "count_distinct":
            return len(set(known))
        return _AGGREGATES[self.aggregation](known) if known else None


def answer(data: Data, asked: Asked, specs: list[Spec]) -> tuple[set[Key], list[Answer]]:
    """Return the keys of the answer and the values of each aggregation."""
    periods = {period for spec in specs for period in _own_periods(data, asked, spec)}
    answers = [_one(data, asked, spec, periods) for spec in specs]
    keys: set[Key] = {key for one in answers for key in one.cells}
    if asked.grain is None and not asked.groups:
        keys = {()}
    return keys, answers


def _moves(spec: Spec) -> tuple[Move, ...]:
    return (Move.of(spec.shift),) if spec.shift else ()


def _rows(data: Data, asked: Asked, spec: Spec) -> list[tuple[Fact, Key]]:
    found: list[tuple[Fact, Key]] = []
    for row in data.facts[spec.fact]:
        region, city_id = data.customers.get(row.customer, (None, None)) if row.customer is not None else (None, None)
        city = data.cities.get(city_id) if city_id is not None else None
        values = {"region": region, "city": city, "status": row.status}
        passes = (asked.region is None or region == asked.region) and (spec.only is None or row.status == spec.only)
        if passes and all(region == wanted for wanted in spec.modifiers):
            found.append((row, tuple(values[name] for name in asked.groups)))
    return found


def _inside(asked: Asked, day: date | None) -> bool:
    if asked.start is None and asked.end is None:
        return True
    return day is not None and (asked.start or date.min) <= day <= (asked.end or date.max)


def _own_periods(data: Data, asked: Asked, spec: Spec) -> set[date]:
    if asked.grain is None:
        return set()
    landed = [forward(row.day, _moves(spec)) for row, _ in _rows(data, asked, spec) if row.day is not None]
    return {period_start(day, asked.grain, "monday") for day in landed if _inside(asked, day)}


def _one(data: Data, asked: Asked, spec: Spec, periods: set[date]) -> Answer:
    result = Answer(spec.aggregation)
    for row, members in _rows(data, asked, spec):
        for period in _counts_in(row, asked, spec, periods):
            key = members if asked.grain is None else (period, *members)
            result.cells.setdefault(key, []).append(_value(row, spec))
    return result


def _value(row: Fact, spec: Spec) -> int | None:
    return row.customer if spec.aggregation == "count_distinct" else row.amount


def _counts_in(row: Fact, asked: Asked, spec: Spec, periods: set[date]) -> list[date | None]:
    """Return the periods in which a row counts."""
    if spec.window is None:
        landed = None if row.day is None else forward(row.day, _moves(spec))
        if not _inside(asked, landed):
            return []
        return [None if landed is None or asked.grain is None else period_start(landed, asked.grain, "monday")]
    if row.day is None:
        return []
    wanted: list[date | None] = [*periods] if asked.grain else [None]
    return [period for period in wanted if _in_window(row.day, period, asked, spec)]


def _in_window(day: date, period: date | None, asked: Asked, spec: Spec) -> bool:
    seen = source_end(_seen_at(period, asked), _moves(spec))
    assert spec.window is not None
    span = window_range(seen, spec.window, "monday")
    assert span.start is not None
    return span.start <= day <= seen


def _seen_at(period: date | None, asked: Asked) -> date:
    if period is None or asked.grain is None:
        start, end = asked.start or date.min, asked.end or date.max
        if asked.end is None:
            return max(asked.anchor, start)
        return asked.anchor if start <= asked.anchor <= end else end
    last = period_end(period, asked.grain, "monday")
    running = period <= asked.anchor < last
    return min(asked.anchor if running else last, asked.end or date.max)
