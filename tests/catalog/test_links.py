"""Lineage follows every kind of calculation, and documents tell it: no name that a definition rests on is missed."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.definitions import definitions

from metrion.base.text import Language
from metrion.catalog.content import parse
from metrion.catalog.documents.calculation import Told
from metrion.catalog.documents.words import AGGREGATIONS, TYPES
from metrion.catalog.links import links
from metrion.semantic.model import Aggregation, Calculation, DatasetDef, MetricDef, Nested

EAST = {"kind": "compare", "field": "region", "op": "eq", "value": "EAST"}
HIGH = {"kind": "formula", "formula": "city = 'x' and metric_time > to_date('2024-01-01')"}
YEAR = {"count": 1, "unit": "year"}


def metric(definition: dict[str, Any], **more: Any) -> MetricDef:
    raw = {"kind": "metric", "code": "x", "name": {"zh": "某"}, "domain": "retail", "definition": definition, **more}
    found, faults = parse(raw)
    assert isinstance(found, MetricDef), faults
    return found


def rests_on(definition: MetricDef | DatasetDef) -> set[str]:
    return {f"{link.target[0]}.{link.target[1]}" for link in links(definition)}


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ({"type": "atomic", "dataset": "orders", "measure": {"expression": "a", "aggregation": "sum", "filter": HIGH}},
         {"dataset.orders", "dimension.city"}),
        ({"type": "derived", "base": "a", "modifiers": ["m"], "filter": EAST},
         {"metric.a", "modifier.m", "dimension.region"}),
        ({"type": "composite", "formula": "[p] / [b]", "inputs": [{"name": "p", "metric": "a", "modifiers": ["m"]}]},
         {"metric.a", "metric.b", "modifier.m"}),
        ({"type": "ratio", "numerator": {"metric": "a", "filter": EAST}, "denominator": {"metric": "b"}},
         {"metric.a", "metric.b", "dimension.region"}),
        ({"type": "growth", "metric": "a", "shift": YEAR}, {"metric.a"}),
        ({"type": "share", "metric": "a", "of": ["buyer.region"]}, {"metric.a", "dimension.region"}),
        ({"type": "index", "metric": "a", "base": {"shift": YEAR}}, {"metric.a"}),
        ({"type": "difference", "metric": "a", "target": "b"}, {"metric.a", "metric.b"}),
        ({"type": "conversion", "base": "a", "steps": ["b", "c"], "entity": [{"many": "u", "one": "u"}]},
         {"metric.a", "metric.b", "metric.c"}),
        ({"type": "nested", "base": "a", "per": ["city"], "without": ["region", "metric_time"], "having": HIGH},
         {"metric.a", "dimension.city", "dimension.region"}),
        ({"type": "rank", "base": "a", "within": ["region"]}, {"metric.a", "dimension.region"}),
    ],
)  # fmt: skip
def test_a_metric_rests_on_everything_that_it_names(definition: dict[str, Any], expected: set[str]) -> None:
    assert rests_on(metric(definition)) == expected


def test_a_variant_rests_on_the_metric_that_it_extends() -> None:
    variant = metric({"type": "inherited"}, extends={"metric": "a", "fields": ["unit"]})
    assert rests_on(variant) == {"metric.a"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"kind": "lake", "table": "orders"}, set()),
        ({"kind": "sql", "sql": "with t as (select * from orders) select * from t join customers using (id)"},
         {"dataset.orders", "dataset.customers"}),
        ({"kind": "sql", "sql": "drop table orders"}, set()),
        ({"kind": "metrics", "metrics": ["a"], "dimensions": ["city"], "filters": EAST},
         {"metric.a", "dimension.city", "dimension.region"}),
    ],
)  # fmt: skip
def test_a_dataset_rests_on_what_its_rows_are_made_from(source: dict[str, Any], expected: set[str]) -> None:
    found, faults = parse({"kind": "dataset", "code": "x", "name": {"zh": "某"}, "domain": "retail", "shape": "fact",
                           "source": source, "columns": []})  # fmt: skip
    assert isinstance(found, DatasetDef), faults
    assert rests_on(found) == expected


def test_every_calculation_and_aggregation_has_its_words() -> None:
    kinds = {get_args(kind.model_fields["type"].annotation)[0] for kind in get_args(Calculation)}
    assert set(TYPES) == kinds
    nested = get_args(Nested.model_fields["aggregation"].annotation)
    assert set(AGGREGATIONS) == {*get_args(Aggregation), *nested}


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(definitions(st.sampled_from(["a", "b"]), [MetricDef]), st.sampled_from(get_args(Language)))
def test_any_calculation_can_be_told(found: MetricDef, language: Language) -> None:
    rows = list(Told(language, ".".join).rows(found.definition))
    assert all(label and value for label, value in rows)
    assert found.definition.type in {"composite", "inherited"} or rows


def test_periods_are_told_in_both_languages() -> None:
    found = metric({"type": "derived", "base": "a", "period": {"trailing": {"count": 3, "unit": "fiscal_month"},
                    "shift": {"count": -1, "unit": "year"}}})  # fmt: skip
    told = {language: dict(Told(language, ".".join).rows(found.definition)) for language in ("zh", "en")}
    assert told["en"]["Period"] == "trailing 3 fiscal_month, shifted forward 1 year"
    assert told["zh"]["时间周期"] == "近 3 fiscal_month、后移 1 年"
