"""Typed refusals of the metric engine: where a right number cannot be given, one of these is.

`REFUSALS` lists them all; the documentation of codes is made from it.
"""

from __future__ import annotations

from typing import Final

from metrion.base.errors import MetrionError
from metrion.base.text import Text


class SemanticError(MetrionError):
    """Base of the refusals that concern definitions and questions."""

    code = "semantic"
    status = 422


class UnknownName(SemanticError):
    """No definition of this kind has the name; `nearest` are the closest ones."""

    code = "unknown_name"
    text = Text(zh="没有名为“{name}”的{kind_zh}。", en="There is no {kind_en} named “{name}”.")
    remedy = Text(zh="请检查拼写。最接近的名称：{nearest}", en="Check the spelling. The nearest names are: {nearest}")


class AmbiguousPath(SemanticError):
    """Several ways lead from the dataset to the dimension, with possibly different values."""

    code = "ambiguous_path"
    text = Text(
        zh="从“{dataset}”到“{field}”有多条路径，无法确定使用哪一条。",
        en="Several paths lead from “{dataset}” to “{field}”; which one is meant cannot be known.",
    )
    remedy = Text(zh="请用角色写明路径：{choices}", en="Name the path by its role: {choices}")


class UnreachableDimension(SemanticError):
    """A metric cannot be split by the dimension: repeating its value would count it several times."""

    code = "unreachable_dimension"
    text = Text(
        zh="指标“{metric}”的数据集“{dataset}”无法关联到维度“{field}”。",
        en="The dataset “{dataset}” of metric “{metric}” has no path to the dimension “{field}”.",
    )
    remedy = Text(
        zh="请去掉该维度或该指标，或为数据集建立多对一关系。",
        en="Leave the dimension or the metric out, or define a many-to-one relationship for the dataset.",
    )


class UnreachableFilter(SemanticError):
    """A filter cannot be applied to one of the metrics: answering without it would mislead."""

    code = "unreachable_filter"
    text = Text(
        zh="筛选“{field}”无法作用于指标“{metric}”(数据集“{dataset}”)。",
        en="The filter on “{field}” cannot be applied to metric “{metric}” (dataset “{dataset}”).",
    )
    remedy = Text(
        zh="请去掉该筛选或该指标，或为数据集建立多对一关系。",
        en="Leave the filter or the metric out, or define a many-to-one relationship for the dataset.",
    )


class FanOut(SemanticError):
    """A join would repeat rows, because its columns are not a key of the target."""

    code = "fan_out"
    text = Text(
        zh="关系“{relationship}”的关联列不是“{dataset}”的主键，关联会使数据重复。",
        en="The columns of relationship “{relationship}” are no key of “{dataset}”: joining it would repeat rows.",
    )
    remedy = Text(
        zh="请为“{dataset}”声明主键，或修改关系的关联列。",
        en="Declare the primary key of “{dataset}”, or mend the columns of the relationship.",
    )


class DefinitionCycle(SemanticError):
    """A definition rests on itself."""

    code = "cycle"
    text = Text(zh="定义相互引用成环：{path}", en="These definitions form a cycle: {path}")
    remedy = Text(zh="请修改其中一个定义以断开循环。", en="Change one of the definitions to break the cycle.")


class MissingTimeAxis(SemanticError):
    """Time is asked of a metric whose dataset has no time column."""

    code = "missing_time_axis"
    text = Text(zh="指标“{metric}”没有时间轴。", en="The metric “{metric}” has no time axis.")
    remedy = Text(
        zh="请去掉时间粒度与时间范围，或为数据集“{dataset}”指定时间列。",
        en="Leave out the grain and the time range, or name a time column of the dataset “{dataset}”.",
    )


class NoSuchGrain(SemanticError):
    """The grain is finer than the metric allows."""

    code = "no_such_grain"
    text = Text(
        zh="指标“{metric}”的最小粒度是{smallest_zh},不能按{grain_zh}查看。",
        en="The smallest grain of metric “{metric}” is {smallest_en}; it cannot be seen by {grain_en}.",
    )
    remedy = Text(zh="请选择{smallest_zh}或更粗的粒度。", en="Choose {smallest_en} or a coarser grain.")


