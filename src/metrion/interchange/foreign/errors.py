"""Refusals of foreign models."""

from __future__ import annotations

from metrion.base.errors import MetrionError
from metrion.base.text import Text


class NotExpressible(MetrionError):
    """Something of a foreign language has no counterpart here."""

    code = "not_expressible"
    status = 422
    text = Text(zh="无法表达：{reason_zh}。", en="This cannot be expressed here: {reason_en}.")

    def __init__(self, *, zh: str, en: str) -> None:
        super().__init__(reason_zh=zh, reason_en=en)
        self.reason = Text(zh=zh, en=en)


class BadForeignFile(MetrionError):
    """One fault of a foreign file, with its place; collected into `Faults`."""

    code = "bad_foreign_file"
    status = 422
    text = Text(zh="{file} 第 {line} 行：{reason_zh}", en="{file}, line {line}: {reason_en}")

    def __init__(self, *, file: str, line: int, zh: str, en: str) -> None:
        super().__init__(file=file, line=line, reason_zh=zh, reason_en=en)
