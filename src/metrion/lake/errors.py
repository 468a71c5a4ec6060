"""Refusals of the lake: tables and versions."""

from __future__ import annotations

from metrion.base.errors import MetrionError, NotFound
from metrion.base.text import Text


def no_table(table: str) -> NotFound:
    """Return the refusal for a table that is not in the lake."""
    return NotFound(kind_zh="数据表", kind_en="table", key=table)


def no_version(table: str, version: int) -> NotFound:
    """Return the refusal for a version that the table does not have."""
    return NotFound(kind_zh="数据版本", kind_en="data version", key=f"{table}@{version}")


class BadTableName(MetrionError):
    """A name that no table can have."""

    code = "bad_table_name"
    status = 422
    text = Text(zh="“{table}”不能作为数据表名称。", en="“{table}” cannot be the name of a table.")
    remedy = Text(
        zh="请使用小写字母开头，仅含小写字母、数字和下划线，最长 63 个字符。",
        en="Begin with a lower-case letter; use lower-case letters, digits and underscores, 63 at most.",
    )


class TableBusy(MetrionError):
    """Another load of the same table is being written."""

    code = "table_busy"
    status = 409
    text = Text(zh="数据表“{table}”正在写入。", en="The table “{table}” is being written.")
    remedy = Text(zh="请在当前加载完成后重试。", en="Try again when the running load has ended.")


class SchemaDiffers(MetrionError):
    """Rows to append do not have the columns of the table. `missing`, `extra`, `changed` name them."""

    code = "schema_differs"
    status = 422
    text = Text(
        zh="追加的列与数据表“{table}”不一致。缺少：{missing}；多出：{extra}；类型不同：{changed}。",
        en="The columns differ from table “{table}”. Missing: {missing}; extra: {extra}; other type: {changed}.",
    )
    remedy = Text(
        zh="请调整列的名称与类型，或以替换方式加载。", en="Change the columns' names and types, or load with “replace”."
    )


class UnsupportedType(MetrionError):
    """A column type that the lake does not keep."""

    code = "unsupported_type"
    status = 422
    text = Text(zh="列“{column}”的类型 {type} 不受支持。", en="Column “{column}” has the unsupported type {type}.")
    remedy = Text(zh="请不要选择该列。", en="Leave this column out.")


class StorageFull(MetrionError):
    """No space left on the disk of the lake."""

    code = "storage_full"
    status = 507
    text = Text(zh="存储空间不足，未做任何更改。", en="The disk is full; nothing was changed.")
    remedy = Text(zh="请联系管理员释放空间后重试。", en="Ask the administrator to free space, then try again.")


class LakeFault(MetrionError):
    """The lake could not be written for a reason the person cannot mend; the log has the cause."""

    code = "lake_fault"
    status = 500
    text = Text(zh="写入数据湖失败，未做任何更改。", en="The lake could not be written; nothing was changed.")
    remedy = Text(zh="请联系管理员查看日志。", en="Ask the administrator to look at the log.")
