"""Parameters for drivers that do not know `$1`: the marks are rewritten, never the values put into SQL.

The statement is read as the dialect's lexer would: what stands in a literal, in a quoted name or in a comment
is left alone. MySQL's driver writes the values itself, escaped for the session's mode; the others send them apart.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from types import NoneType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from metrion.engines.engine import Parameter

_ESCAPED: Final = r"{q}(?:[^{q}\\]|\\.)*{q}"
_DOUBLED: Final = r"{q}[^{q}]*{q}"
_QUOTES: Final = {
    "mysql": {"'": _ESCAPED, '"': _ESCAPED, "`": _DOUBLED},
    "spark": {"'": _ESCAPED, '"': _ESCAPED, "`": _DOUBLED},
    "clickhouse": {"'": _ESCAPED, '"': _ESCAPED, "`": _ESCAPED},
}
"""How quoted text goes on to its end; a doubled quote inside reads as two texts, which is as good."""

_CLICKHOUSE_TYPES: Final[dict[type, str]] = {
    NoneType: "Nullable(String)",
    bool: "Bool",
    int: "Int64",
    float: "Float64",
    datetime: "DateTime64(6)",
    date: "Date32",
    str: "String",
}


class UnboundStatementError(ValueError):
    """The statement cannot be read, or names a parameter that was not given."""


@lru_cache(maxsize=8)
def _lexer(dialect: str) -> re.Pattern[str]:
    quoted = [form.format(q=quote) for quote, form in _QUOTES[dialect].items()]
    comments = [r"--[^\n]*", r"/\*.*?\*/", *([r"\#[^\n]*"] if dialect == "mysql" else [])]
    stray = r"(?P<stray>['\"`])"
    return re.compile("|".join([*quoted, *comments, r"(?<![\w$])\$(?P<mark>\d+)(?![\w$])", stray]), re.DOTALL)


def rewritten(sql: str, dialect: str, mark: Callable[[int], str], text: Callable[[str], str] = str) -> str:
    """Return the statement with each `$n` as `mark(n)` writes it and everything else as `text` writes it."""
    written: list[str] = []
    end = 0
    for found in _lexer(dialect).finditer(sql):
        if found["stray"]:
            message = "a quote is not closed"
            raise UnboundStatementError(message)
        if found["mark"]:
            written += [text(sql[end : found.start()]), mark(int(found["mark"]))]
            end = found.end()
    return "".join([*written, text(sql[end:])])


def for_mysql(sql: str, parameters: Sequence[Parameter]) -> tuple[str, dict[str, Parameter]]:
    """Return statement and values as PyMySQL wants them: `%(p1)s`, and each other `%` doubled."""

    def mark(number: int) -> str:
        value = _value(parameters, number)
        if isinstance(value, datetime):
            return f"CAST(%(p{number})s AS DATETIME(6))"
        return f"CAST(%(p{number})s AS DATE)" if isinstance(value, date) else f"%(p{number})s"

    statement = rewritten(sql, "mysql", mark, lambda text: text.replace("%", "%%"))
    return statement, {f"p{number}": value for number, value in enumerate(parameters, 1)}


def for_spark(sql: str, parameters: Sequence[Parameter]) -> tuple[str, dict[str, Parameter]]:
    """Return statement and values for Spark Connect: `:p1`; wall-clock times go as text, without a zone."""

    def mark(number: int) -> str:
        is_time = isinstance(_value(parameters, number), datetime)
        return f"CAST(:p{number} AS TIMESTAMP_NTZ)" if is_time else f":p{number}"

    values = {
        f"p{number}": value.isoformat(" ") if isinstance(value, datetime) else value
        for number, value in enumerate(parameters, 1)
    }
    return rewritten(sql, "spark", mark), values


def for_clickhouse(sql: str, parameters: Sequence[Parameter]) -> tuple[str, dict[str, Parameter]]:
    """Return statement and values for ClickHouse: `{p1:Type}`."""
    statement = rewritten(
        sql, "clickhouse", lambda number: f"{{p{number}:{_clickhouse_type(_value(parameters, number))}}}"
    )
    values = {
        f"p{number}": value.isoformat(" ") if isinstance(value, datetime) else value
        for number, value in enumerate(parameters, 1)
    }
    return statement, values


def _value(parameters: Sequence[Parameter], number: int) -> Parameter:
    if not 1 <= number <= len(parameters):
        message = f"parameter {number} was not given"
        raise UnboundStatementError(message)
    return parameters[number - 1]


def _clickhouse_type(value: Parameter) -> str:
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return f"Decimal(38, {max(0, -exponent) if isinstance(exponent, int) else 0})"
    return _CLICKHOUSE_TYPES[type(value)]
