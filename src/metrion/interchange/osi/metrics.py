"""Metrics of OSI models: each aggregate becomes an atomic metric, what stands around them a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlglot import exp

from metrion.interchange.foreign.conditions import to_condition
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import to_expression
from metrion.interchange.foreign.percentiles import percentile
from metrion.interchange.osi.errors import (
    AmbiguousRoute,
    BadExpression,
    FinerGrain,
    NameNotFound,
    NestedAggregation,
    NoPath,
    NoSafeRewrite,
    OsiRefusal,
    UnsupportedWindow,
    WindowedComposition,
)
from metrion.interchange.osi.expressions import (
    aggregates,
    columns,
    core,
    has_window,
    is_aggregate,
    reference,
    unwrapped,
)
from metrion.interchange.osi.fields import Fields, Reading
from metrion.semantic.formula.nodes import tight
from metrion.semantic.formula.printer import format_expression, format_name
from metrion.semantic.model import Atomic, Composite, Measure, Nested, Rank

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from metrion.interchange.osi.model import Metric, Model
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import Aggregation, Calculation

_SIMPLE: Final[Mapping[type[exp.Expression], Aggregation]] = {
    exp.Sum: "sum",
    exp.Avg: "avg",
    exp.Min: "min",
    exp.Max: "max",
    exp.Median: "median",
    exp.Stddev: "stddev",
    exp.StddevSamp: "stddev",
    exp.Variance: "variance",
    exp.ApproxDistinct: "approx_distinct",
}
_RANKS: Final = {exp.RowNumber: "distinct", exp.Rank: "gap", exp.DenseRank: "dense"}
_OF_GROUPS: Final[Mapping[type[exp.Expression], str]] = {
    exp.Sum: "sum",
    exp.Avg: "avg",
    exp.Min: "min",
    exp.Max: "max",
    exp.Median: "median",
    exp.Count: "count",
    exp.Stddev: "stddev",
}
"""What a window function makes of the values of groups."""


class Part(NamedTuple):
    """An aggregate: the dataset whose rows it reads (None: COUNT(*) says none) and how."""

    dataset: str | None
    measure: Measure


class Helpers(NamedTuple):
    """What reading a metric needs of its surroundings."""

    atomic: Callable[[Part, str], str]
    """The code of the metric of an aggregate, which is made where there is none yet: part, SQL -> code."""
    metric: Callable[[str], str | None]
    """Code of a metric by its normal name; None for a count of rows that does not say whose."""
    dimension: Callable[[str, str], str]
    """Code of the dimension of a field."""


class Metrics:
    """Reads the metrics of a model."""

    def __init__(self, model: Model, fields: Fields, helpers: Helpers) -> None:
        self.model = model
        self.fields = fields
        self.helpers = helpers

    def calculation(self, metric: Metric) -> Calculation | None:
        """Return what a metric is, its dataset by the name there; None for COUNT(*), which names no dataset.

        Raises an `OsiRefusal` for what cannot be had.
        """
        try:
            return self._calculation(metric)
        except NotExpressible as refusal:
            raise BadExpression(metric.place, reason_zh=refusal.reason.zh, reason_en=refusal.reason.en) from refusal

    def _calculation(self, metric: Metric) -> Calculation | None:
        tree = unwrapped(metric.tree)
        if isinstance(tree, exp.Window):
            return self._window(metric.place, tree)
        if has_window(tree):
            raise _no_window(metric.place, tree, "窗口函数之外还有运算", "there is a calculation around it")
        if is_aggregate(tree):
            part = self.part(tree, metric.place)
            if part.dataset is None:
                return None
            return Atomic.model_construct(dataset=part.dataset, measure=part.measure)
        return Composite(formula=self._formula(tree, metric.place))

    # --- formulas -------------------------------------------------------------------------------------

    def _formula(self, tree: exp.Expression, place: str) -> str:
        """Return the formula of a calculation with aggregates and other metrics."""
        copy = exp.Paren(this=tree.copy())
        found = list(aggregates(copy))
        parts = [self.part(each, place) for each in found]
        homes = {part.dataset for part in parts if part.dataset is not None}
        for each, part in zip(found, parts, strict=True):
            home = part
            if part.dataset is None:
                if len(homes) != 1:
                    raise _homeless(place)
                home = Part(next(iter(homes)), part.measure)
            each.replace(_named(self.helpers.atomic(home, each.sql())))
        for column in list(columns(copy)):
            if not column.meta.get("ours"):
                column.replace(_named(self._metric_named(column, place)))
        return format_expression(to_expression(copy.this, str))

    def _metric_named(self, column: exp.Column, place: str) -> str:
        table, name = reference(column)
        if table:
            if self.model.field_of(table, name) is not None:
                raise FinerGrain(place, name=column.sql())
            raise NameNotFound(place, name=column.sql())
        other = self.model.metrics.get(name)
        if other is not None and has_window(other.tree):
            raise WindowedComposition(place, name=column.sql())
        if (refusal := self.model.broken.get(("metric", name))) is not None:
            raise refusal
        if other is None:
            raise NameNotFound(place, name=column.sql())
        code = self.helpers.metric(name)
        if code is None:
            raise _homeless(place)
        return code

    # --- aggregates -----------------------------------------------------------------------------------

    def part(self, node: exp.Expression, place: str) -> Part:
        """Return what an aggregate reads; raises a refusal where there is no such aggregation here."""
        kept: exp.Expression | None = node.expression.this if isinstance(node, exp.Filter) else None
        inner = node.this if isinstance(node, exp.Filter) else node
        self._refuse_nested(node, place)
        if isinstance(inner, exp.WithinGroup):
            return self._percentile(inner, kept, place)
        function = core(inner)
        match function:
            case exp.Count():
                return self._count(function, kept, place)
            case exp.CountIf():
                return self._made("count", None, _both(function.this, kept), place)
            case exp.ApproxQuantile() if isinstance(function.args.get("quantile"), exp.Literal):
                return self._made(
                    "percentile", function.this, kept, place, percentile=float(function.args["quantile"].this)
                )
        aggregation = _SIMPLE.get(type(function))
        if aggregation is None or isinstance(function.this, exp.Distinct):
            shown = function.sql()
            raise BadExpression(place, reason_zh=f"没有聚合方式 {shown}", reason_en=f"there is no aggregation {shown}")
        return self._made(aggregation, function.this, kept, place)

    def _refuse_nested(self, node: exp.Expression, place: str) -> None:
        function = core(node)
        inside = [child for child in function.iter_expressions() for _ in aggregates(child)]
        if inside or any(each is not function and has_window(each) for each in function.iter_expressions()):
            raise NestedAggregation(place)
        for column in columns(node):
            table, name = reference(column)
            if not table and (name in self.model.metrics or ("metric", name) in self.model.broken):
                raise NestedAggregation(place)

    def _count(self, function: exp.Count, kept: exp.Expression | None, place: str) -> Part:
        inner = function.this
        if isinstance(inner, exp.Distinct):
            if len(inner.expressions) != 1:
                raise BadExpression(
                    place, reason_zh="对多列的去重计数", reason_en="a distinct count over several columns"
                )
            return self._made("count_distinct", inner.expressions[0], kept, place)
        if isinstance(inner, (exp.Star, exp.Literal)):
            return self._made("count", None, kept, place)
        return self._made("count", inner, kept, place)

    def _percentile(self, node: exp.WithinGroup, kept: exp.Expression | None, place: str) -> Part:
        try:
            found = percentile(node)
        except NotExpressible as refusal:
            raise BadExpression(place, reason_zh=refusal.reason.zh, reason_en=refusal.reason.en) from refusal
        if found.share is None:
            return self._made(found.aggregation, found.value, kept, place)
        return self._made(found.aggregation, found.value, kept, place, percentile=found.share, discrete=found.discrete)

    def _made(
        self,
        aggregation: Aggregation,
        value: exp.Expression | None,
        kept: exp.Expression | None,
        place: str,
        **more: float | bool,
    ) -> Part:
        if value is not None and isinstance(inner := unwrapped(value), exp.Case):
            value, kept = _filtered(inner, kept)
            if aggregation == "count" and isinstance(value, exp.Literal):
                value = None
        home = self._home([each for each in (value, kept) if each is not None], place)
        if home is None:
            if value is not None or kept is not None:
                raise BadExpression(place, reason_zh="聚合的是常量", reason_en="the aggregate is of a constant")
            return Part(None, Measure(expression="*", aggregation=aggregation))
        written = "*" if value is None else self._row_formula(value, home, place)
        condition = None if kept is None else self._condition(kept, home, place)
        return Part(
            home,
            Measure.model_validate({"expression": written, "aggregation": aggregation, "filter": condition, **more}),
        )

    def _home(self, trees: list[exp.Expression], place: str) -> str | None:
        """Return the dataset of which each row is used once: from it all others are reached."""
        names: dict[str, None] = {}
        for tree in trees:
            for column in columns(tree):
                table, name = reference(column)
                if not table or table not in self.model.datasets:
                    raise NameNotFound(place, name=column.sql())
                self.fields.reading(table, name, place)
                names[table] = None
        if not names:
            return None
        for name in names:
            if all(self.model.meeting(name, other) in {"same", "one"} for other in names):
                return name
        raise self._apart(list(names), place)

    def _apart(self, names: list[str], place: str) -> OsiRefusal:
        first, second = names[0], names[1]
        shown = self.model.datasets[second].node.name
        meeting = self.model.meeting(first, second)
        kinds: Mapping[str, type[OsiRefusal]] = {"none": NoPath, "ambiguous": AmbiguousRoute}
        return kinds.get(meeting, NoSafeRewrite)(place, name=shown)

    def _row_formula(self, tree: exp.Expression, home: str, place: str) -> str:
        """Return a row expression over the columns of one dataset."""
        if any(self._reading(column, place).dataset != home for column in columns(tree)):
            name = _short(tree)
            return format_name(self.fields.calculate(home, name, tree, lambda each: self._reading(each, place), place))
        copy = exp.Paren(this=tree.copy())
        for column in list(columns(copy)):
            table, name = reference(column)
            column.replace(_named(self.fields.reading(table, name, place).column))
        types = self.fields.columns[home].types
        return format_expression(to_expression(copy.this, str, type_of=types.get))

    def _reading(self, column: exp.Column, place: str) -> Reading:
        return self.fields.reading(*reference(column), place)

    def row_window(self, metric: Metric) -> Reading:
        """Return the column for a metric whose window function goes over single rows; raises where there is none."""
        home = self._home([metric.tree], metric.place)
        if home is None:
            raise _no_window(metric.place, metric.tree, "没有引用字段", "it names no field")
        name = self.fields.calculate(
            home, metric.node.name, metric.tree, lambda each: self._reading(each, metric.place), metric.place
        )
        return Reading(home, name)

    def _condition(self, tree: exp.Expression, home: str, place: str) -> Condition:
        """Return a condition on the rows of one dataset; what another one says goes by its dimension."""
        copy = exp.Paren(this=tree.copy())
        types = dict(self.fields.columns[home].types)
        for column in list(columns(copy)):
            table, name = reference(column)
            found = self.fields.reading(table, name, place)
            if found.dataset == home:
                column.replace(_named(found.column))
            else:
                code = self.helpers.dimension(table, name)
                types[code] = self.fields.columns[found.dataset].types[found.column]
                column.replace(_named(code))
        return to_condition(to_expression(copy.this, str, type_of=types.get), types.get)

    # --- windows --------------------------------------------------------------------------------------

    def _window(self, place: str, window: exp.Window) -> Calculation:
        function = window.this
        groups = window.args.get("partition_by") or []
        order = window.args.get("order")
        within = tuple(self._group(each, place) for each in groups)
        if (ties := _RANKS.get(type(function))) is not None:
            if not isinstance(order, exp.Order) or len(order.expressions) != 1:
                raise _no_window(place, window, "排名须按一个值排序", "a rank goes by one value")
            (ordered,) = order.expressions
            base = self._base(ordered.this, place)
            lowest = not ordered.args.get("desc")
            return Rank.model_validate({"base": base, "within": within, "lowest_first": lowest, "ties": ties})
        if order is None and isinstance(function, exp.Expression) and is_aggregate(function):
            inner = unwrapped(function.this)
            if not is_aggregate(inner):
                return Nested(base=self._base(function, place), aggregation="recomputed", only=within)
            if (outer := _OF_GROUPS.get(type(function))) is not None:
                return Nested.model_validate({"base": self._base(inner, place), "aggregation": outer, "only": within})
        raise _no_window(place, window, "只支持排名与分组合计", "only ranks and totals of groups have one")

    def _base(self, tree: exp.Expression, place: str) -> str:
        """Return the metric by which a window function goes; a row's own value is its greatest."""
        inner = unwrapped(tree)
        if isinstance(inner, exp.Column) and not reference(inner)[0]:
            return self._metric_named(inner, place)
        if any(True for _ in aggregates(inner)):
            if is_aggregate(inner):
                return self.helpers.atomic(self.part(inner, place), inner.sql())
            raise _no_window(place, tree, "排序的值是一个算式", "it goes by a calculation")
        return self.helpers.atomic(self.part(exp.Max(this=inner.copy()), place), f"MAX({inner.sql()})")

    def _group(self, tree: exp.Expression, place: str) -> str:
        inner = unwrapped(tree)
        if not isinstance(inner, exp.Column):
            raise _no_window(place, tree, "分组须为字段", "a group is a field")
        table, name = reference(inner)
        self.fields.reading(table, name, place)
        return self.helpers.dimension(table, name)


