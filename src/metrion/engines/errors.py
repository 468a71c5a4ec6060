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


class EngineUnreachable(MetrionError):
    """The database of a connection does not answer, or refuses the person and password of the connection."""

    code = "engine_unreachable"
    status = 502
    text = Text(zh="无法连接{name}。", en="{name} cannot be reached.")
    remedy = Text(
        zh="请管理员检查该连接的地址、账号与密码，以及数据库是否在运行。",
        en="Ask the administrator to check address, account and password, and whether the database runs.",
    )


class AccountMayWrite(MetrionError):
    """The account of a connection may change data; questions are asked by accounts that only read."""

    code = "account_may_write"
    status = 422
    text = Text(
        zh="{name} 使用的账号可以修改数据，为安全起见不予使用。", en="The account used for {name} may change data."
    )
    remedy = Text(
        zh="请为该连接配置只有查询（SELECT）权限的账号。",
        en="Give the connection an account that may SELECT and nothing else.",
    )


class DriverMissing(MetrionError):
    """The driver of an engine is not installed."""

    code = "driver_missing"
    status = 501
    text = Text(zh="尚未安装 {engine} 的驱动。", en="The driver for {engine} is not installed.")
    remedy = Text(zh="请安装：pip install 'metrion[engines]'。", en="Install it: pip install 'metrion[engines]'.")


class AddressNotAllowed(MetrionError):
    """A connection leads to an address that is neither public nor in a network that the operator allows."""

    code = "address_not_allowed"
    status = 422
    text = Text(
        zh="不允许连接“{host}”：它是内部地址。", en="No connection may be made to “{host}”: its address is not public."
    )
    remedy = Text(
        zh="如确需连接，请运维人员在设置 METRION_DATABASE_NETWORKS 中加入该网段，例如 10.0.0.0/8。",
        en="If it should be, have the operator add its network to METRION_DATABASE_NETWORKS, such as 10.0.0.0/8.",
    )
