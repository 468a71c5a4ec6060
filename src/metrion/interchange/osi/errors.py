"""What OSI's own rules refuse, each with the code that OSI gives it.

`osi_code` is the name under which every engine of that standard reports the refusal.
"""

from __future__ import annotations

from typing import ClassVar

from metrion.base.errors import MetrionError
from metrion.base.text import Text


class OsiRefusal(MetrionError):
    """Base of the refusals of OSI models and OSI questions. `place` says where in the model or the question."""

    code = "osi"
    status = 422
    osi_code: ClassVar[str] = ""

    def __init__(self, place: str = "", **params: str) -> None:
        self.place = place
        super().__init__(field=place or None, place=place, **params)

    def words(self) -> Text:
        """Return what is wrong in both languages."""
        return Text(zh=self.render("zh")["title"], en=self.render("en")["title"])


class BadShape(OsiRefusal):
    """Something is missing, or is of another kind than it must be."""

    code, osi_code = "osi_bad_shape", "E_PARSE_ERROR"
    text = Text(
        zh="{place}：格式不正确（{reason_zh}）。", en="{place}: this does not have the right form ({reason_en})."
    )


class DeferredKey(OsiRefusal):
    """A key outside the standard: it could change what the numbers mean, so it is not passed over."""

    code, osi_code = "osi_deferred_key", "E_DEFERRED_KEY_REJECTED"
    text = Text(zh="{place}：OSI 基础规范中没有键“{key}”。", en="{place}: “{key}” is no key of the OSI foundation.")
    remedy = Text(zh="请删除该键，导入后再补充其含义。", en="Leave the key out and add what it means after the import.")


class ReservedName(OsiRefusal):
    """A name that OSI keeps for itself."""

    code, osi_code = "osi_reserved_name", "E_DEFERRED_KEY_REJECTED"
    text = Text(zh="{place}：“{name}”是 OSI 的保留名称。", en="{place}: “{name}” is a reserved name of OSI.")
    remedy = Text(zh="请改名。", en="Choose another name.")


class NameCollision(OsiRefusal):
    """Two things of one namespace have the same name."""

    code, osi_code = "osi_name_collision", "E_NAME_COLLISION"
    text = Text(zh="{place}：名称“{name}”重复，另见 {other}。", en="{place}: the name “{name}” is taken, see {other}.")
    remedy = Text(zh="请改名。", en="Choose another name.")


class NameNotFound(OsiRefusal):
    """A name that stands for nothing."""

    code, osi_code = "osi_name_not_found", "E_NAME_NOT_FOUND"
    text = Text(zh="{place}：没有“{name}”。", en="{place}: there is no “{name}”.")
    remedy = Text(
        zh="指标直接写名称，字段写作“数据集.字段”。", en="Metrics go by their name, fields are written dataset.field."
    )


class BadExpression(OsiRefusal):
    """Something that is no SQL expression, or in no dialect that is read here."""

    code, osi_code = "osi_bad_expression", "E_PARSE_ERROR"
    text = Text(zh="{place}：{reason_zh}。", en="{place}: {reason_en}.")


class NestedWindow(OsiRefusal):
    """A window function inside another one, which SQL does not have."""

    code, osi_code = "osi_nested_window", "E_NESTED_WINDOW"
    text = Text(
        zh="{place}：窗口函数不能嵌套在另一个窗口函数中。",
        en="{place}: a window function cannot stand inside another one.",
    )


class FieldCycle(OsiRefusal):
    """Fields of a dataset that are defined by each other."""

    code, osi_code = "osi_field_cycle", "E_FIELD_DEPENDENCY_CYCLE"
    text = Text(zh="{place}：字段相互引用成环：{path}", en="{place}: these fields are defined by each other: {path}")
    remedy = Text(zh="请修改其中一个字段以断开循环。", en="Change one of the fields to break the cycle.")


class AggregateInField(OsiRefusal):
    """A field that aggregates: aggregates are metrics."""

    code, osi_code = "osi_aggregate_in_field", "E_AGGREGATE_IN_FIELD"
    text = Text(zh="{place}：字段表达式中不能有聚合函数。", en="{place}: a field cannot aggregate.")
    remedy = Text(zh="请改为定义在 metrics 下的指标。", en="Define it as a metric, under metrics.")