def _filtered(case: exp.Case, kept: exp.Expression | None) -> tuple[exp.Expression | None, exp.Expression | None]:
    """Return `CASE WHEN c THEN x END` as x where c holds; any other CASE stays what it is."""
    branches = case.args["ifs"]
    if case.this is not None or len(branches) != 1 or not isinstance(case.args.get("default"), exp.Null | None):
        return case, kept
    return branches[0].args["true"], _both(branches[0].this, kept)


def _both(condition: exp.Expression, kept: exp.Expression | None) -> exp.Expression:
    return condition if kept is None else exp.And(this=tight(condition.copy()), expression=tight(kept.copy()))


def _short(tree: exp.Expression) -> str:
    """Return a name for what an expression calculates."""
    return "_".join(dict.fromkeys(column.name.lower() for column in columns(tree)))[:60]


def _named(name: str) -> exp.Column:
    """Return a reference that is ours already."""
    column = exp.column(exp.to_identifier(name, quoted=True))
    column.meta["ours"] = True
    return column


def _no_window(place: str, tree: exp.Expression, zh: str, en: str) -> UnsupportedWindow:
    return UnsupportedWindow(place, name=tree.sql(), reason_zh=zh, reason_en=en)


def _homeless(place: str) -> BadExpression:
    return BadExpression(
        place, reason_zh="COUNT(*) 没有说明计数哪个数据集的行", reason_en="COUNT(*) does not say which rows it counts"
    )
