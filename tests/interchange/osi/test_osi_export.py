"""Definitions leave as an OSI model and come back whole; what OSI cannot say is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.definitions import definitions
from tests.grounds import examples

from metrion.catalog.content import parse
from metrion.interchange.foreign.report import Surroundings
from metrion.interchange.osi.exporter import export_osi, osi_files
from metrion.interchange.osi.importer import import_osi
from metrion.semantic.model import DatasetDef, RelationshipDef

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrion.interchange.foreign.report import Imported
    from metrion.semantic.model import Definition

NAMES = st.sampled_from(["id", "amount", "Amount", "金额", "order date", "filter", 'a"b', "customer_id", "a.b"])


def defined(raw: dict[str, Any]) -> Definition:
    definition, faults = parse(raw)
    assert definition is not None, faults
    return definition


def dataset(code: str, *columns: tuple[str, str], **more: Any) -> Definition:
    listed = [{"name": name, "type": kind} for name, kind in columns]
    return defined({
        "kind": "dataset", "code": code, "name": {"zh": code}, "domain": "retail", "shape": "fact",
        "source": {"kind": "lake", "table": code}, "columns": listed, "primary_key": ["id"], **more,
    })  # fmt: skip


def metric(code: str, definition: dict[str, Any], **more: Any) -> Definition:
    return defined(
        {"kind": "metric", "code": code, "name": {"en": code}, "domain": "retail", "definition": definition, **more}
    )


def atomic(code: str, expression: str, aggregation: str = "sum", **measure: Any) -> Definition:
    return metric(
        code,
        {
            "type": "atomic",
            "dataset": "orders",
            "measure": {"expression": expression, "aggregation": aggregation, **measure},
        },
    )


ORDERS = dataset("orders", ("id", "integer"), ("customer_id", "integer"), ("amount", "decimal"), ("status", "string"))
CUSTOMERS = dataset("customers", ("id", "integer"), ("region", "string"), shape="dimension")
JOIN = defined({
    "kind": "relationship", "code": "orders_to_customers", "domain": "retail", "from_dataset": "orders",
    "to_dataset": "customers", "columns": [{"many": "customer_id", "one": "id"}], "backwards": "once",
})  # fmt: skip
REGION = defined({
    "kind": "dimension", "code": "region", "name": {"zh": "地区", "en": "Region"}, "domain": "retail",
    "bindings": [{"dataset": "customers", "column": "region"}],
})  # fmt: skip
PAID = defined({
    "kind": "modifier", "code": "paid", "name": {"zh": "已付"}, "domain": "retail",
    "condition": {"kind": "compare", "field": "status", "op": "eq", "value": "paid"},
})  # fmt: skip
EAST = {"kind": "compare", "field": "region", "op": "eq", "value": "EAST"}
LIBRARY = (ORDERS, CUSTOMERS, JOIN, REGION, PAID)


def imported(document: object, **edited: str) -> Imported:
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    for old, new in edited.items():
        assert old in text
        text = text.replace(old, new)
    return import_osi({"model.yaml": text}, Surroundings("retail"))


def sql(*more: Definition) -> dict[str, str]:
    document, _ = export_osi([*LIBRARY, *more], "shop")
    (model,) = document["semantic_model"]
    return {node["name"]: node["expression"]["dialects"][0]["expression"] for node in model.get("metrics", [])}


def unique(listed: Sequence[Definition]) -> list[Definition]:
    return list({(each.kind, each.code): each for each in listed}.values())


def sound(definition: Definition) -> bool:
    """Tell whether the gate would let it through as far as names go: columns differ, and the key is of columns."""
    if not isinstance(definition, DatasetDef):
        return not isinstance(definition, RelationshipDef)
    names = [column.name for column in definition.columns]
    return len({name.upper() for name in names}) == len(names) and set(definition.primary_key) <= set(names)


@settings(max_examples=examples(150), suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(definitions(NAMES), max_size=4).map(unique))
def test_whatever_leaves_comes_back_the_same(listed: list[Definition]) -> None:
    assume(all(sound(each) for each in listed))
    document, _ = export_osi(listed, "shop")
    back = imported(document)
    assert {(each.kind, each.code): each for each in back.definitions} == {
        (each.kind, each.code): each for each in listed
    }


def test_metrics_are_written_as_others_read_them() -> None:
    base = atomic("sales", "amount")
    found = sql(
        base,
        atomic("orders_count", "*", "count"),
        atomic("buyers", "customer_id", "count_distinct"),
        atomic("p90", "amount", "percentile", percentile=0.9),
        atomic("east", "amount", filter=EAST),
        atomic("net", "amount * (1 - 0.1)"),
        metric("paid_sales", {"type": "derived", "base": "sales", "modifiers": ["paid"]}),
        metric("average", {"type": "composite", "formula": "[sales] / [buyers]"}),
        metric("share", {"type": "ratio", "numerator": {"metric": "paid_sales"}, "denominator": {"metric": "sales"}}),
        metric("both", {
            "type": "composite", "formula": "[x] + [y]",
            "inputs": [{"name": "x", "metric": "sales", "filter": EAST}, {"name": "y", "metric": "sales"}],
        }),
    )  # fmt: skip
    assert found == {
        "sales": "SUM(orders.amount)",
        "orders_count": "COUNT(orders.id)",
        "buyers": "COUNT(DISTINCT orders.customer_id)",
        "p90": "PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY orders.amount)",
        "east": "SUM(CASE WHEN customers.region = 'EAST' THEN orders.amount END)",
        "net": "SUM(orders.amount * (1 - 0.1))",
        "paid_sales": "SUM(CASE WHEN orders.status = 'paid' THEN orders.amount END)",
        "average": "sales / NULLIF(buyers, 0)",
        "share": "paid_sales / NULLIF(sales, 0)",
        "both": "SUM(CASE WHEN customers.region = 'EAST' THEN orders.amount END) + sales",
    }


def test_what_osi_cannot_say_is_told_and_comes_back() -> None:
    late = metric("last_year", {"type": "derived", "base": "sales", "period": {"shift": {"count": 1, "unit": "year"}}})
    growth = metric("growth", {"type": "composite", "formula": "[sales] - [last_year]"}, unit="元")
    listed = [*LIBRARY, atomic("sales", "amount"), late, growth]
    document, losses = export_osi(listed, "shop")
    told = {loss.path: loss.kind for loss in losses}
    assert (told["metric.last_year"], told["metric.growth"]) == ("refused", "refused")
    assert all(loss.text.zh and loss.text.en for loss in losses)
    assert {each.code: each for each in imported(document).definitions} == {each.code: each for each in listed}


def test_equal_losses_are_told_once() -> None:
    _, losses = export_osi([ORDERS, atomic("a", "amount").model_copy(update={"unit": "元"}),
                            atomic("b", "amount").model_copy(update={"unit": "元"})], "shop")  # fmt: skip
    assert [loss.path for loss in losses] == ["metric.a, metric.b"]


def test_who_edits_a_node_means_the_edited_node() -> None:
    document, _ = export_osi([*LIBRARY, atomic("sales", "amount")], "shop")
    back = imported(document, **{"expression: SUM(orders.amount)": "expression: MAX(orders.amount)"})
    sales = next(each for each in back.definitions if each.code == "sales")
    assert sales.model_dump()["definition"]["measure"]["aggregation"] == "max"
    assert [loss.path for loss in back.losses if loss.kind == "changed"] == ["model.yaml: metrics.sales"]


def test_names_that_only_osi_shares_are_told_apart() -> None:
    twin = atomic("orders", "amount")
    ratio = metric("double", {"type": "composite", "formula": "[orders] * 2"})
    assert sql(twin, ratio) == {"orders_metric": "SUM(orders.amount)", "double": "orders_metric * 2"}
    document, losses = export_osi([*LIBRARY, twin], "shop")
    assert ("metric.orders", "changed") in {(loss.path, loss.kind) for loss in losses}
    assert twin in imported(document).definitions


def test_a_broken_extension_is_told() -> None:
    document, _ = export_osi([ORDERS], "shop")
    model = document["semantic_model"][0]
    model["datasets"][0]["custom_extensions"][0]["data"] = "{"
    back = imported(document)
    assert [loss.path for loss in back.losses if "custom_extensions" in loss.path] == [
        "model.yaml: datasets.orders.custom_extensions"
    ]
    assert any(each.kind == "dataset" for each in back.definitions)


def test_the_file_is_the_same_every_time() -> None:
    first, second = osi_files(LIBRARY), osi_files(LIBRARY)
    assert dict(first.files) == dict(second.files)
    (text,) = first.files.values()
    assert text.startswith("version: 0.2.0.dev0\n")
