"""Random windows along time: each period shows the aggregate of exactly the rows that its definition names."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean, median
from typing import TYPE_CHECKING, Any, Literal

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.semantic.world import Company, atomic, dataset, derived, dimension

from metrion.semantic.calendar import Move, is_grain, period_end, period_start, source_end
from metrion.semantic.model import Duration, Period, Shift
from metrion.semantic.scope import TimeContext

if TYPE_CHECKING:
    from metrion.semantic.model import Grain

Row = tuple[date | None, str | None, int | None]
Key = tuple[object, ...]
FIRST, LAST = date(2023, 11, 1), date(2024, 5, 31)
ANCHOR = date(2024, 3, 20)
DAYS = (
    *(date(2023, 12, 30), date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 30), date(2024, 1, 31)),
    *(date(2024, 2, 1), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 19)),
    *(date(2024, 3, 20), date(2024, 3, 31), date(2024, 4, 1)),
)
"""The ends of weeks, months, quarters and years, and the day on which the data ends."""
days = st.sampled_from(DAYS)
grains: st.SearchStrategy[Grain] = st.sampled_from(["day", "week", "month", "quarter", "year"])
durations = st.builds(Duration, count=st.integers(1, 3), unit=st.sampled_from(["day", "week", "month", "quarter"]))

connection = duckdb.connect()
connection.execute("create schema s; create table s.sales (id int, day date, shop text, amount int)")


@dataclass(frozen=True)
class Asked:
    """The question: by shop or not, by a grain or not, over a range."""

    by_shop: bool
    grain: Grain | None
    start: date | None
    end: date | None
    row_set: Literal["facts", "covered", "spine"] = "facts"


def _periods(**more: object) -> st.SearchStrategy[Period]:
    ends: st.SearchStrategy[Literal["end", "start"]] = st.sampled_from(["end", "end", "start"])
    return st.builds(Period, seen_from=ends, **more)  # type: ignore[arg-type]


windows = st.one_of(
    _periods(to_date=grains),
    _periods(trailing=durations),
    _periods(leading=durations),
    _periods(trailing=durations, leading=durations),
    _periods(trailing=durations, remaining=st.just(True)),
    _periods(cumulative=st.just(True)),
    _periods(cumulative=st.just(True), leading=durations),
    _periods(remaining=st.just(True)),
)
shifts = st.none() | st.builds(Shift, count=st.integers(-2, 3), unit=st.sampled_from(["day", "week", "month", "year"]))
facts = st.lists(
    st.tuples(st.sampled_from([*DAYS, None]), st.sampled_from(["a", "b", None]), st.integers(-9, 9) | st.none()),
    max_size=9,
)
questions = st.builds(
    Asked, by_shop=st.booleans(), grain=st.none() | grains, start=st.none() | days, end=st.none() | days
).filter(lambda asked: asked.start is None or asked.end is None or asked.start <= asked.end)
aggregations = st.sampled_from(["sum", "count", "count_distinct", "min", "max", "avg", "median"])


# --- the second way ---------------------------------------------------------------------------------


def seen(period: date | None, asked: Asked, window: Period) -> date:
    """Return the day at which a period (without a grain: the range) is looked at."""
    start, end = asked.start or date.min, asked.end or date.max
    if period is None or asked.grain is None:
        if window.seen_from == "start" and asked.start is not None:
            return asked.start - timedelta(days=1)
        if asked.end is None:
            return max(ANCHOR, start)
        return ANCHOR if start <= ANCHOR <= end else end
    if window.seen_from == "start":
        return period - timedelta(days=1)
    last = period_end(period, asked.grain, "monday")
    return min(ANCHOR if period <= ANCHOR < last else last, end)


def counts(day: date, at: date, window: Period) -> bool:
    """Tell whether the window that is looked at from a day holds another day."""
    if window.shift is not None:
        at = source_end(at, (Move.of(window.shift),))
    if day <= at:
        if window.trailing is not None:
            return source_end(at, (Move.of(window.trailing),)) < day
        return window.cumulative or (window.to_date is not None and _start(at, window.to_date) <= day)
    if window.leading is None:
        return window.remaining
    move = Move.of(window.leading)
    return day <= source_end(at, (Move(move.unit, -move.count),))


def _start(day: date, level: str) -> date:
    assert is_grain(level)
    return period_start(day, level, "monday")


def own_periods(rows: list[Row], asked: Asked, window: Period) -> set[date]:
    """Return the periods in which the shifted metric has facts."""
    if asked.grain is None:
        return set()
    found = set()
    day = FIRST - timedelta(days=1200)
    while day < LAST + timedelta(days=1200):
        source = day if window.shift is None else source_end(day, (Move.of(window.shift),))
        before = day - timedelta(days=1)
        if window.shift is not None:
            before = source_end(before, (Move.of(window.shift),))
            landed = any(of is not None and before < of <= source for of, _, _ in rows)
        else:
            landed = any(of == day for of, _, _ in rows)
        if landed and (asked.start or date.min) <= day <= (asked.end or date.max):
            found.add(period_start(day, asked.grain, "monday"))
        day += timedelta(days=1)
    return found


def expected(rows: list[Row], asked: Asked, window: Period, aggregation: str) -> dict[Key, float | None]:
    """Return the value of each period and shop whose window holds rows."""
    wanted: list[date | None] = [*own_periods(rows, asked, window)] if asked.grain else [None]
    groups: dict[Key, list[int | None]] = {} if asked.grain or asked.by_shop else {(): []}
    for period in wanted:
        at = seen(period, asked, window)
        for day, shop, amount in rows:
            if day is not None and counts(day, at, window):
                key = (*([period] if asked.grain else []), *([shop] if asked.by_shop else []))
                groups.setdefault(key, []).append(amount)
    return {key: _aggregate(aggregation, found) for key, found in groups.items()}


def _aggregate(aggregation: str, rows: list[int | None]) -> float | None:
    known = [row for row in rows if row is not None]
    if aggregation == "count":
        return len(rows)
    if aggregation == "count_distinct":
        return len(set(known))
    if not known:
        return None
    if aggregation == "median":
        return median(known)
    return {"sum": sum(known), "min": min(known), "max": max(known), "avg": mean(known)}[aggregation]


# --- the engine's way -------------------------------------------------------------------------------


def load(rows: list[Row]) -> None:
    """Put the rows into the table."""
    connection.execute("delete from s.sales")
    if rows:
        connection.executemany("insert into s.sales values (?, ?, ?, ?)", [(i, *row) for i, row in enumerate(rows)])


def company(window: Period, aggregation: str) -> Company:
    """Return the company with the metric `seen` over `base`."""
    columns = {"id": "integer", "day": "date", "shop": "string", "amount": "integer"}
    expression = "*" if aggregation == "count" else "amount"
    time = TimeContext(zone="Asia/Shanghai", today=ANCHOR, anchors={"sales": ANCHOR})
    return Company(
        (
            dataset("sales", columns, time="day"),
            dimension("shop", ("sales", "shop")),
            atomic("base", "sales", aggregation, expression),
            derived("seen", "base", period=window),
        ),
        connection,
        time,
    )


def request(asked: Asked) -> dict[str, Any]:
    """Return the request of a question."""
    return {
        "metrics": ["seen"],
        "dimensions": [{"field": "shop"}] if asked.by_shop else [],
        "grain": asked.grain,
        "time": {"kind": "absolute", "start": asked.start, "end": asked.end},
    }


def same(value: Any, wanted: float | None) -> bool:
    """Tell whether two values are the same."""
    return value is wanted if value is None or wanted is None else math.isclose(float(value), wanted, abs_tol=1e-9)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(facts, windows, shifts, questions, aggregations)
def test_every_window_holds_exactly_its_rows(
    rows: list[Row], window: Period, shift: Shift | None, asked: Asked, aggregation: str
) -> None:
    window = window.model_copy(update={"shift": shift})
    load(rows)
    answer = company(window, aggregation).ask(**request(asked))
    wanted = expected(rows, asked, window, aggregation)
    assert {row[:-1] for row in answer} == set(wanted)
    assert len(answer) == len(wanted)
    for row in answer:
        assert same(row[-1], wanted[row[:-1]]), (row, wanted)
