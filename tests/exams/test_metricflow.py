"""The MetricFlow exams ask cases of their shape through the importer and the house."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from exams.score import run

from exams import metricflow, stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MANIFEST = """
semantic_model:
  name: orders
  node_relation: {schema_name: $source_schema, alias: orders}
  defaults: {agg_time_dimension: day}
  primary_entity: order
  entities: [{name: buyer, type: foreign, expr: buyer_id}]
  dimensions:
    - {name: day, type: time, type_params: {time_granularity: day}}
    - {name: is_gift, type: categorical}
  measures: [{name: amount, agg: sum, create_metric: true}]
---
semantic_model:
  name: buyers
  node_relation: {schema_name: $source_schema, alias: buyers}
  entities: [{name: buyer, type: primary, expr: buyer_id}]
  dimensions: [{name: city, type: categorical}]
---
saved_query:
  name: by_city
  query_params: {metrics: [amount], group_by: ["Dimension('buyer__city')"]}
---
project_configuration:
  time_spines: []
"""
_SCHEMA = {
    "orders": {"columns": [["day", "TIMESTAMP"], ["buyer_id", "BIGINT"], ["amount", "BIGINT"], ["is_gift", "BOOLEAN"]]},
    "buyers": {"columns": [["buyer_id", "BIGINT"], ["city", "VARCHAR"]]},
}
_ORDERS = """day,buyer_id,amount,is_gift
2024-01-30,1,10,True
2024-01-31,2,20,False
2024-02-01,\\N,5,True
"""
_BUYERS = "buyer_id,city\n1,Rome\n2,Oslo\n"
_TABLE = """test_name: t
---
metric_time__month   buyer__city      amount
-------------------  -------------  --------
2024-01-01T00:00:00  Oslo                 20
2024-01-01T00:00:00  Rome                 10
2024-02-01T00:00:00                        5
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an exam with its tables and its manifest, without cases."""
    home = tmp_path / "metricflow"
    (home / "manifests" / "simple_manifest").mkdir(parents=True)
    (home / "manifests" / "shared").mkdir()
    (home / "data").mkdir()
    (home / "manifests" / "simple_manifest" / "all.yaml").write_text(_MANIFEST, encoding="utf-8")
    (home / "schema.json").write_text(json.dumps(_SCHEMA), encoding="utf-8")
    (home / "data" / "orders.csv").write_text(_ORDERS, encoding="utf-8")
    (home / "data" / "buyers.csv").write_text(_BUYERS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def made(db: None) -> Iterator[None]:
    """Let the house be made in this test's database."""
    del db
    stage.house.cache_clear()
    yield
    stage.house.cache_clear()


def write(folder: Path, name: str, *cases: dict[str, Any]) -> None:
    text = "\n".join(json.dumps(case) for case in cases)
    (folder / "metricflow" / name).write_text(text + "\n", encoding="utf-8")


def case(name: str, columns: list[str], rows: list[list[object]] | None, **asked: object) -> dict[str, Any]:
    return {"name": name, "model": "SIMPLE_MODEL", "expected": {"columns": columns, "rows": rows}, **asked}


def test_a_folder_without_the_exam_has_no_cases(tmp_path: Path) -> None:
    assert list(metricflow.cases(tmp_path)) == []
    assert list(metricflow.output_cases(tmp_path)) == []


@pytest.mark.usefixtures("made")
def test_questions_are_asked_in_metricflows_words(folder: Path) -> None:
    month, first, second = "metric_time__month", "2024-01-01T00:00:00", "2024-02-01T00:00:00"
    write(
        folder,
        "cases.jsonl",
        case("by month", ["amount", month], [[30, first], [5, second]], metrics=["amount"], group_bys=[month]),
        case("joined", ["buyer__city", "amount"], [["Rome", 10], ["Oslo", 20], [None, 5]], saved_query_name="by_city"),
        case("filtered", ["amount"], [[15]], metrics=["amount"], where_filter="{{ Dimension('order__is_gift') }}"),
        case("in a range", ["amount"], [[20]], metrics=["amount"], time_constraint=["2024-01-31", "2024-01-31"]),
        case("in whole months", [month, "amount"], [[first, 30]], metrics=["amount"], group_bys=[month],
             time_constraint=["2024-01-31", "2024-01-31"]),
        case("in a range, by a date of its own", ["order__day__month", "amount"], [[first, 20]], metrics=["amount"],
             group_bys=["order__day__month"], time_constraint=["2024-01-31", "2024-01-31"]),
        case("least and greatest", ["buyer__city__min", "buyer__city__max"], [["Oslo", "Rome"]],
             group_bys=["buyer__city"], min_max_only=True),
        case("by statement", ["amount"], None, metrics=["amount"], check_sql_duckdb="select sum(amount) from s.orders"),
        case("wrong", ["amount"], [[1]], metrics=["amount"]),
        case("nowhere", ["amount"], [[1]], metrics=["amount"], group_bys=["moon__side"]),
    )  # fmt: skip
    score = run("metricflow", metricflow.cases(folder), {})
    assert (score.passed, score.failed) == (8, ["wrong", "nowhere"])
    assert score.reasons["nowhere"].startswith("not_expressible: ")


@pytest.mark.usefixtures("made")
def test_printed_tables_are_read_with_their_empty_cells_and_in_order(folder: Path) -> None:
    request = {
        "metric_names": ["amount"],
        "group_by_names": ["metric_time__month", "buyer__city"],
        "order_by_names": ["metric_time__month", "buyer__city"],
        "time_constraint_end": {"py": "datetime.datetime(2024, 2, 1)"},
    }
    engine = ["it_helpers.mf_engine.query"]
    write(
        folder,
        "query_output_cases.jsonl",
        {"name": "right", "engine": engine, "requests": [request], "expected_text": {"t": _TABLE}},
        {"name": "wrong", "engine": engine, "requests": [request], "expected_text": {"t": _TABLE.replace("20", "21")}},
        {"name": "upside down", "engine": engine, "expected_text": {"t": _TABLE},
         "requests": [request | {"order_by_names": ["-metric_time__month", "buyer__city"]}]},
    )  # fmt: skip
    score = run("metricflow-output", metricflow.output_cases(folder), {})
    assert (score.passed, score.failed) == (1, ["wrong", "upside down"])
    assert score.reasons["upside down"] == "the rows are in another order"
