"""Every field has a class, every difference is found, and the strictest class wins."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter
from tests.definitions import definitions

from metrion.base.canonical import digest
from metrion.base.text import Text
from metrion.governance.classify import ROUTES, STRICTNESS, compare, evidence_for, strictest
from metrion.governance.diff import differences, fields_of
from metrion.governance.fields import CREATION, FIELDS
from metrion.governance.schemas import ChangeClass
from metrion.semantic.model import DatasetDef, Definition, DimensionDef, Kind, MetricDef, ModifierDef, RelationshipDef

MODELS: dict[Kind, type[BaseModel]] = {
    "dataset": DatasetDef,
    "relationship": RelationshipDef,
    "dimension": DimensionDef,
    "modifier": ModifierDef,
    "metric": MetricDef,
}
ANY: TypeAdapter[Definition] = TypeAdapter(Definition)

METRIC: dict[str, Any] = {
    "kind": "metric",
    "code": "sales",
    "name": {"zh": "销售额", "en": "Sales"},
    "domain": "retail",
    "definition": {
        "type": "atomic",
        "dataset": "orders",
        "measure": {"expression": "amount", "aggregation": "sum"},
    },
    "unit": "元",
    "dimensions": ["region"],
}
DATASET: dict[str, Any] = {
    "kind": "dataset",
    "code": "orders",
    "name": {"zh": "订单"},
    "domain": "retail",
    "shape": "fact",
    "source": {"kind": "lake", "table": "orders"},
    "columns": [{"name": "id", "type": "integer"}, {"name": "amount", "type": "decimal"}],
    "primary_key": ["id"],
}
RELATIONSHIP: dict[str, Any] = {
    "kind": "relationship",
    "code": "orders_to_customers",
    "domain": "retail",
    "from_dataset": "orders",
    "to_dataset": "customers",
    "columns": [{"many": "customer_id", "one": "id"}],
}


def parse(raw: dict[str, Any], **changes: Any) -> Definition:
    return ANY.validate_python({**raw, **changes})


def column(name: str, kind: str = "integer", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}


@pytest.mark.parametrize("kind", MODELS)
def test_every_field_has_a_class_and_no_class_is_left_over(kind: Kind) -> None:
    assert fields_of(MODELS[kind]) == set(FIELDS[kind])


def test_every_class_has_a_route() -> None:
    assert set(ROUTES) == set(STRICTNESS) == set(get_args(ChangeClass))
    assert set(CREATION) == set(MODELS)
    assert all(route.name.zh and route.name.en and route.meaning.zh and route.meaning.en for route in ROUTES.values())
    assert all(field.label.zh and field.label.en for table in FIELDS.values() for field in table.values())


def definition(**changes: Any) -> dict[str, Any]:
    return {**METRIC["definition"], **changes}


@pytest.mark.parametrize(
    ("raw", "changes", "path", "expected"),
    [
        (METRIC, {"name": {"zh": "销售金额"}}, "name", "cosmetic"),
        (METRIC, {"owner": "li"}, "owner", "stewardship"),
        (METRIC, {"dimensions": ["region", "city"]}, "dimensions", "additive"),
        (METRIC, {"dimensions": None}, "dimensions", "additive"),
        (METRIC, {"dimensions": []}, "dimensions", "structural"),
        (METRIC, {"unit": "万元"}, "unit", "semantic"),
        (METRIC, {"sensitivity": "public"}, "sensitivity", "protection"),
        (METRIC, {"definition": definition(dataset="bills")}, "definition.dataset", "structural"),
        (
            METRIC,
            {"definition": definition(measure={"expression": "amount * 2", "aggregation": "sum"})},
            "definition.measure.expression",
            "semantic",
        ),
        (
            METRIC,
            {
                "definition": definition(
                    measure={
                        "expression": "amount",
                        "aggregation": "sum",
                        "filter": {"kind": "compare", "field": "id", "op": "gt", "value": 3},
                    }
                )
            },
            "definition.measure.filter",
            "semantic",
        ),
        (DATASET, {"columns": [*DATASET["columns"], column("note", "string")]}, "columns[note]", "additive"),
        (DATASET, {"columns": [column("id")]}, "columns[amount]", "structural"),
        (DATASET, {"columns": [column("id"), column("amount", "float")]}, "columns[amount].type", "drift"),
        (
            DATASET,
            {"columns": [column("id", sensitive=True), column("amount", "decimal")]},
            "columns[id].sensitive",
            "protection",
        ),
        (DATASET, {"columns": [*reversed(DATASET["columns"])]}, "columns", "cosmetic"),
        (DATASET, {"row_access": "open"}, "row_access", "protection"),
        (DATASET, {"primary_key": ["id", "amount"]}, "primary_key", "structural"),
        (
            DATASET,
            {"columns": [column("id"), column("amount", "decimal", expression="id * 2")]},
            "columns[amount].expression",
            "semantic",
        ),
        (
            DATASET,
            {"levels": [{"code": "fiscal_year", "name": {"zh": "财年"}, "column": "fy"}]},
            "levels[fiscal_year]",
            "additive",
        ),
        (DATASET, {"validity": {"start": "from", "end": "until"}}, "validity", "structural"),
        (DATASET, {"source": {"kind": "sql", "sql": "select 1"}}, "source.kind", "drift"),
        (RELATIONSHIP, {"backwards": "once"}, "backwards", "structural"),
        (RELATIONSHIP, {"valid_at": "day"}, "valid_at", "semantic"),
        (METRIC, {"extends": {"metric": "gross", "fields": ["unit"]}}, "extends", "semantic"),
        (
            METRIC,
            {"definition": definition(measure={"expression": "amount", "aggregation": "sum", "percentile": 0.5})},
            "definition.measure.percentile",
            "semantic",
        ),
    ],
)
def test_the_class_follows_from_the_difference(
    raw: dict[str, Any], changes: dict[str, Any], path: str, expected: ChangeClass
) -> None:
    found = {each.path: each for each in compare(parse(raw), parse(raw, **changes))}
    assert found[path].change_class == expected
    assert all(each.path.startswith(path.split(".", maxsplit=1)[0]) for each in found.values())
    assert all(each.label.zh and each.label.en for each in found.values())


def test_inputs_of_a_formula_are_told_apart_by_their_names() -> None:
    def formula(**inputs: str) -> Definition:
        listed = [{"name": name, "metric": metric} for name, metric in inputs.items()]
        return parse(METRIC, definition={"type": "composite", "formula": "[a] / [b]", "inputs": listed})

    found = {each.path: each.kind for each in compare(formula(a="sales", b="visits"), formula(a="sales", b="buyers"))}
    assert found == {"definition.inputs[b].metric": "changed"}
    (added,) = compare(formula(a="sales"), formula(a="sales", b="visits"))
    assert (added.path, added.label.en) == ("definition.inputs[b]", "Input b")


def test_another_type_of_metric_shows_all_that_goes_and_comes() -> None:
    derived = parse(METRIC, definition={"type": "derived", "base": "gross", "period": {"to_date": "month"}})
    found = {each.path: each.kind for each in compare(parse(METRIC), derived)}
    assert found == {
        "definition.type": "changed",
        "definition.base": "added",
        "definition.dataset": "removed",
        "definition.measure": "removed",
        "definition.modifiers": "added",
        "definition.period": "added",
    }


def test_a_new_definition_is_shown_without_its_blanks() -> None:
    found = compare(None, parse(METRIC))
    assert {each.kind for each in found} == {"added"}
    assert "caliber" not in {each.path for each in found}
    assert {each.change_class for each in found} == {"additive"}


def test_labels_are_paths_in_words() -> None:
    (found,) = compare(parse(DATASET), parse(DATASET, columns=[column("id"), column("amount", "float")]))
    assert found.label == Text(zh="字段 amount · 类型", en="Column amount · Type")


def test_the_strictest_class_wins_and_evidence_adds_up() -> None:
    assert strictest(["cosmetic", "protection", "semantic"]) == "protection"
    assert strictest([]) == "cosmetic"
    assert evidence_for(["semantic", "protection"], new_metric=False, touches_metrics=True) == ("backtest",)
    assert evidence_for(["semantic"], new_metric=False, touches_metrics=False) == ()
    assert evidence_for(["additive"], new_metric=True, touches_metrics=False) == ("preview",)


OTHER = {"kind": "lake", "table": "other"}
texts = st.fixed_dictionaries({"zh": st.sampled_from(["", "甲"]), "en": st.sampled_from(["", "a"])})
names = st.sampled_from(["a", "b", "c"])
columns = st.lists(
    st.fixed_dictionaries(
        {"name": names, "type": st.sampled_from(["string", "date"])},
        optional={"label": texts, "sensitive": st.booleans()},
    ),
    max_size=4,
)
datasets = st.fixed_dictionaries(
    {"columns": columns, "name": texts, "shape": st.sampled_from(["fact", "bridge"])},
    optional={
        "primary_key": st.lists(names, max_size=2),
        "owner": names,
        "source": st.just(OTHER),
    },
).map(lambda changes: parse(DATASET, **changes))
durations = st.fixed_dictionaries({"count": st.integers(1, 3), "unit": st.sampled_from(["day", "year"])})
conditions = st.one_of(
    st.none(),
    st.builds(
        lambda value: {"kind": "compare", "field": "x", "op": "eq", "value": value}, st.sampled_from([1, True, "1"])
    ),
)
contents = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("derived"), "base": names},
        optional={
            "modifiers": st.lists(names, max_size=2),
            "period": st.one_of(
                st.none(), st.fixed_dictionaries({}, optional={"trailing": durations, "shift": durations})
            ),
        },
    ),
    st.fixed_dictionaries({"type": st.just("composite"), "formula": names}),
    st.builds(
        lambda rule, semi: definition(
            measure={"expression": "x", "aggregation": "sum", "filter": rule, "semi_additive": semi}
        ),
        conditions,
        st.one_of(st.none(), st.just({}), st.just({"entity": ["a"]})),
    ),
)
metrics = st.fixed_dictionaries(
    {"definition": contents, "dimensions": st.one_of(st.none(), st.lists(names, max_size=2))},
    optional={"effective_from": st.sampled_from([None, "2026-01-01"]), "aliases": st.lists(names, max_size=2)},
).map(lambda changes: parse(METRIC, **changes))


@given(st.one_of(st.tuples(datasets, datasets), st.tuples(metrics, metrics)))
def test_a_difference_is_found_exactly_when_the_digests_differ(pair: tuple[Definition, Definition]) -> None:
    old, new = pair
    found = differences(old, new)
    assert bool(found) == (digest(old) != digest(new))
    assert len({each.path for each in found}) == len(found)
    assert {each.field for each in found} <= set(FIELDS[new.kind])
    assert {each.path for each in differences(new, old)} == {each.path for each in found}


SAME_KIND = st.sampled_from(list(MODELS.values())).flatmap(
    lambda model: st.tuples(*2 * [definitions(st.sampled_from(["", "a", "b"]), [model])])
)


@given(SAME_KIND, st.data())
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_field_of_the_language_is_compared_and_classified(
    pair: tuple[Definition, Definition], data: st.DataObject
) -> None:
    old, other = pair
    name = data.draw(st.sampled_from(sorted(type(old).model_fields)))
    for new in (other, old.model_copy(update={name: getattr(other, name)})):
        found = compare(old, new)
        assert bool(found) == (digest(old) != digest(new))
        assert len({each.path for each in found}) == len(found)
        assert all(each.label.zh and each.label.en for each in found)
