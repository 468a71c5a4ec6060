"""The Python check of a condition gives the same answer as its SQL on the engine."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.grounds import examples

from metrion.semantic.condition import (
    EVERYTHING,
    NOTHING,
    And,
    Compare,
    Condition,
    Formula,
    IsNull,
    Match,
    Not,
    OneOf,
    Or,
    PersonValue,
    RelativeDay,
)
from metrion.semantic.errors import BadFilterValue, FormulaNeedsEngine, UnresolvedDay, UnresolvedPerson
from metrion.semantic.evaluate import evaluate, keeps
from metrion.semantic.plan import BoundCondition, Column
from metrion.semantic.sql.conditions import Conditions
from metrion.semantic.sql.dialects import dialect_of
from metrion.semantic.sql.terms import Parameters, Terms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.semantic.model import DataType

TYPES: Mapping[str, DataType] = {
    "name": "string",
    "count": "integer",
    "price": "decimal",
    "share": "float",
    "open": "boolean",
    "day": "date",
    "at": "timestamp",
}
SQL_TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(12, 2)",
    "float": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}

# Few values, so that equal ones meet; letters whose case is odd; a NUL ends strings in no engine of ours.
TEXTS = st.one_of(
    st.sampled_from(["", "East", "east", "华东", "华东区", "%", "_", "a%b", "'", "ß", "Σας", "İ", "ǅ", "K"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4),
)
COUNTS = st.integers(-3, 3)
PRICES = st.sampled_from([Decimal("-0.10"), Decimal("0.00"), Decimal("0.10"), Decimal("12.50"), Decimal("99.99")])
SHARES = st.sampled_from([-1.5, -0.0, 0.0, 0.1, 2.0, float("nan"), float("inf")])
DAYS = st.dates(date(2024, 2, 27), date(2024, 3, 2))
MOMENTS = st.datetimes(datetime(2024, 2, 28), datetime(2024, 3, 1)).map(
    lambda moment: moment.replace(minute=0, second=0, microsecond=0)
)
ROWS = st.fixed_dictionaries(
    {
        "name": st.none() | TEXTS,
        "count": st.none() | COUNTS,
        "price": st.none() | PRICES,
        "share": st.none() | SHARES,
        "open": st.none() | st.booleans(),
        "day": st.none() | DAYS,
        "at": st.none() | MOMENTS,
    }
)
PLAIN: Mapping[str, st.SearchStrategy[Any]] = {
    "name": TEXTS,
    "count": COUNTS | st.sampled_from([0.5, -2.5]),
    "price": st.sampled_from([-0.1, 0, 0.1, 12.5, 99.99, 7]),
    "share": st.sampled_from([-1.5, 0, 0.1, 2]),
    "open": st.booleans(),
    "day": DAYS.map(str),
    "at": DAYS.map(str) | MOMENTS.map(str),
}
FIELDS = st.sampled_from(sorted(TYPES))
OPERATORS = st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"])
LEAVES: st.SearchStrategy[Condition] = st.one_of(
    FIELDS.flatmap(lambda name: st.builds(Compare, field=st.just(name), op=OPERATORS, value=PLAIN[name])),
    FIELDS.flatmap(
        lambda name: st.builds(
            OneOf,
            field=st.just(name),
            values=st.lists(PLAIN[name], max_size=3).map(tuple),
            negated=st.booleans(),
        )
    ),
    st.builds(IsNull, field=FIELDS, negated=st.booleans()),
    st.builds(
        Match,
        field=st.just("name"),
        how=st.sampled_from(["contains", "starts", "ends"]),
        text=TEXTS,
        negated=st.booleans(),
    ),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(And, items=st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, items=st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, item=inner),
    ),
    max_leaves=8,
)

engine = duckdb.connect()


def by_engine(condition: Condition, row: Mapping[str, Any]) -> bool | None:
    """Return what DuckDB says to the SQL that the compiler writes."""
    terms = Terms(Parameters(), dialect_of("duckdb"))
    fields = tuple((name, Column("rows", name, type_)) for name, type_ in TYPES.items())
    predicate = Conditions(terms).predicate(BoundCondition(condition, fields)).sql("duckdb")
    first = len(terms.parameters.values)
    columns = ", ".join(
        f'${first + place}::{SQL_TYPES[type_]} AS "{name}"' for place, (name, type_) in enumerate(TYPES.items(), 1)
    )
    values = [*terms.parameters.values, *(row[name] for name in TYPES)]
    answer = engine.execute(f"SELECT {predicate} FROM (SELECT {columns}) AS rows", values).fetchone()
    assert answer is not None
    truth = answer[0]
    assert truth is None or isinstance(truth, bool)
    return truth


@settings(max_examples=examples(1500), deadline=None)
@given(condition=CONDITIONS, row=ROWS)
def test_python_and_engine_agree(condition: Condition, row: Mapping[str, Any]) -> None:
    assert evaluate(condition, row, TYPES) == by_engine(condition, row)


def row_of(**values: Any) -> dict[str, Any]:
    return dict.fromkeys(TYPES) | values


@pytest.mark.parametrize(
    ("condition", "row", "expected"),
    [
        (Compare(field="count", op="ne", value=1), row_of(), None),
        (OneOf(field="count", values=(1, 2), negated=True), row_of(), None),
        (OneOf(field="count", values=()), row_of(), False),
        (OneOf(field="count", values=(), negated=True), row_of(), True),
        (Not(item=Compare(field="count", op="eq", value=1)), row_of(), None),
        (And(items=(Compare(field="count", op="eq", value=1), NOTHING)), row_of(), False),
        (Or(items=(Compare(field="count", op="eq", value=1), EVERYTHING)), row_of(), True),
        (Match(field="name", how="contains", text="%"), row_of(name="50 percent"), False),
        (Match(field="name", how="starts", text="华东"), row_of(name="华东区"), True),
        (Compare(field="price", op="eq", value=0.1), row_of(price=Decimal("0.10")), True),
        (Compare(field="at", op="eq", value="2024-02-29"), row_of(at=datetime(2024, 2, 29, 23, 59)), True),
        (Compare(field="at", op="le", value="2024-02-29 12:00"), row_of(at=datetime(2024, 2, 29, 23)), False),
    ],
)
def test_known_answers(condition: Condition, row: Mapping[str, Any], expected: bool | None) -> None:
    assert evaluate(condition, row, TYPES) is expected
    assert by_engine(condition, row) is expected
    assert keeps(condition, row, TYPES) is (expected is True)


def test_a_value_of_another_type_is_refused() -> None:
    with pytest.raises(BadFilterValue):
        evaluate(Compare(field="day", op="eq", value="yesterday"), row_of(day=date(2024, 1, 1)), TYPES)


def test_a_person_must_be_put_in_first() -> None:
    with pytest.raises(UnresolvedPerson):
        evaluate(Compare(field="name", op="eq", value=PersonValue(person="region")), row_of(name="east"), TYPES)


def test_a_relative_day_is_counted_from_today() -> None:
    week = Compare(field="day", op="ge", value=RelativeDay(today=-7))
    row = {"day": date(2024, 5, 24)}
    assert keeps(week, row, TYPES, today=date(2024, 5, 31))
    assert not keeps(week, row, TYPES, today=date(2024, 6, 1))
    with pytest.raises(UnresolvedDay):
        evaluate(week, row, TYPES)


def test_a_formula_is_for_the_engine() -> None:
    with pytest.raises(FormulaNeedsEngine):
        evaluate(Formula(formula="count > 1"), {"count": 2}, TYPES)
