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


def no_connection(key: object) -> NotFound:
    """Return the refusal for a connection that does not exist, or that the caller may not know of."""
    return NotFound(kind_zh="数据库连接", kind_en="connection", key=str(key))


class ConnectionTaken(MetrionError):
    """The code belongs to another connection."""

    code = "connection_taken"
    status = 409
    text = Text(zh="连接编码“{key}”已被使用。", en="There is a connection “{key}” already.")
    remedy = Text(zh="请使用其他编码，或修改已有连接。", en="Choose another code, or change the one that there is.")


class ConnectionInUse(MetrionError):
    """Published datasets read through the connection."""

    code = "connection_in_use"
    status = 409
    text = Text(zh="连接“{key}”仍被数据集 {datasets} 使用。", en="The connection “{key}” serves {datasets}.")
    remedy = Text(
        zh="请先通过变更申请把这些数据集改为其他来源。",
        en="Give these datasets another source first, through a change.",
    )


class PasswordNeeded(MetrionError):
    """A stored password would be sent to another place than it was given for."""

    code = "password_needed"
    status = 422
    text = Text(
        zh="修改了地址、库或账号，须重新提供密码。",
        en="Address, database or account are changed: give the password again.",
    )
    remedy = Text(
        zh="原密码只发送到原来的地址。请输入新密码，或填写环境变量名。",
        en="The old one is sent to the old address only. Type a password, or name a variable.",
    )


class SecretMissing(MetrionError):
    """The password of a connection cannot be had."""

    code = "secret_missing"
    status = 409
    text = Text(zh="无法取得连接“{key}”的密码。", en="The password of the connection “{key}” cannot be had.")
    remedy = Text(
        zh="请运维人员设置环境变量 {variable}，或由管理员重新填写密码。",
        en="Have the operator set {variable}, or an administrator type the password again.",
    )


class NoDatabaseTable(MetrionError):
    """The database has no such table, or the account of the connection may not read it."""

    code = "no_database_table"
    status = 409
    text = Text(
        zh="连接“{connection}”中没有可读取的表“{table}”。",
        en="The connection “{connection}” has no table “{table}” that may be read.",
    )
    remedy = Text(
        zh="请检查表名（区分大小写；PostgreSQL 写作 模式.表，MySQL 只写表名），并授予该账号 SELECT 权限。",
        en="Check the name (case counts; schema.table in PostgreSQL, the table alone in MySQL) and GRANT SELECT on it.",
    )
