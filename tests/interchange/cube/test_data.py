"""Cubes as datasets, joins as relationships, dimensions and segments."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest
from tests.interchange.cube.shop import FILES, shop

from metrion.interchange.cube.importer import import_cube
from metrion.interchange.foreign.report import Surroundings
from metrion.semantic.condition import Compare
from metrion.semantic.model import (
    Binding,
    CalendarLevel,
    ColumnPair,
    DatasetDef,
    Derived,
    DimensionDef,
    LakeTable,
    MetricDef,
    MetricsTable,
    ModifierDef,
    RelationshipDef,
    SqlQuery,
)

if TYPE_CHECKING:
    from metrion.interchange.foreign.report import Imported

T = TypeVar("T", DatasetDef, RelationshipDef, DimensionDef, MetricDef, ModifierDef)


@pytest.fixture(scope="module")
def whole() -> Imported:
    """Return the shop as imported."""
    return shop()


def of(imported: Imported, kind: type[T]) -> dict[str, T]:
    return {each.code: each for each in imported.definitions if isinstance(each, kind)}


def losses(imported: Imported) -> dict[str, str]:
    return {each.path: f"{each.kind}: {each.text.en}" for each in imported.losses}


def expression(imported: Imported, dataset: str, column: str) -> str | None:
    found = of(imported, DatasetDef)[dataset].column(column)
    assert found is not None
    return found.expression


def test_a_cube_is_a_dataset_with_its_table_words_key_and_time(whole: Imported) -> None:
    customers = of(whole, DatasetDef)["customers"]
    assert customers.source == LakeTable(table="customers")
    assert (customers.name.en, customers.description.en, customers.primary_key) == ("Buyers", "Who buys.", ("id",))
    orders = of(whole, DatasetDef)["orders"]
    assert (orders.shape, orders.time_columns, orders.anchor) == ("fact", ("created_at",), "today")


def test_types_are_those_of_the_members_and_of_how_columns_are_used(whole: Imported) -> None:
    orders = of(whole, DatasetDef)["orders_rows"]
    types = {column.name: column.type for column in orders.columns}
    assert types["id"] == types["customer_id"] == "integer"
    assert types["amount"] == "decimal"
    assert types["created_at"] == "timestamp"
    assert types["status"] == types["currency"] == "string"


def test_the_columns_of_a_loaded_table_are_known() -> None:
    imported = shop(
        tables={"customers": {"id": "string", "city": "string", "lat": "float", "lng": "float", "spare": "date"}}
    )
    types = {column.name: column.type for column in of(imported, DatasetDef)["customers"].columns}
    assert (types["id"], types["lat"], types["spare"]) == ("string", "float", "date")
    assert {column.name: column.type for column in of(imported, DatasetDef)["orders_rows"].columns}[
        "customer_id"
    ] == "integer"


def test_a_query_is_a_dataset_over_a_dataset_for_each_of_its_tables(whole: Imported) -> None:
    rates = of(whole, DatasetDef)["rates"]
    assert rates.source == SqlQuery(sql="SELECT currency, rate FROM fx_table AS fx WHERE rate > 0")
    assert of(whole, DatasetDef)["fx_table"].source == LakeTable(table="fx")
    assert "orders.yml: cubes.rates" in losses(whole)


def test_columns_of_other_cubes_are_looked_up_and_repeat_no_rows(whole: Imported) -> None:
    orders = of(whole, DatasetDef)["orders"]
    assert isinstance(orders.source, SqlQuery)
    assert 'LEFT JOIN rates AS joined_1 ON base."currency" = joined_1."currency"' in orders.source.sql
    assert 'joined_1."rate" AS "rates__rate"' in orders.source.sql
    assert expression(whole, "orders", "in_euro") == "amount / rates__rate"


def test_joins_are_n_to_1_and_count_once_when_measured_backwards(whole: Imported) -> None:
    found = of(whole, RelationshipDef)
    joined = found["orders_customers"]
    assert (joined.from_dataset, joined.to_dataset, joined.backwards) == ("orders", "customers", "once")
    assert joined.columns == (ColumnPair(many="customer_id", one="id"),)
    assert found["orders_rates"].columns == (ColumnPair(many="currency", one="currency"),)


def test_a_case_and_a_place_are_computed_columns(whole: Imported) -> None:
    assert expression(whole, "orders", "size") == (
        "case when amount >= 100 then 'large' when amount >= 10 then 'it''s medium' else 'small' end"
    )
    assert expression(whole, "orders", "shouted") == "upper(status)"
    assert expression(whole, "customers", "place") == "to_text(lat, 6) || ',' || to_text(lng, 6)"


def test_a_dimension_that_names_one_of_another_cube_is_that_one(whole: Imported) -> None:
    assert whole.names["orders.their_rate"] == whole.names["rates.rate"] == "rates_rate"


def test_joining_writes_what_is_no_text_as_one() -> None:
    text = """
