"""Partners that only conditions ask of: looked up, or tested before the join, and the same numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pytest
from tests.semantic.world import Company, atomic, dataset, derived, dimension, modifier, relationship

from metrion.semantic.condition import Compare, IsNull, OneOf
from metrion.semantic.scope import DataScope

if TYPE_CHECKING:
    from metrion.semantic.condition import Condition

_TABLES = """
create schema s;
create table s.countries as select * from (values
  ('CN','ASIA'),('JP','ASIA'),('FR','EUROPE'),('XX',NULL)) t(id,continent);
create table s.customers as select * from (values
  (1,'EAST','CN'),(2,'EAST','FR'),(3,'WEST','JP'),(4,NULL,'CN'),(5,'WEST',NULL),(6,'WEST','ZZ')) t(id,region,country);
create table s.prices as select * from (values ('a',1,'new'),('a',2,'old'),('b',1,NULL)) t(sku,level,kind);
create table s.orders as select * from (values
  (1,1,'a',1,10),(2,2,'a',2,20),(3,3,'b',1,30),(4,4,'b',2,40),(5,5,'a',1,50),(6,6,NULL,1,60),(7,99,'a',2,70),
  (8,NULL,'b',1,80),(9,1,'a',1,90)) t(id,customer,sku,level,amount);
