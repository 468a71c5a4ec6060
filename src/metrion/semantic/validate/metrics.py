"""Checks of metrics: each kind's own parts, what it is a variant of, the chain below it, units, dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.base.errors import MetrionError
from metrion.base.text import Text
from metrion.semantic.calendar import SECONDS
from metrion.semantic.errors import AmbiguousPath, MissingTimeAxis, UnknownName, UnreachableDimension
from metrion.semantic.expand import Expander, leaves
from metrion.semantic.formula.suggest import nearest
from metrion.semantic.look import Look
from metrion.semantic.model import (
    INHERITABLE,
    Atomic,
    Composite,
    Conversion,
    Derived,
    Inherited,
    MetricDef,
    Nested,
    Rank,
)
from metrion.semantic.paths import locate
from metrion.semantic.request import MetricQuery
from metrion.semantic.resolve import resolve
from metrion.semantic.units import UnknownUnit, parse_unit
from metrion.semantic.validate.composed import check_composite, check_derived, check_template
from metrion.semantic.validate.conditions import check_reach, fields_on
from metrion.semantic.validate.measures import check_atomic
from metrion.semantic.validate.sources import ANY_TIME
from metrion.semantic.validate.staged import check_conversion, check_nested, check_rank
from metrion.semantic.validate.subject import Subject, check_level, check_unit_below

if TYPE_CHECKING:
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.expand import Leaf
    from metrion.semantic.model import Code
    from metrion.semantic.units import Unit
    from metrion.semantic.validate.fault import Findings

_PLACES: Final = {
    "derived": "definition.base",
    "composite": "definition.formula",
    "inherited": "extends.metric",
    "growth": "definition.metric",
    "share": "definition.metric",
    "index": "definition.metric",
    "nested": "definition.base",
    "rank": "definition.base",
}
"""Where a fault is shown that only the whole chain has."""
_PERIODS: Final = {"derived": "definition.period", "growth": "definition.shift", "index": "definition.base"}


def whole_metric(metric: MetricDef, catalogue: Catalogue, findings: Findings) -> MetricDef | None:
    """Return a metric with what it takes from another one; None where that cannot be had."""
    if metric.extends is None:
        return metric
    for position, name in enumerate(metric.extends.fields):
        if name not in INHERITABLE:
            close = nearest(name, sorted(INHERITABLE))
            findings.add(
                f"extends.fields.{position}",
                "not_inheritable",
                f"“{name}”不能从其他指标继承。",
                f"“{name}” cannot be taken from another metric.",
                Text(zh=f"最接近的字段：{'、'.join(close)}", en=f"The nearest fields are: {', '.join(close)}")
                if close
                else None,
            )
    try:
        return catalogue.metric(metric.code)
    except MetrionError as refusal:
        findings.add_refusal("extends.metric", refusal)
        return None


def check_metric(metric: MetricDef, catalogue: Catalogue, findings: Findings) -> None:
    """Check one metric with what it takes from another; `catalogue` holds it already."""
    of = Subject(metric, _declared_unit(metric, findings), catalogue, findings)
    if metric.effective_from and metric.effective_to and metric.effective_to < metric.effective_from:
        findings.add(
            "effective_to", "effective_dates", "失效日期早于生效日期。", "It ends before the day it takes effect."
        )
    check_level(metric.smallest_grain, "smallest_grain", of)
    before = len(findings)
    match metric.definition:
        case Atomic() as atomic:
            check_atomic(atomic, of)
        case Derived() as derived:
            check_derived(derived, of)
        case Composite() as composite:
            check_composite(composite, of)
        case Conversion() as spec:
            check_conversion(spec, of)
        case Nested() as spec:
            check_nested(spec, of)
        case Rank() as spec:
            check_rank(spec, of)
        case Inherited():
            _check_inherited(of)
        case _ as template:
            check_template(template, of)
    if len(findings) == before:
        _check_chain(of)


def _declared_unit(metric: MetricDef, findings: Findings) -> Unit | None:
    """Return the declared unit; None where there is none or it is unknown."""
    if not metric.unit.strip():
        return None
    try:
        return parse_unit(metric.unit)
    except UnknownUnit as refusal:
        findings.add_refusal("unit", refusal)
        return None


def _check_inherited(of: Subject) -> None:
    extends = of.metric.extends
    if extends is None:
        of.findings.add(
            "definition",
            "inherits_nothing",
            "请说明继承自哪个指标。",
            "Say which metric the calculation is taken from.",
            Text(zh="请填写“extends”，或选择其他计算方式。", en="Name it in “extends”, or choose another calculation."),
        )
    else:
        check_unit_below(extends.metric, of)


# --- the whole chain ------------------------------------------------------------------------------


def _check_chain(of: Subject) -> None:
    """Check what only shows once the metric is expanded to its leaves."""
    code, catalogue, findings = of.metric.code, of.catalogue, of.findings
    kind = of.metric.definition.type
    try:
        found = leaves(Expander(catalogue).value(code))
    except MetrionError as refusal:
        findings.add_refusal(_PLACES.get(kind, "definition"), refusal)
        return
    before = len(findings)
    for leaf in found:
        _check_leaf(leaf, of)
    for position, name in enumerate(of.metric.dimensions or ()):
        _check_allowed(name, f"dimensions.{position}", found, of)
    if len(findings) > before:
        return
    try:
        resolve(MetricQuery(metrics=(code,)), catalogue, ANY_TIME)
    except MetrionError as refusal:
        findings.add_refusal(_PLACES.get(kind, "definition"), refusal)


def _check_leaf(leaf: Leaf, of: Subject) -> None:
    catalogue, findings = of.catalogue, of.findings
    kind = of.metric.definition.type
    circumstances = leaf.circumstances
    dataset = catalogue.dataset(leaf.dataset)
    if circumstances.look != Look():
        place = _PERIODS.get(kind, "definition")
        column = dataset.column(leaf.axis) if leaf.axis is not None else None
        if leaf.axis is None:
            findings.add_refusal(place, MissingTimeAxis(metric=of.metric.code, dataset=leaf.dataset))
        elif column is not None and column.type == "date" and (short := _short_units(circumstances.look)):
            findings.add(
                place,
                "axis_of_days",
                f"时间列“{column.name}”只到日，不能按“{short}”计算。",
                f"The time column “{column.name}” holds days; it cannot be looked along by “{short}”.",
            )
    fields = fields_on(dataset, catalogue, metric=of.metric.code, axis=leaf.axis, own=False)
    derived = kind == "derived"
    for name in circumstances.modifiers:
        condition = catalogue.modifier(name).condition
        check_reach(condition, "definition.modifiers" if derived else "definition", fields, findings)
    for condition in circumstances.filters:
        check_reach(condition, "definition.filter" if derived else "definition", fields, findings)


def _short_units(look: Look) -> str:
    """Return a unit shorter than a day by which a look goes, or nothing."""
    extent = look.extent
    lengths = [extent.trailing, extent.leading] if extent else []
    named = [length.unit for length in lengths if length is not None]
    named += [extent.to_date] if extent and extent.to_date else []
    moves = [getattr(back, "move", back) for back in look.backs]
    named += [str(getattr(move, "level", getattr(move, "unit", ""))) for move in moves]
    return next((unit for unit in named if unit in SECONDS), "")


def _check_allowed(code: Code, place: str, found: tuple[Leaf, ...], of: Subject) -> None:
    for leaf in found:
        try:
            located = locate(code, leaf.dataset, of.catalogue)
        except (UnknownName, AmbiguousPath) as refusal:
            of.findings.add_refusal(place, refusal)
            return
        if located is None:
            apart = UnreachableDimension(metric=of.metric.code, dataset=leaf.dataset, field=code)
            of.findings.add_refusal(place, apart)