class FinerGrain(OsiRefusal):
    """A value of many rows where one row's value belongs."""

    code, osi_code = "osi_finer_grain", "E_UNAGGREGATED_FINER_GRAIN_REFERENCE"
    text = Text(
        zh="{place}：“{name}”的粒度更细，一行对应多个值，必须先聚合。",
        en="{place}: “{name}” is of a finer grain, with many values for one row; it must be aggregated.",
    )
    remedy = Text(zh="请将其放入指标的聚合函数中。", en="Put it into an aggregate of a metric.")


class NestedAggregation(OsiRefusal):
    """An aggregate of an aggregate, without a word on the grain of the inner one."""

    code, osi_code = "osi_nested_aggregation", "E_NESTED_AGGREGATION_DEFERRED"
    text = Text(
        zh="{place}：聚合嵌套聚合，但未说明内层按什么分组。",
        en="{place}: an aggregate of an aggregate does not say by what the inner one is grouped.",
    )
    remedy = Text(
        zh="导入后请定义为嵌套指标，并写明内层分组。",
        en="Define it as a nested metric after the import, and name the inner groups.",
    )


class WindowedComposition(OsiRefusal):
    """A metric made from a metric with a window function."""

    code, osi_code = "osi_windowed_composition", "E_WINDOWED_METRIC_COMPOSITION"
    text = Text(
        zh="{place}：“{name}”含窗口函数，不能再用于其他指标。",
        en="{place}: “{name}” has a window function; no metric can be made from it.",
    )


class DeferredFrame(OsiRefusal):
    """A window frame by groups, or with a bound that is no whole number."""

    code, osi_code = "osi_deferred_frame", "E_DEFERRED_FRAME_MODE"
    text = Text(
        zh="{place}：窗口范围只能是 ROWS 或 RANGE，边界须为整数常量。",
        en="{place}: a frame is ROWS or RANGE, and its bounds are whole numbers.",
    )


class UnsupportedWindow(OsiRefusal):
    """A window function that has no counterpart here."""

    code, osi_code = "osi_unsupported_window", "E_UNSUPPORTED_WINDOW"
    text = Text(
        zh="{place}：窗口函数“{name}”没有对应的指标：{reason_zh}。",
        en="{place}: no metric says what the window function “{name}” does: {reason_en}.",
    )
    remedy = Text(
        zh="排名请用排名指标，累计请用时间周期。", en="Use a rank metric for ranks, a period for what accumulates."
    )


class PrimaryKeyRequired(OsiRefusal):
    """A dataset that others refer to has no key."""

    code, osi_code = "osi_primary_key_required", "E_PRIMARY_KEY_REQUIRED"
    text = Text(
        zh="{place}：被其他数据集引用，须声明主键，否则关联会使数据重复。",
        en="{place}: others refer to it; without a primary key joining it could repeat rows.",
    )


class NoSafeRewrite(OsiRefusal):
    """Rows of two datasets meet many to many, and nothing lies between them that says how."""

    code, osi_code = "osi_no_safe_rewrite", "E3012_MN_NO_SAFE_REWRITE"
    text = Text(
        zh="{place}：“{name}”与之是多对多，没有可用的桥接表。",
        en="{place}: “{name}” meets it many to many, and there is no bridge between them.",
    )
    remedy = Text(zh="请增加与两边都是多对一的桥接数据集。", en="Add a bridge: a dataset that is many to one to both.")


class NoStitchingDimension(OsiRefusal):
    """Metrics of datasets that have nothing in common, side by side."""

    code, osi_code = "osi_no_stitching_dimension", "E3013_NO_STITCHING_DIMENSION"
    text = Text(
        zh="{place}：{name} 的数据集之间没有任何关系。", en="{place}: the datasets of {name} have nothing in common."
    )
    remedy = Text(zh="请分别查询，或建立共用的维度。", en="Ask for them one by one, or give them a common dimension.")


class NoPath(OsiRefusal):
    """Nothing relates two datasets."""

    code, osi_code = "osi_no_path", "E_NO_PATH"
    text = Text(zh="{place}：没有到“{name}”的关系。", en="{place}: no relationship leads to “{name}”.")


class AmbiguousRoute(OsiRefusal):
    """Several ways relate two datasets."""

    code, osi_code = "osi_ambiguous_path", "E_AMBIGUOUS_PATH"
    text = Text(
        zh="{place}：到“{name}”有多条路径，无法确定使用哪一条。",
        en="{place}: several paths lead to “{name}”; which one is meant cannot be known.",
    )


# --- questions --------------------------------------------------------------------------------------


