"""Shapes of data: roles, chains, diamonds, composite keys, several facts, names that are no names."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import duckdb
import pytest
from tests.semantic.world import Company, atomic, composite, dataset, derived, dimension, modifier, relationship

from metrion.semantic import errors
from metrion.semantic.condition import Compare

if TYPE_CHECKING:
    from metrion.semantic.model import Definition


def company(tables: str, *definitions: Definition) -> Company:
    connection = duckdb.connect()
    connection.execute("create schema s;" + tables)
    return Company(definitions, connection)


TRADE = """
create table s.deals as select * from (values
  (1, 1, 2, 10.5, date '2024-01-01'), (2, 2, 2, 20, date '2024-01-02'), (3, 9, NULL, 5, date '2024-01-03'))
  t(id, buyer_id, seller_id, amount, day);
create table s.firms as select * from (values (1, 'A', 10), (2, 'B', 20), (3, 'C', NULL)) t(id, name, city_id);
create table s.cities as select * from (values (10, '京'), (20, '沪')) t(id, city);
"""
TRADE_DEFINITIONS: tuple[Definition, ...] = (
    dataset(
        "deals",
        {"id": "integer", "buyer_id": "integer", "seller_id": "integer", "amount": "decimal", "day": "date"},
        time="day",
    ),
    dataset("firms", {"id": "integer", "name": "string", "city_id": "integer"}),
    dataset("cities", {"id": "integer", "city": "string"}),
    relationship("deals", "firms", ("buyer_id", "id"), role="buyer"),
    relationship("deals", "firms", ("seller_id", "id"), role="seller"),
    relationship("firms", "cities", ("city_id", "id")),
    dimension("firm", ("firms", "name")),
    dimension("city", ("cities", "city")),
    atomic("volume", "deals", "sum", "amount"),
)


def test_the_same_dimension_in_two_roles() -> None:
    rows = company(TRADE, *TRADE_DEFINITIONS).ask(
        metrics=["volume"], dimensions=[{"field": "buyer.city"}, {"field": "seller.city"}]
    )
    assert sorted(rows, key=str) == sorted([("京", "沪", 10.5), ("沪", "沪", 20), (None, None, 5)], key=str)


def test_a_role_filters_its_own_side_only() -> None:
    rows = company(TRADE, *TRADE_DEFINITIONS).ask(
        metrics=["volume"],
        dimensions=[{"field": "buyer.firm"}],
        filters={"kind": "compare", "field": "seller.city", "op": "eq", "value": "沪"},
    )
    assert rows == [("A", 10.5), ("B", 20)]


def test_a_dimension_behind_two_roles_is_ambiguous() -> None:
    with pytest.raises(errors.AmbiguousPath) as refusal:
        company(TRADE, *TRADE_DEFINITIONS).ask(metrics=["volume"], dimensions=[{"field": "city"}])
    assert refusal.value.params["choices"] == ["buyer.cities.city", "seller.cities.city"]


def test_a_diamond_of_unequal_lengths_is_ambiguous_too() -> None:
    definitions = (
        *TRADE_DEFINITIONS,
        dataset("shops", {"id": "integer", "city_id": "integer"}),
        relationship("deals", "shops", ("id", "id")),
        relationship("shops", "cities", ("city_id", "id")),
        relationship("deals", "cities", ("seller_id", "id"), role="place"),
    )
    with pytest.raises(errors.AmbiguousPath):
        company(TRADE, *definitions).compiled(metrics=["volume"], dimensions=[{"field": "city"}])


def test_the_nearest_binding_on_one_path_is_read() -> None:
    definitions = (
        dataset("firms", {"id": "integer", "name": "string", "city_id": "integer"}),
        dataset("cities", {"id": "integer", "city": "string"}),
        relationship("firms", "cities", ("city_id", "id")),
        dimension("city", ("cities", "city"), ("firms", "city_id")),
        atomic("firms_count", "firms", "count", "*"),
    )
    compiled = company(TRADE, *definitions).compiled(metrics=["firms_count"], dimensions=[{"field": "city"}])
    assert "JOIN" not in compiled.sql
    assert compiled.datasets == ("firms",)


def test_composite_keys_join_on_all_their_columns() -> None:
    tables = """
    create table s.lines as select * from (values (1, 'x', 1, 10), (2, 'x', 2, 20), (3, 'y', 1, 40),
      (4, 'y', 3, 80))
      t(id, shop, item, amount);
    create table s.items as select * from (values
      ('x', 1, 'pen'), ('x', 2, 'ink'), ('y', 1, 'cup')) t(shop, item, label);
    """
    definitions = (
        dataset("lines", {"id": "integer", "shop": "string", "item": "integer", "amount": "integer"}),
        dataset("items", {"shop": "string", "item": "integer", "label": "string"}, key=("shop", "item")),
        relationship("lines", "items", ("shop", "shop"), ("item", "item")),
        dimension("label", ("items", "label")),
        atomic("amount", "lines", "sum", "amount"),
    )
    rows = company(tables, *definitions).ask(metrics=["amount"], dimensions=[{"field": "label"}])
    assert rows == [("cup", 40), ("ink", 20), ("pen", 10), (None, 80)]


@pytest.mark.parametrize("key", [("shop", "item"), ()])
def test_a_join_that_misses_part_of_the_key_is_refused(key: tuple[str, ...]) -> None:
    definitions = (
        dataset("lines", {"id": "integer", "shop": "string", "amount": "integer"}),
        dataset("items", {"shop": "string", "item": "integer", "label": "string"}, key=key),
        relationship("lines", "items", ("shop", "shop")),
        dimension("label", ("items", "label")),
        atomic("amount", "lines", "sum", "amount"),
    )
    with pytest.raises(errors.FanOut):
        company("", *definitions).compiled(metrics=["amount"], dimensions=[{"field": "label"}])


THREE = """
create table s.customers as select * from (values (1, 'EAST'), (2, 'WEST')) t(id, region);
create table s.orders as select * from (values
  (1, 1, 100.0), (2, 1, 50), (3, 1, NULL), (4, 7, 7)) t(id, customer, amount);