cubes:
  - name: t
    sql_table: t
    dimensions:
      - {name: id, type: number, sql: id, primary_key: true}
      - {name: worth, type: number, sql: worth}
      - {name: label, type: string, sql: "CONCAT({id}, ' of ', UPPER(kind || {id}))"}
      - {name: price, type: string, sql: "'$' || {worth}"}
"""
    imported = shop({"m.yml": text})
    assert expression(imported, "t", "label") == "concat(to_text(id), ' of ', upper(kind || to_text(id)))"
    assert "the digits of" in losses(imported)["m.yml: cubes.t.dimensions.price"]


def test_a_subquery_dimension_reads_an_answer_with_a_row_for_each_key(whole: Imported) -> None:
    answer = of(whole, DatasetDef)["customers_orders_made"]
    assert answer.source == MetricsTable(metrics=("orders_count", "customers_count"), dimensions=("customers_id",))
    assert answer.primary_key == ("customers_id",)
    joined = of(whole, RelationshipDef)["customers_orders_made"]
    assert joined.columns == (ColumnPair(many="id", one="customers_id"),)
    binding = Binding(dataset="customers_orders_made", column="orders_count")
    assert of(whole, DimensionDef)["customers_orders_made"].bindings == (binding,)


def test_groups_by_measures_are_computed_over_an_answer() -> None:
    text = """
cubes:
  - name: people
    sql_table: people
    dimensions:
      - {name: id, type: number, sql: id, primary_key: true}
      - name: worth
        type: string
        multi_stage: true
        sql: "CASE WHEN {orders.amount} > 100 THEN 'much' ELSE 'little' END"
        add_group_by: [people.id]
      - {name: shouted, type: string, multi_stage: true, sql: "UPPER({worth})"}
      - {name: again, type: number, multi_stage: true, sql: "{CUBE.id} + 1"}
    measures: [{name: count, type: count}]
    joins: [{name: orders, relationship: one_to_many, sql: "{CUBE}.id = {orders}.person"}]
  - name: orders
    sql_table: orders
    measures: [{name: amount, type: sum, sql: amount}]
"""
    imported = shop({"m.yml": text})
    answer = of(imported, DatasetDef)["people_worth"]
    assert answer.source == MetricsTable(metrics=("orders_amount", "people_count"), dimensions=("people_id",))
    assert (
        expression(imported, "people_worth", "worth") == "case when orders_amount > 100 then 'much' else 'little' end"
    )
    assert of(imported, DimensionDef)["people_worth"].bindings == (Binding(dataset="people_worth", column="worth"),)
    assert expression(imported, "people", "again") == "id + 1"
    told = losses(imported)
    assert "they do not follow" in told["m.yml: cubes.people.dimensions.worth"]
    assert told["m.yml: cubes.people.dimensions.shouted"].startswith("refused")


def test_segments_are_modifiers_on_dimensions(whole: Imported) -> None:
    found = of(whole, ModifierDef)
    assert found["customers_in_paris"].condition == Compare(field="customers_city", op="eq", value="Paris")
    assert found["customers_buyers"].condition == Compare(field="customers_orders_made", op="gt", value=0)


def test_a_hierarchy_is_the_parents_of_dimensions(whole: Imported) -> None:
    assert of(whole, DimensionDef)["customers_city"].parent == "customers_region"


def test_an_access_policy_closes_the_rows_and_makes_masked_columns_sensitive(whole: Imported) -> None:
    found = of(whole, DatasetDef)
    assert (found["customers"].row_access, found["orders"].row_access) == ("policy", "open")
    assert [column.name for column in found["customers"].columns if column.sensitive] == ["secret"]
    told = losses(whole)
    assert "customers.yml: cubes.Customers.access_policy" in told
    assert "customers.yml: cubes.Customers.dimensions.secret.mask" in told


def test_custom_granularities_are_dimensions_and_levels_of_a_calendar(whole: Imported) -> None:
    assert whole.names["orders.created_at.half_year"] == "orders_created_at_half_year"
    calendar = of(whole, DatasetDef)["cube_periods"]
    assert [level.code for level in calendar.levels] == ["orders_created_at_half_year"]
    assert isinstance(calendar.source, SqlQuery)
    assert "TIME_BUCKET(INTERVAL '6' MONTH, day, DATE '2024-04-01')" in calendar.source.sql
    moving = losses(whole)["orders.yml: cubes.orders.dimensions.created_at.granularities.sprint"]
    assert "moves each year" in moving


def test_what_is_no_definition_is_reported(whole: Imported) -> None:
    found = losses(whole)
    assert found["orders.yml: cubes.orders.pre_aggregations"].startswith("dropped")
    assert found["orders.yml: cubes.orders.dimensions.window"].startswith("refused")


def test_two_ways_to_a_cube_are_told_apart_by_a_role() -> None:
    text = """
