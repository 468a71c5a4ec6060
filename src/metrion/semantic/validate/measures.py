"""Checks of atomic metrics: the measure, its options, its filter, its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.base.text import Text
from metrion.semantic.errors import MissingTimeAxis, UnsafeReaggregation
from metrion.semantic.formula.types import TYPE_NAMES, is_number
from metrion.semantic.validate.columns import require_column, require_time
from metrion.semantic.validate.conditions import check_condition, fields_on
from metrion.semantic.validate.data import find_dataset
from metrion.semantic.validate.formulas import check_row
from metrion.semantic.validate.subject import check_counting_unit

if TYPE_CHECKING:
    from metrion.semantic.formula.types import ValueType
    from metrion.semantic.model import Atomic, DatasetDef, Measure
    from metrion.semantic.validate.subject import Subject

COUNTS: Final = frozenset({"count", "count_distinct", "approx_distinct"})
_ANY: Final = frozenset({*COUNTS, "first", "last"})
_ORDERED: Final = frozenset({"date", "timestamp"})
_PLACE: Final = "definition.measure"


def check_atomic(atomic: Atomic, of: Subject) -> None:
    """Check an atomic metric."""
    measure = atomic.measure
    _check_options(measure, of)
    dataset = find_dataset(atomic.dataset, "definition.dataset", of.catalogue, of.findings)
    if dataset is None:
        return
    _check_expressions(measure, dataset, of)
    if atomic.time_column is not None:
        column = require_column(dataset, atomic.time_column, "definition.time_column", of.findings)
        if column is not None:
            require_time(column, "definition.time_column", of.findings)
    axis = atomic.time_column or next(iter(dataset.time_columns), None)
    if measure.filter is not None:
        fields = fields_on(dataset, of.catalogue, metric=of.metric.code, axis=axis)
        check_condition(measure.filter, f"{_PLACE}.filter", fields, of.catalogue, of.findings)
    if axis is None and measure.aggregation in ("first", "last") and measure.by is None:
        of.findings.add_refusal(f"{_PLACE}.by", MissingTimeAxis(metric=of.metric.code, dataset=dataset.code))
    _check_stock(measure, dataset, axis, of)
    if measure.aggregation in COUNTS:
        check_counting_unit(of)


def _check_expressions(measure: Measure, dataset: DatasetDef, of: Subject) -> None:
    field, findings = f"{_PLACE}.expression", of.findings
    if measure.expression.strip() != "*":
        kind = check_row(measure.expression, field, dataset, findings, of.metric.zero_division)
        _check_aggregation(measure.aggregation, kind, of)
    elif measure.aggregation != "count":
        findings.add(field, "star_needs_count", "“*”只能与计数一起使用。", "“*” goes with count only.")
    if measure.weight is not None:
        weight = check_row(measure.weight, f"{_PLACE}.weight", dataset, findings, of.metric.zero_division)
        if weight != "unknown" and not is_number(weight):
            name = TYPE_NAMES[weight]
            findings.add(
                f"{_PLACE}.weight",
                "weight_type",
                f"权重应为数字，实际是{name.zh}。",
                f"The weight is {name.en}, not a number.",
            )
    if measure.by is not None:
        check_row(measure.by, f"{_PLACE}.by", dataset, findings, of.metric.zero_division)


def _check_aggregation(aggregation: str, kind: ValueType, of: Subject) -> None:
    extreme = aggregation in {"min", "max"}
    if is_number(kind) or kind == "unknown" or aggregation in _ANY or (extreme and kind in _ORDERED):
        return
    name = TYPE_NAMES[kind]
    wanted = Text(zh="数字或日期", en="a number or a date") if extreme else Text(zh="数字", en="a number")
    of.findings.add(
        f"{_PLACE}.aggregation",
        "aggregation_type",
        f"聚合方式“{aggregation}”需要{wanted.zh}，表达式是{name.zh}。",
        f"The aggregation “{aggregation}” takes {wanted.en}; the expression is {name.en}.",
        Text(zh="请改用计数或去重计数，或修改表达式。", en="Count instead, or change the expression."),
    )


def _check_options(measure: Measure, of: Subject) -> None:
    """Check that each option of an aggregation is there where it is needed, and nowhere else."""
    aggregation = measure.aggregation
    add = of.findings.add
    if aggregation == "percentile" and measure.percentile is None:
        add(
            f"{_PLACE}.percentile",
            "percentile_missing",
            "请填写分位（0 到 1 之间，例如 0.9）。",
            "Say which percentile: a share between 0 and 1, such as 0.9.",
        )
    if aggregation == "weighted_avg" and measure.weight is None:
        add(
            f"{_PLACE}.weight",
            "weight_missing",
            "加权平均需要权重表达式。",
            "A weighted average needs the expression that it weighs by.",
        )
    unused = (
        ("percentile", measure.percentile is not None, {"percentile"}),
        ("discrete", measure.discrete, {"percentile"}),
        ("weight", measure.weight is not None, {"weighted_avg"}),
        ("by", measure.by is not None, {"first", "last"}),
    )
    for name, given, wanted in unused:
        if given and aggregation not in wanted:
            add(
                f"{_PLACE}.{name}",
                "option_unused",
                f"“{name}”对聚合方式“{aggregation}”没有作用。",
                f"“{name}” means nothing to the aggregation “{aggregation}”.",
                Text(zh="请去掉该选项，或修改聚合方式。", en="Leave it out, or change the aggregation."),
            )


def _check_stock(measure: Measure, dataset: DatasetDef, axis: str | None, of: Subject) -> None:
    semi = measure.semi_additive
    if semi is None:
        return
    field, code = f"{_PLACE}.semi_additive", of.metric.code
    for position, name in enumerate(semi.entity):
        require_column(dataset, name, f"{field}.entity.{position}", of.findings)
    if axis is None:
        of.findings.add_refusal(field, MissingTimeAxis(metric=code, dataset=dataset.code))
    if semi.take in {"min", "max", "avg"} and measure.aggregation not in {"sum", "count"}:
        refusal = UnsafeReaggregation(metric=code, aggregation=measure.aggregation, take=semi.take)
        of.findings.add_refusal(f"{field}.take", refusal)