alter table s.orders add column day date default date '2024-01-05';
"""
"""Customers without region or country, a country that is nowhere, orders without customer: each must stay out or in."""

KINDS: Final = ("new", "old")
EAST = Compare(field="region", op="eq", value="EAST")


@pytest.fixture
def company() -> Company:
    """Return orders of customers in countries, and prices by a key of two columns."""
    connection = duckdb.connect()
    connection.execute(_TABLES)
    columns = {"id": "integer", "customer": "integer", "sku": "string", "level": "integer", "amount": "integer"}
    return Company(
        (
            dataset("orders", {**columns, "day": "date"}, time="day"),
            dataset("customers", {"id": "integer", "region": "string", "country": "string"}),
            dataset("countries", {"id": "string", "continent": "string"}),
            dataset("prices", {"sku": "string", "level": "integer", "kind": "string"}, key=("sku", "level")),
            relationship("orders", "customers", ("customer", "id")),
            relationship("orders", "prices", ("sku", "sku"), ("level", "level")),
            relationship("customers", "countries", ("country", "id")),
            dimension("region", ("customers", "region")),
            dimension("continent", ("countries", "continent")),
            dimension("kind", ("prices", "kind")),
            atomic("revenue", "orders", "sum", "amount"),
            modifier("of_asia", Compare(field="continent", op="eq", value="ASIA")),
            derived("revenue_asia", "revenue", "of_asia"),
            *(derived(f"revenue_{one}", "revenue", where=Compare(field="kind", op="eq", value=one)) for one in KINDS),
            derived("revenue_none", "revenue", where=IsNull(field="kind")),
            derived("revenue_not_new", "revenue", where=Compare(field="kind", op="ne", value="new")),
        ),
        connection,
    )


def east(**more: Any) -> dict[str, Any]:
    """Return a question for revenue in the EAST."""
    return {"metrics": ["revenue"], "filters": EAST.model_dump(), **more}


CONTINENT: Final = {"kind": "compare", "field": "continent", "op": "eq", "value": "ASIA"}
KIND: Final = {"kind": "compare", "field": "kind", "op": "eq", "value": "new"}
NO_REGION: Final = {"kind": "null", "field": "region"}


@pytest.mark.parametrize(
    ("question", "lookups", "joins"),
    [
        (east(), 1, 0),
        (east(dimensions=[{"field": "region"}]), 0, 1),  # it is shown
        (east(dimensions=[{"field": "continent"}]), 0, 2),  # what is shown hangs on it
        (east(dimensions=[{"field": "kind"}]), 1, 1),
        (east(filters=CONTINENT), 2, 0),  # one lookup in the other
        (east(filters={"kind": "and", "items": [EAST.model_dump(), CONTINENT]}), 2, 0),
        (east(filters=KIND), 0, 1),  # a key of two columns
        (east(filters=NO_REGION), 0, 1),  # true of orders that have no customer
        (east(filters={"kind": "or", "items": [EAST.model_dump(), CONTINENT]}), 0, 2),
        ({"metrics": ["revenue_asia"]}, 2, 0),
        ({"metrics": ["revenue_asia", "revenue"]}, 0, 2),  # some rows count for the other only
    ],
)
def test_what_is_partners_apart(company: Company, question: dict[str, Any], lookups: int, joins: int) -> None:
    sql = company.compiled(**question).sql
    assert (sql.count(" IN (SELECT "), sql.count(" JOIN ")) == (lookups, joins)


def test_keys_of_two_types_are_joined(company: Company) -> None:
    others = tuple(one for one in company.definitions if one.code != "customers")
    columns = {"id": "float", "region": "string", "country": "string"}
    sql = replace(company, definitions=others).with_(dataset("customers", columns)).compiled(**east()).sql
    assert (" IN (SELECT " in sql, " JOIN " in sql) == (False, True)


@pytest.mark.parametrize(
    ("question", "tested"),
    [
        ({"metrics": ["revenue_new", "revenue"]}, 1),
        ({"metrics": ["revenue_new", "revenue_old", "revenue"]}, 2),
        ({"metrics": ["revenue_new", "revenue"], "dimensions": [{"field": "kind"}]}, 0),  # it is shown
        ({"metrics": ["revenue_none", "revenue"]}, 0),  # true of orders that have no price
        ({"metrics": ["revenue_asia", "revenue"]}, 1),
        ({"metrics": ["revenue_asia", "revenue"], "dimensions": [{"field": "region"}]}, 1),
    ],
)
def test_what_is_tested_before_the_join(company: Company, question: dict[str, Any], tested: int) -> None:
    assert company.compiled(**question).sql.count(' AS "metrion test ') == tested


FILTERS: Final[list[dict[str, Any]]] = [
    EAST.model_dump(),
    {"kind": "compare", "field": "region", "op": "ne", "value": "EAST"},
    {"kind": "in", "field": "region", "values": ["EAST"], "negated": True},
    {"kind": "in", "field": "region", "values": [], "negated": True},
    {"kind": "in", "field": "region", "values": []},
    {"kind": "match", "field": "region", "how": "starts", "text": "e", "negated": True},
    NO_REGION,
    {**NO_REGION, "negated": True},
    {"kind": "not", "item": EAST.model_dump()},
    {"kind": "not", "item": {"kind": "not", "item": NO_REGION}},
    {"kind": "formula", "formula": "coalesce(region, 'none') = 'none'"},
    {"kind": "and", "items": [EAST.model_dump(), {"kind": "not", "item": CONTINENT}]},
    {"kind": "or", "items": [NO_REGION, EAST.model_dump()]},
    {"kind": "and", "items": [CONTINENT, {**NO_REGION, "negated": True}, KIND]},
    CONTINENT,
    {"kind": "null", "field": "continent"},
    {"kind": "null", "field": "continent", "negated": True},
    {"kind": "formula", "formula": "region = 'WEST' and continent = 'ASIA'"},
    KIND,
]


@pytest.mark.parametrize("rows", [{}, {"customers": EAST}, {"countries": OneOf(field="continent", values=("EUROPE",))}])
@pytest.mark.parametrize("condition", FILTERS)
def test_partners_apart_or_joined_the_numbers_are_the_same(
    company: Company, condition: dict[str, Any], rows: dict[str, Condition], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = company.seen_by(DataScope(rows=rows))
    shown: list[list[dict[str, str]]] = [[], [{"field": "kind"}], [{"field": "region"}]]
    metrics = ["revenue", "revenue_asia", "revenue_new", "revenue_old", "revenue_none", "revenue_not_new"]
    questions = [{"metrics": metrics, "dimensions": one, "filters": condition} for one in shown]
    found = [seen.ask(**one) for one in questions]
    monkeypatch.setattr("metrion.semantic.sql.statement.partners_apart", lambda aggregate: aggregate)
    assert found == [seen.ask(**one) for one in questions]
