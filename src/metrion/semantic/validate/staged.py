"""Checks of metrics in several stages: funnels, aggregates of aggregates, places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.base.text import Text
from metrion.semantic.calendar import GRAIN_NAMES, finer, is_grain
from metrion.semantic.errors import MissingTimeAxis, NoConversion, NoSuchGrain, NoSuchUnit, UnknownName
from metrion.semantic.formula.types import TYPE_NAMES, Typed, common_type, is_number
from metrion.semantic.formula.walk import names
from metrion.semantic.frame import parsed_formula
from metrion.semantic.look import Look
from metrion.semantic.model import METRIC_TIME
from metrion.semantic.units import RATIO
from metrion.semantic.validate.columns import require_column
from metrion.semantic.validate.conditions import check_condition, dimension_type
from metrion.semantic.validate.measures import COUNTS
from metrion.semantic.validate.subject import (
    check_counting_unit,
    check_groups,
    check_level,
    check_unit,
    check_unit_below,
    leaves_below,
    require_metric,
    value_below,
)

if TYPE_CHECKING:
    from metrion.semantic.expand import Leaf
    from metrion.semantic.formula.types import ValueType
    from metrion.semantic.model import Code, ColumnPair, Conversion, Level, Measure, Nested, Rank
    from metrion.semantic.validate.conditions import TypeOf
    from metrion.semantic.validate.subject import Subject

EVERY_FILTER: Final = "*"
_NUMBERS: Final = frozenset({"sum", "avg", "median", "stddev"})
_OPTIONED: Final = frozenset({"weighted_avg", "percentile", "first", "last"})


# --- funnels --------------------------------------------------------------------------------------


def check_conversion(spec: Conversion, of: Subject) -> None:
    """Check that base and steps are events, and that it can be told which belong to the same entity."""
    base = _event(spec.base, "definition.base", of)
    steps = [_event(step, f"definition.steps.{position}", of) for position, step in enumerate(spec.steps)]
    if not spec.entity:
        of.findings.add(
            "definition.entity",
            "entity_missing",
            "请指定转化前后相同的主体（例如 客户编号）。",
            "Say what is the same before and after: a customer's number, for instance.",
        )
    for name, pairs in (("entity", spec.entity), ("constants", spec.constants)):
        for position, pair in enumerate(pairs):
            _check_pair(pair, f"definition.{name}.{position}", base, steps, of)
    if spec.result == "rate":
        check_unit(RATIO, of)
    elif spec.result == "count":
        check_counting_unit(of)
    else:
        check_unit_below(spec.steps[-1], of)
    if spec.window is not None and not is_grain(spec.window.unit):
        of.findings.add_refusal("definition.window.unit", NoSuchUnit(unit=spec.window.unit))
    last = steps[-1]
    if base is not None and last is not None:
        _check_result(spec, base.measure, last.measure, of)


def _event(code: Code, place: str, of: Subject) -> Leaf | None:
    """Return the leaf of an event; note where a metric is none: only rows that modifiers restrict are events."""
    if not require_metric(code, place, of):
        return None
    found = value_below(code, of.catalogue)
    leaves = leaves_below(code, of.catalogue)
    if not isinstance(found, Typed) or not leaves:
        return None  # The check of the whole says why.
    leaf = leaves[0]
    if not _restricted_only(code, of):
        of.findings.add_refusal(place, NoConversion(metric=of.metric.code, step=code))
        return None
    if leaf.circumstances.look != Look() or leaf.measure.semi_additive is not None:
        of.findings.add(
            place,
            "event_in_time",
            f"“{code}”带有时间周期或期末取值，不是单个事件的计数。",
            f"“{code}” has a period of its own or is a stock; it does not count single events.",
            Text(zh="请选择没有时间周期的原子指标。", en="Choose an atomic metric without a period."),
        )
        return None
    if leaf.axis is None:
        of.findings.add_refusal(place, MissingTimeAxis(metric=code, dataset=leaf.dataset))
        return None
    return leaf


def _restricted_only(code: Code, of: Subject) -> bool:
    """Tell whether a metric is atomic, or derived from one."""
    definition = of.catalogue.metric(code).definition
    match definition.type:
        case "atomic":
            return True
        case "derived":
            return _restricted_only(definition.base, of)
        case "inherited":
            extends = of.catalogue.metric(code).extends
            return extends is not None and _restricted_only(extends.metric, of)
        case _:
            return False


def _check_pair(pair: ColumnPair, place: str, base: Leaf | None, steps: list[Leaf | None], of: Subject) -> None:
    many = None
    if base is not None:
        many = require_column(of.catalogue.dataset(base.dataset), pair.many, f"{place}.many", of.findings)
    for dataset in dict.fromkeys(step.dataset for step in steps if step is not None):
        one = require_column(of.catalogue.dataset(dataset), pair.one, f"{place}.one", of.findings)
        if many is not None and one is not None and common_type((many.type, one.type)) is None:
            left, right = TYPE_NAMES[many.type], TYPE_NAMES[one.type]
            of.findings.add(
                place,
                "pair_types",
                f"两列类型不同：“{many.name}”是{left.zh}，“{one.name}”是{right.zh}。",
                f"The types of the columns differ: “{many.name}” is {left.en}, “{one.name}” is {right.en}.",
            )


def _check_result(spec: Conversion, base: Measure, last: Measure, of: Subject) -> None:
    if spec.result == "rate" and not _counts_events(base):
        _add_no_count("definition.base", spec.base, of)
    if spec.result != "value" and spec.counts == "steps" and not _counts_events(last):
        _add_no_count(f"definition.steps.{len(spec.steps) - 1}", spec.steps[-1], of)
    if spec.result == "value":
        if spec.counts == "base":
            of.findings.add(
                "definition.counts",
                "value_of_base",
                "按起始事件计数时没有最后一步的数值。",
                "Where base events are counted, there is no value of the last step.",
                Text(
                    zh="请改为按最后一步计数（steps），或改为计数、转化率。",
                    en="Count the steps, or ask for count or rate.",
                ),
            )
        if last.aggregation in _OPTIONED:
            of.findings.add(
                f"definition.steps.{len(spec.steps) - 1}",
                "value_aggregation",
                f"最后一步的聚合方式“{last.aggregation}”不能用于转化。",
                f"The aggregation “{last.aggregation}” of the last step cannot be taken over conversions.",
                Text(zh="请改用求和、计数、平均或极值。", en="Use a sum, a count, an average, a minimum or a maximum."),
            )


def _counts_events(measure: Measure) -> bool:
    """Tell whether a measure counts: rows, distinct values, or ones that are summed."""
    if measure.aggregation in COUNTS:
        return True
    return measure.aggregation == "sum" and not names(parsed_formula(measure.expression))


def _add_no_count(place: str, code: Code, of: Subject) -> None:
    of.findings.add(
        place,
        "no_event_count",
        f"“{code}”不是计数，无法计算转化。",
        f"“{code}” does not count; conversions of it cannot be counted.",
        Text(zh="请选择计数或去重计数的指标。", en="Choose a metric that counts or counts distinct values."),
    )


# --- aggregates of aggregates ---------------------------------------------------------------------


def check_nested(spec: Nested, of: Subject) -> None:
    """Check an aggregate of an aggregate."""
    if not require_metric(spec.base, "definition.base", of):
        return
    for name in ("per", "without", "only"):
        fields = getattr(spec, name) or ()
        check_groups(fields, f"definition.{name}", spec.base, of, time=name != "per")
    _check_unfiltered(spec, of)
    if spec.grain is not None:
        _check_grain(spec.grain, spec.base, of)
    _check_together(spec, of)
    if spec.having is not None:
        check_condition(spec.having, "definition.having", _having_fields(spec, of), of.catalogue, of.findings)
    _check_values(spec, of)


def _check_together(spec: Nested, of: Subject) -> None:
    add = of.findings.add
    if spec.only is not None and spec.without:
        add(
            "definition.only",
            "without_and_only",
            "“去除的分组”与“仅保留的分组”只能选一个。",
            "Groups are left out (without) or kept (only), not both.",
        )
    finer_rows = bool(spec.per) or spec.grain is not None
    coarser = bool(spec.without) or spec.only is not None or bool(spec.unfiltered)
    if spec.aggregation == "recomputed":
        for name, given in (("per", bool(spec.per)), ("grain", spec.grain), ("having", spec.having)):
            if given:
                add(
                    f"definition.{name}",
                    "recomputed_finer",
                    f"重新计算没有内层行，“{name}”没有作用。",
                    f"What is recomputed has no inner rows; “{name}” means nothing to it.",
                )
    if not finer_rows and not coarser:
        add(
            "definition",
            "nothing_nested",
            "请说明内层按什么计算（例如 每日、每位客户），或去除哪些分组。",
            "Say by what the inner values are computed (each day, each customer), or which groups are left out.",
        )


def _check_unfiltered(spec: Nested, of: Subject) -> None:
    for position, field in enumerate(spec.unfiltered):
        if field in (EVERY_FILTER, METRIC_TIME):
            continue
        try:
            of.catalogue.dimension(field.rpartition(".")[2])
        except UnknownName as refusal:
            of.findings.add_refusal(f"definition.unfiltered.{position}", refusal)


def _check_grain(grain: Level, base: Code, of: Subject) -> None:
    place = "definition.grain"
    check_level(grain, place, of)
    for leaf in leaves_below(base, of.catalogue):
        if leaf.axis is None:
            of.findings.add_refusal(place, MissingTimeAxis(metric=base, dataset=leaf.dataset))
    smallest = of.catalogue.metric(base).smallest_grain
    if is_grain(grain) and is_grain(smallest) and finer(grain, smallest):
        (smallest_zh, smallest_en), (grain_zh, grain_en) = GRAIN_NAMES[smallest], GRAIN_NAMES[grain]
        refusal = NoSuchGrain(
            metric=base, smallest_zh=smallest_zh, smallest_en=smallest_en, grain_zh=grain_zh, grain_en=grain_en
        )
        of.findings.add_refusal(place, refusal)


def _having_fields(spec: Nested, of: Subject) -> TypeOf:
    """Return the types of what a condition on inner rows may name: their value, other metrics, their groups."""

    def type_of(field: str) -> ValueType:
        if field == "value":
            return _value_type(spec.base, of)
        if field in spec.per:
            return dimension_type(field.rpartition(".")[2], of.catalogue)
        if of.catalogue.has("metric", field):
            return _value_type(field, of)
        raise UnknownName(
            name=field, kind_zh="内层字段", kind_en="field of the inner rows", nearest=("value", *spec.per)
        )

    return type_of


def _value_type(code: Code, of: Subject) -> ValueType:
    found = value_below(code, of.catalogue)
    return found.type if isinstance(found, Typed) else "unknown"


def _check_values(spec: Nested, of: Subject) -> None:
    kind = _value_type(spec.base, of)
    if spec.aggregation in _NUMBERS and kind != "unknown" and not is_number(kind):
        name = TYPE_NAMES[kind]
        of.findings.add(
            "definition.aggregation",
            "aggregation_type",
            f"聚合方式“{spec.aggregation}”需要数字，指标“{spec.base}”是{name.zh}。",
            f"The aggregation “{spec.aggregation}” takes a number; “{spec.base}” is {name.en}.",
        )
    if spec.aggregation == "count":
        check_counting_unit(of)
    else:
        check_unit_below(spec.base, of)


# --- places ---------------------------------------------------------------------------------------


def check_rank(spec: Rank, of: Subject) -> None:
    """Check a place by a metric."""
    if not require_metric(spec.base, "definition.base", of):
        return
    if spec.within and spec.without is not None:
        of.findings.add(
            "definition.without",
            "within_and_without",
            "“在…内排名”与“除…外排名”只能选一个。",
            "A ranking is within groups or within all but some groups, not both.",
        )
    for name in ("within", "without"):
        check_groups(getattr(spec, name) or (), f"definition.{name}", spec.base, of, time=True)
    check_counting_unit(of)