class NoSuchUnit(SemanticError):
    """A length is given in units that cannot be counted here."""

    code = "no_such_unit"
    text = Text(zh="“{unit}”不能用作此处的时间单位。", en="“{unit}” is no unit of time that can be used here.")
    remedy = Text(
        zh="请使用日、周、月、季、年等单位，或用日历层级作偏移。",
        en="Use days, weeks, months, quarters or years; levels of a calendar serve grains, to-date and shifts.",
    )


class NoCommonPeriod(SemanticError):
    """A metric that looks along time is asked by cuts of time of which none holds the others."""

    code = "no_common_period"
    text = Text(
        zh="指标“{metric}”按时间取数，所选的时间粒度中没有能够组成其他粒度的一个。",
        en="Metric “{metric}” looks along time, and none of the chosen grains makes up the others.",
    )
    remedy = Text(zh="请加上“日”粒度，或只保留一个粒度。", en="Add the grain “day”, or keep one grain only.")


class GrainOfNoDate(SemanticError):
    """A grain is asked of something that is no date."""

    code = "grain_of_no_date"
    text = Text(zh="“{field}”不是日期，不能按时间粒度分组。", en="“{field}” is no date and has no time grain.")
    remedy = Text(zh="请去掉粒度。", en="Leave the grain out.")


class UnsafeReaggregation(SemanticError):
    """The value over the group cannot be had from the parts that the definition keeps."""

    code = "unsafe_reaggregation"
    text = Text(
        zh="指标“{metric}”的聚合方式“{aggregation}”不能再按时间取“{take}”。",
        en="Metric “{metric}”: the aggregation “{aggregation}” cannot be taken over time as “{take}”.",
    )
    remedy = Text(
        zh="请改用期末或期初值，或改用求和、计数。",
        en="Take the last or first value of the period instead, or aggregate by sum or count.",
    )


class NestedPeriods(SemanticError):
    """Two periods of one chain of definitions do not combine into one."""

    code = "nested_periods"
    text = Text(
        zh="指标“{metric}”已有时间周期，不能再叠加外层的累计或滚动周期。",
        en="Metric “{metric}” has a period already; an outer to-date or trailing period cannot be put over it.",
    )
    remedy = Text(
        zh="请以没有时间周期的指标为基础重新定义。",
        en="Define the metric on a base that has no period of its own.",
    )


class NoConversion(SemanticError):
    """A step of a funnel is no count of events."""

    code = "no_conversion"
    text = Text(
        zh="转化指标“{metric}”的步骤“{step}”不是原子指标，无法确定事件。",
        en="Step “{step}” of the conversion metric “{metric}” is no atomic metric; its events are not known.",
    )
    remedy = Text(
        zh="请选择一个原子指标，或带修饰词的派生指标。",
        en="Choose an atomic metric, or one derived from it by modifiers.",
    )


class NoSuchLevel(SemanticError):
    """No calendar has the level that is named."""

    code = "no_such_level"
    text = Text(zh="没有名为“{level}”的日历层级。", en="No calendar has a level “{level}”.")
    remedy = Text(zh="可用的层级：{known}", en="The known levels are: {known}")


class NoCalendar(SemanticError):
    """Working days or every day of the calendar are asked for, and there is no calendar."""

    code = "no_calendar"
    text = Text(zh="尚未发布可用的日历数据集。", en="No calendar dataset is published that could be used.")
    remedy = Text(zh="请在“数据 → 日历”中建立公司日历。", en="Set the company's calendar up under Data → Calendar.")


class PeriodByDateDimension(SemanticError):
    """A to-date or trailing metric is split or filtered by the very dates that it accumulates over."""

    code = "period_by_date_dimension"
    text = Text(
        zh="指标“{metric}”按时间取数，不能再按自身的时间列“{field}”分组或筛选。",
        en="Metric “{metric}” looks along time; it cannot be grouped or filtered by its own time column “{field}”.",
    )
    remedy = Text(zh="请改用时间粒度和时间范围。", en="Use the time grain and the time range instead.")


class ForbiddenColumn(SemanticError):
    """The answer would rest on a column that the asker may not see."""

    code = "forbidden_column"
    status = 403
    text = Text(zh="您无权使用“{field}”。", en="You may not use “{field}”.")
    remedy = Text(zh="请向数据安全管理员申请该字段的权限。", en="Ask the security officer for access to this field.")


