"""Checks of metrics: each kind's own parts, the chain below it, units, dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from metrion.base.errors import MetrionError
from metrion.base.text import Text
from metrion.semantic.errors import (
    AmbiguousPath,
    DefinitionCycle,
    MissingTimeAxis,
    UnknownName,
    UnreachableDimension,
    UnsafeReaggregation,
)
from metrion.semantic.expand import Circumstances, Expander, leaves
from metrion.semantic.formula.check import Typed, inspect_metric_formula, inspect_row_expression
from metrion.semantic.formula.errors import FormulaError
from metrion.semantic.formula.functions import DIALECTS, ZeroDivision
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.sql import to_sqlglot
from metrion.semantic.formula.types import TYPE_NAMES, is_number
from metrion.semantic.formula.walk import names
from metrion.semantic.model import Atomic, Composite, Derived
from metrion.semantic.paths import locate
from metrion.semantic.units import UnknownUnit, parse_unit
from metrion.semantic.validate.conditions import check_condition_on, check_reach
from metrion.semantic.validate.data import find_dataset, require_column, require_time
from metrion.semantic.value_type import value_of

if TYPE_CHECKING:
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.expand import Leaf
    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.formula.types import ValueType
    from metrion.semantic.model import Code, DatasetDef, MetricDef
    from metrion.semantic.units import Unit
    from metrion.semantic.validate.fault import Findings

_NUMERIC_ONLY = frozenset({"sum", "avg", "median"})
_ORDERED = frozenset({"date", "timestamp"})


def check_metric(metric: MetricDef, catalogue: Catalogue, findings: Findings) -> None:
    """Check one metric; `catalogue` holds it already."""
    unit = _declared_unit(metric, findings)
    if metric.effective_from and metric.effective_to and metric.effective_to < metric.effective_from:
        findings.add(
            "effective_to", "effective_dates", "失效日期早于生效日期。", "It ends before the day it takes effect."
        )
    before = len(findings)
    match metric.definition:
        case Atomic() as atomic:
            _check_atomic(metric, atomic, catalogue, findings)
            if unit is not None:
                _check_counting_unit(atomic, unit, findings)
        case Derived() as derived:
            _check_derived(derived, unit, catalogue, findings)
        case Composite() as composite:
            _check_composite(composite, metric.zero_division, unit, catalogue, findings)
    if len(findings) == before:
        _check_chain(metric, catalogue, findings)


def _declared_unit(metric: MetricDef, findings: Findings) -> Unit | None:
    """Return the declared unit; None where there is none or it is unknown."""
    if not metric.unit.strip():
        return None
    try:
        return parse_unit(metric.unit)
    except UnknownUnit as refusal:
        findings.add_refusal("unit", refusal)
        return None


# --- atomic ---------------------------------------------------------------------------------------


def _check_atomic(metric: MetricDef, atomic: Atomic, catalogue: Catalogue, findings: Findings) -> None:
    dataset = find_dataset(atomic.dataset, "definition.dataset", catalogue, findings)
    if dataset is None:
        return
    _check_measure(atomic, metric.zero_division, dataset, findings)
    if atomic.time_column is not None:
        column = require_column(dataset, atomic.time_column, "definition.time_column", findings)
        if column is not None:
            require_time(column, "definition.time_column", findings)
    if atomic.measure.filter is not None:
        check_condition_on(
            atomic.measure.filter, "definition.measure.filter", dataset.code, catalogue, findings, metric=metric.code
        )
    _check_stock(metric, atomic, dataset, findings)


def _check_measure(atomic: Atomic, zero_division: ZeroDivision, dataset: DatasetDef, findings: Findings) -> None:
    field, measure = "definition.measure.expression", atomic.measure
    if measure.expression.strip() == "*":
        if measure.aggregation != "count":
            findings.add(field, "star_needs_count", "“*”只能与计数一起使用。", "“*” goes with count only.")
        return
    try:
        expression = parse_expression(measure.expression)
    except FormulaError as refusal:
        findings.add_refusal(field, refusal)
        return
    typed, faults = inspect_row_expression(expression, {column.name: column.type for column in dataset.columns})
    findings.add_formula(field, measure.expression, faults)
    if not faults:
        _check_translation(expression, field, zero_division, findings)
        _check_aggregation(measure.aggregation, typed.type, findings)


def _check_aggregation(aggregation: str, kind: ValueType, findings: Findings) -> None:
    numeric = is_number(kind)
    fits = numeric or (aggregation in {"min", "max"} and kind in _ORDERED) or aggregation in {"count", "count_distinct"}
    if fits or kind == "unknown":
        return
    name = TYPE_NAMES[kind]
    wanted = (
        Text(zh="数字", en="a number")
        if aggregation in _NUMERIC_ONLY
        else Text(zh="数字或日期", en="a number or a date")
    )
    findings.add(
        "definition.measure.aggregation",
        "aggregation_type",
        f"聚合方式“{aggregation}”需要{wanted.zh}，表达式是{name.zh}。",
        f"The aggregation “{aggregation}” takes {wanted.en}; the expression is {name.en}.",
        Text(zh="请改用计数或去重计数，或修改表达式。", en="Count instead, or change the expression."),
    )


def _check_stock(metric: MetricDef, atomic: Atomic, dataset: DatasetDef, findings: Findings) -> None:
    semi = atomic.measure.semi_additive
    if semi is None:
        return
    for position, name in enumerate(semi.entity):
        require_column(dataset, name, f"definition.measure.semi_additive.entity.{position}", findings)
    field = "definition.measure.semi_additive"
    if atomic.time_column is None and not dataset.time_columns:
        findings.add_refusal(field, MissingTimeAxis(metric=metric.code, dataset=dataset.code))
    if semi.take in {"min", "max", "avg"} and atomic.measure.aggregation not in {"sum", "count"}:
        findings.add_refusal(
            f"{field}.take",
            UnsafeReaggregation(metric=metric.code, aggregation=atomic.measure.aggregation, take=semi.take),
        )


def _check_counting_unit(atomic: Atomic, unit: Unit, findings: Findings) -> None:
    if atomic.measure.aggregation in {"count", "count_distinct"} and not unit.counts:
        findings.add(
            "unit",
            "count_unit",
            f"计数的结果不能以“{unit.symbol}”为单位。",
            f"A count is not measured in “{unit.symbol}”.",
            Text(zh="请用计数单位，例如 笔、件、人、户、次。", en="Use a counting word such as 笔, 件, 人, 户 or 次."),
        )


# --- derived --------------------------------------------------------------------------------------


def _check_derived(derived: Derived, unit: Unit | None, catalogue: Catalogue, findings: Findings) -> None:
    _require_metric(derived.base, "definition.base", catalogue, findings)
    if len(set(derived.modifiers)) < len(derived.modifiers):
        findings.add("definition.modifiers", "modifier_repeated", "修饰词重复。", "A modifier is there more than once.")
    for position, name in enumerate(derived.modifiers):
        try:
            catalogue.modifier(name)
        except UnknownName as refusal:
            findings.add_refusal(f"definition.modifiers.{position}", refusal)
    period = derived.period
    if period is not None and period.to_date and period.trailing:
        findings.add(
            "definition.period",
            "period_twice",
            "累计（本期至今）与滚动周期只能选一个。",
            "A period is either to date or trailing, not both.",
        )
    if not derived.modifiers and (period is None or not (period.to_date or period.trailing or period.shift)):
        findings.add(
            "definition",
            "nothing_derived",
            "派生指标至少要有一个修饰词或时间周期。",
            "A derived metric has at least one modifier or a period.",
        )
    below = _below(derived.base, catalogue)
    # A base without a unit says nothing: the restriction may know better (quantity of goods sold by the piece).
    if unit is not None and isinstance(below, Typed) and below.unit is not None and below.unit.symbol:
        _compare_units(unit, below.unit, findings)


def _require_metric(code: Code, field: str, catalogue: Catalogue, findings: Findings) -> None:
    try:
        catalogue.metric(code)
    except UnknownName as refusal:
        findings.add_refusal(field, refusal)


# --- composite ------------------------------------------------------------------------------------


def _check_composite(
    composite: Composite, zero_division: ZeroDivision, unit: Unit | None, catalogue: Catalogue, findings: Findings
) -> None:
    field = "definition.formula"
    try:
        expression = parse_expression(composite.formula)
    except FormulaError as refusal:
        findings.add_refusal(field, refusal)
        return
    used = names(expression)
    if not used:
        findings.add(field, "no_metrics", "复合指标的公式至少引用一个指标。", "The formula names at least one metric.")
        return
    below = {name: _below(name, catalogue) for name in used if catalogue.has("metric", name)}
    inputs = {name: found if isinstance(found, Typed) else Typed("unknown") for name, found in below.items()}
    typed, faults = inspect_metric_formula(expression, inputs, known=catalogue.codes("metric"))
    findings.add_formula(field, composite.formula, faults)
    if not faults:
        _check_translation(expression, field, zero_division, findings)
    broken = {name: found for name, found in below.items() if not isinstance(found, Typed)}
    for name, problem in broken.items():
        _add_broken(field, name, problem, findings)
    if not faults and not broken and unit is not None and typed.unit is not None:
        _compare_units(unit, typed.unit, findings)


def _below(code: Code, catalogue: Catalogue) -> Typed | MetrionError:
    """Return type and unit of a metric below, or why it has none."""
    try:
        Expander(catalogue).value(code, Circumstances())
        return value_of(code, catalogue)
    except MetrionError as refusal:
        return refusal


def _add_broken(field: str, name: Code, refusal: MetrionError, findings: Findings) -> None:
    if isinstance(refusal, DefinitionCycle):
        findings.add_refusal(field, refusal)
        return
    why = Text(zh=refusal.render("zh")["title"], en=refusal.render("en")["title"])
    findings.add(
        field, "broken_input", f"指标“{name}”的定义本身有误。", f"The definition of “{name}” is not sound itself.", why
    )


def _check_translation(expression: Expression, field: str, zero_division: ZeroDivision, findings: Findings) -> None:
    """Write the formula for every engine: what grows beyond all bounds is refused here, not at the first question."""
    for dialect in DIALECTS:
        try:
            to_sqlglot(expression, lambda name: exp.column(name.value), dialect, zero_division=zero_division)
        except FormulaError as refusal:
            findings.add_refusal(field, refusal)
            return


def _compare_units(declared: Unit, follows: Unit, findings: Findings) -> None:
    if declared == follows:
        return
    shown = follows.shown
    if declared.same_kind(follows):
        remedy = Text(
            zh=f"请改为“{follows.symbol}”，或用 convert(x, '{follows.symbol}', '{declared.symbol}') 换算。",
            en=f"Declare “{follows.symbol}”, or convert(x, '{follows.symbol}', '{declared.symbol}').",
        )
    else:
        remedy = Text(
            zh=f"请改为“{follows.symbol}”或留空。" if follows.symbol else "请改为 % 或留空。",
            en=f"Declare “{follows.symbol}” or leave it empty." if follows.symbol else "Declare % or leave it empty.",
        )
    findings.add(
        "unit",
        "unit_differs",
        f"声明的单位是“{declared.symbol}”，按定义得到的是{shown.zh}。",
        f"The declared unit is “{declared.symbol}”; what follows from the definition is {shown.en}.",
        remedy,
    )


# --- the whole chain ------------------------------------------------------------------------------


def _check_chain(metric: MetricDef, catalogue: Catalogue, findings: Findings) -> None:
    """Check what only shows once the metric is expanded to its leaves."""
    try:
        found = leaves(Expander(catalogue).value(metric.code, Circumstances()))
    except MetrionError as refusal:
        findings.add_refusal(_place(metric), refusal)
        return
    for leaf in found:
        circumstances = leaf.circumstances
        if leaf.axis is None and (circumstances.window is not None or circumstances.moves):
            findings.add_refusal("definition.period", MissingTimeAxis(metric=metric.code, dataset=leaf.dataset))
        for name in circumstances.modifiers:
            condition = catalogue.modifier(name).condition
            check_reach(condition, "definition.modifiers", leaf.dataset, catalogue, findings, metric=metric.code)
    for position, code in enumerate(metric.dimensions or ()):
        _check_allowed(metric, code, f"dimensions.{position}", found, catalogue, findings)


def _place(metric: MetricDef) -> str:
    match metric.definition:
        case Composite():
            return "definition.formula"
        case Derived():
            return "definition.base"
        case _:
            return "definition"


def _check_allowed(
    metric: MetricDef, code: Code, field: str, found: tuple[Leaf, ...], catalogue: Catalogue, findings: Findings
) -> None:
    for leaf in found:
        try:
            located = locate(code, leaf.dataset, catalogue)
        except (UnknownName, AmbiguousPath) as refusal:
            findings.add_refusal(field, refusal)
            return
        if located is None:
            findings.add_refusal(field, UnreachableDimension(metric=metric.code, dataset=leaf.dataset, field=code))
