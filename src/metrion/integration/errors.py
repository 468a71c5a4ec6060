"""Refusals of the integration room."""

from __future__ import annotations

from metrion.base.errors import MetrionError, NotFound
from metrion.base.text import Text


def no_upload(key: object) -> NotFound:
    """Return the refusal for an upload that does not exist, or is not the caller's."""
    return NotFound(kind_zh="上传文件", kind_en="upload", key=str(key))


class UploadBusy(MetrionError):
    """The staged file is being loaded right now."""

    code = "upload_busy"
    status = 409
    text = Text(zh="该文件正在加载。", en="This file is being loaded.")
    remedy = Text(zh="请稍候查看结果。", en="Wait for the result.")


class NotStaged(MetrionError):
    """The upload was loaded or thrown away before."""

    code = "not_staged"
    status = 409
    text = Text(zh="该上传已加载或已丢弃。", en="This upload was loaded or discarded before.")
    remedy = Text(zh="请重新上传文件。", en="Bring the file again.")


class KeyReused(MetrionError):
    """One idempotency key was sent with two different commands."""

    code = "idempotency_key_reused"
    status = 409
    text = Text(zh="该幂等键已用于另一个请求。", en="This idempotency key belongs to another request.")
    remedy = Text(zh="请为新的请求使用新的幂等键。", en="Use a fresh key for a fresh request.")


class UnknownColumn(MetrionError):
    """A column named in the command is not in the file."""

    code = "unknown_column"
    status = 422
    text = Text(zh="文件中没有列“{column}”。", en="The file has no column “{column}”.")
    remedy = Text(zh="可选：{columns}。", en="There are: {columns}.")


class UnknownType(MetrionError):
    """A type that the product does not have."""

    code = "unknown_type"
    status = 422
    text = Text(zh="没有类型“{type}”。", en="There is no type “{type}”.")
    remedy = Text(zh="可选：{types}。", en="There are: {types}.")


def no_edit(key: object) -> NotFound:
    """Return the refusal for an edit of the calendar that does not exist."""
    return NotFound(kind_zh="日历修改", kind_en="calendar edit", key=str(key))


class TableReserved(MetrionError):
    """A table that the product itself writes."""

    code = "table_reserved"
    status = 409
    text = Text(zh="数据表“{table}”由系统维护，不能载入文件。", en="The product keeps the table “{table}” itself.")
    remedy = Text(
        zh="请使用其他名称；企业日历请在“数据 > 日历”中修改。", en="Choose another name; edit the calendar on its page."
    )


class NoCalendar(MetrionError):
    """The calendar was not made yet."""

    code = "no_calendar"
    status = 409
    text = Text(zh="企业日历尚未生成。", en="There is no company calendar yet.")
    remedy = Text(
        zh="后台任务会自动生成；也可运行 metrion calendar seed。", en="A job makes it; or run `metrion calendar seed`."
    )


class OutsideCalendar(MetrionError):
    """A day or year before the first or after the last of the calendar."""

    code = "outside_calendar"
    status = 404
    text = Text(zh="日历只包含 {first} 年至 {last} 年。", en="The calendar goes from {first} to {last}.")
    remedy = Text(zh="请选择其中的日期。", en="Choose a day in these years.")


class EditedSince(MetrionError):
    """Somebody edited the same thing after the caller read it."""

    code = "calendar_edited_since"
    status = 409
    text = Text(zh="{person} 已修改过这一项。", en="{person} edited this in the meantime.")
    remedy = Text(zh="请查看最新内容后重试。", en="Look at what it is now and try again.")


class NothingChanges(MetrionError):
    """An edit that leaves everything as it is."""

    code = "nothing_changes"
    status = 422
    text = Text(zh="没有任何变化。", en="Nothing would change.")
