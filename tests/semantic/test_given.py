"""A question without its values: one statement for all that differ only in them."""

from __future__ import annotations

import re
from datetime import date

import duckdb
import pytest
from pydantic import TypeAdapter, ValidationError
from tests.semantic.world import Company, atomic, dataset, dimension

from metrion.semantic.condition import And, Compare, Condition, Formula, IsNull, Match, Not, OneOf, Or, RelativeDay
from metrion.semantic.errors import BadFilterValue
from metrion.semantic.given import Given, is_day, without_values
from metrion.semantic.request import MetricQuery

FIRM = Company(
    (
        dataset(
            "sales", {"id": "integer", "region": "string", "day": "date", "moment": "timestamp", "sold": "integer"}
        ),
        dimension("region", ("sales", "region")),
        dimension("day", ("sales", "day")),
        dimension("moment", ("sales", "moment")),
        atomic("revenue", "sales", "sum", "sold"),
    ),
    duckdb.connect(),
)
EVERY = And(
    items=(
        Or(items=(Compare(field="a", op="eq", value="x"), OneOf(field="b", values=(1, 2.5, True)))),
        Not(item=Match(field="c", how="contains", text="2024-01-31")),
        Compare(field="d", op="ge", value=RelativeDay(today=-1)),
        Formula(formula="e > 3"),
        IsNull(field="f"),
    )
)


def test_values_leave_their_kind_behind() -> None:
    shape, values = without_values(
        MetricQuery(metrics=("m",), filters=EVERY, having=Compare(field="m", op="gt", value=7))
    )
    assert values == ("x", 1, 2.5, True, "2024-01-31", 7)
    assert isinstance(shape.filters, And)
    assert shape.filters.items[2:] == EVERY.items[2:]
    kinds = re.findall(r'"[?](\d) (\w+)"', shape.model_dump_json())
    assert kinds == list(zip("012345", ("text", "integer", "float", "boolean", "day", "integer"), strict=True))


def test_a_question_without_conditions_is_its_own_shape() -> None:
    request = MetricQuery(metrics=("m",))
    assert without_values(request) == (request, ())


def test_what_a_client_writes_is_never_a_stand_in() -> None:
    reader: TypeAdapter[Condition] = TypeAdapter(Condition)
    found = reader.validate_python({"kind": "compare", "field": "a", "op": "eq", "value": "?0 text"})
    assert isinstance(found, Compare)
    assert not isinstance(found.value, Given)
    with pytest.raises(ValidationError):
        reader.validate_python({"kind": "compare", "field": "a", "op": "eq", "value": {"place": 0, "kind": "text"}})


def test_a_stand_in_of_a_day_is_a_day() -> None:
    assert [is_day(value) for value in (Given(0, "day"), Given(0, "text"), "2024-01-31", "2024-01-31T00:00", 2024)] == [
        True,
        False,
        True,
        False,
        False,
    ]


def test_one_statement_for_all_values() -> None:
    first, second = (
        FIRM.compiled(
            metrics=("revenue",),
            filters={"kind": "in", "field": "region", "values": list(values)},
            having={"kind": "compare", "field": "revenue", "op": "gt", "value": least},
        )
        for values, least in ((("EAST", "WEST"), 1), (("NORTH", "NORTH"), 2))
    )
    assert first.sql == second.sql
    assert first.parameters != second.parameters
    assert set(second.parameters) >= {"NORTH"}


def test_what_the_value_decides_makes_another_statement() -> None:
    def on(*values: str) -> str:
        return FIRM.compiled(
            metrics=("revenue",), filters={"kind": "in", "field": "moment", "values": list(values)}
        ).sql

    assert on("2024-01-31") == on("2024-02-29")
    assert on("2024-01-31") != on("2024-01-31T08:00:00")
    assert on("2024-01-31") != on("2024-01-31", "2024-02-29")


def test_a_value_that_does_not_fit_is_refused_with_its_field() -> None:
    with pytest.raises(BadFilterValue) as refused:
        FIRM.compiled(metrics=("revenue",), filters={"kind": "compare", "field": "day", "op": "eq", "value": "soon"})
    assert "soon" in str(refused.value)
    assert (
        date(2024, 1, 31)
        in FIRM.compiled(
            metrics=("revenue",), filters={"kind": "compare", "field": "day", "op": "eq", "value": "2024-01-31"}
        ).parameters
    )
