"""Metrics as MetricFlow's: a measure with a simple metric for each atomic one, the others over these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.sql_text import to_sql
from metrion.interchange.metricflow.export.conditions import to_filter
from metrion.semantic.formula.ast import Call, Number
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.walk import names
from metrion.semantic.model import (
    Atomic,
    Composite,
    Conversion,
    Derived,
    Difference,
    Growth,
    Operand,
    Period,
    Ratio,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic import JsonValue

    from metrion.interchange.foreign.report import Losses
    from metrion.interchange.metricflow.export.addresses import Addresses
    from metrion.interchange.metricflow.export.models import Part
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import Calculation, Code, Duration, Measure, MetricDef, Shift

_AGGREGATIONS: Final[Mapping[str, str]] = {
    "sum": "sum",
    "count": "count",
    "count_distinct": "count_distinct",
    "approx_distinct": "count_distinct",
    "min": "min",
    "max": "max",
    "avg": "average",
    "median": "median",
    "percentile": "percentile",
}
_PERIOD_AGG: Final = {"first": "first", "last": "last", "avg": "average"}
_GROWTH: Final = {"rate": "(now - before) / NULLIF(before, 0)", "difference": "now - before"}
_TARGET: Final = {"rate": "(actual - target) / NULLIF(target, 0)", "difference": "actual - target"}


class MetricWriter:
    """Writes metrics, and the measures that go with them into their semantic models."""

    def __init__(self, catalogue: Catalogue, addresses: Addresses, losses: Losses) -> None:
        self.catalogue = catalogue
        self.addresses = addresses
        self.losses = losses
        self.measures: dict[Code, list[Part]] = {}
        """Dataset -> its measures."""

    def write(self, metric: MetricDef) -> Part:
        """Return a metric; raises `NotExpressible`."""
        kind, params, extra = self._definition(metric)
        part: Part = {"name": metric.code}
        if (label := metric.name.pick()) != metric.code:
            part["label"] = label
        if description := metric.caliber.pick():
            part["description"] = description
        part |= {"type": kind, "type_params": params}
        return part | extra

    def _definition(self, metric: MetricDef) -> tuple[str, Part, Part]:
        """Return type, parameters and filter."""
        definition = metric.definition
        if isinstance(definition, Atomic):
            return self._atomic(metric, definition)
        if isinstance(definition, Derived):
            return self._derived(metric, definition)
        kind, params = self._formula(definition)
        return kind, params, {}

    def _formula(self, definition: Calculation) -> tuple[str, Part]:
        match definition:
            case Composite():
                return "derived", self._composite(definition)
            case Ratio(numerator=above, denominator=below):
                return "ratio", {"numerator": self._operand(above), "denominator": self._operand(below)}
            case Growth():
                before = Operand(metric=definition.metric, period=Period(shift=definition.shift))
                now = Operand(metric=definition.metric)
                return "derived", self._pair(_GROWTH[definition.result], now=now, before=before)
            case Difference():
                actual, target = Operand(metric=definition.metric), Operand(metric=definition.target)
                return "derived", self._pair(_TARGET[definition.result], actual=actual, target=target)
            case Conversion():
                return "conversion", self._conversion(definition)
        raise NotExpressible(zh=f"指标类型 {definition.type}", en=f"metrics of type {definition.type}")

    # --- kinds ---

    def _atomic(self, metric: MetricDef, atomic: Atomic) -> tuple[str, Part, Part]:
        self._measure(metric.code, atomic)
        extra = self._filter(atomic.measure.filter, (), metric.code)
        return "simple", {"measure": self._input(metric, metric.code)}, extra

    def _measure(self, name: str, atomic: Atomic) -> None:
        measure, dataset = atomic.measure, self.catalogue.dataset(atomic.dataset)
        if measure.aggregation not in _AGGREGATIONS:
            raise NotExpressible(zh=f"聚合方式 {measure.aggregation}", en=f"the aggregation {measure.aggregation}")
        stock = measure.semi_additive
        if stock is not None and stock.take not in {"first", "last"}:
            raise NotExpressible(zh=f"半可加取值 {stock.take}", en=f"a stock that takes the {stock.take}")
        if measure.aggregation == "approx_distinct":
            self.losses.changed(f"metric.{name}", "近似去重改为精确去重。", "The approximate count becomes exact.")
        agg, expression = _aggregated(measure)
        part: Part = {"name": name, "agg": agg, "expr": expression}
        if measure.percentile is not None:
            part["agg_params"] = {"percentile": measure.percentile, "use_discrete_percentile": measure.discrete}
        axis = atomic.time_column or next(iter(dataset.time_columns), None)
        if axis is not None and axis != next(iter(dataset.time_columns), None):
            part["agg_time_dimension"] = self._time_name(atomic.dataset, axis)
        if stock is not None and axis is not None:
            part["non_additive_dimension"] = {
                "name": self._time_name(atomic.dataset, axis),
                "window_choice": "min" if stock.take == "first" else "max",
                "window_groupings": [self._element(atomic.dataset, column) for column in stock.entity],
            }
        self.measures.setdefault(atomic.dataset, []).append(part)

    def _derived(self, metric: MetricDef, derived: Derived) -> tuple[str, Part, Part]:
        period = derived.period
        if period is None or period.shift is not None or period.point is not None:
            if period is not None and _windowed(period):
                raise NotExpressible(zh="移动的窗口", en="a window that is also moved")
            whole = Operand(metric=derived.base, modifiers=derived.modifiers, filter=derived.filter, period=period)
            return "derived", {"expr": derived.base, "metrics": [self._operand(whole)]}, {}
        params = self._window(period)
        base = self.catalogue.metric(derived.base)
        if not isinstance(base.definition, Atomic):
            raise NotExpressible(zh="非原子指标上的窗口", en="a window over a metric that is not atomic")
        own = base.definition.measure.filter
        extra = self._filter(derived.filter, derived.modifiers, metric.code, *([own] if own else []))
        return "cumulative", {"measure": self._input(metric, derived.base), "cumulative_type_params": params}, extra

    def _window(self, period: Period) -> Part:
        if period.leading or period.remaining or period.seen_from != "end" or period.within not in _PERIOD_AGG:
            raise NotExpressible(zh="向后看的窗口", en="a window that looks ahead, or shows its extremes")
        params: Part = {"period_agg": _PERIOD_AGG[period.within]}
        if period.trailing is not None:
            params["window"] = _length(period.trailing)
        if period.to_date is not None:
            params["grain_to_date"] = period.to_date
        return params

    def _composite(self, composite: Composite) -> Part:
        expression = parse_expression(composite.formula)
        inputs: list[JsonValue] = [self._operand(each, each.name) for each in composite.inputs]
        inputs = inputs or [{"name": name} for name in names(expression)]
        return {"expr": to_sql(expression, lambda name: name.value), "metrics": inputs}

    def _pair(self, expression: str, **operands: Operand) -> Part:
        return {"expr": expression, "metrics": [self._operand(each, name) for name, each in operands.items()]}

    def _conversion(self, conversion: Conversion) -> Part:
        if len(conversion.steps) > 1 or len(conversion.entity) != 1:
            raise NotExpressible(zh="多步转化或多列主体", en="several steps, or an entity of several columns")
        base, step = self.catalogue.metric(conversion.base), self.catalogue.metric(conversion.steps[0])
        source, target = self._event_dataset(base), self._event_dataset(step)
        params: Part = {
            "base_measure": self._event(base),
            "conversion_measure": self._event(step),
            "entity": self._element(source, conversion.entity[0].many),
            "calculation": "conversion_rate" if conversion.result == "rate" else "conversions",
        }
        if conversion.window is not None:
            params["window"] = _length(conversion.window)
        if conversion.constants:
            params["constant_properties"] = [
                {
                    "base_property": self._element(source, pair.many),
                    "conversion_property": self._element(target, pair.one),
                }
                for pair in conversion.constants
            ]
        return {"conversion_type_params": params}

    @staticmethod
    def _event_dataset(metric: MetricDef) -> Code:
        if not isinstance(metric.definition, Atomic):
            raise NotExpressible(zh=f"事件 {metric.code} 不是原子指标", en=f"the event {metric.code} is not atomic")
        return metric.definition.dataset

    def _event(self, metric: MetricDef) -> Part:
        if not isinstance(metric.definition, Atomic):
            raise NotExpressible(
                zh=f"事件 {metric.code} 不是原子指标", en=f"the event {metric.code}, which is not atomic"
            )
        condition = metric.definition.measure.filter
        part = self._input(metric, metric.code)
        return part | self._filter(condition, (), metric.code)

    # --- parts ---

    def _input(self, metric: MetricDef, measure: str) -> Part:
        part: Part = {"name": measure}
        if metric.row_set in {"calendar", "spine"}:
            part["join_to_timespine"] = True
        counts = isinstance(metric.definition, Atomic) and metric.definition.measure.aggregation.startswith("count")
        if metric.fill == "zero" or (metric.fill == "null" and counts):
            part["fill_nulls_with"] = 0
        if metric.fill == "forward":
            self.losses.dropped(f"metric.{metric.code}.fill", "向前填充没有对应。", "Filling forward has no place.")
        return part

    def _operand(self, operand: Operand, alias: str | None = None) -> Part:
        part: Part = {"name": operand.metric}
        if alias is not None and alias != operand.metric:
            part["alias"] = alias
        period = operand.period
        if period is not None:
            if _windowed(period):
                raise NotExpressible(zh="公式中的窗口", en="a window inside a formula")
            if period.shift is not None:
                part["offset_window"] = self._offset(operand.metric, period.shift)
            if period.point is not None:
                part["offset_to_grain"] = period.point
        return part | self._filter(operand.filter, operand.modifiers, operand.metric)

    def _offset(self, metric: Code, shift: Shift) -> str:
        if shift.count < 0 or shift.match in {"weekday", "working_day"}:
            raise NotExpressible(zh="这样的平移", en="such a shift")
        if shift.match == "rows":
            self.losses.changed(
                f"metric.{metric}.shift",
                "月末的日期：此处每行只移动到一天，MetricFlow 可能重复或遗漏。",
                "Ends of months: here every row moves to one day, MetricFlow may show a day twice or not at all.",
            )
        return f"{shift.count} {shift.unit}"

    def _filter(self, condition: Condition | None, modifiers: Sequence[Code], metric: Code, *more: Condition) -> Part:
        found = [*([condition] if condition else []), *more]
        found += [self.catalogue.modifier(code).condition for code in modifiers]
        datasets = tuple(dict.fromkeys(self._datasets(metric)))
        texts: list[JsonValue] = [to_filter(each, datasets, self.addresses) for each in found]
        return {"filter": texts[0] if len(texts) == 1 else texts} if texts else {}

    def _datasets(self, metric: Code) -> Iterator[Code]:
        for code in _below(self.catalogue.metric(metric).definition):
            yield from self._datasets(code)
        definition = self.catalogue.metric(metric).definition
        if isinstance(definition, Atomic):
            yield definition.dataset

    def _time_name(self, dataset: Code, column: str) -> str:
        for dimension, bound in self.addresses.bound(dataset):
            if bound == column:
                return self.addresses.element(dimension, self.catalogue.dataset(dataset))
        return column

    def _element(self, dataset: Code, column: str) -> str:
        """Return the entity or dimension that a column of a dataset is."""
        known = self.catalogue.dataset(dataset)
        for key in self.addresses.keys(known):
            if key.column == column:
                return key.name
        for name, relationship in self.addresses.references(known):
            if relationship.columns[0].many == column:
                return name
        for name, counted in self.addresses.counted(known).items():
            if counted == column:
                return name
        return self._time_name(dataset, column)


def _aggregated(measure: Measure) -> tuple[str, str]:
    """Return aggregation and expression; rows are a sum of ones, and a truth counted as one has a name of its own."""
    if measure.expression.strip() == "*":
        return "sum", "1"
    expression = parse_expression(measure.expression)
    match expression:
        case Call(function="if", arguments=(truth, Number(value=one), Number(value=zero))) if (
            measure.aggregation == "sum"
        ):
            if one == 1 and zero == 0:
                return "sum_boolean", to_sql(truth, lambda name: name.value)
    return _AGGREGATIONS[measure.aggregation], to_sql(expression, lambda name: name.value)


def _below(definition: Calculation) -> tuple[Code, ...]:
    match definition:
        case Derived(base=base):
            return (base,)
        case Ratio(numerator=above, denominator=below):
            return (above.metric, below.metric)
        case Composite(formula=formula, inputs=inputs):
            return tuple(each.metric for each in inputs) or names(parse_expression(formula))
        case Conversion(base=base) | Growth(metric=base) | Difference(metric=base):
            return (base,)
    return ()


def _windowed(period: Period) -> bool:
    return bool(period.to_date or period.trailing or period.leading or period.cumulative or period.remaining)


def _length(duration: Duration) -> str:
    return f"{duration.count} {duration.unit}"