class PolicyRepeats(SemanticError):
    """A row policy looks at something of which a row may have several, and rows have no key to tell them apart."""

    code = "policy_repeats"
    status = 409
    text = Text(
        zh="数据集“{dataset}”没有主键，其行权限引用的多对多维度会使数据重复。",
        en="“{dataset}” has no primary key, and its row policy names a dimension with several values a row.",
    )
    remedy = Text(
        zh="请为数据集声明主键，或请安全管理员改用多对一的维度。",
        en="Declare the primary key, or ask the security officer for a policy on dimensions with one value a row.",
    )


class DimensionNotAllowed(SemanticError):
    """The metric's owner has not allowed this split."""

    code = "dimension_not_allowed"
    text = Text(zh="指标“{metric}”不允许按“{field}”拆分。", en="Metric “{metric}” may not be split by “{field}”.")
    remedy = Text(zh="允许的维度：{allowed}", en="Allowed dimensions: {allowed}")


class TooDeep(SemanticError):
    """Too many definitions stand upon each other."""

    code = "too_deep"
    text = Text(
        zh="“{name}”的定义层层引用过深（超过 {most}），无法计算。",
        en="“{name}” rests on too many definitions one upon the other (more than {most}).",
    )
    remedy = Text(zh="请合并中间的定义。", en="Merge some of the definitions in between.")


class ExclusiveModifiers(SemanticError):
    """Two modifiers of one exclusive group are combined."""

    code = "exclusive_modifiers"
    text = Text(
        zh="指标“{metric}”的修饰词“{first}”与“{second}”互斥。",
        en="The modifiers “{first}” and “{second}” of metric “{metric}” exclude each other.",
    )
    remedy = Text(zh="请只保留其中一个。", en="Keep only one of them.")


class BadFilterValue(SemanticError):
    """A filter value does not have the type of its field."""

    code = "bad_filter_value"
    text = Text(zh="“{value}”不是“{field}”({type})的有效值。", en="“{value}” is no value of “{field}” ({type}).")
    remedy = Text(
        zh="请按字段类型填写，日期写作 2024-01-31。", en="Write it in the field's type; a date is 2024-01-31."
    )


class UnresolvedPerson(SemanticError):
    """A condition still names a person's attribute where only values may stand."""

    code = "unresolved_person"
    text = Text(
        zh="条件引用了人员属性“{attribute}”，此处只能使用固定值。",
        en="The condition names the person's attribute “{attribute}”; only plain values may stand here.",
    )
    remedy = Text(zh="请改用固定值。", en="Use a plain value.")


class UnresolvedDay(SemanticError):
    """A condition names a day that moves with the calendar where only fixed days may stand."""

    code = "unresolved_day"
    text = Text(
        zh="“{field}”的条件引用了相对日期，此处只能使用固定日期。",
        en="The condition on “{field}” names a relative day; only fixed days may stand here.",
    )
    remedy = Text(zh="请改用固定日期。", en="Use a fixed day.")


class FormulaNeedsEngine(SemanticError):
    """A condition holds a formula where it must also be judged without a database."""

    code = "formula_needs_engine"
    text = Text(zh="此处的条件不能包含公式“{formula}”。", en="The condition may not hold the formula “{formula}” here.")
    remedy = Text(zh="请改用字段与值的比较。", en="Compare fields with values instead.")


class NothingToCompare(SemanticError):
    """A comparison with the previous range is asked, and there is no bounded range."""

    code = "nothing_to_compare"
    text = Text(
        zh="没有时间范围，也没有时间粒度，无法确定“上一期”。",
        en="Without a time range or a grain there is no previous period to compare with.",
    )
    remedy = Text(zh="请选择起止日期明确的时间范围。", en="Choose a time range with a start and an end.")


class NothingToRead(SemanticError):
    """A formula names no metric: it is a constant and measures nothing."""

    code = "nothing_to_read"
    text = Text(zh="指标“{metric}”没有引用任何数据。", en="The metric “{metric}” reads no data.")
    remedy = Text(zh="请在公式中至少引用一个指标。", en="Name at least one metric in its formula.")


class RowsOfSeveral(SemanticError):
    """Single rows are asked of metrics over different datasets."""

    code = "rows_of_several"
    text = Text(
        zh="明细只能来自一个数据集，所选指标来自：{datasets}。",
        en="Single rows come from one dataset; these metrics come from: {datasets}.",
    )
    remedy = Text(
        zh="请只选择同一数据集的指标，或改为分组汇总。", en="Choose metrics of one dataset, or ask for groups."
    )


