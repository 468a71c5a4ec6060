"""Measures as metrics: aggregates, formulas, windows, and measures of several stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.interchange.cube.shop import cube, shop

from metrion.semantic.condition import And, Compare, Formula, IsNull, OneOf
from metrion.semantic.model import (
    METRIC_TIME,
    Atomic,
    Composite,
    Derived,
    Duration,
    Input,
    Measure,
    MetricDef,
    Nested,
    Period,
    Rank,
    SemiAdditive,
    Shift,
)

if TYPE_CHECKING:
    from metrion.interchange.foreign.report import Imported
    from metrion.semantic.model import Calculation


@pytest.fixture(scope="module")
def whole() -> Imported:
    """Return the shop as imported."""
    return shop()


def metric(imported: Imported, code: str) -> MetricDef:
    return next(each for each in imported.definitions if isinstance(each, MetricDef) and each.code == code)


def definition(imported: Imported, code: str) -> Calculation:
    return metric(imported, code).definition


def staged(measure: str) -> Imported:
    """Return the plain cube with one measure `m` of several stages."""
    return cube(f"      - {{name: m, multi_stage: true, {measure}}}")


def m(measure: str) -> Calculation:
    return definition(staged(measure), "t_m")


def refused(imported: Imported) -> dict[str, str]:
    return {each.path.rpartition(".")[2]: each.text.en for each in imported.losses if each.kind == "refused"}


def test_aggregates_are_atomic(whole: Imported) -> None:
    assert definition(whole, "orders_count") == Atomic(
        dataset="orders", measure=Measure(expression="*", aggregation="count")
    )
    assert definition(whole, "orders_amount") == Atomic(
        dataset="orders", measure=Measure(expression="amount", aggregation="sum")
    )
    for code, aggregation in (("buyers", "count_distinct"), ("about", "approx_distinct")):
        assert definition(whole, f"orders_{code}") == Atomic(
            dataset="orders", measure=Measure.model_validate({"expression": "customer_id", "aggregation": aggregation})
        )
    done = definition(whole, "orders_done")
    assert isinstance(done, Atomic)
    assert done.measure.filter == Compare(field="orders_status", op="eq", value="done")


def test_formulas_are_composite_and_aggregates_in_them_metrics_of_their_own(whole: Imported) -> None:
    assert definition(whole, "orders_mean") == Composite(formula="orders_amount / nullif(orders_count, 0)")
    assert definition(whole, "orders_span") == Composite(formula="orders_span_part_1 - orders_span_part_2")
    assert definition(whole, "orders_span_part_2") == Atomic(
        dataset="orders", measure=Measure(expression="amount", aggregation="min")
    )
    assert definition(whole, "orders_first") == Atomic(
        dataset="orders", measure=Measure(expression="created_at", aggregation="min")
    )


@pytest.mark.parametrize(
    ("sql", "made"),
    [
        (
            "PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY {CUBE}.amount)",
            {"expression": "amount", "aggregation": "percentile", "percentile": 0.9},
        ),
        (
            "PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY {CUBE}.amount) FILTER (WHERE {status} = 'done')",
            {
                "expression": "amount",
                "aggregation": "percentile",
                "percentile": 0.5,
                "discrete": True,
                "filter": {"kind": "compare", "field": "t_status", "op": "eq", "value": "done"},
            },
        ),
        ("PERCENTILE_CONT(1) WITHIN GROUP (ORDER BY {CUBE}.amount)", {"expression": "amount", "aggregation": "max"}),
        (
            "COUNT(*) FILTER (WHERE {CUBE}.status = 'done')",
            {
                "expression": "*",
                "aggregation": "count",
                "filter": {"kind": "compare", "field": "t_status", "op": "eq", "value": "done"},
            },
        ),
        ("STDDEV_SAMP({CUBE}.amount)", {"expression": "amount", "aggregation": "stddev"}),
    ],
)
def test_an_aggregate_that_is_written_out_is_atomic(sql: str, made: dict[str, object]) -> None:
    imported = cube(f'      - {{name: m, type: number, sql: "{sql}"}}')
    assert definition(imported, "t_m") == Atomic(dataset="t", measure=Measure.model_validate(made))


def test_a_share_of_rows_is_made_of_two_counts() -> None:
    imported = cube(
        "      - {name: m, type: number, sql: \"COUNT(*) FILTER (WHERE {status} = 'done') * 1.0 / COUNT(*)\"}"
    )
    made = definition(imported, "t_m")
    assert isinstance(made, Composite)
    kept, every = made.formula.split(" * 1.0 / ")
    assert definition(imported, every) == Atomic(dataset="t", measure=Measure(expression="*", aggregation="count"))
    counted = definition(imported, kept)
    assert isinstance(counted, Atomic)
    assert counted.measure.filter == Compare(field="t_status", op="eq", value="done")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        # Of 1, 2, 3, 4 a quarter from the greatest is 4; three quarters from the least are 3.
        ("PERCENTILE_DISC(0.25) WITHIN GROUP (ORDER BY {CUBE}.amount DESC)", "from the greatest down"),
        ("PERCENTILE_CONT(2) WITHIN GROUP (ORDER BY {CUBE}.amount)", "not between 0 and 1"),
        ("MODE() WITHIN GROUP (ORDER BY {CUBE}.amount)", "MODE"),
        ("SUM(DISTINCT {CUBE}.amount)", "distinct values"),
        ("COUNT(DISTINCT {CUBE}.amount, {CUBE}.id)", "several columns"),
    ],
)
def test_an_aggregate_that_is_not_had_is_named(sql: str, said: str) -> None:
    told = refused(cube(f'      - {{name: m, type: number, sql: "{sql}"}}'))["m"]
    assert said in told
    assert "table__" not in told


def test_a_measure_that_names_another_is_that_one(whole: Imported) -> None:
    assert whole.names["orders.amount_again"] == "orders_amount"


def test_truth_is_one_and_zero_and_text_is_refused(whole: Imported) -> None:
    assert definition(whole, "orders_any") == Composite(
        formula="case when orders_amount > 0 then 1 when not orders_amount > 0 then 0 end"
    )
    assert refused(whole)["word"] == "a measure that is a text"


def test_truths_are_read_as_truths_by_other_formulas() -> None:
    text = (
        "      - {name: any, type: boolean, sql: '{amount} > 0'}\n"
        "      - {name: m, type: boolean, sql: '{any} AND {count} > 1'}"
    )
    combined = "t_any = 1 and t_count > 1"
    assert definition(cube(text), "t_m") == Composite(
        formula=f"case when {combined} then 1 when not ({combined}) then 0 end"
    )


def test_the_greatest_of_texts_is_no_metric() -> None:
    assert refused(cube("      - {name: m, type: max, sql: status}"))["m"] == "a measure that is a text"


def test_windows_are_derived_from_the_same_measure_without_one(whole: Imported) -> None:
    week = metric(whole, "orders_week_amount")
    assert (week.row_set, week.fill) == ("spine", "keep")
    assert week.definition == Derived(
        base="orders_amount", period=Period(trailing=Duration(count=7, unit="day"), seen_from="start")
    )
    around = Period(cumulative=True, leading=Duration(count=1, unit="day"))
    assert definition(whole, "orders_around") == Derived(base="orders_amount", period=around)
    half = Period(to_date="orders_created_at_half_year")
    assert definition(whole, "orders_half_amount") == Derived(base="orders_amount", period=half)
    lasting = Period(trailing=Duration(count=3, unit="month"))
    assert definition(whole, "orders_lasting") == Derived(base="orders_lasting_each", period=lasting)


def test_a_calculation_group_is_a_metric_for_each_choice(whole: Imported) -> None:
    assert whole.names["orders.by_window[week]"] == "orders_week_amount"
    assert whole.names["orders.by_window[month]"] == "orders_by_window_month"
    assert definition(whole, "orders_by_window_month") == Composite(formula="orders_lasting * 2")
    assert "each choice is a metric" in refused(whole)["by_window"]


# --- stages ---------------------------------------------------------------------------------------


def test_groups_that_are_left_out_are_recomputed() -> None:
    assert m("type: sum, sql: '{amount}', reduce_by: [t.status]") == Nested(
        base="t_amount", aggregation="recomputed", without=("t_status",)
    )
    assert m("type: sum, sql: '{amount}', group_by: [t.status]") == Nested(
        base="t_amount", aggregation="recomputed", only=("t_status",)
    )
    assert m("type: sum, sql: '{amount}', grain: {exclude: [t.at]}") == Nested(
        base="t_amount", aggregation="recomputed", without=(METRIC_TIME, "t_at")
    )


def test_groups_that_are_added_are_aggregated() -> None:
    assert m("type: avg, sql: '{amount}', add_group_by: [t.kind]") == Nested(
        base="t_amount", aggregation="avg", per=("t_kind",)
    )
    assert m("type: max, sql: '{amount}', grain: {include: [t.at.month]}") == Nested(
        base="t_amount", aggregation="max", grain="month"
    )
    imported = staged("type: avg, sql: '{amount}', add_group_by: [t.kind], reduce_by: [t.status]")
    assert definition(imported, "t_m") == Nested(base="t_m_grouped", aggregation="recomputed", without=("t_status",))
    assert definition(imported, "t_m_grouped") == Nested(base="t_amount", aggregation="avg", per=("t_kind",))


def test_groups_that_are_added_without_an_aggregate_are_only_told() -> None:
    imported = staged("type: number, sql: '{amount}', add_group_by: [t.kind]")
    assert imported.names["t.m"] == "t_amount"
    assert "ask by t_kind" in next(each.text.en for each in imported.losses if each.kind == "changed")


def test_filters_of_the_question_may_be_left_out_and_others_added() -> None:
    assert m("type: sum, sql: '{amount}', filter: {exclude: [t.status]}") == Nested(
        base="t_amount", aggregation="recomputed", unfiltered=("t_status",)
    )
    kept = m("type: sum, sql: '{amount}', filter: {keep_only: [t.status]}")
    assert kept == Nested(base="t_amount", aggregation="recomputed", unfiltered=(METRIC_TIME, "t_at", "t_id", "t_kind"))
    added = "filter: {include: [{member: t.status, operator: equals, values: [a, b]}]}"
    assert m(f"type: number, sql: '{{amount}}', {added}") == Derived(
        base="t_amount", filter=OneOf(field="t_status", values=("a", "b"))
    )


def test_a_fixed_measure_takes_no_filter_from_what_is_around_it() -> None:
    inner = "{include: [{member: t.kind, operator: equals, values: [x]}], mode: %s}"
    outer = "{include: [{member: t.status, operator: set}]}"
    text = (
        "      - {name: x, multi_stage: true, type: number, sql: '{amount}', filter: " + inner + "}\n"
        "      - {name: m, multi_stage: true, type: number, sql: '{x}', filter: " + outer + "}"
    )
    relative, fixed = cube(text % "relative"), cube(text % "fixed")
    assert definition(relative, "t_m") == Derived(base="t_x", filter=IsNull(field="t_status", negated=True))
    assert fixed.names["t.m"] == "t_x"


def test_shifts_move_each_measure_of_a_formula() -> None:
    shift = "time_shift: [{time_dimension: t.at, interval: 1 month, type: %s}]"
    back = Period(shift=Shift(count=1, unit="month"))
    assert m("type: number, sql: '{amount}', " + shift % "prior") == Derived(base="t_amount", period=back)
    ahead = Period(shift=Shift(count=-1, unit="month"))
    assert m("type: number, sql: '{amount} / {count}', " + shift % "next") == Composite(
        formula="amount / count",
        inputs=(
            Input(name="amount", metric="t_amount", period=ahead),
            Input(name="count", metric="t_count", period=ahead),
        ),
    )


def test_a_case_over_dimensions_asks_which_rows_are_there() -> None:
    case = "case: {switch: '{CUBE.status}', when: [{value: done, sql: '{amount}'}], else: {sql: '{amount} / 2'}}"
    imported = staged(f"type: sum, {case}")
    assert definition(imported, "t_m") == Nested(base="t_m_value", aggregation="sum", per=("t_status",))
    value = definition(imported, "t_m_value")
    assert isinstance(value, Composite)
    assert value.formula == "case when rows_1 > 0 then amount else amount / 2 end"
    done = Compare(field="t_status", op="eq", value="done")
    assert value.inputs[0] == Input(name="rows_1", metric="t_count", filter=done)


def test_a_case_over_a_group_that_is_left_out_is_read_outside() -> None:
    sql = "CASE WHEN {CUBE.status} = ''done'' AND {CUBE.kind} LIKE ''a%'' THEN {amount} ELSE 0 END"
    imported = staged(f"type: sum, sql: '{sql}', reduce_by: [t.status]")
    outer = definition(imported, "t_m")
    assert isinstance(outer, Composite)
    assert outer.formula == "case when rows_1 > 0 then amount else 0 end"
    status, kind = Compare(field="t_status", op="eq", value="done"), Formula(formula="starts_with(t_kind, 'a')")
    assert outer.inputs[0].filter == And(items=(status, kind))
    assert definition(imported, outer.inputs[1].metric) == Nested(
        base="t_amount", aggregation="recomputed", without=("t_status",)
    )


def test_ranks_rank_within_all_groups_but_those_that_are_left_out() -> None:
    order = "order_by: [{sql: '{amount}', dir: desc}]"
    assert m(f"type: rank, {order}, reduce_by: [t.status]") == Rank(base="t_amount", without=("t_status",))
    assert m(f"type: rank, {order}, group_by: [t.status]") == Rank(base="t_amount", within=("t_status",))
    assert m("type: rank, order_by: [{sql: '{amount} / {count}'}]") == Rank(
        base="t_m_value", without=(), lowest_first=True
    )


def test_the_last_row_of_each_group_is_a_stock() -> None:
    text = """
      - name: place
        type: rank
        multi_stage: true
        order_by: [{sql: "{CUBE.at}", dir: desc}]
        grain: {include: [t.status, t.at], keep_only: [t.status]}
      - name: m
        type: sum
        multi_stage: true
        sql: "{amount}"
        grain: {include: [t.status, t.at]}
        filters: [{sql: "{place} = 1"}]
