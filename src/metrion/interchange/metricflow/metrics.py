"""Metrics: simple, ratio, derived, cumulative and conversion, with their filters and offsets, as ours."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import to_formula
from metrion.interchange.foreign.limits import within_limits
from metrion.interchange.foreign.percentiles import aggregation_of
from metrion.interchange.metricflow.datasets import column_named, guessed_measure
from metrion.interchange.metricflow.library import used_by
from metrion.interchange.metricflow.manifest import Measure, MeasureInput, MetricInput
from metrion.interchange.metricflow.words import name_of, our_grain, text_of
from metrion.semantic.formula.printer import format_name
from metrion.semantic.model import (
    Atomic,
    ColumnPair,
    Composite,
    Conversion,
    Derived,
    Duration,
    Input,
    MetricDef,
    Operand,
    Period,
    Ratio,
    SemiAdditive,
    Shift,
)
from metrion.semantic.model import Measure as OurMeasure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from metrion.interchange.metricflow.datasets import ModelData
    from metrion.interchange.metricflow.library import Library
    from metrion.interchange.metricflow.manifest import Metric, MetricKind, Window
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import Aggregation, Calculation, Code

RowSet = Literal["facts", "covered", "spine", "calendar"]

_AGGREGATIONS: Final[Mapping[str, Aggregation]] = {
    "sum": "sum",
    "min": "min",
    "max": "max",
    "count": "count",
    "count_distinct": "count_distinct",
    "sum_boolean": "sum",
    "average": "avg",
    "median": "median",
}
_WITHIN: Final = {"first": "first", "last": "last", "average": "avg"}


class MetricMaker:
    """Makes the metrics of a manifest, each after those that it stands on."""

    def __init__(self, library: Library) -> None:
        self.library = library
        library.make = self.made
        self._open: set[str] = set()
        self._done: set[str] = set()
        self._makers: Mapping[MetricKind, Callable[[Metric], Calculation]] = {
            "simple": self._simple,
            "ratio": self._ratio,
            "derived": self._derived,
            "cumulative": self._cumulative,
            "conversion": self._conversion,
        }

    def all(self) -> None:
        """Make every metric; what cannot be had is a loss."""
        for name in self.library.manifest.metrics:
            self._try(name)
        for data, measure in self.library.measures.values():
            if measure.create_metric and measure.name not in self.library.manifest.metrics:
                self._try_measure(data, measure)

    def _try(self, name: str) -> None:
        try:
            self.made(name)
        except NotExpressible as refusal:
            self.library.losses.refused(self.library.manifest.path("metrics", name), refusal.reason)
            self._done.add(name)

    def _try_measure(self, data: ModelData, measure: Measure) -> None:
        try:
            self.of_measure(MeasureInput(name=measure.name), named=measure.name)
        except NotExpressible as refusal:
            self.library.losses.refused(f"{data.path}.measures.{measure.name}", refusal.reason)

    # --- one metric ---

    def made(self, name: str) -> Code:
        """Return the code of a metric, made where it is not yet; raises `NotExpressible`."""
        metric = self.library.manifest.metrics.get(name)
        if metric is None:
            if name in self.library.measures and self.library.measures[name][1].create_metric:
                return self.of_measure(MeasureInput(name=name), named=name)
            raise NotExpressible(zh=f"没有指标“{name}”", en=f"there is no metric “{name}”")
        code = self.library.codes.of("metric", name)
        if code in self.library.metrics:
            return code
        if name in self._open or name in self._done:
            raise NotExpressible(zh=f"指标“{name}”不可用", en=f"the metric “{name}” cannot be had")
        self._open.add(name)
        try:
            definition = self._makers[metric.type](metric)
        finally:
            self._open.discard(name)
        self._keep(code, metric, definition)
        return code

    def _keep(self, code: Code, metric: Metric, definition: Calculation) -> None:
        self.library.metrics[code] = MetricDef(
            code=code,
            name=name_of(metric),
            caliber=text_of(metric.description),
            domain=self.library.domain,
            definition=definition,
            fill="zero" if self._fills(metric) else "keep",
            row_set=self._row_set(metric, definition),
            smallest_grain=self._grain(metric, definition),
        )

    def _row_set(self, metric: Metric, definition: Calculation) -> RowSet:
        """Return which periods have rows: those that an input has, those that a window reaches, or all."""
        if self._joins_calendar(metric):
            return "calendar"
        below = [self.library.metrics[code].row_set for code in used_by(definition)]
        if isinstance(definition, Derived) and metric.type == "derived" and "calendar" in below:
            return "calendar"
        return "covered" if metric.type == "cumulative" or "covered" in below or _looks(definition) else "facts"

    def _grain(self, metric: Metric, definition: Calculation) -> str:
        chosen = self._input(metric)
        if chosen is not None and metric.type == "simple":
            data, measure = self._measure(chosen.name)
            return self.library.axis_grain(data, data.axis_of(measure))
        used = used_by(definition)
        return self.library.smallest_grain(used[:1] if isinstance(definition, Conversion) else used)

    def _input(self, metric: Metric) -> MeasureInput | None:
        """Return the measure of a simple or cumulative metric; one without a measure brings its own."""
        params = metric.type_params
        if params.measure is not None:
            return params.measure
        if params.metric_aggregation_params is not None:
            return MeasureInput(
                name=self._own_measure(metric),
                join_to_timespine=params.join_to_timespine,
                fill_nulls_with=params.fill_nulls_with,
            )
        return None

    def _own_measure(self, metric: Metric) -> str:
        """Return the name of the measure that a metric without one is made of."""
        params = metric.type_params.metric_aggregation_params
        name = f"{metric.name} (measure)"
        if params is None or params.semantic_model not in self.library.models:
            raise NotExpressible(zh=f"“{metric.name}”没有语义模型", en=f"“{metric.name}” has no semantic model")
        data = self.library.models[params.semantic_model]
        self.library.measures.setdefault(
            name,
            (
                data,
                Measure.model_validate(
                    {"name": metric.name, "expr": params.expr or metric.type_params.expr, "agg": params.agg}
                    | {"agg_params": params.agg_params, "agg_time_dimension": params.agg_time_dimension}
                    | {"non_additive_dimension": params.non_additive_dimension}
                ),
            ),
        )
        return name

    def _joins_calendar(self, metric: Metric) -> bool:
        found = self._inputs(metric)
        return any(each.join_to_timespine for each in found)

    def _fills(self, metric: Metric) -> bool:
        params = metric.type_params
        conversion = params.conversion_type_params
        if conversion is not None:
            step = conversion.conversion_measure
            return step is not None and step.fill_nulls_with is not None and conversion.calculation == "conversions"
        found = [each.fill_nulls_with for each in self._inputs(metric)]
        if any(value not in {None, 0} for value in found):
            self.library.losses.changed(
                f"{self.library.manifest.path('metrics', metric.name)}.fill_nulls_with",
                "空值以 0 填充，其他数值不支持。",
                "Empty values are filled with 0; other numbers are not supported.",
            )
        return any(value is not None for value in found)

    def _inputs(self, metric: Metric) -> tuple[MeasureInput, ...]:
        conversion = metric.type_params.conversion_type_params
        if conversion is not None:
            found = (conversion.base_measure, conversion.conversion_measure)
        else:
            found = (self._input(metric), None) if metric.type in {"simple", "cumulative"} else (None, None)
        return tuple(each for each in found if each is not None)

    # --- kinds ---

    def _simple(self, metric: Metric) -> Calculation:
        chosen = self._input(metric)
        if chosen is None:
            raise NotExpressible(zh="简单指标没有度量", en="a simple metric without a measure")
        return self._atomic(chosen, metric.filter)

    def _ratio(self, metric: Metric) -> Calculation:
        above, below = metric.type_params.numerator, metric.type_params.denominator
        if above is None or below is None:
            raise NotExpressible(zh="比率缺少分子或分母", en="a ratio without numerator or denominator")
        return Ratio(numerator=self._operand(above, metric), denominator=self._operand(below, metric))

    def _operand(self, chosen: MetricInput, metric: Metric) -> Operand:
        code = self.made(chosen.name)
        return Operand(
            metric=code,
            filter=self._condition((*chosen.filter, *metric.filter), code),
            period=self._period(chosen),
        )

    def _derived(self, metric: Metric) -> Calculation:
        params = metric.type_params
        if params.expr is None or not params.metrics:
            raise NotExpressible(zh="派生指标没有公式或输入", en="a derived metric without an expression or inputs")
        inputs = {(each.alias or each.name).lower(): self._named(each, metric) for each in params.metrics}
        only = next(iter(inputs.values()))
        if (column_named(params.expr) or "").lower() in inputs and len(inputs) == 1 and (only.filter or only.period):
            return Derived(base=only.metric, filter=only.filter, period=only.period)

        def name(written: str) -> str:
            if written.lower() not in inputs:
                raise NotExpressible(zh=f"公式中的“{written}”", en=f"“{written}” in the expression")
            return inputs[written.lower()].name

        formula = to_formula(params.expr, name)
        plain = all(each.name == each.metric and not each.filter and not each.period for each in inputs.values())
        return Composite(formula=formula, inputs=() if plain else tuple(inputs.values()))

    def _named(self, chosen: MetricInput, metric: Metric) -> Input:
        operand = self._operand(chosen, metric)
        wanted = chosen.alias or operand.metric
        if wanted != operand.metric and wanted in self.library.manifest.metrics:
            wanted = f"{wanted}_input"  # A formula must not call one metric by the name of another.
        name = self.library.codes.of(f"inputs of {metric.name}", wanted)
        return Input(name=name, metric=operand.metric, filter=operand.filter, period=operand.period)

    def _period(self, chosen: MetricInput) -> Period | None:
        if chosen.offset_to_grain is not None:
            return Period(point=self._unit(chosen.offset_to_grain))
        if chosen.offset_window is None:
            return None
        window = self._duration(chosen.offset_window)
        shift = within_limits(Shift, count=window.count, unit=window.unit, match="look_back")
        return Period(shift=shift)

    def _cumulative(self, metric: Metric) -> Calculation:
        params = metric.type_params
        extra = params.cumulative_type_params
        chosen = self._input(metric)
        if chosen is None and extra is not None and extra.metric is not None:
            base = self.made(extra.metric.name)
            condition = self._condition((*extra.metric.filter, *metric.filter), base)
        elif chosen is not None:
            base = self.of_measure(MeasureInput(name=chosen.name))
            condition = self._condition((*chosen.filter, *metric.filter), base)
        else:
            raise NotExpressible(zh="累计指标没有度量", en="a cumulative metric without a measure")
        window = (extra.window if extra else None) or params.window
        to_date = (extra.grain_to_date if extra else None) or params.grain_to_date
        period = Period.model_validate(
            {
                "trailing": self._duration(window) if window else None,
                "to_date": self._unit(to_date) if to_date else None,
                "cumulative": not window and not to_date,
                "within": _WITHIN[extra.period_agg if extra else "first"],
            }
        )
        return Derived(base=base, filter=condition, period=period)

    def _conversion(self, metric: Metric) -> Calculation:
        params = metric.type_params.conversion_type_params
        if params is None:
            raise NotExpressible(zh="转化指标没有参数", en="a conversion metric without its parameters")
        base = self._event(params.base_measure, params.base_metric, metric.filter)
        step = self._event(params.conversion_measure, params.conversion_metric, ())
        source, target = self._data(base), self._data(step)
        entity = ColumnPair(many=_element(source, params.entity), one=_element(target, params.entity))
        constants = [
            ColumnPair(many=_element(source, each.base_property), one=_element(target, each.conversion_property))
            for each in params.constant_properties
        ]
        counted = self.library.counts(step)
        result = "rate" if params.calculation == "conversion_rate" else "count" if counted else "value"
        return Conversion(
            base=base,
            steps=(step,),
            entity=(entity,),
            window=self._duration(params.window) if params.window else None,
            constants=tuple(constants),
            result=result,
            counts="steps",  # every event that follows is a conversion, however many follow one
        )

    def _event(self, measure: MeasureInput | None, metric: MetricInput | None, filters: Sequence[str]) -> Code:
        """Return the atomic metric that counts the events of one side."""
        if measure is not None:
            return self.of_measure(measure, filters=filters)
        if metric is None:
            raise NotExpressible(zh="转化指标缺少事件", en="a conversion without its events")
        known = self.library.manifest.metrics.get(metric.name)
        chosen = self._input(known) if known is not None and known.type == "simple" else None
        if known is None or chosen is None:
            raise NotExpressible(zh=f"事件“{metric.name}”不是简单指标", en=f"the event “{metric.name}” is not simple")
        whole = chosen.model_copy(update={"filter": (*chosen.filter, *known.filter, *metric.filter)})
        return self.of_measure(whole, filters=filters)

    def _data(self, code: Code) -> ModelData:
        (dataset,) = self.library.datasets_below(code)
        return self.library.graph.nodes[dataset].data

    # --- measures ---

    def of_measure(self, chosen: MeasureInput, *, filters: Sequence[str] = (), named: str | None = None) -> Code:
        """Return a metric that is just a measure: a simple one that says the same, or one made for it."""
        found = self._atomic(chosen, filters)
        fill = "zero" if chosen.fill_nulls_with is not None else "keep"
        row_set: RowSet = "calendar" if chosen.join_to_timespine else "facts"
        if named is None:
            same = self._same(chosen, filters, found, fill, row_set)
            if same is not None:
                return same
        data, measure = self._measure(chosen.name)
        plain = not chosen.filter and not filters and (fill, row_set) == ("keep", "facts")
        if plain and measure.create_metric and measure.name not in self.library.manifest.metrics:
            named = measure.name
        parts = [measure.name, *(["with 0"] if fill == "zero" else []), *chosen.filter, *filters]
        key = named or f"measure {' '.join(parts)} {row_set}"
        code = self.library.codes.of("metric", key, named or measure.name)
        self.library.metrics.setdefault(
            code,
            MetricDef(
                code=code,
                name=name_of(measure),
                caliber=text_of(measure.description) if measure.description else text_of(data.model.description),
                domain=self.library.domain,
                definition=found,
                fill=fill,
                row_set=row_set,
                smallest_grain=self.library.axis_grain(data, data.axis_of(measure)),
            ),
        )
        return code

    def _same(self, chosen: MeasureInput, filters: Sequence[str], found: Atomic, fill: str, rows: str) -> Code | None:
        """Return a simple metric of the manifest with the same definition."""
        for name, metric in self.library.manifest.metrics.items():
            own = self._input(metric) if metric.type == "simple" else None
            if own is None or own.name != chosen.name or name in self._open:
                continue
            if (*own.filter, *metric.filter) != (*chosen.filter, *filters):
                continue
            code = self.made(name)
            known = self.library.metrics[code]
            if (known.definition, known.fill, known.row_set) == (found, fill, rows):
                return code
        return None

    def _measure(self, name: str) -> tuple[ModelData, Measure]:
        found = self.library.measures.get(name)
        if found is None:
            raise NotExpressible(zh=f"没有度量“{name}”", en=f"there is no measure “{name}”")
        return found

    def _atomic(self, chosen: MeasureInput, filters: Sequence[str]) -> Atomic:
        data, measure = self._measure(chosen.name)
        axis = data.axis_of(measure)
        condition = self.library.condition((*chosen.filter, *filters), self.library.seen_by_measure(data, axis))
        params = measure.agg_params
        if params.use_approximate_percentile:
            self.library.losses.changed(
                f"{data.path}.measures.{measure.name}",
                "近似分位数改为精确计算，取其中一个值。",
                "The approximate percentile is computed exactly, as one of the values.",
            )
        aggregation, share = _aggregation(measure)
        return Atomic(
            dataset=data.code,
            measure=OurMeasure(
                expression=self._expression(data, measure),
                aggregation=aggregation,
                filter=condition,
                semi_additive=_stock(data, measure),
                percentile=share,
                discrete=share is not None and (params.use_discrete_percentile or params.use_approximate_percentile),
            ),
            time_column=data.dimensions.get(axis) if axis else None,
        )

    def _expression(self, data: ModelData, measure: Measure) -> str:
        written = measure.expr or measure.name
        if _counts_rows(measure):
            return "*"
        plain = column_named(written)
        found = None if plain is None else format_name(data.plain(plain, guessed_measure(measure)))
        formula = found or data.formula(written)
        return f"if({formula}, 1, 0)" if measure.agg == "sum_boolean" else formula

    # --- parts ---

    def _condition(self, filters: Sequence[str], *metrics: Code) -> Condition | None:
        return self.library.condition(filters, self.library.seen_by(*metrics)) if filters else None

    def _duration(self, window: Window) -> Duration:
        return within_limits(Duration, count=window.count, unit=self._unit(window.granularity))

    def _unit(self, unit: str) -> str:
        if unit not in self.library.grains:
            raise NotExpressible(zh=f"时间单位 {unit}", en=f"the unit of time {unit}")
        return our_grain(unit)


def _looks(definition: Calculation) -> bool:
    """Tell whether a period shows the value of another one that it lies in."""
    match definition:
        case Derived(period=period):
            return period is not None and period.point is not None
        case Composite(inputs=inputs):
            return any(each.period is not None and each.period.point is not None for each in inputs)
        case Ratio(numerator=above, denominator=below):
            return any(each.period is not None and each.period.point is not None for each in (above, below))
    return False


def _aggregation(measure: Measure) -> tuple[Aggregation, float | None]:
    """Return how a measure aggregates, and the share of a percentile; raises `NotExpressible`."""
    if _counts_rows(measure):
        return "count", None
    if measure.agg != "percentile":
        return _AGGREGATIONS[measure.agg], None
    share = measure.agg_params.percentile
    if share is None:
        raise NotExpressible(zh="没有写明 percentile 的分位数", en="a percentile that does not say which one")
    return aggregation_of(Decimal(str(share)))


def _counts_rows(measure: Measure) -> bool:
    """Tell whether a measure is one for each row, as `sum` of 1 and `count` of a constant are."""
    written = (measure.expr or "").strip().strip("'")
    return (measure.agg == "sum" and written == "1") or (measure.agg == "count" and written.isdigit())


def _element(data: ModelData, name: str) -> str:
    """Return the column of an entity or dimension by its plain name."""
    column = data.entities.get(name) or data.dimensions.get(name)
    if column is None:
        raise NotExpressible(zh=f"“{data.code}”没有“{name}”", en=f"“{data.code}” has no “{name}”")
    return column


def _stock(data: ModelData, measure: Measure) -> SemiAdditive | None:
    limits = measure.non_additive_dimension
    if limits is None:
        return None
    return SemiAdditive(
        take="first" if limits.window_choice == "min" else "last",
        entity=tuple(_element(data, name) for name in limits.window_groupings),
    )
