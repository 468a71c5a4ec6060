"""Refusals of the engines. Their texts never hold SQL, paths or values; the log has the cause."""

from __future__ import annotations

from metrion.base.errors import MetrionError
from metrion.base.text import Text


class QueryTimeout(MetrionError):
    """The query ran longer than it may. `seconds` is the limit."""

    code = "query_timeout"
    status = 504
    text = Text(zh="查询超过 {seconds} 秒，已停止。", en="The query was stopped after {seconds} seconds.")
    remedy = Text(zh="请缩短时间范围或减少维度。", en="Ask for a shorter time range or fewer dimensions.")


class QueryCancelled(MetrionError):
    """The caller stopped the query."""

    code = "query_cancelled"
    status = 409
    text = Text(zh="查询已取消。", en="The query was cancelled.")


class QueryTooLarge(MetrionError):
    """The query needs more memory than the engine may take."""

    code = "query_too_large"
    status = 507
    text = Text(zh="查询所需内存超出限制。", en="The query needs more memory than it may take.")
    remedy = Text(zh="请缩短时间范围或减少维度。", en="Ask for a shorter time range or fewer dimensions.")


class DivisionByZero(MetrionError):
    """A metric that forbids it divided by zero."""

    code = "division_by_zero"
    status = 422
    text = Text(zh="计算中出现除以零。", en="The calculation divides by zero.")
    remedy = Text(
        zh="该指标的除零规则为“报错”。请筛除分母为零的数据，或修改指标的除零规则。",
        en="This metric treats division by zero as an error. Filter such rows, or change the metric's rule.",
    )


class NumberOutOfRange(MetrionError):
    """A result has more digits than any number type holds, or a value cannot be read as its type."""

    code = "number_out_of_range"
    status = 422
    text = Text(zh="计算结果超出可表示的范围。", en="A calculated number is too large to be represented.")
    remedy = Text(zh="请检查指标公式与数据。", en="Check the formula of the metric and the data.")


class EngineFault(MetrionError):
    """The engine refused or failed for a reason that is ours; the log has the cause."""

    code = "engine_fault"
    status = 500
    text = Text(zh="分析引擎执行失败。", en="The analytic engine failed.")
    remedy = Text(zh="请将追踪编号告知管理员。", en="Give the correlation id to the administrator.")
