"""Random events: who converted, when and in which group, is what going through all pairs of events gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.semantic.world import Company, atomic, dataset, dimension, metric

from metrion.semantic.calendar import Move, add
from metrion.semantic.condition import Compare
from metrion.semantic.model import ColumnPair, Conversion, Duration, Growth, Shift
from metrion.semantic.scope import DataScope

if TYPE_CHECKING:
    from metrion.semantic.model import MetricDef

TABLES = ("visits", "baskets", "buys")
ENTITY = (ColumnPair(many="person", one="person"),)
ITEM = (ColumnPair(many="item", one="item"),)

connection = duckdb.connect()
connection.execute("create schema s")
for _table in TABLES:
    connection.execute(f"create table s.{_table} (id int, person text, moment timestamp, item text, amount int)")


@dataclass(frozen=True)
class Event:
    """One event; `amount` tells buys apart by what they are worth."""

    person: str | None
    moment: datetime | None
    item: str | None
    amount: int


@dataclass(frozen=True)
class Spec:
    """What is to be found: the further steps, within a window, of the same thing."""

    steps: tuple[str, ...]
    window: Duration | None = None
    same_item: bool = False
    counts: Literal["base", "steps"] = "base"


MOMENTS = [
    datetime.fromisoformat(text)
    for text in ("2024-01-30 12:00", "2024-01-31 12:00", "2024-01-31 23:59:59", "2024-02-01", "2024-02-29 08:00")
]
events = st.lists(
    st.builds(
        Event,
        person=st.sampled_from(["u1", "u1", "u2", None]),
        moment=st.sampled_from([*MOMENTS, None]),
        item=st.sampled_from(["x", "y", None]),
        amount=st.integers(1, 9),
    ),
    max_size=5,
)
worlds = st.fixed_dictionaries(dict.fromkeys(TABLES, events))
specs = st.builds(
    Spec,
    steps=st.sampled_from([("buys",), ("baskets",), ("baskets", "buys")]),
    window=st.none() | st.builds(Duration, count=st.integers(1, 2), unit=st.sampled_from(["hour", "day", "month"])),
    same_item=st.booleans(),
    counts=st.sampled_from(["base", "steps"]),
)


def load(world: dict[str, list[Event]]) -> None:
    """Put the events into their tables."""
    for table, found in world.items():
        connection.execute(f"delete from s.{table}")
        rows = [(i, one.person, one.moment, one.item, one.amount) for i, one in enumerate(found)]
        if rows:
            connection.executemany(f"insert into s.{table} values (?, ?, ?, ?, ?)", rows)


def company(spec: Spec, *more: MetricDef) -> Company:
    """Return the company with the funnel as a rate, a count and (of the last step) a sum."""
    columns = {"id": "integer", "person": "string", "moment": "timestamp", "item": "string", "amount": "integer"}
    definitions = [dataset(table, columns, time="moment") for table in TABLES]
    counts = [atomic(f"{table}_count", table, "count", "*") for table in TABLES]
    same: dict[str, Any] = {"entity": ENTITY, "window": spec.window, "constants": ITEM if spec.same_item else ()}
    steps = tuple(f"{step}_count" for step in spec.steps)
    funnels = [
        metric(result, Conversion(base="visits_count", steps=steps, result=result, counts=spec.counts, **same))
        for result in ("rate", "count")
    ]
    return Company((*definitions, *counts, *funnels, dimension("item", ("visits", "item")), *more), connection)


def converted(world: dict[str, list[Event]], spec: Spec) -> list[int]:
    """Return the base event of each conversion: each event of a step goes to the last event before it."""
    reached = [(place, event) for place, event in enumerate(world["visits"])]
    for step in spec.steps:
        reached = [
            (place, event)
            for event in world[step]
            for place in [_last_before(event, reached, world["visits"], spec)]
            if place is not None
        ]
    places = [place for place, _ in reached]
    return places if spec.counts == "steps" else sorted(set(places))


def _last_before(event: Event, reached: list[tuple[int, Event]], visits: list[Event], spec: Spec) -> int | None:
    """Return the base event of the last event before; of equal moments that of the least item, nothing last."""
    found = []
    for place, before in reached:
        if event.person is None or event.person != before.person or event.moment is None or before.moment is None:
            continue
        if spec.same_item and (event.item is None or event.item != before.item):
            continue
        earliest = None
        if spec.window is not None:
            move = Move.of(spec.window)
            earliest = add(event.moment, Move(move.unit, -move.count))
        if before.moment <= event.moment and (earliest is None or before.moment > earliest):
            found.append((before.moment, place))
    last = [place for moment, place in found if moment == max(found)[0]]
    return min(last, key=lambda place: (visits[place].item is None, visits[place].item or "", place), default=None)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds, specs)
def test_conversions_are_what_going_through_all_pairs_gives(world: dict[str, list[Event]], spec: Spec) -> None:
    load(world)
    firm, places, visits = company(spec), converted(world, spec), world["visits"]
    ((count, rate),) = firm.ask(metrics=["count", "rate"])
    assert count == len(places)
    assert rate == (pytest.approx(len(places) / len(visits)) if visits else None)
    by_item = {row[0]: row[1:] for row in firm.ask(metrics=["count", "visits_count"], dimensions=[{"field": "item"}])}
    for item in {one.item for one in visits}:
        mine = [place for place, one in enumerate(visits) if one.item == item]
        assert by_item[item] == (sum(place in mine for place in places), len(mine))
    days = {row[0]: row[1] for row in firm.ask(metrics=["count", "visits_count"], grain="day")}
    day_of = [one.moment and one.moment.date() for one in visits]
    for day in day_of:
        assert days[day] == sum(day_of[place] == day for place in places)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds, specs)
def test_a_funnel_over_permitted_events_is_the_funnel_of_those_events(
    world: dict[str, list[Event]], spec: Spec
) -> None:
    few = Compare(field="amount", op="le", value=5)
    growth = metric("growth", Growth(metric="count", shift=Shift(count=1, unit="month"), result="difference"))
    firm = company(spec, growth)
    for tables in (("visits",), TABLES[1:], TABLES):
        scoped = firm.seen_by(DataScope(rows=dict.fromkeys(tables, few)))
        asking: dict[str, Any] = {"metrics": ["rate", "count", "growth"], "grain": "month"}
        load(world)
        answer, totals = scoped.ask(**asking), scoped.totals(**asking)
        load({table: [one for one in rows if table not in tables or one.amount <= 5] for table, rows in world.items()})
        assert answer == firm.ask(**asking)
        assert totals == firm.totals(**asking)


def test_the_window_begins_after_the_event_and_ends_with_its_length() -> None:
    start = MOMENTS[0]
    visit = Event("u1", start, "x", 1)
    window = Duration(count=1, unit="day")
    for late, expected in ((0, 1), (3600, 1), (86399, 1), (86400, 0)):
        load({"visits": [visit], "baskets": [], "buys": [Event("u1", start + timedelta(seconds=late), "x", 1)]})
        assert company(Spec(("buys",), window)).ask(metrics=["count"]) == [(expected,)]
