"""Metrics over metrics computed from their definitions in plain Python: no plan, no SQL, one row at a time.

It reads the same definitions as the compiler and answers a question by their docstrings. Windows along time are the
matter of `naive.py`; here every metric moves rows at most.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from statistics import mean, median, stdev
from typing import TYPE_CHECKING, Any

from metrion.semantic.calendar import Move, forward, period_start
from metrion.semantic.condition import And, Compare, Condition
from metrion.semantic.model import Atomic, Composite, Derived, Difference, Growth, Nested, Operand, Period, Rank, Ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from metrion.semantic.model import Calculation, Grain, Measure, MetricDef

Row = dict[str, Any]
Key = tuple[object, ...]
Number = float | None

TIME = "time."
"""How a key that cuts time begins, before its grain."""
COUNTS = ("count", "count_distinct")


@dataclass(frozen=True)
class Question:
    """Keys are names of fields, or `time.` and a grain."""

    keys: tuple[str, ...] = ()
    filters: tuple[Condition, ...] = ()
    start: date | None = None
    end: date | None = None

    def inside(self, day: date | None) -> bool:
        """Tell whether a row that lands on `day` counts."""
        if self.start is None and self.end is None:
            return True
        return day is not None and (self.start or date.min) <= day <= (self.end or date.max)


@dataclass(frozen=True)
class Outer:
    """What the metrics above have decided."""

    filters: tuple[Condition, ...] = ()
    moves: tuple[Move, ...] = ()
    """From the outermost to the innermost."""


@dataclass(frozen=True)
class Asked:
    """One value of a question: a calculation under what the metrics above have decided."""

    definition: Calculation
    outer: Outer = Outer()


@dataclass
class Reference:
    """Rows by dataset, each with every field it can be split by, and the metrics by code."""

    rows: dict[str, list[Row]]
    metrics: dict[str, MetricDef]
    time: str = "day"
    parts: dict[str, Callable[[Row], list[Row]]] = field(default_factory=dict)
    """Fields that a row has several of: the rows that stand for it, once for each."""

    def answer(self, codes: Iterable[str], question: Question) -> dict[Key, list[Number]]:
        """Return the rows of the answer by their key."""
        return self._table([Asked(self.metrics[code].definition) for code in codes], question)

    def _table(self, asked: list[Asked], question: Question) -> dict[Key, list[Number]]:
        keys: set[Key] = {()}
        if question.keys:
            keys = {key for one in asked for key in self._own_keys(one, question)}
        columns = [self._column(one, question, keys) for one in asked]
        return {key: [column[key] for column in columns] for key in keys}

    # --- which rows there are ------------------------------------------------------------------------

    def _own_keys(self, asked: Asked, question: Question) -> set[Key]:
        match asked.definition:
            case Atomic() as atomic:
                return set(self._grouped(atomic, asked.outer, question))
            case Nested() as spec if (
                spec.aggregation != "recomputed"
                and _kept(spec, question) == question.keys
                and _unfiltered(spec, question) == question
            ):
                return set(self._aggregated(spec, asked.outer, question))
            case Nested():
                return self._leaf_keys(asked, question)
            case _:
                return set().union(*(self._own_keys(one, question) for _, one in self._operands(asked)))

    def _leaf_keys(self, asked: Asked, question: Question) -> set[Key]:
        """Return the groups that the measures below have: a value with other keys is shown in those."""
        if isinstance(asked.definition, Atomic):
            return self._own_keys(asked, question)
        return set().union(*(self._leaf_keys(one, question) for _, one in self._operands(asked)))

    def _grouped(self, atomic: Atomic, outer: Outer, question: Question) -> dict[Key, list[Row]]:
        groups: dict[Key, list[Row]] = {}
        only = [atomic.measure.filter] if atomic.measure.filter else []
        for row in self.rows[atomic.dataset]:
            day = row[self.time]
            landed = None if day is None else forward(day, tuple(reversed(outer.moves)))
            if not question.inside(landed) or not all(holds(one, row) for one in (*only, *outer.filters)):
                continue
            for part in self._parts_of(row, question):
                if all(holds(one, part) for one in question.filters):
                    key = tuple(_cut(landed, name) if name.startswith(TIME) else part[name] for name in question.keys)
                    group = groups.setdefault(key, [])
                    if not any(row is other for other in group):
                        group.append(row)
        return groups

    def _parts_of(self, row: Row, question: Question) -> list[Row]:
        found = [row]
        for name, split in self.parts.items():
            if name in question.keys or any(name in fields(one) for one in question.filters):
                found = [{**part, **more} for part in found for more in split(row)]
        return found

    # --- what their values are -----------------------------------------------------------------------

    def _column(self, asked: Asked, question: Question, keys: set[Key]) -> dict[Key, Number]:
        definition = asked.definition
        if isinstance(definition, Atomic):
            groups = self._grouped(definition, asked.outer, question)
            return {key: _aggregate(definition.measure, groups.get(key, [])) for key in keys}
        if isinstance(definition, Nested):
            kept = _kept(definition, question)
            values = self._aggregated(definition, asked.outer, question)
            places = [question.keys.index(name) for name in kept]
            return {key: values.get(tuple(key[place] for place in places)) for key in keys}
        operands = [self._column(one, question, keys) for _, one in self._operands(asked)]
        if isinstance(definition, Rank):
            return _ranked(definition, self._placed(asked, operands[0], question), question)
        formula = _formula(definition)
        return {key: formula(*(column[key] for column in operands)) for key in keys}

    def _placed(self, asked: Asked, values: dict[Key, Number], question: Question) -> dict[Key, Number]:
        """Return the values that have a place: a group that only another metric brings is not counted as 0."""
        ((_, base),) = self._operands(asked)
        if not question.keys or not self._is_leaf(base):
            return values
        own = self._own_keys(base, question)
        return {key: value if key in own else None for key, value in values.items()}

    def _is_leaf(self, asked: Asked) -> bool:
        """Tell whether a calculation comes to one measure, filtered and moved."""
        if isinstance(asked.definition, Derived):
            return all(self._is_leaf(one) for _, one in self._operands(asked))
        return isinstance(asked.definition, Atomic)

    def _aggregated(self, spec: Nested, outer: Outer, question: Question) -> dict[Key, Number]:
        """Return the values of a nested metric by the keys that it keeps."""
        kept = _kept(spec, question)
        question = _unfiltered(spec, question)
        inner = Asked(self.metrics[spec.base].definition, outer)
        if spec.aggregation == "recomputed":
            return {key: values[0] for key, values in self._table([inner], replace(question, keys=kept)).items()}
        more = [*spec.per, *([f"{TIME}{spec.grain}"] if spec.grain else [])]
        finer = replace(question, keys=tuple(dict.fromkeys((*question.keys, *more))))
        groups: dict[Key, list[float]] = {} if kept else {(): []}
        for key, (value,) in self._table([inner], finer).items():
            named = {**dict(zip(finer.keys, key, strict=True)), "value": value}
            if spec.having is None or holds(spec.having, named):
                group = groups.setdefault(tuple(named[name] for name in kept), [])
                group += [value] if value is not None else []
        return {key: _again(spec.aggregation, group) for key, group in groups.items()}

    def _operands(self, asked: Asked) -> list[tuple[str, Asked]]:
        definition, outer = asked.definition, asked.outer
        match definition:
            case Derived(base=base, filter=only, period=period):
                return [("a", self._operand(Operand(metric=base, filter=only, period=period), outer))]
            case Composite(inputs=inputs):
                return [(one.name, self._operand(one, outer)) for one in inputs]
            case Ratio(numerator=above, denominator=below):
                return [("a", self._operand(above, outer)), ("b", self._operand(below, outer))]
            case Growth(metric=code, shift=shift):
                before = Operand(metric=code, period=Period(shift=shift))
                return [("a", self._of(code, outer)), ("b", self._operand(before, outer))]
            case Difference(metric=code, target=target):
                return [("a", self._of(code, outer)), ("b", self._of(target, outer))]
            case Nested(base=base) | Rank(base=base):
                return [("a", self._of(base, outer))]
            case _:
                message = f"no reference for {definition.type}"
                raise NotImplementedError(message)

    def _of(self, code: str, outer: Outer) -> Asked:
        return Asked(self.metrics[code].definition, outer)

    def _operand(self, operand: Operand, outer: Outer) -> Asked:
        filters = outer.filters if operand.filter is None else (*outer.filters, operand.filter)
        moves = outer.moves
        if operand.period is not None and operand.period.shift is not None:
            moves = (*moves, Move.of(operand.period.shift))
        return self._of(operand.metric, Outer(filters, moves))


def holds(condition: Condition, row: Row) -> bool:
    """Tell whether a condition is true of a row; a comparison with nothing is not."""
    match condition:
        case And(items=items):
            return all(holds(item, row) for item in items)
        case Compare(field=name, op=op, value=value):
            of = row[name]
            if of is None:
                return False
            return bool({"eq": of == value, "ne": of != value}[op] if op in ("eq", "ne") else _ordered(op, of, value))
        case _:
            message = f"no reference for {condition.kind}"
            raise NotImplementedError(message)


def fields(condition: Condition) -> set[str]:
    """Return the fields that a condition names."""
    if isinstance(condition, And):
        return set().union(*(fields(item) for item in condition.items))
    return {condition.field} if isinstance(condition, Compare) else set()


def _ordered(op: str, of: Any, value: Any) -> bool:
    return bool({"lt": of < value, "le": of <= value, "gt": of > value, "ge": of >= value}[op])


def _cut(day: date | None, name: str) -> date | None:
    grain: Grain = name.removeprefix(TIME)  # type: ignore[assignment]
    return None if day is None else period_start(day, grain, "monday")


def _kept(spec: Nested, question: Question) -> tuple[str, ...]:
    def stays(name: str) -> bool:
        known = {name, "metric_time"} if name.startswith(TIME) else {name}
        return bool(known & set(spec.only)) if spec.only is not None else not known & set(spec.without)

    return tuple(name for name in question.keys if stays(name))


def _unfiltered(spec: Nested, question: Question) -> Question:
    """Return the question without the filters that do not count for a nested metric; `*` stands for all of them."""
    gone = set(spec.unfiltered)
    if "*" in gone:
        return Question(question.keys)
    kept = tuple(one for one in question.filters if not fields(one) & gone)
    return Question(question.keys, kept) if "metric_time" in gone else replace(question, filters=kept)


def _aggregate(measure: Measure, rows: list[Row]) -> Number:
    if measure.aggregation == "count" and measure.expression == "*":
        return len(rows)
    return _again(measure.aggregation, [row[measure.expression] for row in rows if row[measure.expression] is not None])


def _again(aggregation: str, values: list[float]) -> Number:
    if aggregation in COUNTS:
        return len(values) if aggregation == "count" else len(set(values))
    if not values or (aggregation == "stddev" and len(values) == 1):
        return None
    known: dict[str, Callable[[list[float]], float]] = {
        "sum": sum, "min": min, "max": max, "avg": mean, "median": median, "stddev": stdev,
    }  # fmt: skip
    return known[aggregation](values)


def _ranked(spec: Rank, values: dict[Key, Number], question: Question) -> dict[Key, Number]:
    places = [i for i, name in enumerate(question.keys) if _within(spec, name)]

    def place(key: Key, value: Number) -> Number:
        if value is None:
            return None
        group = [
            other
            for at, other in values.items()
            if other is not None and all(at[i] == key[i] for i in places)
        ]  # fmt: skip
        return 1 + sum(other < value if spec.lowest_first else other > value for other in group)

    return {key: place(key, value) for key, value in values.items()}


def _within(spec: Rank, name: str) -> bool:
    known = {name, "metric_time"} if name.startswith(TIME) else {name}
    return bool(known & set(spec.within)) if spec.without is None else not known & set(spec.without)


def _formula(definition: Calculation) -> Callable[..., Number]:
    match definition:
        case Derived():
            return lambda a: a
        case Growth(result="rate") | Difference(result="rate"):
            return lambda a, b: None if a is None or not b else (a - b) / abs(b)
        case Composite(formula="[a] / [b]") | Ratio():
            return lambda a, b: None if a is None or not b else a / b
        case Composite(formula="[a] + [b]"):
            return lambda a, b: None if a is None or b is None else a + b
        case _:
            return lambda a, b: None if a is None or b is None else a - b
