"""The fields of a metric's calculation. All of them change numbers, but for the dataset, which is structure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.governance.fields.field import Field, field

if TYPE_CHECKING:
    from collections.abc import Mapping


def _under(prefix: str, fields: Mapping[str, Field]) -> Mapping[str, Field]:
    return {f"{prefix}.{name}": each for name, each in fields.items()}


def _units(zh: str, en: str, name: str) -> Mapping[str, Field]:
    """Return a number of calendar units, which can be given or not."""
    return {
        name: field(zh, en, "semantic"),
        f"{name}.count": field("期数", "Count", "semantic"),
        f"{name}.unit": field("单位", "Unit", "semantic"),
    }


_SHIFT: Final[Mapping[str, Field]] = {
    **_units("平移", "Shift", "shift"),
    "shift.match": field("对应方式", "Days matched by", "semantic"),
}
_PERIOD: Final[Mapping[str, Field]] = {
    "to_date": field("累计至今", "To date", "semantic"),
    **_units("近若干期", "Trailing", "trailing"),
    **_units("后若干期", "Leading", "leading"),
    "cumulative": field("自始累计", "Cumulative", "semantic"),
    "remaining": field("至末剩余", "Remaining", "semantic"),
    "seen_from": field("窗口起算点", "Seen from", "semantic"),
    "point": field("取每个单位的首期", "First period of each", "semantic"),
    **_SHIFT,
    "within": field("期内取值", "Shown within a period", "semantic"),
}
_PAIR: Final[Mapping[str, Field]] = {
    "many": field("起始事件的字段", "Column of the first event", "semantic"),
    "one": field("后续事件的字段", "Column of the later events", "semantic"),
}


def _operand(zh: str, en: str, name: str) -> Mapping[str, Field]:
    return {
        name: field(zh, en, "semantic"),
        f"{name}.metric": field("指标", "Metric", "semantic"),
        f"{name}.modifiers": field("修饰词", "Modifiers", "semantic"),
        f"{name}.filter": field("过滤", "Filter", "semantic"),
        f"{name}.period": field("时间周期", "Period", "semantic"),
        **_under(f"{name}.period", _PERIOD),
    }


_MEASURE: Final[Mapping[str, Field]] = {
    "measure": field("度量", "Measure", "semantic"),
    "measure.expression": field("度量表达式", "Measure expression", "semantic"),
    "measure.aggregation": field("聚合方式", "Aggregation", "semantic"),
    "measure.filter": field("度量过滤", "Measure filter", "semantic"),
    "measure.semi_additive": field("半可加", "Semi-additive", "semantic"),
    "measure.semi_additive.take": field("取值方式", "Take", "semantic"),
    "measure.semi_additive.entity": field("计数主体", "Entity", "semantic"),
    "measure.percentile": field("百分位", "Percentile", "semantic"),
    "measure.discrete": field("取实际值", "One of the values", "semantic"),
    "measure.weight": field("权重", "Weight", "semantic"),
    "measure.by": field("首末排序依据", "First and last by", "semantic"),
}
_OTHERS: Final[Mapping[str, Field]] = {
    "metric": field("指标", "Metric", "semantic"),
    "target": field("目标指标", "Target", "semantic"),
    "of": field("占比范围", "Share of", "semantic"),
    "result": field("结果", "Result", "semantic"),
    "counts": field("转化计数", "What a conversion counts", "semantic"),
    "steps": field("后续步骤", "Steps", "semantic"),
    "entity": field("同一主体", "Same entity", "cosmetic"),
    "entity[]": field("同一主体", "Same entity", "semantic"),
    **_under("entity[]", _PAIR),
    "constants": field("须相同的字段", "Constants", "cosmetic"),
    "constants[]": field("须相同的字段", "Constant", "semantic"),
    **_under("constants[]", _PAIR),
    **_units("转化窗口", "Window", "window"),
    "aggregation": field("二次聚合", "Second aggregation", "semantic"),
    "per": field("内层分组", "Inner groups", "semantic"),
    "grain": field("内层时间粒度", "Inner grain", "semantic"),
    "without": field("不参与的分组", "Groups left out", "semantic"),
    "only": field("仅按这些分组", "Only these groups", "semantic"),
    "unfiltered": field("不受筛选的维度", "Fields not filtered", "semantic"),
    "having": field("内层结果条件", "Inner rows kept", "semantic"),
    "within": field("各自排名的分组", "Ranked within", "semantic"),
    "lowest_first": field("从小到大", "Lowest first", "semantic"),
    "ties": field("并列", "Ties", "semantic"),
}

CALCULATION: Final[Mapping[str, Field]] = _under(
    "definition",
    {
        "type": field("指标类型", "Type of metric", "semantic"),
        "dataset": field("数据集", "Dataset", "structural"),
        **_MEASURE,
        "time_column": field("时间轴", "Time axis", "semantic"),
        "base": field("基础指标", "Base", "semantic"),
        **_under("base", _PERIOD),
        "modifiers": field("修饰词", "Modifiers", "semantic"),
        "filter": field("过滤", "Filter", "semantic"),
        "period": field("时间周期", "Period", "semantic"),
        **_under("period", _PERIOD),
        "formula": field("公式", "Formula", "semantic"),
        "inputs": field("输入指标", "Inputs", "cosmetic"),
        **_operand("输入指标", "Input", "inputs[]"),
        "inputs[].name": field("名称", "Name", "semantic"),
        **_operand("分子", "Numerator", "numerator"),
        **_operand("分母", "Denominator", "denominator"),
        **_SHIFT,
        **_OTHERS,
    },
)
