"""Checks of metrics of every kind: measures and their options, time, formulas, templates, funnels, nested values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.semantic.company import CALENDAR, WIDE, atomic, changed, metric
from tests.semantic.company import CATALOGUE as PLAIN

from metrion.semantic.catalogue import Catalogue
from metrion.semantic.condition import Compare, Formula, RelativeDay
from metrion.semantic.model import (
    Atomic,
    Composite,
    Derived,
    Difference,
    Duration,
    Growth,
    Index,
    Input,
    Measure,
    Operand,
    Period,
    Ratio,
    SemiAdditive,
    Share,
    Shift,
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


# --- measures -------------------------------------------------------------------------------------


def measured(dataset: str = "orders", **measure: object) -> Atomic:
    """Return an atomic metric over the amounts."""
    return Atomic(dataset=dataset, measure=Measure.model_validate({"expression": "amount", **measure}))


@pytest.mark.parametrize(
    ("measure", "unit", "expected"),
    [
        ({"aggregation": "percentile", "percentile": 0.9, "discrete": True}, "元", []),
        ({"aggregation": "percentile"}, "元", [("percentile", "percentile_missing")]),
        ({"aggregation": "median", "percentile": 0.9}, "元", [("percentile", "option_unused")]),
        ({"aggregation": "sum", "discrete": True}, "元", [("discrete", "option_unused")]),
        (
            {"aggregation": "percentile", "percentile": 0.5, "expression": "渠道"},
            "",
            [("aggregation", "aggregation_type")],
        ),
        ({"aggregation": "weighted_avg", "weight": "id * 2"}, "元", []),
        ({"aggregation": "weighted_avg"}, "元", [("weight", "weight_missing")]),
        ({"aggregation": "weighted_avg", "weight": "渠道"}, "元", [("weight", "weight_type")]),
        ({"aggregation": "weighted_avg", "weight": "idd"}, "元", [("weight", "formula_unknown_name")]),
        ({"aggregation": "avg", "weight": "id"}, "元", [("weight", "option_unused")]),
        ({"aggregation": "first", "expression": "渠道"}, "", []),
        ({"aggregation": "last", "by": "id"}, "元", []),
        ({"aggregation": "last", "by": "idd"}, "元", [("by", "formula_unknown_name")]),
        ({"aggregation": "max", "by": "id"}, "元", [("by", "option_unused")]),
        ({"aggregation": "approx_distinct", "expression": "渠道"}, "个", []),
        ({"aggregation": "stddev", "expression": "odate"}, "", [("aggregation", "aggregation_type")]),
        ({"aggregation": "variance", "expression": "*"}, "", [("expression", "star_needs_count")]),
        ({"aggregation": "sum", "expression": "net"}, "元", []),
        ({"aggregation": "last", "semi_additive": SemiAdditive()}, "元", []),
        (
            {"aggregation": "percentile", "percentile": 0.5, "semi_additive": SemiAdditive(take="avg")},
            "元",
            [("semi_additive.take", "unsafe_reaggregation")],
        ),
        (
            {"aggregation": "weighted_avg", "weight": "id", "semi_additive": SemiAdditive(take="max")},
            "元",
            [("semi_additive.take", "unsafe_reaggregation")],
        ),
        ({"aggregation": "sum", "filter": Formula(formula="amount > 10 and channel = 'web'")}, "元", []),
        ({"aggregation": "sum", "filter": Formula(formula="amount + 10")}, "元", [("filter.formula", "formula_type")]),
        ({"aggregation": "sum", "filter": Formula(formula="amont > 1")}, "元", [("filter.formula", "unknown_name")]),
        (
            {"aggregation": "sum", "filter": Compare(field="metric_time", op="ge", value=RelativeDay(today=-1))},
            "元",
            [],
        ),
        (
            {"aggregation": "sum", "filter": Compare(field="amount", op="ge", value=RelativeDay(today=-1))},
            "元",
            [("filter.value", "relative_day_type")],
        ),
    ],
)
def test_measures(measure: dict[str, object], unit: str, expected: Found) -> None:
    definition = Atomic(dataset="orders", measure=Measure.model_validate({"expression": "amount", **measure}))
    assert of(definition, unit) == [(f"definition.measure.{field}", code) for field, code in expected]


def test_a_count_of_any_kind_is_measured_in_counting_words() -> None:
    assert of(measured(aggregation="approx_distinct"), "元") == [("unit", "count_unit")]


def test_first_and_last_need_an_order() -> None:
    last = measured("stock", expression="quantity", aggregation="last")
    assert of(last) == [("definition.measure.by", "missing_time_axis")]
    assert of(measured("stock", expression="quantity", aggregation="last", by="item")) == []


def test_time_in_a_filter_needs_a_time_axis() -> None:
    recent = Compare(field="metric_time", op="ge", value=RelativeDay(today=-7))
    assert of(measured("stock", expression="quantity", aggregation="sum", filter=recent)) == [
        ("definition.measure.filter.field", "missing_time_axis")
    ]


def test_the_smallest_grain_may_be_a_level_of_a_calendar() -> None:
    assert of(atomic("amount"), "元", smallest_grain="fiscal_year") == []
    assert of(atomic("amount"), "元", smallest_grain="fiscal_moon") == [("smallest_grain", "no_such_level")]


# --- time -----------------------------------------------------------------------------------------

_TWO_DAYS = Duration(count=2, unit="day")
_TWO_FISCAL = Duration(count=2, unit="fiscal_year")


def shift(count: int = 1, unit: str = "month", match: str = "rows") -> Shift:
    """Return a shift."""
    return Shift.model_validate({"count": count, "unit": unit, "match": match})


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ({"to_date": "fiscal_year"}, []),
        ({"to_date": "fiscal_moon"}, [("to_date", "no_such_level")]),
        ({"trailing": _TWO_DAYS, "leading": _TWO_DAYS}, []),
        ({"trailing": _TWO_FISCAL}, [("trailing.unit", "no_such_unit")]),
        ({"leading": _TWO_FISCAL}, [("leading.unit", "no_such_unit")]),
        ({"cumulative": True, "remaining": True}, []),
        ({"cumulative": True, "to_date": "month"}, [("", "period_twice")]),
        ({"cumulative": True, "trailing": _TWO_DAYS}, [("", "period_twice")]),
        ({"leading": _TWO_DAYS, "remaining": True}, [("", "period_twice")]),
        ({"point": "month"}, []),
        ({"point": "month", "shift": shift()}, []),
        ({"point": "fiscal_moon"}, [("point", "no_such_level")]),
        ({"point": "month", "cumulative": True}, [("point", "point_with_window")]),
        ({"trailing": _TWO_DAYS, "seen_from": "start"}, []),
        ({"shift": shift(), "seen_from": "start"}, [("seen_from", "nothing_seen")]),
        ({"trailing": _TWO_DAYS, "within": "avg"}, []),
        ({"shift": shift(), "within": "avg"}, [("within", "nothing_within")]),
        ({"trailing": _TWO_DAYS, "within": "first", "seen_from": "start"}, [("within", "seen_twice")]),
        ({"trailing": Duration(count=2, unit="hour")}, [("", "axis_of_days")]),
        ({"shift": shift(unit="hour")}, [("", "axis_of_days")]),
        ({"shift": shift(-1)}, []),
        ({"shift": shift(0)}, [("shift.count", "shift_nowhere")]),
        ({"shift": shift(unit="fiscal_year")}, []),
        ({"shift": shift(unit="fiscal_moon")}, [("shift.unit", "no_such_level")]),
        ({"shift": shift(match="look_back")}, []),
        ({"shift": shift(unit="fiscal_year", match="look_back")}, []),
        ({"shift": shift(match="weekday")}, []),
        ({"shift": shift(unit="day", match="weekday")}, [("shift.unit", "shift_unit")]),
        ({"shift": shift(unit="fiscal_year", match="weekday")}, [("shift.unit", "shift_unit")]),
        ({"shift": shift(match="working_day")}, []),
        ({"shift": shift(unit="fiscal_year", match="working_day")}, []),
        ({"shift": shift(unit="day", match="working_day")}, [("shift.unit", "shift_unit")]),
        ({"shift": shift(unit="fiscal_moon", match="working_day")}, [("shift.unit", "no_such_level")]),
    ],
)
def test_periods(period: dict[str, object], expected: Found) -> None:
    places = [(f"definition.period.{field}".rstrip("."), code) for field, code in expected]
    assert of(Derived(base="sales", period=Period.model_validate(period))) == places


def test_hours_of_a_timestamp_can_be_looked_along() -> None:
    assert of(Derived(base="visit_count", period=Period(trailing=Duration(count=2, unit="hour")))) == []


def test_working_days_need_a_calendar_that_knows_them() -> None:
    by_working_day = metric("m", Derived(base="sales", period=Period(shift=shift(match="working_day"))))
    assert faults(by_working_day, PLAIN) == [("definition.period.shift.match", "no_calendar")]
    fiscal = Shift(count=1, unit="fiscal_year", match="working_day")
    other = metric("m", Derived(base="sales", period=Period(shift=fiscal)))
    catalogue = CATALOGUE.overlay(changed(CALENDAR, working_day=None))
    assert faults(other, catalogue) == [("definition.period.shift.match", "no_calendar")]


def test_a_window_over_a_window_is_refused() -> None:
    catalogue = CATALOGUE.overlay(metric("running", Derived(base="sales", period=Period(cumulative=True))))
    twice = metric("m", Derived(base="running", period=Period(trailing=_TWO_DAYS)))
    assert faults(twice, catalogue) == [("definition.base", "nested_periods")]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Formula(formula="channel = 'web' and metric_time > to_date('2024-01-31')"), []),
        (Formula(formula="amount > 1"), [("definition.filter.formula", "unknown_name")]),
        (Compare(field="chanel", op="eq", value="web"), [("definition.filter.field", "unknown_name")]),
        (Compare(field="size", op="eq", value="big"), [("definition.filter.value", "bad_filter_value")]),
    ],
)
def test_filters_of_derived_metrics(condition: Condition, expected: Found) -> None:
    assert of(Derived(base="sales", filter=condition)) == expected


def test_filters_must_reach_every_leaf() -> None:
    web = Compare(field="channel", op="eq", value="web")
    assert of(Derived(base="visit_count", filter=web)) == [("definition.filter", "unreachable_filter")]
    assert of(Derived(base="quantity", modifiers=("recent",))) == [("definition.modifiers", "missing_time_axis")]


# --- formulas and templates -----------------------------------------------------------------------


def before(name: str = "before", base: str = "sales") -> Input:
    """Return an input of a month ago."""
    return Input(name=name, metric=base, period=Period(shift=shift()))


@pytest.mark.parametrize(
    ("formula", "inputs", "unit", "expected"),
    [
        ("[sales] - [before]", (before(),), "元", []),
        ("[sales] - [sales]", (before("sales"),), "元", []),
        ("[sales] / [before]", (before(),), "元", [("unit", "unit_differs")]),
        ("[sales] - [before]", (before(base="order_count"),), "", [("definition.formula", "formula_unit")]),
        ("[sales] - 1", (before(),), "元", [("definition.inputs.0.name", "input_unused")]),
        (
            "[before] - 1",
            (before(), before()),
            "元",
            [(f"definition.inputs.{i}.name", "input_repeated") for i in (0, 1)],
        ),
        ("[quantity] - 1", (before("quantity"),), "元", [("definition.inputs.0.name", "input_shadows")]),
        ("[before] - 1", (before(base="sale"),), "", [("definition.inputs.0.metric", "unknown_name")]),
        (
            "[a] - 1",
            (Input(name="a", metric="sales", modifiers=("onlin",), period=Period(shift=shift(0))),),
            "元",
            [
                ("definition.inputs.0.modifiers.0", "unknown_name"),
                ("definition.inputs.0.period.shift.count", "shift_nowhere"),
            ],
        ),
        (
            "[a] - 1",
            (before("b"),),
            "",
            [("definition.inputs.0.name", "input_unused"), ("definition.formula", "formula_unknown_name")],
        ),
        (
            "1 + 1",
            (before(),),
            "",
            [("definition.inputs.0.name", "input_unused"), ("definition.formula", "no_metrics")],
        ),
    ],
)
def test_formulas_over_named_inputs(formula: str, inputs: tuple[Input, ...], unit: str, expected: Found) -> None:
    assert of(Composite(formula=formula, inputs=inputs), unit) == expected


def ratio(above: str, below: str, **more: object) -> Ratio:
    """Return a ratio of two metrics."""
    return Ratio(numerator=Operand(metric=above), denominator=Operand.model_validate({"metric": below, **more}))


@pytest.mark.parametrize(
    ("definition", "unit", "expected"),
    [
        (ratio("sales", "order_count"), "元/笔", []),
        (ratio("online_sales", "sales"), "%", []),
        (ratio("sales", "order_count"), "元", [("unit", "unit_differs")]),
        (ratio("sales", "cost_w"), "", [("definition", "formula_scale")]),
        (ratio("sale", "order_count"), "", [("definition.numerator.metric", "unknown_name")]),
        (ratio("sales", "last_channel"), "", [("definition", "formula_type")]),
        (
            ratio("sales", "order_count", modifiers=("onlin",)),
            "",
            [("definition.denominator.modifiers.0", "unknown_name")],
        ),
        (
            ratio("sales", "visit_count", filter=Compare(field="channel", op="eq", value="x")),
            "",
            [("definition", "unreachable_filter")],
        ),
        (ratio("sales", "m"), "", [("definition", "cycle")]),
        (Growth(metric="sales", shift=shift()), "%", []),
        (Growth(metric="sales", shift=shift(), result="difference"), "元", []),
        (Growth(metric="sales", shift=shift()), "元", [("unit", "unit_differs")]),
        (Growth(metric="sales", shift=shift(), result="difference"), "%", [("unit", "unit_differs")]),
        (
            Growth(metric="sale", shift=shift(0)),
            "",
            [("definition.shift.count", "shift_nowhere"), ("definition.metric", "unknown_name")],
        ),
        (Growth(metric="quantity", shift=shift()), "", [("definition.shift", "missing_time_axis")]),
        (Growth(metric="last_channel", shift=shift()), "", [("definition", "formula_type")] * 2),
        (Share(metric="sales", of=("channel", "metric_time")), "%", []),
        (Share(metric="sales"), "元", [("unit", "unit_differs")]),
        (Share(metric="sales", of=("chanel",)), "%", [("definition.of.0", "unknown_name")]),
        (Share(metric="sales", of=("channel", "channel")), "%", [("definition.of.1", "group_repeated")]),
        (Share(metric="visit_count", of=("channel",)), "%", [("definition.of.0", "unreachable_dimension")]),
        (Index(metric="sales", base=Period(point="year")), "", []),
        (Index(metric="sales", base=Period()), "", [("definition.base", "nothing_moved")]),
        (Index(metric="sales", base=Period(point="fiscal_moon")), "", [("definition.base.point", "no_such_level")]),
        (Difference(metric="sales", target="online_sales"), "元", []),
        (Difference(metric="sales", target="online_sales", result="rate"), "%", []),
        (Difference(metric="sales", target="order_count"), "", [("definition", "formula_unit")]),
        (Difference(metric="sales", target="cost_w", result="rate"), "%", [("definition", "formula_scale")]),
        (Difference(metric="sales", target="sale"), "", [("definition.target", "unknown_name")]),
    ],
)
def test_templates(definition: Calculation, unit: str, expected: Found) -> None:
    assert of(definition, unit) == expected


def test_a_template_has_no_formula_that_a_fault_could_point_into() -> None:
    [fault] = check_definition(metric("m", ratio("sales", "cost_w")), CATALOGUE)
    assert fault.span is None
    assert fault.line is None
