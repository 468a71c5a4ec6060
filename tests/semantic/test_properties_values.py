"""Random metrics over random metrics: the compiled SQL gives what the definitions say, evaluated in plain Python."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.semantic.reference import TIME, Question, Reference
from tests.semantic.world import Company, atomic, dataset, dimension, metric, relationship

from metrion.semantic.condition import NOTHING, Compare, Condition, OneOf
from metrion.semantic.model import (
    Composite,
    Derived,
    Difference,
    Growth,
    Input,
    MetricDef,
    Nested,
    Operand,
    Period,
    Rank,
    Ratio,
    Share,
    Shift,
)
from metrion.semantic.scope import DataScope, TimeContext

if TYPE_CHECKING:
    from tests.semantic.reference import Row

    from metrion.semantic.model import Calculation, Definition

FACTS = ("orders", "visits")
FIELDS = ("region", "status")
DAYS = [
    date(2023, 12, 31),
    date(2024, 1, 1),
    date(2024, 1, 30),
    date(2024, 1, 31),
    date(2024, 2, 29),
    date(2024, 3, 31),
]
ATOMS = (
    atomic("revenue", "orders", "sum", "amount"),
    atomic("orders_count", "orders", "count", "*"),
    atomic("buyers", "orders", "count_distinct", "customer"),
    atomic("middle", "orders", "median", "amount"),
    atomic("largest", "orders", "max", "amount"),
    atomic("done", "orders", "sum", "amount", where=Compare(field="status", op="eq", value="done")),
    atomic("visits_count", "visits", "count", "*"),
    atomic("spent", "visits", "avg", "amount"),
)

connection = duckdb.connect()
connection.execute("""
create schema s;
create table s.customers (id int, region text);
create table s.orders (id int, customer int, day date, status text, amount int);
create table s.visits (id int, customer int, day date, status text, amount int);
""")

shifts = st.builds(Shift, count=st.sampled_from([1, 1, 2, 12, -1]), unit=st.sampled_from(["month", "day"]))
conditions = st.builds(
    Compare, field=st.sampled_from(FIELDS), op=st.sampled_from(["eq", "ne"]), value=st.sampled_from(["EAST", "done"])
)
having = st.builds(
    Compare, field=st.just("value"), op=st.sampled_from(["gt", "le"]), value=st.sampled_from([0, 5])
)  # fmt: skip


def _sensible(spec: Nested) -> Nested:
    """Return the nested metric without a condition on inner rows where it has none."""
    return spec.model_copy(update={"having": None}) if spec.aggregation == "recomputed" else spec


@st.composite
def calculations(draw: st.DrawFn, codes: list[str]) -> Calculation:
    """Return a calculation over metrics that exist."""
    of = st.sampled_from(codes)
    period = st.none() | shifts.map(lambda shift: Period(shift=shift))
    operand = {"metric": of, "filter": st.none() | conditions, "period": period}
    two = st.tuples(st.builds(Input, name=st.just("a"), **operand), st.builds(Input, name=st.just("b"), **operand))
    some = st.sampled_from([(), ("region",), ("status",), ("metric_time",), ("region", "metric_time")])
    formulas = st.sampled_from(["[a] / [b]", "[a] + [b]", "[a] - [b]"])
    kinds: list[st.SearchStrategy[Any]] = [
        st.builds(Derived, base=of, filter=st.none() | conditions, period=period),
        st.builds(Composite, formula=formulas, inputs=two),
        st.builds(Ratio, numerator=st.builds(Operand, **operand), denominator=st.builds(Operand, **operand)),
        st.builds(Growth, metric=of, shift=shifts, result=st.sampled_from(["rate", "difference"])),
        st.builds(Difference, metric=of, target=of, result=st.sampled_from(["rate", "difference"])),
        st.builds(Rank, base=of, within=some, lowest_first=st.booleans()),
        st.builds(
            Nested,
            base=of,
            aggregation=st.sampled_from(["sum", "avg", "min", "max", "median", "count", "recomputed"]),
            per=st.sampled_from([(), ("region",), ("status",), ("region", "status")]),
            grain=st.sampled_from([None, "day", "month"]),
            without=some,
            only=st.none() | some,
            unfiltered=st.sampled_from([(), (), ("region",), ("metric_time",), ("*",)]),
            having=st.none() | having,
        ).map(_sensible),
    ]  # fmt: skip
    result: Calculation = draw(st.one_of(kinds))
    return result


@st.composite
def libraries(draw: st.DrawFn) -> tuple[MetricDef, ...]:
    """Return the atoms with some metrics over them, and over each other."""
    found = list(ATOMS)
    for number in range(draw(st.integers(1, 3))):
        found.append(metric(f"m{number}", draw(calculations([one.code for one in found]))))
    return tuple(found)


rows = st.lists(
    st.tuples(
        st.sampled_from([1, 2, 3, 99, None]),
        st.sampled_from([*DAYS, None]),
        st.sampled_from(["done", "open", None]),
        st.integers(-9, 20) | st.none(),
    ),
    max_size=9,
)
regions = st.lists(st.sampled_from(["EAST", "WEST", None]), min_size=3, max_size=3)
questions = st.builds(
    Question,
    keys=st.sampled_from(
        [(), ("region",), ("status", "region"), (f"{TIME}month",), (f"{TIME}day", "region"), (f"{TIME}week", "status")]
    ),
    filters=st.sampled_from([(), (), (Compare(field="region", op="eq", value="EAST"),)]),
    start=st.none() | st.sampled_from(DAYS[:3]),
    end=st.none() | st.sampled_from(DAYS[3:]),
)


def company(metrics: tuple[MetricDef, ...]) -> Company:
    """Return the company with these metrics."""
    columns = {"id": "integer", "customer": "integer", "day": "date", "status": "string", "amount": "integer"}
    definitions: list[Definition] = [
        dataset("customers", {"id": "integer", "region": "string"}),
        dimension("region", ("customers", "region")),
        dimension("status", ("orders", "status"), ("visits", "status")),
    ]
    for fact in FACTS:
        definitions += [dataset(fact, columns, time="day"), relationship(fact, "customers", ("customer", "id"))]
    return Company((*definitions, *metrics), connection, TimeContext(zone="Asia/Shanghai", today=date(2024, 5, 31)))


def load(found: dict[str, list[tuple[Any, ...]]], of: list[str | None]) -> dict[str, list[Row]]:
    """Put the rows into the tables; return them with their fields."""
    region = dict(enumerate(of, start=1))
    for table in ("customers", *FACTS):
        connection.execute(f"delete from s.{table}")
    connection.executemany("insert into s.customers values (?, ?)", [*region.items()])
    loaded: dict[str, list[Row]] = {}
    for fact in FACTS:
        numbered = [(i, *row) for i, row in enumerate(found[fact])]
        if numbered:
            connection.executemany(f"insert into s.{fact} values (?, ?, ?, ?, ?)", numbered)
        names = ("id", "customer", "day", "status", "amount")
        loaded[fact] = [dict(zip(names, row, strict=True)) | {"region": region.get(row[1])} for row in numbered]
    return loaded


def request(question: Question, metrics: list[str]) -> dict[str, Any]:
    """Return the request of a question."""
    grains = [key.removeprefix(TIME) for key in question.keys if key.startswith(TIME)]
    return {
        "metrics": metrics,
        "dimensions": [{"field": key} for key in question.keys if not key.startswith(TIME)],
        "grain": grains[0] if grains else None,
        "time": {"kind": "absolute", "start": question.start, "end": question.end},
        "filters": question.filters[0] if question.filters else None,
    }


def assert_same(answer: list[tuple[Any, ...]], expected: dict[tuple[object, ...], list[float | None]]) -> None:
    """Compare the row set, then each value."""
    width = len(next(iter(expected), ()))
    assert sorted(map(repr, (row[:width] for row in answer))) == sorted(map(repr, expected))
    for row in answer:
        for value, wanted in zip(row[width:], expected[row[:width]], strict=True):
            if value is None or wanted is None:
                assert value is wanted, (row, expected[row[:width]])
            else:
                assert math.isclose(float(value), float(wanted), rel_tol=1e-9, abs_tol=1e-9), (row, expected)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(libraries(), st.fixed_dictionaries(dict.fromkeys(FACTS, rows)), regions, questions, st.data())
def test_metrics_over_metrics_agree_with_their_definitions(
    metrics: tuple[MetricDef, ...],
    found: dict[str, list[tuple[Any, ...]]],
    of: list[str | None],
    question: Question,
    data: st.DataObject,
) -> None:
    loaded = load(found, of)
    beside = data.draw(st.sampled_from([[], ["orders_count"], ["visits_count"]]))
    asked = [*dict.fromkeys([metrics[-1].code, *beside])]
    answer = company(metrics).ask(**request(question, asked))
    assert_same(answer, Reference(loaded, {one.code: one for one in metrics}).answer(asked, question))


POLICIES: list[dict[str, Condition]] = [
    {"orders": Compare(field="status", op="eq", value="done")},
    {"orders": OneOf(field="region", values=("EAST",)), "visits": OneOf(field="region", values=("WEST",))},
    {"customers": Compare(field="region", op="eq", value="EAST")},
    {"orders": NOTHING, "customers": Compare(field="id", op="gt", value=1)},
]
DELETIONS = {
    "status": "coalesce(status, '') <> 'done'",
    "EAST": "customer is null or coalesce((select region from s.customers c where c.id = customer), '') <> 'EAST'",
    "WEST": "customer is null or coalesce((select region from s.customers c where c.id = customer), '') <> 'WEST'",
}
PHYSICAL: list[dict[str, str]] = [
    {"orders": DELETIONS["status"]},
    {"orders": DELETIONS["EAST"], "visits": DELETIONS["WEST"]},
    {"customers": "coalesce(region, '') <> 'EAST'"},
    {"orders": "true", "customers": "id <= 1"},
]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    libraries(),
    st.fixed_dictionaries(dict.fromkeys(FACTS, rows)),
    regions,
    questions,
    st.sampled_from(range(len(POLICIES))),
)
def test_a_permission_is_a_physical_filter_for_metrics_of_every_kind(
    metrics: tuple[MetricDef, ...],
    found: dict[str, list[tuple[Any, ...]]],
    of: list[str | None],
    question: Question,
    policy: int,
) -> None:
    load(found, of)
    metrics = (*metrics, metric("share", Share(metric=metrics[-1].code, of=("region",))))
    firm, asking = company(metrics), request(question, [metrics[-2].code, "share"])
    scoped = firm.seen_by(DataScope(rows=POLICIES[policy]))
    answer, totals = scoped.ask(**asking), scoped.totals(**asking)
    for table, gone in PHYSICAL[policy].items():
        connection.execute(f"delete from s.{table} where {gone}")
    assert answer == firm.ask(**asking)
    assert totals == firm.totals(**asking)
