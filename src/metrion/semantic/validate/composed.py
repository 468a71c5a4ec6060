"""Checks of metrics over metrics: restricted and moved, formulas, and the templates of formulas."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from metrion.base.text import Text
from metrion.semantic import templates
from metrion.semantic.errors import UnknownName
from metrion.semantic.formula.check import inspect_metric_formula
from metrion.semantic.formula.errors import FormulaError
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.types import Typed
from metrion.semantic.formula.walk import names
from metrion.semantic.frame import parsed_formula
from metrion.semantic.model import Difference, Growth, Index, Operand, Ratio, Share
from metrion.semantic.validate.conditions import check_condition, dimension_fields
from metrion.semantic.validate.formulas import check_translation
from metrion.semantic.validate.periods import check_period, check_shift, moves_nothing
from metrion.semantic.validate.subject import (
    add_broken,
    check_groups,
    check_unit,
    check_unit_below,
    require_metric,
    value_below,
)

if TYPE_CHECKING:
    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.model import Code, Composite, Derived
    from metrion.semantic.validate.subject import Subject


def check_derived(derived: Derived, of: Subject) -> None:
    """Check a derived metric."""
    base = Operand(metric=derived.base, modifiers=derived.modifiers, filter=derived.filter, period=derived.period)
    check_operand(base, "definition", of, metric="base")
    if not derived.modifiers and derived.filter is None and moves_nothing(derived.period):
        of.findings.add(
            "definition",
            "nothing_derived",
            "派生指标至少要有一个修饰词、筛选或时间周期。",
            "A derived metric has at least one modifier, a filter or a period.",
        )
    check_unit_below(derived.base, of)


def check_operand(operand: Operand, place: str, of: Subject, *, metric: str = "metric") -> None:
    """Check a metric as another one uses it; `metric` is the field that names it."""
    require_metric(operand.metric, f"{place}.{metric}", of)
    if len(set(operand.modifiers)) < len(operand.modifiers):
        of.findings.add(
            f"{place}.modifiers", "modifier_repeated", "修饰词重复。", "A modifier is there more than once."
        )
    for position, name in enumerate(operand.modifiers):
        try:
            of.catalogue.modifier(name)
        except UnknownName as refusal:
            of.findings.add_refusal(f"{place}.modifiers.{position}", refusal)
    if operand.filter is not None:
        check_condition(operand.filter, f"{place}.filter", dimension_fields(of.catalogue), of.catalogue, of.findings)
    if operand.period is not None:
        check_period(operand.period, f"{place}.period", of)


# --- formulas -------------------------------------------------------------------------------------


def check_composite(composite: Composite, of: Subject) -> None:
    """Check a formula over metrics and its named inputs."""
    place = "definition.formula"
    try:
        expression = parse_expression(composite.formula)
    except FormulaError as refusal:
        of.findings.add_refusal(place, refusal)
        return
    used = names(expression)
    _check_inputs(composite, used, of)
    if not used:
        of.findings.add(
            place, "no_metrics", "复合指标的公式至少引用一个指标。", "The formula names at least one metric."
        )
        return
    named = {one.name: one.metric for one in composite.inputs}
    found = {name: named.get(name, name) for name in used if name in named or of.catalogue.has("metric", name)}
    _check_formula(expression, composite.formula, place, found, of)


def _check_inputs(composite: Composite, used: tuple[str, ...], of: Subject) -> None:
    counted = Counter(one.name for one in composite.inputs)
    for position, one in enumerate(composite.inputs):
        place = f"definition.inputs.{position}"
        check_operand(one, place, of)
        if counted[one.name] > 1:
            of.findings.add(
                f"{place}.name",
                "input_repeated",
                f"输入名“{one.name}”出现了多次。",
                f"Several inputs are called “{one.name}”.",
            )
        if one.name not in used:
            of.findings.add(
                f"{place}.name",
                "input_unused",
                f"公式没有用到输入“{one.name}”。",
                f"The formula does not use the input “{one.name}”.",
                Text(zh="请在公式中引用，或删去该输入。", en="Name it in the formula, or remove it."),
            )
        if one.name != one.metric and of.catalogue.has("metric", one.name):
            of.findings.add(
                f"{place}.name",
                "input_shadows",
                f"输入名“{one.name}”与同名指标混淆。",
                f"The input “{one.name}” has the name of another metric.",
                Text(zh="请换一个名称。", en="Give it another name."),
            )


def _check_formula(expression: Expression, source: str | None, place: str, found: dict[str, Code], of: Subject) -> None:
    """Check a formula over `found` (name to metric); `source` is its text where people wrote one."""
    below = {name: value_below(code, of.catalogue) for name, code in found.items()}
    inputs = {name: value if isinstance(value, Typed) else Typed("unknown") for name, value in below.items()}
    typed, faults = inspect_metric_formula(expression, inputs, known=of.catalogue.codes("metric"))
    if source is None:
        for fault in faults:
            of.findings.add_words(place, fault)
    else:
        of.findings.add_formula(place, source, faults)
    if not faults:
        check_translation(expression, place, of.metric.zero_division, of.findings)
    broken = {name: value for name, value in below.items() if not isinstance(value, Typed)}
    for name, problem in broken.items():
        if of.catalogue.has("metric", found[name]):
            add_broken(place, found[name], problem, of.findings)
    if not faults and not broken:
        check_unit(typed.unit, of)


# --- templates ------------------------------------------------------------------------------------


def check_template(definition: templates.Template, of: Subject) -> None:
    """Check a ratio, growth, share, index or difference, whose unit is that of its formula."""
    match definition:
        case Ratio():
            check_operand(definition.numerator, "definition.numerator", of)
            check_operand(definition.denominator, "definition.denominator", of)
        case Growth():
            check_shift(definition.shift, "definition.shift", of)
        case Share():
            check_groups(definition.of, "definition.of", definition.metric, of, time=True)
        case Index():
            check_period(definition.base, "definition.base", of)
            if moves_nothing(definition.base):
                of.findings.add(
                    "definition.base",
                    "nothing_moved",
                    "请说明基期：没有基期时指数恒为 100。",
                    "Say what the base time is; without one the index is always 100.",
                )
        case Difference():
            require_metric(definition.target, "definition.target", of)
    if not isinstance(definition, Ratio):
        require_metric(definition.metric, "definition.metric", of)
    found = templates.inputs(definition)
    if all(of.catalogue.has("metric", code) for code in found.values()):
        _check_formula(parsed_formula(templates.written(definition)), None, "definition", found, of)
