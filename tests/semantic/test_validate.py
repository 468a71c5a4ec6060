"""Checks of definitions: each fault where it is, all of them at once, none in a sound company."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.semantic.company import (
    AVERAGE,
    BUYER,
    CATALOGUE,
    COMPANY,
    ONLINE,
    ONLINE_SALES,
    ORDERS,
    QUANTITY,
    REGION,
    SALES,
    SHOPS,
    atomic,
    changed,
    metric,
)

from metrion.base.text import Text
from metrion.semantic.condition import And, Compare, OneOf, PersonValue
from metrion.semantic.model import (
    Atomic,
    Binding,
    Column,
    ColumnPair,
    Composite,
    Derived,
    Duration,
    Measure,
    MetricDef,
    Period,
    SemiAdditive,
    Shift,
)
from metrion.semantic.validate import Fault, check_definition, describe

if TYPE_CHECKING:
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import Aggregation, Definition


def faults(definition: Definition) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in check_definition(definition, CATALOGUE)]


def only(definition: Definition) -> Fault:
    [fault] = check_definition(definition, CATALOGUE)
    assert fault.text.zh
    assert fault.text.en
    return fault


@pytest.mark.parametrize("definition", COMPANY, ids=lambda definition: definition.code)
def test_a_sound_company_has_no_faults(definition: Definition) -> None:
    assert check_definition(definition, CATALOGUE) == ()


def test_words_are_required() -> None:
    assert faults(changed(SALES, name=Text(zh="销售额"), owner="", caliber=Text())) == [
        ("name", "name_missing"),
        ("owner", "owner_missing"),
        ("caliber", "caliber_missing"),
    ]
    assert faults(changed(ORDERS, name=Text(), owner=" ")) == [("name", "name_missing"), ("owner", "owner_missing")]
    assert faults(changed(BUYER, name=Text())) == []


# --- data -----------------------------------------------------------------------------------------


def test_dataset_faults_come_together() -> None:
    broken = changed(
        ORDERS,
        columns=(*ORDERS.columns, Column(name="amount", type="float"), Column(name=" ", type="string")),
        primary_key=("ids",),
        time_columns=("渠道", "when"),
    )
    assert faults(broken) == [
        ("columns.3.name", "column_repeated"),
        ("columns.7.name", "column_repeated"),
        ("columns.8.name", "column_name_missing"),
        ("primary_key.0", "unknown_column"),
        ("time_columns.0", "no_time_column"),
        ("time_columns.1", "unknown_column"),
    ]


def test_an_unknown_column_offers_the_nearest() -> None:
    assert "id" in only(changed(ORDERS, primary_key=("idd",))).remedy.zh


def test_keys_and_time_where_the_shape_needs_them() -> None:
    assert faults(changed(SHOPS, primary_key=())) == [("primary_key", "primary_key_missing")]
    assert faults(changed(ORDERS, shape="snapshot", time_columns=())) == [("time_columns", "time_column_missing")]
    assert faults(changed(ORDERS, columns=(), primary_key=(), time_columns=())) == [("columns", "no_columns")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"to_dataset": "shop"}, [("to_dataset", "unknown_name")]),
        ({"from_dataset": "order"}, [("from_dataset", "unknown_name")]),
        ({"columns": ()}, [("columns", "no_columns")]),
        ({"columns": (ColumnPair(many="x", one="id"),)}, [("columns.0.many", "unknown_column")]),
        (
            {"columns": (ColumnPair(many="渠道", one="id"),)},
            [("columns.0", "relationship_types")],
        ),
        ({"columns": (ColumnPair(many="渠道", one="region"),)}, [("columns", "fan_out")]),
        ({"code": "other"}, [("role", "role_missing")]),
        ({"code": "other", "role": "seller"}, []),
    ],
)
def test_relationships(changes: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert faults(changed(BUYER, **changes)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"bindings": ()}, [("bindings", "no_bindings")]),
        ({"bindings": (Binding(dataset="shop", column="x"),)}, [("bindings.0.dataset", "unknown_name")]),
        ({"bindings": (Binding(dataset="shops", column="x"),)}, [("bindings.0.column", "unknown_column")]),
        (
            {"bindings": (Binding(dataset="shops", column="region"), Binding(dataset="orders", column="odate"))},
            [("bindings.1.column", "binding_types")],
        ),
        (
            {"bindings": (Binding(dataset="shops", column="region"), Binding(dataset="shops", column="region"))},
            [("bindings.1.dataset", "binding_repeated")],
        ),
        ({"parent": "planet"}, [("parent", "unknown_name")]),
        ({"parent": "region"}, [("parent", "cycle")]),
    ],
)
def test_dimensions(changes: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert faults(changed(REGION, **changes)) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Compare(field="buyer.region", op="eq", value="E"), []),
        (And(items=(Compare(field="chanel", op="eq", value="x"),)), [("condition.items.0.field", "unknown_name")]),
        (Compare(field="size", op="gt", value="big"), [("condition.value", "bad_filter_value")]),
        (OneOf(field="size", values=(1, "2", "x")), [("condition.values", "bad_filter_value")]),
        (
            Compare(field="region", op="eq", value=PersonValue(person="region")),
            [("condition.value", "unresolved_person")],
        ),
    ],
)
def test_modifiers(condition: Condition, expected: list[tuple[str, str]]) -> None:
    assert faults(changed(ONLINE, condition=condition)) == expected


# --- atomic metrics -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("definition", "unit", "expected"),
    [
        (atomic("amount * 0.9"), "元", []),
        (atomic("odate", "max"), "", []),
        (atomic("渠道", "count_distinct"), "个", []),
        (atomic("if(paid, amount)"), "元", []),
        (atomic("amount", dataset="order"), "元", [("definition.dataset", "unknown_name")]),
        (atomic("amout"), "元", [("definition.measure.expression", "formula_unknown_name")]),
        (atomic("amount +"), "元", [("definition.measure.expression", "formula_syntax")]),
        (atomic("sum(amount)"), "元", [("definition.measure.expression", "formula_unknown_function")]),
        (atomic("amount + 渠道"), "元", [("definition.measure.expression", "formula_type")]),
        (atomic("*"), "元", [("definition.measure.expression", "star_needs_count")]),
        (atomic("渠道"), "元", [("definition.measure.aggregation", "aggregation_type")]),
        (atomic("paid", "avg"), "元", [("definition.measure.aggregation", "aggregation_type")]),
        (atomic("渠道", "max"), "元", [("definition.measure.aggregation", "aggregation_type")]),
        (atomic("odate"), "元", [("definition.measure.aggregation", "aggregation_type")]),
        (atomic("*", "count"), "元", [("unit", "count_unit")]),
        (atomic("id", "count_distinct"), "%", [("unit", "count_unit")]),
        (atomic("amount"), "圆圈", [("unit", "unknown_unit")]),
        (atomic("amount", filter_=Compare(field="paid", op="eq", value=True)), "元", []),
        (atomic("amount", filter_=Compare(field="region", op="eq", value="E")), "元", []),
        (
            atomic("amount", filter_=Compare(field="pade", op="eq", value=True)),
            "元",
            [("definition.measure.filter.field", "unknown_name")],
        ),
        (
            atomic("amount", filter_=Compare(field="odate", op="ge", value="tomorrow")),
            "元",
            [("definition.measure.filter.value", "bad_filter_value")],
        ),
        (
            atomic("quantity", dataset="stock", filter_=Compare(field="channel", op="eq", value="x")),
            "件",
            [("definition.measure.filter.field", "unreachable_filter")],
        ),
    ],
)
def test_atomic(definition: Atomic, unit: str, expected: list[tuple[str, str]]) -> None:
    assert faults(metric("m", definition, unit)) == expected


def test_a_fault_in_a_formula_knows_its_place() -> None:
    fault = only(metric("m", atomic("amount\n + amout"), "元"))
    assert (fault.line, fault.column, fault.suggestion) == (2, 4, "amount")
    assert fault.span is not None
    assert (fault.span.start, fault.span.end) == (10, 15)


def test_time_column_of_an_atomic_metric() -> None:
    assert faults(metric("m", changed_time("渠道"), "元")) == [("definition.time_column", "no_time_column")]
    assert faults(metric("m", changed_time("x"), "元")) == [("definition.time_column", "unknown_column")]


def changed_time(column: str) -> Atomic:
    return atomic("amount").model_copy(update={"time_column": column})


def test_stocks() -> None:
    def stock(dataset: str, expression: str, aggregation: Aggregation, semi: SemiAdditive) -> MetricDef:
        measure = Measure(expression=expression, aggregation=aggregation, semi_additive=semi)
        return metric("m", Atomic(dataset=dataset, measure=measure))

    assert faults(stock("orders", "amount", "sum", SemiAdditive(entity=("buyer_id",)))) == []
    assert faults(stock("orders", "amount", "sum", SemiAdditive(entity=("buyer",)))) == [
        ("definition.measure.semi_additive.entity.0", "unknown_column")
    ]
    assert faults(stock("orders", "amount", "avg", SemiAdditive(take="max"))) == [
        ("definition.measure.semi_additive.take", "unsafe_reaggregation")
    ]
    assert faults(stock("stock", "quantity", "sum", SemiAdditive())) == [
        ("definition.measure.semi_additive", "missing_time_axis")
    ]


def test_effective_dates() -> None:
    late = metric("m", atomic("amount"), "元", effective_from="2024-02-01", effective_to="2024-01-01")
    assert faults(late) == [("effective_to", "effective_dates")]


# --- derived metrics ------------------------------------------------------------------------------

_MONTH = Duration(count=1, unit="month")
_A_MONTH_AGO = Shift(count=1, unit="month")


@pytest.mark.parametrize(
    ("definition", "unit", "expected"),
    [
        (Derived(base="sales", modifiers=("online", "east")), "元", []),
        (Derived(base="sales", period=Period(to_date="month")), "", []),
        (Derived(base="sale", modifiers=("online",)), "", [("definition.base", "unknown_name")]),
        (Derived(base="sales", modifiers=("onlin",)), "", [("definition.modifiers.0", "unknown_name")]),
        (
            Derived(base="sales", modifiers=("online", "online")),
            "",
            [("definition.modifiers", "modifier_repeated")],
        ),
        (Derived(base="sales", modifiers=("online", "offline")), "", [("definition.base", "exclusive_modifiers")]),
        (Derived(base="online_sales", modifiers=("offline",)), "", [("definition.base", "exclusive_modifiers")]),
        (Derived(base="sales"), "", [("definition", "nothing_derived")]),
        (Derived(base="sales", period=Period()), "", [("definition", "nothing_derived")]),
        (
            Derived(base="sales", period=Period(to_date="month", trailing=_MONTH)),
            "",
            [("definition.period", "period_twice")],
        ),
        (Derived(base="quantity", period=Period(shift=_A_MONTH_AGO)), "", [("definition.period", "missing_time_axis")]),
        (Derived(base="quantity", modifiers=("east",)), "", [("definition.modifiers", "unreachable_filter")]),
        (Derived(base="sales", modifiers=("online",)), "笔", [("unit", "unit_differs")]),
        (Derived(base="sales", modifiers=("online",)), "万元", [("unit", "unit_differs")]),
        (Derived(base="m", modifiers=("online",)), "", [("definition.base", "cycle")]),
    ],
)
def test_derived(definition: Derived, unit: str, expected: list[tuple[str, str]]) -> None:
    assert faults(metric("m", definition, unit)) == expected


def test_a_base_without_a_unit_does_not_bind() -> None:
    catalogue = CATALOGUE.overlay(metric("plain", atomic("amount")))
    pieces = metric("pieces", Derived(base="plain", modifiers=("online",)), "件")
    assert check_definition(pieces, catalogue) == ()


# --- composite metrics ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "unit", "expected"),
    [
        ("[sales] / [order_count]", "元/笔", []),
        ("([sales] - [online_sales]) / [sales]", "%", []),
        ("[sales] - convert([cost_w], '万元', '元')", "元", []),
        ("[sales] + [order_count]", "", [("definition.formula", "formula_unit")]),
        ("[sales] + [cost_w]", "", [("definition.formula", "formula_scale")]),
        ("[sales] / [cost_w]", "%", [("definition.formula", "formula_scale")]),
        ("[sales] / [order_count]", "元", [("unit", "unit_differs")]),
        ("[sales] / [online_sales]", "元", [("unit", "unit_differs")]),
        ("[sales] * 2", "万元", [("unit", "unit_differs")]),
        ("[sale] / [order_cont]", "", [("definition.formula", "formula_unknown_name")] * 2),
        ("[sales] /", "", [("definition.formula", "formula_syntax")]),
        ("1 + 1", "", [("definition.formula", "no_metrics")]),
        ("[sales] > 1", "", [("definition.formula", "formula_type")]),
        ("[m] + 1", "", [("definition.formula", "cycle")]),
    ],
)
def test_composite(formula: str, unit: str, expected: list[tuple[str, str]]) -> None:
    assert faults(metric("m", Composite(formula=formula), unit)) == expected


def test_what_no_engine_can_be_asked_is_refused() -> None:
    nested = Composite(formula="1 / (" * 30 + "[sales]" + ")" * 30)
    assert faults(metric("m", nested, zero_division="null")) == []
    assert faults(metric("m", nested, zero_division="zero")) == [("definition.formula", "formula_too_deep")]


def test_a_broken_metric_below_is_named() -> None:
    catalogue = CATALOGUE.overlay(metric("bad", atomic("nothing_there", dataset="gone")))
    [fault] = check_definition(metric("m", Composite(formula="[bad] + [sales]")), catalogue)
    assert (fault.field, fault.code) == ("definition.formula", "broken_input")
    assert "bad" in fault.text.en
    assert "gone" in fault.remedy.en


def test_unknown_metrics_are_suggested_from_the_whole_catalogue() -> None:
    assert only(metric("m", Composite(formula="[qantity] * 2"))).suggestion == "quantity"


def test_a_long_cycle_is_found() -> None:
    first = metric("first", Composite(formula="[second] + 1"))
    second = metric("second", Derived(base="first", modifiers=("online",)))
    catalogue = CATALOGUE.overlay(first)
    [fault] = check_definition(second, catalogue)
    assert fault.code == "cycle"
    assert "second → first → second" in fault.text.en


def test_allowed_dimensions_must_be_reachable() -> None:
    across = metric("m", Composite(formula="[sales] / [quantity]"), dimensions=("channel", "regin", "region"))
    assert faults(across) == [
        ("dimensions.0", "unreachable_dimension"),
        ("dimensions.1", "unknown_name"),
        ("dimensions.2", "unreachable_dimension"),
    ]
    assert faults(metric("m", atomic("amount"), "元", dimensions=("channel", "region"))) == []


# --- what follows ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("definition", "unit", "kind", "additivity", "axis", "dimensions"),
    [
        (SALES, "元", "decimal", "additive", "odate", ("channel", "region", "size")),
        (ONLINE_SALES, "元", "decimal", "additive", "odate", ("channel", "region", "size")),
        (AVERAGE, "元/笔", "float", "non_additive", "odate", ("channel", "region", "size")),
        (QUANTITY, "件", "integer", "additive", None, ()),
        (metric("m", atomic("buyer_id", "count_distinct"), "人"), "人", "integer", "non_additive", "odate", None),
        (metric("m", Composite(formula="[sales] * 2 - [online_sales] / 3")), "元", "float", "additive", "odate", None),
        (metric("m", Composite(formula="round([sales])")), "元", "decimal", "non_additive", "odate", None),
        (
            metric("m", Derived(base="sales", period=Period(to_date="year")), dimensions=("region",)),
            "元",
            "decimal",
            "semi_additive",
            "odate",
            ("region",),
        ),
    ],
)
def test_describe(
    definition: MetricDef, unit: str, kind: str, additivity: str, axis: str | None, dimensions: tuple[str, ...] | None
) -> None:
    described = describe(definition, CATALOGUE)
    assert described is not None
    assert (described.unit, described.type, described.additivity, described.time_axis) == (unit, kind, additivity, axis)
    assert dimensions is None or described.dimensions == dimensions


def test_what_rests_on_a_period_is_periodic_however_deep() -> None:
    before = metric("before", Derived(base="sales", period=Period(shift=_A_MONTH_AGO)))
    growth = metric("growth", Composite(formula="[sales] / [before] - 1"))
    twice = metric("twice", Composite(formula="[growth] * 2"))
    catalogue = CATALOGUE.overlay(before, growth, twice)
    found = {each.code: describe(each, catalogue) for each in (before, growth, twice, ONLINE_SALES, AVERAGE)}
    assert {code: facts.periodic for code, facts in found.items() if facts} == {
        "before": True, "growth": True, "twice": True, "online_sales": False, "average": False,
    }  # fmt: skip


def test_describe_lists_what_is_used() -> None:
    described = describe(metric("m", Composite(formula="[average] / [online_sales]")), CATALOGUE)
    assert described is not None
    assert set(described.uses) == {
        ("metric", "average"),
        ("metric", "online_sales"),
        ("metric", "sales"),
        ("metric", "order_count"),
        ("modifier", "online"),
        ("dataset", "orders"),
    }
    assert described.datasets == ("orders",)
    assert described.unit_label == Text(zh="1/笔", en="1/transactions")


def test_nothing_follows_from_a_broken_metric() -> None:
    assert describe(metric("m", Composite(formula="[nothing]")), CATALOGUE) is None
    assert describe(metric("m", Composite(formula="[sales")), CATALOGUE) is None
