"""Checks of metrics in stages and of variants: funnels, nested values, places, what is taken from another metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.semantic.company import BOTH, SALES, WIDE, atomic, changed, metric

from metrion.base.text import Text
from metrion.semantic.catalogue import Catalogue
from metrion.semantic.condition import And, Compare, Formula
from metrion.semantic.model import (
    ColumnPair,
    Conversion,
    Derived,
    Duration,
    Extends,
    Inherited,
    MetricDef,
    Nested,
    Period,
    Rank,
)
from metrion.semantic.validate import check_definition

if TYPE_CHECKING:
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import Calculation, Definition

CATALOGUE = Catalogue.of(WIDE)
Found = list[tuple[str, str]]


def faults(definition: Definition, catalogue: Catalogue = CATALOGUE) -> Found:
    """Return the faults of a definition; each has words in both languages."""
    found = check_definition(definition, catalogue)
    assert all(fault.text.zh and fault.text.en for fault in found)
    assert all(bool(fault.remedy.zh) == bool(fault.remedy.en) for fault in found)
    return [(fault.field, fault.code) for fault in found]


def of(definition: Calculation, unit: str = "", **more: object) -> Found:
    """Return the faults of a metric `m`."""
    return faults(metric("m", definition, unit, **more))


_TWO_DAYS = Duration(count=2, unit="day")
_TWO_FISCAL = Duration(count=2, unit="fiscal_year")

# --- funnels --------------------------------------------------------------------------------------

_WHO = ColumnPair(many="who", one="buyer_id")


def funnel(**changes: object) -> Conversion:
    """Return the conversion of visits to orders, changed."""
    return Conversion.model_validate({"base": "visit_count", "steps": ("order_count",), "entity": (_WHO,), **changes})


@pytest.mark.parametrize(
    ("changes", "unit", "expected"),
    [
        ({}, "%", []),
        ({"window": _TWO_DAYS, "result": "count"}, "次", []),
        ({"steps": ("sales",), "result": "value", "counts": "steps"}, "元", []),
        ({"base": "online_count", "entity": (ColumnPair(many="buyer_id", one="buyer_id"),)}, "%", []),
        ({}, "次", [("unit", "unit_differs")]),
        ({"result": "count"}, "元", [("unit", "count_unit")]),
        ({"steps": ("sales",), "result": "value", "counts": "steps"}, "笔", [("unit", "unit_differs")]),
        ({"entity": ()}, "", [("definition.entity", "entity_missing")]),
        (
            {"entity": (ColumnPair(many="whom", one="buyer"),)},
            "",
            [("definition.entity.0.many", "unknown_column"), ("definition.entity.0.one", "unknown_column")],
        ),
        ({"entity": (ColumnPair(many="page", one="buyer_id"),)}, "", [("definition.entity.0", "pair_types")]),
        ({"constants": (ColumnPair(many="page", one="渠道"),)}, "", []),
        (
            {"constants": (ColumnPair(many="page", one="channel"),)},
            "",
            [("definition.constants.0.one", "unknown_column")],
        ),
        ({"window": _TWO_FISCAL}, "", [("definition.window.unit", "no_such_unit")]),
        ({"base": "visits"}, "", [("definition.base", "unknown_name")]),
        ({"steps": ("order_count", "orders")}, "", [("definition.steps.1", "unknown_name")]),
        ({"steps": ("average",)}, "", [("definition.steps.0", "no_conversion")]),
        ({"steps": ("running_count",)}, "", [("definition.steps.0", "event_in_time")]),
        ({"steps": ("balance",)}, "", [("definition.steps.0", "event_in_time")]),
        ({"steps": ("stock_count",)}, "", [("definition.steps.0", "missing_time_axis")]),
        (
            {"base": "sales", "entity": (ColumnPair(many="buyer_id", one="buyer_id"),)},
            "",
            [("definition.base", "no_event_count")],
        ),
        ({"steps": ("sales",), "counts": "steps"}, "", [("definition.steps.0", "no_event_count")]),
        ({"steps": ("sales",), "result": "value"}, "", [("definition.counts", "value_of_base")]),
        (
            {"steps": ("last_amount",), "result": "value", "counts": "steps"},
            "",
            [("definition.steps.0", "value_aggregation")],
        ),
    ],
)
def test_conversions(changes: dict[str, object], unit: str, expected: Found) -> None:
    catalogue = CATALOGUE.overlay(
        metric("online_count", Derived(base="order_count", modifiers=("online",))),
        metric("running_count", Derived(base="order_count", period=Period(cumulative=True))),
        metric("stock_count", atomic("*", "count", "stock")),
        metric("last_amount", atomic("amount", "last")),
    )
    assert faults(metric("m", funnel(**changes), unit), catalogue) == expected


# --- nested values and places ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "unit", "expected"),
    [
        ({"grain": "day"}, "元", []),
        ({"per": ("channel",), "aggregation": "median"}, "元", []),
        ({"per": ("channel",), "aggregation": "count"}, "个", []),
        ({"aggregation": "recomputed", "without": ("channel", "metric_time")}, "元", []),
        ({"aggregation": "recomputed", "only": ()}, "元", []),
        ({"aggregation": "recomputed", "unfiltered": ("*",)}, "元", []),
        ({"grain": "day"}, "笔", [("unit", "unit_differs")]),
        ({"per": ("channel",), "aggregation": "count"}, "元", [("unit", "count_unit")]),
        ({}, "", [("definition", "nothing_nested")]),
        ({"base": "sale", "grain": "day"}, "", [("definition.base", "unknown_name")]),
        ({"per": ("chanel",)}, "", [("definition.per.0", "unknown_name")]),
        ({"per": ("channel", "channel")}, "", [("definition.per.1", "group_repeated")]),
        ({"per": ("metric_time",)}, "", [("definition.per.0", "unknown_name")]),
        ({"base": "visit_count", "per": ("channel",)}, "", [("definition.per.0", "unreachable_dimension")]),
        ({"grain": "day", "without": ("chanel",)}, "", [("definition.without.0", "unknown_name")]),
        ({"grain": "day", "only": ("chanel",)}, "", [("definition.only.0", "unknown_name")]),
        ({"grain": "day", "unfiltered": ("chanel",)}, "", [("definition.unfiltered.0", "unknown_name")]),
        ({"grain": "fiscal_moon"}, "", [("definition.grain", "no_such_level")]),
        ({"grain": "hour"}, "", [("definition.grain", "no_such_grain")]),
        ({"base": "quantity", "grain": "day"}, "", [("definition.grain", "missing_time_axis")]),
        ({"base": "last_channel", "grain": "day"}, "", [("definition.aggregation", "aggregation_type")]),
        ({"base": "last_channel", "grain": "day", "aggregation": "max"}, "", []),
        (
            {"grain": "day", "without": ("channel",), "only": ("channel",)},
            "",
            [("definition.only", "without_and_only")],
        ),
        ({"aggregation": "recomputed", "per": ("channel",)}, "", [("definition.per", "recomputed_finer")]),
        ({"aggregation": "recomputed", "grain": "day"}, "", [("definition.grain", "recomputed_finer")]),
    ],
)
def test_nested(changes: dict[str, object], unit: str, expected: Found) -> None:
    assert of(Nested.model_validate({"base": "sales", **changes}), unit) == expected


@pytest.mark.parametrize(
    ("having", "expected"),
    [
        (Compare(field="value", op="gt", value=10), []),
        (Compare(field="order_count", op="gt", value=10), []),
        (Compare(field="channel", op="eq", value="web"), []),
        (Formula(formula="value / order_count > 10"), []),
        (Compare(field="value", op="gt", value="much"), [("definition.having.value", "bad_filter_value")]),
        (Compare(field="size", op="gt", value=1), [("definition.having.field", "unknown_name")]),
        (Compare(field="metric_time", op="gt", value="2024-01-01"), [("definition.having.field", "unknown_name")]),
        (And(items=(Formula(formula="vale > 1"),)), [("definition.having.items.0.formula", "unknown_name")]),
    ],
)
def test_conditions_on_inner_rows(having: Condition, expected: Found) -> None:
    assert of(Nested(base="sales", per=("channel",), having=having), "元") == expected


def test_what_is_recomputed_has_no_condition_on_inner_rows() -> None:
    having = Compare(field="value", op="gt", value=10)
    assert of(Nested(base="sales", aggregation="recomputed", only=(), having=having)) == [
        ("definition.having", "recomputed_finer")
    ]


@pytest.mark.parametrize(
    ("changes", "unit", "expected"),
    [
        ({}, "", []),
        ({"within": ("channel", "metric_time")}, "", []),
        ({"without": ("channel",)}, "", []),
        ({"base": "sale"}, "", [("definition.base", "unknown_name")]),
        ({"within": ("chanel",)}, "", [("definition.within.0", "unknown_name")]),
        ({"without": ("chanel",)}, "", [("definition.without.0", "unknown_name")]),
        ({"within": ("channel",), "without": ()}, "", [("definition.without", "within_and_without")]),
        ({}, "元", [("unit", "count_unit")]),
    ],
)
def test_places(changes: dict[str, object], unit: str, expected: Found) -> None:
    assert of(Rank.model_validate({"base": "sales", **changes}), unit) == expected


# --- variants -------------------------------------------------------------------------------------


def variant(extends: Extends | None, **more: object) -> MetricDef:
    """Return a metric with nothing of its own but a name."""
    content = {"code": "m", "name": BOTH, "domain": "retail", "definition": Inherited(), **more}
    return MetricDef.model_validate({**content, "extends": extends})


def test_a_variant_needs_only_what_it_does_not_take() -> None:
    assert faults(variant(Extends(metric="sales", fields=("caliber", "owner", "unit")))) == []
    assert faults(variant(Extends(metric="sales", fields=("caliber",)))) == [("owner", "owner_missing")]


@pytest.mark.parametrize(
    ("extends", "more", "expected"),
    [
        (None, {"owner": "li.na", "caliber": BOTH}, [("definition", "inherits_nothing")]),
        (Extends(metric="sale", fields=("unit",)), {}, [("extends.metric", "unknown_name")]),
        (Extends(metric="m", fields=("unit",)), {}, [("extends.metric", "cycle")]),
        (
            Extends(metric="sales", fields=("caliber", "owner", "code", "unti")),
            {},
            [("extends.fields.2", "not_inheritable"), ("extends.fields.3", "not_inheritable")],
        ),
        (Extends(metric="sales", fields=("caliber", "owner")), {"unit": "笔"}, [("unit", "unit_differs")]),
    ],
)
def test_variants(extends: Extends | None, more: dict[str, object], expected: Found) -> None:
    assert faults(variant(extends, **more)) == expected


def test_a_variant_of_a_variant_that_is_its_variant_is_a_cycle() -> None:
    catalogue = CATALOGUE.overlay(changed(SALES, code="other", extends=Extends(metric="m", fields=("unit",))))
    circle = variant(Extends(metric="other", fields=("caliber", "owner")))
    assert faults(circle, catalogue) == [("extends.metric", "cycle")]


def test_words_of_a_variant_are_those_of_the_whole() -> None:
    silent = variant(Extends(metric="sales", fields=("caliber", "owner")), name=Text())
    assert faults(silent) == [("name", "name_missing")]
