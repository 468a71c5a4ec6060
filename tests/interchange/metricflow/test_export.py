"""Our definitions as a MetricFlow project: what comes back from it is what went in, and the rest is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from pydantic import TypeAdapter
from tests.interchange.metricflow.shop import TABLES, shop

from metrion.interchange.foreign.expressions import to_formula
from metrion.interchange.foreign.report import Surroundings
from metrion.interchange.foreign.sql_text import to_sql
from metrion.interchange.metricflow.export import metricflow_files
from metrion.interchange.metricflow.importer import import_metricflow
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.model import Definition

if TYPE_CHECKING:
    from metrion.interchange.foreign.report import Exported

_READER: TypeAdapter[Definition] = TypeAdapter(Definition)


def test_a_round_trip_changes_nothing() -> None:
    first = shop().definitions
    exported = metricflow_files(first)
    again = import_metricflow(exported.files, Surroundings("retail", TABLES.get)).definitions
    before = {(each.kind, each.code): each for each in first}
    after = {(each.kind, each.code): each for each in again}
    assert set(before) == set(after)
    assert [each for key, each in before.items() if each != after[key]] == []


def sales() -> list[dict[str, Any]]:
    name = {"zh": "名称", "en": "Name"}
    return [
        {"kind": "dataset", "code": "orders", "name": name, "domain": "retail", "shape": "fact",
         "source": {"kind": "lake", "table": "orders"}, "primary_key": ["id"], "time_columns": ["day"],
         "columns": [{"name": "id", "type": "integer"}, {"name": "day", "type": "date"},
                     {"name": "buyer", "type": "integer"}, {"name": "seller", "type": "integer"},
                     {"name": "amount", "type": "decimal"}]},
        {"kind": "dataset", "code": "people", "name": name, "domain": "retail", "shape": "dimension",
         "source": {"kind": "lake", "table": "people"}, "primary_key": ["id"],
         "columns": [{"name": "id", "type": "integer"}, {"name": "city", "type": "string"}]},
        *({"kind": "relationship", "code": f"orders_{role}", "domain": "retail", "from_dataset": "orders",
           "to_dataset": "people", "columns": [{"many": role, "one": "id"}], "role": role}
          for role in ("buyer", "seller")),
        {"kind": "dimension", "code": "city", "name": name, "domain": "retail",
         "bindings": [{"dataset": "people", "column": "city"}]},
        {"kind": "modifier", "code": "paris", "name": name, "domain": "retail",
         "condition": {"kind": "match", "field": "buyer.city", "how": "starts", "text": "Par"}},
        metric("amount", {"type": "atomic", "dataset": "orders",
                          "measure": {"expression": "amount", "aggregation": "sum"}}, unit="元"),
    ]  # fmt: skip


def metric(code: str, definition: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "metric", "code": code, "name": {"zh": code, "en": code}, "domain": "retail",
            "definition": definition, **more}  # fmt: skip


def exported(*more: dict[str, Any]) -> tuple[Exported, dict[str, Any]]:
    found = metricflow_files([_READER.validate_python(raw) for raw in [*sales(), *more]])
    read = yaml.safe_load(found.files["metrics.yml"])
    return found, {each["name"]: each for each in read["metrics"]}


def test_one_dataset_in_two_roles_is_two_entities() -> None:
    found, _ = exported()
    models = {each["name"]: each for each in yaml.safe_load(found.files["metrics.yml"])["semantic_models"]}
    assert models["people"]["entities"] == [
        {"name": "buyer", "type": "primary", "expr": "id"},
        {"name": "seller", "type": "unique", "expr": "id"},
    ]
    names = {(each["name"], each["type"]) for each in models["orders"]["entities"]}
    assert names == {("orders", "primary"), ("buyer", "foreign"), ("seller", "foreign")}


def test_modifiers_become_filters() -> None:
    _, metrics = exported(metric("in_paris", {"type": "derived", "base": "amount", "modifiers": ["paris"]}))
    (taken,) = metrics["in_paris"]["type_params"]["metrics"]
    assert taken["filter"] == "LOWER({{ Dimension('buyer__city') }}) LIKE 'par%'"


def test_growth_is_a_formula_with_an_offset() -> None:
    shift = {"count": 1, "unit": "month", "match": "look_back"}
    _, metrics = exported(metric("growth", {"type": "growth", "metric": "amount", "shift": shift}))
    params = metrics["growth"]["type_params"]
    assert params["expr"] == "(now - before) / NULLIF(before, 0)"
    assert params["metrics"][1] == {"name": "amount", "alias": "before", "offset_window": "1 month"}


@pytest.mark.parametrize(
    ("definition", "told"),
    [
        ({"type": "share", "metric": "amount"}, "metrics of type share"),
        ({"type": "rank", "base": "amount"}, "metrics of type rank"),
        ({"type": "nested", "base": "amount", "grain": "day"}, "metrics of type nested"),
        ({"type": "derived", "base": "amount", "period": {"leading": {"count": 1, "unit": "day"}}}, "looks ahead"),
        ({"type": "atomic", "dataset": "orders",
          "measure": {"expression": "amount", "aggregation": "stddev"}}, "stddev"),
    ],
)  # fmt: skip
def test_what_has_no_counterpart_is_left_out_and_told(definition: dict[str, Any], told: str) -> None:
    found, metrics = exported(metric("odd", definition))
    assert "odd" not in metrics
    (loss,) = [each for each in found.losses if each.kind == "refused"]
    assert loss.path == "metric.odd"
    assert told in loss.text.en


def test_a_shift_that_moves_rows_is_told() -> None:
    shift = {"count": 1, "unit": "month"}
    found, _ = exported(metric("moved", {"type": "derived", "base": "amount", "period": {"shift": shift}}))
    assert any(each.path == "metric.amount.shift" and each.kind == "changed" for each in found.losses)


def test_what_numbers_do_not_need_is_told() -> None:
    found, _ = exported()
    assert any(each.path == "metric.amount" and "unit" in each.text.en for each in found.losses)


@pytest.mark.parametrize(
    "formula",
    [
        "a + b * 2 - c",
        "(a + b) * 2 / -c",
        "case when a > 1 and (b < 2 or not c) then 'x' else 'it''s' end",
        "a in (1, 2) and b not in ('x')",
        "a is null or b is not null",
        "date_trunc('month', d) >= to_date('2024-01-31')",
        "date_add('month', -3, d)",
        "date_diff('day', a, b)",
        "year(d) * 100 + month(d)",
        "to_decimal(a, 2)",
        "coalesce(nullif(a, 0), round(b, 2))",
        "lower(trim(a)) || '-' || substring(b, 1, 2)",
        "a % 2 = 0",
    ],
)
def test_a_formula_comes_back_from_its_sql(formula: str) -> None:
    assert to_formula(to_sql(parse_expression(formula), lambda name: name.value), str) == formula