class MixedShape(OsiRefusal):
    """Single rows and groups are asked for in one question."""

    code, osi_code = "osi_mixed_shape", "E_MIXED_QUERY_SHAPE"
    text = Text(
        zh="fields 不能与 dimensions 或 measures 同时出现。",
        en="fields cannot stand beside dimensions or measures.",
    )


class EmptyAggregation(OsiRefusal):
    """A question for groups names neither dimensions nor measures."""

    code, osi_code = "osi_empty_aggregation", "E_EMPTY_AGGREGATION_QUERY"
    text = Text(zh="请至少写明一个维度或指标。", en="Name at least one dimension or measure.")


class EmptyScalar(OsiRefusal):
    """A question for rows names no fields."""

    code, osi_code = "osi_empty_scalar", "E_EMPTY_SCALAR_QUERY"
    text = Text(zh="请至少写明一个字段。", en="Name at least one field.")


class AggregateInScalar(OsiRefusal):
    """A metric where one row's value belongs."""

    code, osi_code = "osi_aggregate_in_scalar", "E_AGGREGATE_IN_SCALAR_QUERY"
    text = Text(
        zh="{place}：“{name}”是聚合值，不能出现在逐行查询中。",
        en="{place}: “{name}” aggregates; it has no place in a question for single rows.",
    )
    remedy = Text(zh="请改用 dimensions 与 measures。", en="Ask with dimensions and measures instead.")


class FanOutInScalar(OsiRefusal):
    """No dataset has one row for each row of the answer."""

    code, osi_code = "osi_fan_out_in_scalar", "E_FAN_OUT_IN_SCALAR_QUERY"
    text = Text(
        zh="逐行查询中的数据集 {name} 没有共同的粒度，行会重复。",
        en="The datasets {name} have no grain in common; rows would be repeated.",
    )
    remedy = Text(zh="请改用 dimensions 与 measures。", en="Ask with dimensions and measures instead.")


class WindowOverFanOut(OsiRefusal):
    """A window function over rows of one dataset, asked for beside rows of another one."""

    code, osi_code = "osi_window_over_fan_out", "E_WINDOW_OVER_FANOUT_REWRITE"
    text = Text(
        zh="“{name}”的窗口函数按 {other} 的行计算，行在此处会重复。",
        en="“{name}” goes over the rows of {other}, which would be repeated here.",
    )
    remedy = Text(zh="请按该数据集逐行查询。", en="Ask for the rows of that dataset.")


class WindowOverFilter(OsiRefusal):
    """A window function that is calculated over all rows, beside a filter that would leave some of them out."""

    code, osi_code = "osi_window_over_filter", "E_UNSUPPORTED_WINDOW"
    text = Text(
        zh="“{name}”按全部行计算，不能与行筛选同时使用。",
        en="“{name}” is calculated over all rows; it cannot be asked for together with a filter on rows.",
    )
    remedy = Text(zh="请去掉筛选，或改用排名指标。", en="Leave the filter out, or use a rank metric.")


class AggregateInWhere(OsiRefusal):
    """A condition on groups among the conditions on rows."""

    code, osi_code = "osi_aggregate_in_where", "E_AGGREGATE_IN_WHERE"
    text = Text(zh="filters 中不能有聚合值：{name}", en="A filter cannot aggregate: {name}")
    remedy = Text(zh="请移到 qualify 中。", en="Move it to qualify.")


class WindowInWhere(OsiRefusal):
    """A window function among the conditions on rows."""

    code, osi_code = "osi_window_in_where", "E_WINDOW_IN_WHERE"
    text = Text(zh="filters 中不能有窗口函数：{name}", en="A filter cannot have a window function: {name}")
    remedy = Text(zh="请移到 qualify 中，或定义为字段。", en="Move it to qualify, or define it as a field.")


class RowConditionOnGroups(OsiRefusal):
    """A condition on rows among the conditions on groups."""

    code, osi_code = "osi_row_condition_on_groups", "E_NON_AGGREGATE_IN_HAVING"
    text = Text(zh="qualify 中没有聚合值：{name}", en="Nothing in this condition on groups aggregates: {name}")
    remedy = Text(zh="请移到 filters 中。", en="Move it to filters.")


class MixedLevels(OsiRefusal):
    """One condition on rows and groups at once."""

    code, osi_code = "osi_mixed_levels", "E_MIXED_PREDICATE_LEVEL"
    text = Text(
        zh="同一条件不能同时涉及行与聚合值：{name}", en="One condition cannot be on rows and on aggregates: {name}"
    )
    remedy = Text(zh="请拆成两个条件。", en="Make two conditions of it.")