"""
    last = definition(cube(text), "t_m")
    assert isinstance(last, Atomic)
    assert last.measure.semi_additive == SemiAdditive(take="last", entity=("status",))


def test_a_rolling_sum_of_sums_is_a_window() -> None:
    rolling = "rolling_window: {trailing: 2 week}"
    period = Period(trailing=Duration(count=2, unit="week"))
    assert m(f"type: sum, sql: '{{amount}}', {rolling}") == Derived(base="t_amount", period=period)
    assert "add up" in refused(staged(f"type: avg, sql: '{{amount}}', {rolling}"))["m"]


@pytest.mark.parametrize(
    ("measure", "reason"),
    [
        ("type: sum, sql: '{amount} * {CUBE.id}'", "t.id"),
        ("type: number, sql: '{nothing}'", "no member"),
        ("type: number, sql: '{m} + 1'", "itself"),
        ("type: count_distinct, sql: '{amount}'", "count_distinct"),
        ("type: number, sql: '{amount}', time_shift: [{interval: 1 fortnight}]", "interval"),
        ("type: number, sql: '{amount}', time_shift: [{name: last_season}]", "last_season"),
        ("type: rank, order_by: [{sql: '{CUBE.at}'}]", "t.at"),
    ],
)
def test_what_has_no_counterpart_is_refused_with_its_reason(measure: str, reason: str) -> None:
    assert reason in refused(staged(measure))["m"]