cubes:
  - name: lines
    sql_table: lines
    joins:
      - {name: orders, relationship: many_to_one, sql: "{CUBE}.order_id = {orders.id}"}
      - {name: people, relationship: many_to_one, sql: "{CUBE}.person_id = {people.id}"}
  - name: orders
    sql_table: orders
    joins:
      - {name: people, relationship: many_to_one, sql: "{CUBE}.person_id = {people.id}"}
    dimensions: [{name: id, type: number, sql: id, primary_key: true}]
  - name: people
    sql_table: people
    dimensions: [{name: id, type: number, sql: id, primary_key: true}]
"""
    imported = shop({"m.yml": text})
    roles = {code: each.role for code, each in of(imported, RelationshipDef).items()}
    assert roles == {"lines_orders": None, "lines_people": "lines_people", "orders_people": None}
    assert imported.names["lines -> people"] == "lines_people"


def test_a_join_that_names_another_key_makes_it_the_key() -> None:
    text = """
cubes:
  - name: sales
    sql_table: sales
    joins:
      - name: targets
        relationship: many_to_one
        sql: "{CUBE}.region = {targets}.region AND UPPER({CUBE}.kind) = {targets}.kind"
  - name: targets
    sql_table: targets
    dimensions: [{name: id, type: number, sql: id, primary_key: true}]
"""
    imported = shop({"m.yml": text})
    assert of(imported, DatasetDef)["targets"].primary_key == ("kind", "region")
    joined = of(imported, RelationshipDef)["sales_targets"]
    computed = joined.columns[1].many
    assert (joined.columns[0], joined.columns[1].one) == (ColumnPair(many="region", one="region"), "kind")
    assert expression(imported, "sales", computed) == "upper(kind)"
    assert losses(imported)["m.yml: cubes.targets"].startswith("changed")


def test_a_join_by_something_else_than_equality_is_refused() -> None:
    text = """
cubes:
  - name: a
    sql_table: a
    joins: [{name: b, relationship: one_to_many, sql: "{CUBE}.x = {b}.x AND {CUBE}.y > 3"}]
  - name: b
    sql_table: b
"""
    imported = shop({"m.yml": text})
    assert not of(imported, RelationshipDef)
    assert losses(imported)["m.yml: cubes.a.joins.b"].startswith("refused")


def test_a_calendar_has_levels_and_its_own_shifts() -> None:
    text = """
cubes:
  - name: retail
    calendar: true
    sql: "SELECT n AS day, n AS shown, n / 7 AS week FROM generate_series(1, 700) AS s(n)"
    dimensions:
      - name: day
        type: time
        sql: day
        primary_key: true
        granularities: [{name: year, sql: "{CUBE}.year_start"}]
        time_shift:
          - {interval: 1 year, type: prior, sql: "{CUBE}.year_before"}
          - {name: last_year, sql: "{CUBE}.year_before"}
      - {name: year_start, type: time, sql: year_start}
  - name: orders
    sql_table: orders
    joins: [{name: retail, relationship: many_to_one, sql: "{CUBE}.at = {retail.day}"}]
    dimensions: [{name: at, type: time, sql: at}]
    measures:
      - {name: count, type: count}
      - {name: before, type: number, sql: "{count}", multi_stage: true, time_shift: [{interval: 1 year, type: prior}]}
      - {name: named, type: number, sql: "{count}", multi_stage: true, time_shift: [{name: last_year}]}
