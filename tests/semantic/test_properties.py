"""Random data and random questions: the compiled SQL gives what the naive evaluation gives."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, cast

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.semantic.naive import Answer, Asked, Data, Fact, Spec, answer
from tests.semantic.world import Company, atomic, composite, dataset, derived, dimension, modifier, relationship

from metrion.semantic.condition import Compare
from metrion.semantic.model import Duration, Period, Shift
from metrion.semantic.scope import TimeContext

if TYPE_CHECKING:
    from metrion.semantic.model import Definition

REGIONS = ("EAST", "WEST", None)
STATUSES = ("done", "open", None)
GRAINS = st.sampled_from(["day", "week", "month", "quarter", "year"])
# Few days, at the ends of weeks, months, quarters and years: most faults of calendars live there.
DAYS = st.sampled_from(
    [date(2023, 12, day) for day in (1, 30, 31)]
    + [date(2024, 1, day) for day in (1, 2, 29, 30, 31)]
    + [date(2024, 2, day) for day in (1, 28, 29)]
    + [date(2024, 3, day) for day in (1, 19, 20, 21, 28, 29, 30, 31)]
    + [date(2024, 4, 1)]
)
FACTS = ("orders", "visits")
COLUMNS = {"id": "integer", "customer": "integer", "day": "date", "status": "string", "amount": "integer"}

connection = duckdb.connect()
connection.execute("""
create schema s;
create table s.cities (id int, city text);
create table s.customers (id int, region text, city_id int);
create table s.orders (id int, customer int, day date, status text, amount int);
create table s.visits (id int, customer int, day date, status text, amount int);
""")

facts = st.lists(
    st.builds(
        Fact,
        customer=st.sampled_from([1, 2, 3, 99, None]),
        day=DAYS | st.none(),
        status=st.sampled_from(STATUSES),
        amount=st.integers(-20, 20) | st.none(),
    ),
    max_size=12,
)
worlds = st.builds(
    lambda orders, visits, regions, cities: Data(
        {"orders": orders, "visits": visits},
        {number: (region, city) for number, (region, city) in enumerate(regions, start=1)},
        dict(enumerate(cities, start=1)),
    ),
    facts,
    facts,
    st.lists(st.tuples(st.sampled_from(REGIONS), st.sampled_from([1, 2, 9, None])), min_size=3, max_size=3),
    st.lists(st.sampled_from(["京", "沪"]), min_size=2, max_size=2),
)
durations = st.builds(Duration, count=st.integers(1, 4), unit=GRAINS)
shifts = st.builds(Shift, count=st.integers(1, 4), unit=GRAINS)
specs = st.builds(
    Spec,
    fact=st.sampled_from(FACTS),
    aggregation=st.sampled_from(["sum", "count", "count_distinct", "min", "max", "avg", "median"]),
    only=st.sampled_from([None, None, "done", "open"]),
    modifiers=st.sampled_from([(), (), ("EAST",)]),
    window=st.none() | GRAINS | durations,
    shift=st.none() | shifts,
)
questions = st.builds(
    Asked,
    groups=st.sampled_from([(), ("region",), ("city",), ("region", "city")]),
    grain=st.none() | GRAINS,
    start=st.none() | DAYS,
    end=st.none() | DAYS,
    region=st.sampled_from([None, None, "EAST"]),
    compare=st.none() | shifts,
).map(lambda asked: replace(asked, start=None) if asked.start and asked.end and asked.start > asked.end else asked)


def load(data: Data) -> None:
    """Put the rows into the tables."""
    for table in ("cities", "customers", *FACTS):
        connection.execute(f"delete from s.{table}")
    tables: dict[str, list[tuple[object, ...]]] = {
        "cities": [*data.cities.items()],
        "customers": [(number, *values) for number, values in data.customers.items()],
    }
    for fact in FACTS:
        found = enumerate(data.facts[fact])
        tables[fact] = [(i, row.customer, row.day, row.status, row.amount) for i, row in found]
    for table, rows in tables.items():
        if rows:
            places = ",".join("?" * len(rows[0]))
            connection.executemany(f"insert into s.{table} values ({places})", rows)


def company(found: list[Spec]) -> Company:
    """Return the definitions of the metrics m0, m1, ... and of their ratio."""
    definitions: list[Definition] = [
        dataset("cities", {"id": "integer", "city": "string"}),
        dataset("customers", {"id": "integer", "region": "string", "city_id": "integer"}),
        relationship("customers", "cities", ("city_id", "id")),
        dimension("region", ("customers", "region")),
        dimension("city", ("cities", "city")),
        modifier("east", Compare(field="region", op="eq", value="EAST")),
    ]
    for fact in FACTS:
        definitions += [dataset(fact, COLUMNS, time="day"), relationship(fact, "customers", ("customer", "id"))]
    for i, spec in enumerate(found):
        column = {"count": "*", "count_distinct": "customer"}.get(spec.aggregation, "amount")
        only = None if spec.only is None else Compare(field="status", op="eq", value=spec.only)
        to_date = spec.window if isinstance(spec.window, str) else None
        trailing = spec.window if isinstance(spec.window, Duration) else None
        period = Period(to_date=to_date, trailing=trailing, shift=spec.shift)
        modifiers = ("east",) if spec.modifiers else ()
        definitions += [
            atomic(f"base{i}", spec.fact, spec.aggregation, column, where=only),
            derived(f"m{i}", f"base{i}", *modifiers, period=period),
        ]
    definitions.append(composite("ratio", "[m0] / [m1]"))
    time = TimeContext(zone="Asia/Shanghai", today=Asked().anchor)
    return Company(
        tuple(definitions), connection, time.model_copy(update={"anchors": dict.fromkeys(FACTS, time.today)})
    )


def question(asked: Asked, metrics: list[str]) -> dict[str, object]:
    """Return the request of a question."""
    return {
        "metrics": metrics,
        "dimensions": [{"field": name} for name in asked.groups],
        "grain": asked.grain,
        "time": {"kind": "absolute", "start": asked.start, "end": asked.end},
        "filters": asked.region and {"kind": "compare", "field": "region", "op": "eq", "value": asked.region},
        "comparison": asked.compare and {"kind": "shift", "shift": asked.compare},
    }


def with_comparison(found: list[Spec], compare: Shift | None) -> list[Spec]:
    """Return the aggregations of the question's columns."""
    if compare is None:
        return found
    moved = []
    for spec in found:
        shift = compare
        if spec.shift is not None:
            shift = Shift(count=compare.count + spec.shift.count, unit=compare.unit)
        moved.append(replace(spec, shift=shift))
    return [*found, *moved]


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds, st.lists(specs, min_size=2, max_size=4), questions)
def test_sql_agrees_with_the_naive_evaluation(data: Data, found: list[Spec], asked: Asked) -> None:
    # Two shifts in a row add up only in one unit.
    units = {spec.shift.unit for spec in found if spec.shift} | ({asked.compare.unit} if asked.compare else set())
    if asked.compare is not None and len(units) > 1:
        asked = replace(asked, compare=None)
    load(data)
    names = [f"m{i}" for i in range(len(found))]
    rows = company(found).ask(**question(asked, [*names]))
    keys, answers = answer(data, asked, with_comparison(found, asked.compare))
    assert_equal(rows, keys, answers)


