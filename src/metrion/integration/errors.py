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