"""
    imported = shop({"m.yml": text})
    retail = of(imported, DatasetDef)["retail"]
    assert retail.shape == "calendar"
    assert [(level.code, level.column) for level in retail.levels] == [("retail_day_year", "year_start")]
    assert isinstance(retail.levels[0], CalendarLevel)
    assert isinstance(retail.source, SqlQuery)
    assert "UNNEST(GENERATE_SERIES(1, 700))" in retail.source.sql
    assert "n // 7 AS week" in retail.source.sql
    assert retail.source.sql.startswith('SELECT * REPLACE (CAST("year_start" AS DATE) AS "year_start") FROM (')
    units = {
        code: each.definition.model_dump()["period"]["shift"]["unit"]
        for code, each in of(imported, MetricDef).items()
        if each.definition.type == "derived"
    }
    assert units == {
        "orders_before": "year",
        "orders_before_by_retail": "retail_day_year",
        "orders_named": "retail_day_year",
    }
    assert imported.names["orders.before @ retail"] == "orders_before_by_retail"


def test_views_give_members_other_names_and_default_filters_metrics_of_their_own(whole: Imported) -> None:
    assert whole.names["sales.rates_rate"] == "rates_rate"
    assert "sales.status" not in whole.names
    restricted = of(whole, MetricDef)[whole.names["sales.value"]].definition
    assert restricted == Derived(base="orders_amount", filter=Compare(field="rates_currency", op="eq", value="EUR"))


def test_the_order_of_files_makes_no_difference_to_codes() -> None:
    turned = shop(dict(reversed(FILES.items())))
    assert {(each.kind, each.code) for each in turned.definitions} == {
        (each.kind, each.code) for each in shop().definitions
    }


_FILTERED = """
cubes:
  - name: visits
    sql: "{sql}"
    dimensions:
      - {{name: id, sql: id, type: number, primary_key: true}}
      - {{name: at, sql: at, type: time}}
    measures:
      - {{name: pages, sql: pages, type: sum}}
"""


def filtered(sql: str) -> Imported:
    """Return a cube with this SQL as imported."""
    return import_cube({"visits.yml": _FILTERED.format(sql=sql)}, Surroundings("retail"))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("SELECT * FROM web.visits WHERE {FILTER_PARAMS.visits.at.filter('at')}", None),
        ("SELECT id, at, pages FROM visits WHERE real AND ${ FILTER_PARAMS.visits.at.filter('at') }", "real"),
    ],
)
def test_a_filter_inside_a_query_of_rows_acts_on_its_result(written: str, kept: str | None) -> None:
    found = filtered(written)
    source = of(found, DatasetDef)["visits"].source
    if kept is None:
        assert source == LakeTable(table="visits")
    else:
        assert isinstance(source, SqlQuery)
        assert source.sql.endswith(f"WHERE {kept}")
    assert losses(found)["visits.yml: cubes.visits.sql"].startswith("changed: Filters act on the result")


@pytest.mark.parametrize(
    "written",
    [
        "SELECT id, sum(pages) AS pages FROM visits WHERE {FILTER_PARAMS.visits.at.filter('at')} GROUP BY id",
        "SELECT DISTINCT id, at, pages FROM visits WHERE {FILTER_PARAMS.visits.at.filter('at')}",
        "SELECT *, rank() OVER (ORDER BY at) AS pages FROM visits WHERE {FILTER_PARAMS.visits.at.filter('at')}",
        "SELECT v.*, c.x FROM v LEFT JOIN (SELECT * FROM c WHERE {FILTER_PARAMS.visits.at.filter('at')}) c USING (id)",
        "SELECT * FROM visits WHERE {FILTER_PARAMS.visits.at.filter(lambda x: x)}",
        "SELECT * FROM visits WHERE {SECURITY_CONTEXT.tenant.filter('tenant')}",
    ],
)
def test_a_filter_that_acts_before_rows_are_added_up_is_refused_by_name(written: str) -> None:
    found = filtered(written)
    assert found.definitions == ()
    assert [loss.kind for loss in found.losses] == ["refused"]