create table s.visits as select * from (values
  (1, 1, 3), (2, 2, 4), (3, 2, 5), (4, NULL, 6)) t(id, customer, pages);
create table s.calls as select * from (values (1, 1, 60), (2, 1, 80), (3, 2, 30)) t(id, customer, seconds);
create table s.targets as select * from (values (1, 500)) t(id, target);
"""
THREE_DEFINITIONS: tuple[Definition, ...] = (
    dataset("customers", {"id": "integer", "region": "string"}),
    dataset("orders", {"id": "integer", "customer": "integer", "amount": "decimal"}),
    dataset("visits", {"id": "integer", "customer": "integer", "pages": "integer"}),
    dataset("calls", {"id": "integer", "customer": "integer", "seconds": "integer"}),
    dataset("targets", {"id": "integer", "target": "integer"}),
    relationship("orders", "customers", ("customer", "id")),
    relationship("visits", "customers", ("customer", "id")),
    relationship("calls", "customers", ("customer", "id")),
    dimension("region", ("customers", "region")),
    dimension("pages", ("visits", "pages")),
    atomic("average_order", "orders", "avg", "amount"),
    atomic("middle_pages", "visits", "median", "pages"),
    atomic("callers", "calls", "count_distinct", "customer"),
    atomic("customers_count", "customers", "count", "*"),
    atomic("target", "targets", "sum", "target"),
    composite("pages_per_call", "[middle_pages] / [callers]"),
)


def test_three_facts_keep_average_median_and_distinct_untouched_by_each_other() -> None:
    rows = company(THREE, *THREE_DEFINITIONS).ask(
        metrics=["average_order", "middle_pages", "callers", "customers_count", "pages_per_call"],
        dimensions=[{"field": "region"}],
    )
    assert rows == [("EAST", 75, 3, 1, 1, 3), ("WEST", None, 4.5, 1, 1, 4.5), (None, 7, 6, 0, 0, None)]


def test_a_dimension_that_one_fact_cannot_reach_is_refused() -> None:
    with pytest.raises(errors.UnreachableDimension) as refusal:
        company(THREE, *THREE_DEFINITIONS).ask(metrics=["average_order", "target"], dimensions=[{"field": "region"}])
    assert refusal.value.field == "region"
    assert refusal.value.params == {"metric": "target", "dataset": "targets"}


def test_a_filter_on_the_other_facts_dimension_is_refused() -> None:
    with pytest.raises(errors.UnreachableFilter) as refusal:
        company(THREE, *THREE_DEFINITIONS).ask(
            metrics=["middle_pages", "average_order"],
            filters={"kind": "compare", "field": "pages", "op": "gt", "value": 3},
        )
    assert refusal.value.params["metric"] == "average_order"


def test_facts_without_a_common_dimension_stand_side_by_side_in_all() -> None:
    assert company(THREE, *THREE_DEFINITIONS).ask(metrics=["target", "callers"]) == [(500, 2)]


def test_names_that_are_words_of_sql_and_values_that_are_code() -> None:
    tables = """
    create table s."order" as select * from (values
      (1, '东''区"', 'select', 1.5, date '2024-01-01'),
      (2, $$'; drop table s."order"; --$$, 'from', 2, date '2024-01-02'))
      t("主 键", "group", "sel""ect", "金额;--", "time");
    """
    definitions = (
        dataset(
            "order",
            {"主 键": "integer", "group": "string", 'sel"ect': "string", "金额;--": "decimal", "time": "date"},
            key="主 键",
            time="time",
        ),
        dimension("group", ("order", "group")),
        dimension("time", ("order", "time")),
        dimension("select", ("order", 'sel"ect')),
        atomic("sum", "order", "sum", "[金额;--]"),
        modifier("from", Compare(field="select", op="eq", value="from")),
        derived("where", "sum", "from"),
        composite("case", "[where] / [sum]"),
    )
    firm = company(tables, *definitions)
    evil = '\'; drop table s."order"; --'
    assert firm.ask(metrics=["sum", "where", "case"], dimensions=[{"field": "group"}]) == [
        (evil, 2, 2, 1),
        ("东'区\"", 1.5, None, None),
    ]
    compiled = firm.compiled(
        metrics=["sum"],
        dimensions=[{"field": "time", "grain": "month"}],
        grain="month",
        filters={"kind": "match", "field": "group", "how": "contains", "text": evil},
    )
    assert evil not in compiled.sql
    assert firm.connection.execute(compiled.sql, list(compiled.parameters)).fetchall() == [
        (date(2024, 1, 1), date(2024, 1, 1), 2)
    ]
    assert [column.name for column in compiled.columns] == ["time", "time_2", "sum"]


def test_a_chain_of_metrics_that_closes_is_refused() -> None:
    definitions = (
        dataset("orders", {"id": "integer"}),
        composite("first", "[second] + 1"),
        derived("second", "third"),
        composite("third", "[first] * 2"),
    )
    with pytest.raises(errors.DefinitionCycle, match="first → second → third → first"):
        company("", *definitions).compiled(metrics=["first"])


def test_tables_without_a_schema_do_not_meet_the_parts_of_the_statement() -> None:
    firm = company(THREE, *THREE_DEFINITIONS)
    firm.connection.execute("set search_path = 's'")
    compiled = firm.compiled(metrics=["customers_count", "callers", "average_order"], dimensions=[{"field": "region"}])
    sql = compiled.sql.replace('"s".', "")
    assert firm.connection.execute(sql, list(compiled.parameters)).fetchall() == [
        ("EAST", 1, 1, 75),
        ("WEST", 1, 1, None),
        (None, 0, 0, 7),
    ]