class NothingAsked(SemanticError):
    """A question names neither a metric nor a dimension nor a grain."""

    code = "nothing_asked"
    text = Text(
        zh="请求中没有指标，也没有维度或时间粒度。", en="The question names no metric, no dimension and no grain."
    )
    remedy = Text(zh="请至少选择一个指标。", en="Choose at least one metric.")


class UnknownOrder(SemanticError):
    """The order names no column of the answer."""

    code = "unknown_order"
    text = Text(zh="结果中没有列“{name}”，无法据此排序。", en="The answer has no column “{name}” to order by.")
    remedy = Text(zh="可用的列：{columns}", en="Its columns are: {columns}")


class UnknownSubtotal(SemanticError):
    """Subtotals are asked by something that is no key of the answer."""

    code = "unknown_subtotal"
    text = Text(zh="结果中没有可用于小计的列“{name}”。", en="The answer has no key “{name}” to take subtotals by.")
    remedy = Text(zh="可用的列：{columns}", en="Its keys are: {columns}")


class RepeatedColumn(SemanticError):
    """The same metric or the same dimension is asked twice."""

    code = "repeated_column"
    text = Text(zh="“{name}”在请求中出现了两次。", en="“{name}” is asked for twice.")
    remedy = Text(zh="请只保留一个。", en="Keep only one.")


class TimeOutOfRange(SemanticError):
    """A date falls outside the calendar (years 1 to 9999), or a range ends before it starts."""

    code = "time_out_of_range"
    text = Text(zh="时间范围无效。", en="The time range is not valid.")
    remedy = Text(zh="请检查开始日期、结束日期和偏移量。", en="Check the start, the end and the shift.")


class NoTable(SemanticError):
    """The dataset has no data to read yet."""

    code = "no_table"
    status = 409
    text = Text(zh="数据集“{dataset}”尚无数据。", en="The dataset “{dataset}” has no data yet.")
    remedy = Text(zh="请先加载数据。", en="Load its data first.")


class UnknownDialect(SemanticError):
    """Statements cannot be written for this engine."""

    code = "unknown_dialect"
    text = Text(zh="不支持引擎“{dialect}”。", en="The engine “{dialect}” is not supported.")
    remedy = Text(zh="请改用受支持的引擎。", en="Use one of the supported engines.")


class SqlNotAllowed(SemanticError):
    """The SELECT of a dataset does more than reading other datasets."""

    code = "sql_not_allowed"
    text = Text(zh="数据集的 SQL 不允许“{what}”。", en="The SQL of a dataset may not contain “{what}”.")
    remedy = Text(
        zh="只能写一个 SELECT，表名用数据集编码，函数限于允许的范围。",
        en="Write one SELECT whose tables are codes of datasets, with the allowed functions only.",
    )


class ColumnUnfit(SemanticError):
    """The table that is loaded has no such column, or holds another type than the dataset says."""

    code = "column_unfit"
    status = 409
    text = Text(
        zh="数据集“{dataset}”的列“{column}”在已加载的数据中不存在，或类型不同。",
        en="The loaded table of dataset “{dataset}” has no column “{column}” of the type that the dataset says.",
    )
    remedy = Text(
        zh="请数据工程师重新加载数据，或修改数据集的列。",
        en="Ask a data engineer to load the table again, or to change the columns of the dataset.",
    )


REFUSALS: Final[tuple[type[SemanticError], ...]] = (
    ColumnUnfit,
    AmbiguousPath,
    BadFilterValue,
    DefinitionCycle,
    DimensionNotAllowed,
    ExclusiveModifiers,
    FanOut,
    ForbiddenColumn,
    FormulaNeedsEngine,
    GrainOfNoDate,
    MissingTimeAxis,
    NestedPeriods,
    NoCalendar,
    NoCommonPeriod,
    NoConversion,
    NoSuchGrain,
    NoSuchLevel,
    NoSuchUnit,
    NoTable,
    NothingAsked,
    NothingToCompare,
    NothingToRead,
    PeriodByDateDimension,
    PolicyRepeats,
    RepeatedColumn,
    RowsOfSeveral,
    SqlNotAllowed,
    TimeOutOfRange,
    TooDeep,
    UnknownDialect,
    UnknownName,
    UnknownOrder,
    UnknownSubtotal,
    UnreachableDimension,
    UnreachableFilter,
    UnresolvedDay,
    UnresolvedPerson,
    UnsafeReaggregation,
)
