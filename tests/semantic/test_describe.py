"""What follows from a metric of every kind: unit, type, additivity, time, what it uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.semantic.company import BOTH, WIDE, metric

from metrion.semantic.catalogue import Catalogue
from metrion.semantic.condition import Formula
from metrion.semantic.model import (
    Atomic,
    ColumnPair,
    Composite,
    Conversion,
    Derived,
    Difference,
    Extends,
    Growth,
    Index,
    Inherited,
    Input,
    Measure,
    MetricDef,
    Nested,
    Operand,
    Period,
    Rank,
    Ratio,
    Share,
    Shift,
)
from metrion.semantic.validate import describe

if TYPE_CHECKING:
    from metrion.semantic.model import Calculation

CATALOGUE = Catalogue.of(WIDE)
Found = list[tuple[str, str]]


def measured(dataset: str = "orders", **measure: object) -> Atomic:
    """Return an atomic metric over the amounts."""
    return Atomic(dataset=dataset, measure=Measure.model_validate({"expression": "amount", **measure}))


def shift(count: int = 1, unit: str = "month", match: str = "rows") -> Shift:
    """Return a shift."""
    return Shift.model_validate({"count": count, "unit": unit, "match": match})


def before(name: str = "before", base: str = "sales") -> Input:
    """Return an input of a month ago."""
    return Input(name=name, metric=base, period=Period(shift=shift()))


def ratio(above: str, below: str, **more: object) -> Ratio:
    """Return a ratio of two metrics."""
    return Ratio(numerator=Operand(metric=above), denominator=Operand.model_validate({"metric": below, **more}))


_WHO = ColumnPair(many="who", one="buyer_id")


def funnel(**changes: object) -> Conversion:
    """Return the conversion of visits to orders, changed."""
    return Conversion.model_validate({"base": "visit_count", "steps": ("order_count",), "entity": (_WHO,), **changes})


def variant(extends: Extends | None, **more: object) -> MetricDef:
    """Return a metric with nothing of its own but a name."""
    content = {"code": "m", "name": BOTH, "domain": "retail", "definition": Inherited(), **more}
    return MetricDef.model_validate({**content, "extends": extends})


# --- what follows ---------------------------------------------------------------------------------

_BEFORE = Period(shift=shift())


@pytest.mark.parametrize(
    ("definition", "unit", "kind", "additivity", "periodic"),
    [
        (ratio("sales", "order_count"), "元/笔", "float", "non_additive", False),
        (Growth(metric="sales", shift=shift()), "", "float", "non_additive", True),
        (Growth(metric="sales", shift=shift(), result="difference"), "元", "decimal", "additive", True),
        (
            Growth(metric="sales", shift=shift(match="look_back"), result="difference"),
            "元",
            "decimal",
            "semi_additive",
            True,
        ),
        (Share(metric="sales"), "", "float", "non_additive", False),
        (Index(metric="sales", base=Period(point="year")), "", "float", "non_additive", True),
        (Difference(metric="sales", target="online_sales"), "元", "decimal", "additive", False),
        (Difference(metric="sales", target="online_sales", result="rate"), "", "float", "non_additive", False),
        (funnel(), "", "float", "non_additive", False),
        (funnel(result="count"), "次", "integer", "additive", False),
        (funnel(result="count", counts="steps"), "笔", "integer", "additive", False),
        (funnel(steps=("sales",), result="value", counts="steps"), "元", "decimal", "additive", False),
        (Nested(base="sales", grain="day"), "元", "float", "non_additive", False),
        (Nested(base="sales", grain="day", aggregation="max"), "元", "decimal", "non_additive", False),
        (Nested(base="sales", grain="day", aggregation="sum"), "元", "decimal", "additive", False),
        (Nested(base="sales", grain="day", aggregation="count"), "", "integer", "non_additive", False),
        (Nested(base="sales", aggregation="recomputed", only=()), "元", "decimal", "non_additive", False),
        (Rank(base="sales"), "", "integer", "non_additive", False),
        (Derived(base="sales", filter=Formula(formula="channel = 'web'")), "元", "decimal", "additive", False),
        (Derived(base="sales", period=Period(point="month")), "元", "decimal", "semi_additive", True),
        (Derived(base="sales", period=Period(cumulative=True)), "元", "decimal", "semi_additive", True),
        (Composite(formula="[sales] - [before]", inputs=(before(),)), "元", "decimal", "additive", True),
        (measured(aggregation="weighted_avg", weight="id"), "", "float", "non_additive", False),
        (measured(aggregation="last", expression="渠道"), "", "string", "non_additive", False),
        (measured(aggregation="approx_distinct"), "", "integer", "non_additive", False),
    ],
)
def test_what_follows(definition: Calculation, unit: str, kind: str, additivity: str, periodic: bool) -> None:
    described = describe(metric("m", definition), CATALOGUE)
    assert described is not None
    assert (described.unit, described.type, described.additivity, described.periodic) == (
        unit,
        kind,
        additivity,
        periodic,
    )


def test_a_variant_is_what_it_extends() -> None:
    described = describe(variant(Extends(metric="sales", fields=("unit", "dimensions"))), CATALOGUE)
    assert described is not None
    assert (described.unit, described.type, described.additivity) == ("元", "decimal", "additive")
    assert ("metric", "sales") in described.uses


def test_a_funnel_reads_the_datasets_of_all_steps() -> None:
    described = describe(metric("m", funnel()), CATALOGUE)
    assert described is not None
    assert described.datasets == ("visits", "orders")
    assert described.time_axes == (("visits", "at"), ("orders", "odate"))
    assert described.time_axis == "at"
    assert {("metric", "visit_count"), ("metric", "order_count")} <= set(described.uses)
    assert "page" in described.dimensions


@pytest.mark.parametrize(
    ("definition", "used"),
    [
        (
            Nested(base="sales", per=("channel",), grain="fiscal_year"),
            {("dimension", "channel"), ("dataset", "calendar")},
        ),
        (Share(metric="sales", of=("buyer.region",)), {("dimension", "region")}),
        (Rank(base="sales", within=("channel",)), {("dimension", "channel")}),
        (Derived(base="sales", period=Period(to_date="fiscal_year")), {("dataset", "calendar")}),
        (Derived(base="sales", period=Period(shift=shift(match="working_day"))), {("dataset", "calendar")}),
        (
            Composite(formula="[a]", inputs=(Input(name="a", metric="sales", modifiers=("web",)),)),
            {("metric", "sales"), ("modifier", "web")},
        ),
    ],
)
def test_uses(definition: Calculation, used: set[tuple[str, str]]) -> None:
    described = describe(metric("m", definition), CATALOGUE)
    assert described is not None
    assert used <= set(described.uses)
