"""OSI models become datasets, relationships, dimensions and metrics, and say what could not be kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.interchange.osi.shop import (
    TABLES,
    calculation,
    dataset,
    faults,
    field,
    found,
    metric,
    model,
    read,
    refused,
    relationship,
)

from metrion.base.errors import Faults
from metrion.interchange.foreign.report import Surroundings
from metrion.interchange.osi.importer import import_osi
from metrion.semantic.model import DatasetDef, DimensionDef, RelationshipDef

RUNNING = "SUM(orders.amount) OVER (ORDER BY orders.id"


def measure(expression: str, aggregation: str, **more: Any) -> dict[str, Any]:
    return {"expression": expression, "aggregation": aggregation, **more}


def test_datasets_have_the_columns_of_their_tables_and_those_that_are_computed() -> None:
    document = model(orders=[field("net", "amount * 0.9"), field("net_plus", "net + 1"), field("stage", "status")])
    orders = found(document, "orders", "dataset")
    assert isinstance(orders, DatasetDef)
    assert {column.name: (column.type, column.expression) for column in orders.columns} == {
        **{name: (kind, None) for name, kind in TABLES["orders"].items()},
        "net": ("decimal", "amount * 0.9"),
        "net_plus": ("decimal", "net + 1"),
    }
    assert (orders.shape, orders.primary_key, orders.time_columns) == ("fact", ("id",), ("placed",))
    assert orders.row_access == "policy"


def test_the_shape_follows_from_how_a_dataset_is_used() -> None:
    shapes = {each.code: each.shape for each in read(model()).imported.definitions if isinstance(each, DatasetDef)}
    assert shapes == {
        "orders": "fact", "customers": "dimension", "returns": "fact", "films": "fact", "actors": "dimension",
        "cast_list": "bridge",
    }  # fmt: skip


def test_every_field_is_a_dimension_where_it_is_read() -> None:
    document = model(orders=[field("where", "customers.region", label="Region", ai_context={"synonyms": ["area"]})])
    where = found(document, "orders_where", "dimension")
    assert isinstance(where, DimensionDef)
    assert (where.bindings[0].dataset, where.bindings[0].column) == ("customers", "region")
    assert (where.name.en, where.aliases) == ("Region", ("area",))
    names = read(document).imported.names
    assert (names["orders.where"], names["revenue"], names["orders"]) == ("orders_where", "revenue", "orders")


def test_relationships_are_split_backwards_once() -> None:
    joined = found(model(), "orders_to_customers", "relationship")
    assert isinstance(joined, RelationshipDef)
    assert (joined.from_dataset, joined.to_dataset, joined.backwards, joined.role) == (
        "orders",
        "customers",
        "once",
        None,
    )


def test_a_relationship_that_is_written_the_wrong_way_round_is_turned() -> None:
    document = model()
    document["relationships"][0] = {
        "name": "turned", "from": "customers", "to": "orders", "from_columns": ["id"], "to_columns": ["customer_id"]
    }  # fmt: skip
    turned = found(document, "turned", "relationship")
    assert isinstance(turned, RelationshipDef)
    assert (turned.from_dataset, turned.columns[0].many, turned.columns[0].one) == ("orders", "customer_id", "id")


def test_two_relationships_to_one_dataset_and_one_to_itself_have_roles() -> None:
    document = model()
    document["relationships"] += [
        relationship("orders", "customers", "id", name="paid_by"),
        relationship("customers", "customers", "id", name="referred_by"),
    ]
    roles = {each.code: each.role for each in read(document).imported.definitions if isinstance(each, RelationshipDef)}
    assert roles["orders_to_customers"] == "orders_to_customers"
    assert (roles["paid_by"], roles["referred_by"], roles["returns_to_customers"]) == ("paid_by", "referred_by", None)


def test_a_unique_key_that_others_refer_to_is_the_key() -> None:
    document = model()
    document["datasets"][1] |= {"primary_key": ["id"], "unique_keys": [["segment"]]}
    document["relationships"][:2] = [relationship("orders", "customers", "status", to_columns=["segment"])]
    customers = found(document, "customers", "dataset")
    assert isinstance(customers, DatasetDef)
    assert customers.primary_key == ("segment",)
    assert any("unique_keys" in loss.path for loss in read(document).imported.losses)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SUM(orders.amount)", measure("amount", "sum")),
        ("sum(Orders.Amount)", measure("amount", "sum")),
        ("COUNT(DISTINCT orders.customer_id)", measure("customer_id", "count_distinct")),
        ("AVG(orders.amount * 2)", measure("amount * 2", "avg")),
        ("MEDIAN(orders.amount)", measure("amount", "median")),
        ("STDDEV(orders.amount)", measure("amount", "stddev")),
        ("VARIANCE(orders.amount)", measure("amount", "variance")),
        ("APPROX_COUNT_DISTINCT(orders.id)", measure("id", "approx_distinct")),
        (
            "PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY orders.amount)",
            measure("amount", "percentile", percentile=0.9),
        ),
        (
            "PERCENTILE_DISC(0.25) WITHIN GROUP (ORDER BY orders.amount)",
            measure("amount", "percentile", percentile=0.25, discrete=True),
        ),
        (
            "PERCENTILE_CONT(0.1) WITHIN GROUP (ORDER BY orders.amount DESC)",
            measure("amount", "percentile", percentile=0.9),
        ),
        ("PERCENTILE_DISC(0) WITHIN GROUP (ORDER BY orders.amount DESC)", measure("amount", "max")),
        (
            "SUM(CASE WHEN orders.status = 'paid' THEN orders.amount END)",
            measure("amount", "sum", filter={"field": "status", "op": "eq", "value": "paid"}),
        ),
        (
            "COUNT(CASE WHEN customers.region = 'EAST' THEN orders.id END)",
            measure("id", "count", filter={"field": "customers_region", "op": "eq", "value": "EAST"}),
        ),
        (
            "SUM(orders.amount) FILTER (WHERE orders.amount > 5)",
            measure("amount", "sum", filter={"field": "amount", "op": "gt", "value": 5}),
        ),
        (
            "SUM(CASE WHEN orders.status = 'paid' THEN orders.amount ELSE 0 END)",
            measure("case when status = 'paid' then amount else 0 end", "sum"),
        ),
    ],
)
def test_a_single_aggregate_is_an_atomic_metric(sql: str, expected: dict[str, Any]) -> None:
    assert calculation(model(metric("x", sql)), "x") == {"dataset": "orders", "measure": expected}


def test_a_calculation_is_a_formula_over_atomic_metrics() -> None:
    document = model(
        metric("rate", "returned / NULLIF(SUM(orders.amount), 0)"),
        metric("each", "SUM(orders.amount) / COUNT(DISTINCT orders.customer_id)"),
        metric("none", "COALESCE(SUM(orders.amount), 0)"),
    )
    assert calculation(document, "rate") == {"formula": "returned / nullif(revenue, 0)"}
    assert calculation(document, "each") == {"formula": "revenue / count_distinct_orders_customer_id"}
    assert calculation(document, "none") == {"formula": "coalesce(revenue, 0)"}
    helper = calculation(document, "count_distinct_orders_customer_id")
    assert helper == {"dataset": "orders", "measure": measure("customer_id", "count_distinct")}


def test_count_of_rows_is_a_metric_for_each_dataset_that_may_be_meant() -> None:
    document = model(metric("rows", "COUNT(*)"), metric("per_row", "SUM(orders.amount) / COUNT(*)"))
    assert calculation(document, "rows_orders") == {"dataset": "orders", "measure": measure("*", "count")}
    assert calculation(document, "rows_films")["dataset"] == "films"
    assert calculation(document, "per_row") == {"formula": "revenue / rows_orders"}
    assert refused(model(metric("rows", "COUNT(*)"), metric("x", "rows * 2")), "metric", "X") == "E_PARSE_ERROR"
    counts = [metric("rows", "COUNT(*)"), metric("double", "rows * 2")]
    single = {"name": "one", "datasets": [dataset("orders")], "metrics": counts}
    assert calculation(single, "double") == {"formula": "rows * 2"}
    assert calculation(single, "rows") == {"dataset": "orders", "measure": measure("*", "count")}


def test_ranks_and_totals_of_groups_are_metrics() -> None:
    document = model(
        metric("place", "RANK() OVER (ORDER BY SUM(orders.amount) DESC)"),
        metric("first", "ROW_NUMBER() OVER (PARTITION BY orders.customer_id ORDER BY orders.amount)"),
        metric("whole", "SUM(SUM(orders.amount)) OVER (PARTITION BY customers.region)"),
    )
    assert calculation(document, "place") == {"base": "revenue"}
    assert calculation(document, "first") == {
        "base": "max_orders_amount", "within": ("orders_customer_id",), "lowest_first": True, "ties": "distinct",
    }  # fmt: skip
    assert calculation(document, "whole") == {"base": "revenue", "aggregation": "sum", "only": ("customers_region",)}


def test_windows_and_expressions_over_several_datasets_are_calculated_by_a_select() -> None:
    document = model(
        metric("weighted", "SUM(orders.amount * LENGTH(customers.segment))"),
        orders=[field("nth", "ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY placed)"),
                field("tag", "status || customers.region"), field("nth_text", "nth + 1")],
    )  # fmt: skip
    orders, rows = found(document, "orders", "dataset"), found(document, "orders_rows", "dataset")
    assert isinstance(orders, DatasetDef)
    assert isinstance(rows, DatasetDef)
    assert orders.source.kind == "sql"
    assert "LEFT JOIN" in orders.source.sql
    assert "ROW_NUMBER() OVER (PARTITION BY" in orders.source.sql
    types = {column.name: (column.type, column.expression) for column in orders.columns}
    assert (types["nth"], types["tag"], types["nth_text"]) == (
        ("integer", None), ("string", None), ("integer", "nth + 1")
    )  # fmt: skip
    assert {column.name for column in rows.columns} == set(TABLES["orders"])
    assert calculation(document, "weighted")["dataset"] == "orders"


def test_a_running_total_over_rows_is_a_field_and_is_told() -> None:
    sql = "SUM(orders.amount) OVER (PARTITION BY orders.customer_id ORDER BY orders.id)"
    document = model(metric("running", sql))
    assert found(document, "orders_running", "dimension").kind == "dimension"
    losses = {loss.path: loss.kind for loss in read(document).imported.losses}
    assert losses["shop.yaml: metrics.running"] == "changed"


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("AVG(SUM(orders.amount))", "E_NESTED_AGGREGATION_DEFERRED"),
        ("AVG(revenue)", "E_NESTED_AGGREGATION_DEFERRED"),
        ("revenue / nothing", "E_NAME_NOT_FOUND"),
        ("SUM(amount)", "E_NAME_NOT_FOUND"),
        ("SUM(orders.nothing)", "E_NAME_NOT_FOUND"),
        ("SUM(orders.amount) + orders.amount", "E_UNAGGREGATED_FINER_GRAIN_REFERENCE"),
        ("SUM(orders.amount + returns.amount)", "E3012_MN_NO_SAFE_REWRITE"),
        ("SUM(orders.amount + films.gross)", "E_NO_PATH"),
        (f"{RUNNING} GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW)", "E_DEFERRED_FRAME_MODE"),
        (f"{RUNNING} ROWS BETWEEN :n PRECEDING AND CURRENT ROW)", "E_DEFERRED_FRAME_MODE"),
        ("RANK() OVER (ORDER BY SUM(orders.amount) OVER (PARTITION BY orders.status))", "E_NESTED_WINDOW"),
        ("LISTAGG(orders.status)", "E_PARSE_ERROR"),
        ("SUM(DISTINCT orders.amount)", "E_PARSE_ERROR"),
        # Of 1, 2, 3, 4 a quarter from the greatest is 4; three quarters from the least are 3.
        ("PERCENTILE_DISC(0.25) WITHIN GROUP (ORDER BY orders.amount DESC)", "E_PARSE_ERROR"),
        ("PERCENTILE_CONT(1.5) WITHIN GROUP (ORDER BY orders.amount)", "E_PARSE_ERROR"),
        ("MODE() WITHIN GROUP (ORDER BY orders.amount)", "E_PARSE_ERROR"),
        ("SUM((", "E_PARSE_ERROR"),
    ],
)  # fmt: skip
def test_a_metric_that_cannot_be_had_is_left_out_with_its_reason(sql: str, code: str) -> None:
    document = model(metric("x", sql))
    assert refused(document, "metric", "X") == code
    reading = read(document).imported
    assert "x" not in reading.names
    told = [loss for loss in reading.losses if loss.path == "shop.yaml: metrics.x"]
    assert [loss.kind for loss in told] == ["refused"]
    assert all(loss.text.zh and loss.text.en for loss in told)


def test_a_metric_is_not_made_from_one_with_a_window() -> None:
    document = model(metric("place", "RANK() OVER (ORDER BY SUM(orders.amount))"), metric("x", "place * 2"))
    assert refused(document, "metric", "X") == "E_WINDOWED_METRIC_COMPOSITION"


@pytest.mark.parametrize(
    ("name", "sql", "code"),
    [
        ("customers", "orders.amount", "E_UNAGGREGATED_FINER_GRAIN_REFERENCE"),
        ("orders", "films.gross", "E_NO_PATH"),
        ("orders", "returns.amount", "E3012_MN_NO_SAFE_REWRITE"),
        ("orders", "nothing + 1", "E_NAME_NOT_FOUND"),
        ("orders", "customers.nothing", "E_NAME_NOT_FOUND"),
        ("orders", "UNHEARD_OF(amount)", "E_PARSE_ERROR"),
    ],
)
def test_a_field_that_cannot_be_had_is_left_out_with_its_reason(name: str, sql: str, code: str) -> None:
    document = model(**{name: [field("x", sql)]})
    assert refused(document, "field", name.upper(), "X") == code
    assert f"{name}.x" not in read(document).imported.names


def test_fields_of_two_datasets_that_are_defined_by_each_other_are_left_out() -> None:
    document = model(orders=[field("a", "customers.b")], customers=[field("b", "orders.a")])
    document["relationships"][0] |= {"from_columns": ["id"], "to_columns": ["id"]}
    assert refused(document, "field", "ORDERS", "A") == "E_FIELD_DEPENDENCY_CYCLE"
    assert refused(document, "field", "CUSTOMERS", "B") == "E_FIELD_DEPENDENCY_CYCLE"


def edited(**changes: Any) -> dict[str, Any]:
    return {**model(), **changes}


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        (model(orders=[field("a", "b + 1"), field("b", "a * 2")]), ["E_FIELD_DEPENDENCY_CYCLE"]),
        (model(orders=[field("total", "SUM(amount)")]), ["E_AGGREGATE_IN_FIELD"]),
        (model(metric("orders", "COUNT(orders.id)")), ["E_NAME_COLLISION"]),
        (model(metric("Revenue", "COUNT(orders.id)")), ["E_NAME_COLLISION"]),
        (model(metric("filter", "COUNT(orders.id)")), ["E_DEFERRED_KEY_REJECTED"]),
        (model(metric("x", "COUNT(orders.id)", joins={"type": "INNER"})), ["E_DEFERRED_KEY_REJECTED"]),
        (model(orders=[field("x", "amount", role="fact")]), ["E_DEFERRED_KEY_REJECTED"]),
        (edited(natural_grain="orders"), ["E_DEFERRED_KEY_REJECTED"]),
        (edited(relationships=[relationship("orders", "customers", "customer_id", condition="1 = 1")]),
         ["E_DEFERRED_KEY_REJECTED"]),
        (edited(relationships=[relationship("orders", "nowhere", "customer_id")]), ["E_NAME_NOT_FOUND"]),
        (edited(relationships=[relationship("orders", "customers", "customer_id", to_columns=["id", "region"])]),
         ["E_PARSE_ERROR"]),
        (edited(datasets=[dataset("orders"), dataset("customers", key=())],
                relationships=[relationship("orders", "customers", "customer_id")], metrics=[]),
         ["E_PRIMARY_KEY_REQUIRED"]),
        (edited(datasets=[]), ["E_PARSE_ERROR"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_model_itself_is_refused(document: dict[str, Any], codes: list[str]) -> None:
    assert faults(document)[: len(codes)] == codes


def test_all_faults_of_all_files_are_told_at_once() -> None:
    files = {"a.yaml": "name: a\ndatasets: [{name: x}]\n", "b.yaml": "a: [", "c.yaml": "- 1\n"}
    with pytest.raises(Faults) as refusal:
        import_osi(files, Surroundings("retail"))
    problems = refusal.value.render("zh")["errors"]
    assert [problem["title"].partition("：")[0][:6] for problem in problems] == ["a.yaml", "b.yaml", "c.yaml"]
    assert all(problem["title"] for problem in refusal.value.render("en")["errors"])


def test_both_forms_of_the_file_and_of_expressions_are_read() -> None:
    def spoken(expression: str, **others: str) -> dict[str, Any]:
        said = {**others, "ANSI_SQL": expression}
        return {"dialects": [{"dialect": name, "expression": text} for name, text in said.items()]}

    day = {"dimension": {"is_time": True}, "datatype": "Date"}
    fields = [
        {"name": "id", "expression": spoken("id"), "datatype": "Integer"},
        {"name": "day", "expression": spoken("o_day"), **day},
    ]
    count = {"name": "n", "expression": spoken("COUNT(bills.id)", MDX="[Measures].[n]"), "description": "单数"}
    bills = {"name": "bills", "source": "dw.sales.bills", "primary_key": ["id"], "fields": fields}
    node = {"name": "shop", "datasets": [bills], "metrics": [count]}
    for document in (
        {"version": "0.1.1", "semantic_model": [node], "vendors": ["DBT"]},
        {"version": "0.2.0.dev0", **node},
    ):
        table = found(document, "bills", "dataset")
        assert isinstance(table, DatasetDef)
        assert {column.name: column.type for column in table.columns} == {"id": "integer", "o_day": "date"}
        assert table.time_columns == ("o_day",)
        assert found(document, "n").model_dump()["caliber"]["zh"] == "单数"
        losses = {loss.path: loss.kind for loss in read(document).imported.losses}
        assert losses["shop.yaml: datasets.bills.source"] == "changed"


def test_an_expression_in_no_sql_dialect_is_left_out() -> None:
    spoken = {"dialects": [{"dialect": "MDX", "expression": "[Measures].[n]"}]}
    assert refused(model({"name": "x", "expression": spoken}), "metric", "X") == "E_PARSE_ERROR"


def test_what_is_said_beside_the_meaning_is_told() -> None:
    beside = {
        "ai_context": {"synonyms": ["turnover"], "examples": ["how much?"]},
        "custom_extensions": [{"vendor_name": "DBT", "data": "{}"}],
        "access_modifier": "private",
    }
    document = model(metric("x", "SUM(orders.amount)", **beside))
    assert found(document, "x").model_dump()["aliases"] == ("turnover",)
    paths = {loss.path for loss in read(document).imported.losses}
    assert {f"shop.yaml: metrics.x.{part}" for part in ("ai_context", "custom_extensions", "access_modifier")} <= paths


def test_quoted_names_keep_their_case() -> None:
    document = {"name": "q", "datasets": [{"name": "orders", "source": "orders", "primary_key": ["id"], "fields": [
        field("id"), field('"Amount"', '"Amount"'), field("amount")]}], "metrics": [
        metric("a", 'SUM(orders."Amount")'), metric("b", "SUM(orders.amount)")]}  # fmt: skip
    reading = import_osi({"q.yaml": json.dumps(document)}, Surroundings("retail"))
    written = {each.code: each.model_dump()["definition"]["measure"]["expression"]
               for each in reading.definitions if each.kind == "metric"}  # fmt: skip
    assert written == {"a": "Amount", "b": "amount"}