def assert_equal(rows: list[tuple[object, ...]], keys: set[tuple[object, ...]], answers: list[Answer]) -> None:
    """Compare the row set, then each value."""
    width = len(rows[0]) - len(answers) if rows else 0
    assert len(rows) == len(keys)
    assert {row[:width] for row in rows} == keys
    for row in rows:
        for value, expected in zip(row[width:], answers, strict=True):
            assert _same(cast("float | None", value), expected.value(row[:width])), (row, expected.aggregation)


def _same(value: float | None, expected: float | None) -> bool:
    if value is None or expected is None:
        return value is expected
    return math.isclose(float(value), float(expected), rel_tol=1e-9)


@settings(max_examples=60, deadline=None)
@given(worlds, st.lists(specs, min_size=2, max_size=3), questions)
def test_ratios_are_recomputed_in_every_group_and_in_the_totals(data: Data, found: list[Spec], asked: Asked) -> None:
    asked = replace(asked, compare=None)
    load(data)
    firm = company(found)
    asking = question(asked, ["ratio", "m0", "m1"])
    for ratio, above, below in [*(row[-3:] for row in firm.ask(**asking)), firm.totals(**asking)]:
        if above is None or not below:
            assert ratio is None
        else:
            assert ratio == pytest.approx(float(cast("float", above)) / float(cast("float", below)))


@settings(max_examples=60, deadline=None)
@given(worlds, st.lists(specs, min_size=1, max_size=3), questions)
def test_groups_of_an_additive_metric_add_up_to_the_total(data: Data, found: list[Spec], asked: Asked) -> None:
    additive = [replace(spec, aggregation="sum", window=None) for spec in found]
    asked = replace(asked, compare=None)
    load(data)
    firm = company([*additive, *additive])
    asking = question(asked, [f"m{i}" for i in range(len(additive))])
    rows, totals = firm.ask(**asking), firm.totals(**asking)
    for place, total in enumerate(totals):
        parts = [cast("int", row[place - len(totals)]) for row in rows if row[place - len(totals)] is not None]
        assert (sum(parts) if parts else None) == total


@settings(max_examples=40, deadline=None)
@given(worlds, st.lists(specs, min_size=2, max_size=3), questions)
def test_filtered_twice_is_filtered_once(data: Data, found: list[Spec], asked: Asked) -> None:
    load(data)
    firm = company(found)
    once = question(replace(asked, region="EAST"), ["m0", "m1"])
    twice = {**once, "filters": {"kind": "and", "items": [once["filters"], once["filters"]]}}
    assert firm.ask(**once) == firm.ask(**twice)


@settings(max_examples=40, deadline=None)
@given(worlds, specs, specs, questions)
@example(Data({"orders": [], "visits": []}, {}, {}), Spec("orders", "count"), Spec("visits", "sum"), Asked(grain="day"))
def test_a_number_does_not_depend_on_what_is_asked_beside_it(
    data: Data, first: Spec, second: Spec, asked: Asked
) -> None:
    first = replace(first, window=None)
    load(data)
    firm = company([first, second])
    alone = firm.ask(**question(asked, ["m0"]))
    beside = firm.ask(**question(asked, ["m0", "m1"]))
    width = len(asked.groups) + (asked.grain is not None)
    numbers = {row[:width]: row[width] for row in beside}
    for row in alone:
        assert numbers[row[:width]] == row[width]
