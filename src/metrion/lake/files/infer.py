"""Which type a column of texts has, decided on all of its values.

A type is kept only while every value can be loaded as it. Identifiers are not numbers: leading zeros
and more than 15 digits keep a column text.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from metrion.base.text import Text
from metrion.lake.files.convert import convert
from metrion.lake.files.shapes import Cell, FileColumn
from metrion.lake.types import WIDE_DIGITS, arrow_type

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from metrion.semantic.model import DataType

MOST_PLACES: Final = 6
"""Numbers with more decimal places than this are floats: measurements, not amounts."""
_DISTINCT: Final = 1000
_SAMPLES: Final = 5

_IDENTIFIER: Final = r"^[+-]?0[0-9]"
_LONG: Final = r"^[+-]?[0-9]{16,}$"
_WHOLE: Final = r"^\s*[+-]?([0-9]{1,15}|[0-9]{1,3}(,[0-9]{3})+)\s*$"
_FIXED: Final = r"^\s*[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?\s*$"
_LOGICAL: Final = r"(?i)^\s*(true|false)\s*$"
_NUMERIC: Final = r"^\s*[+-]?[0-9.,]+([eE][+-]?[0-9]+)?\s*$"
_DATED: Final = r"^\s*[0-9]{4}[-/.年][0-9]"
_WIDE_DECIMAL: Final = pa.decimal128(WIDE_DIGITS, MOST_PLACES)

_LEADING_ZERO: Final = Text(zh="有前导零，按文本保留", en="leading zeros: kept as text")
_TOO_LONG: Final = Text(zh="超过 15 位数字，按文本保留", en="more than 15 digits: kept as text")
_MIXED: Final = Text(zh="含有不同类型的值，按文本保留", en="values of different types: kept as text")
_ONLY_NULLS: Final = Text(zh="没有任何值，按文本处理", en="no value at all: taken as text")

_Low = int | float | Decimal | date | datetime | str


class ColumnInference:
    """Gathers one column batch by batch; `column` gives the verdict."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._candidates: dict[DataType, pa.DataType] = {
            "boolean": pa.bool_(),
            "integer": pa.int64(),
            "decimal": _WIDE_DECIMAL,
            "float": pa.float64(),
            "date": pa.date32(),
            "timestamp": arrow_type("timestamp"),
        }
        self._ranges: dict[DataType, tuple[_Low, _Low]] = {}
        self._reason = Text()
        self._nulls = 0
        self._values = 0
        self._distinct: set[str] = set()
        self._more = False
        self._samples: dict[str, None] = {}
        self._scale = 0
        self._whole = 0

    def add(self, texts: pa.Array) -> None:
        """Take the next values of the column."""
        self._nulls += texts.null_count
        unique = pc.unique(texts.drop_null())
        if not len(unique):
            return
        self._values += len(unique)
        self._count_distinct(unique)
        self._widen("string", unique)
        self._drop_identifiers(unique)
        self._measure(unique)
        for name in tuple(self._candidates):
            self._try(name, unique)
        if not self._candidates and not self._reason.en and (_any(unique, _NUMERIC) or _any(unique, _DATED)):
            self._reason = _MIXED

    def column(self, position: int, name: str, suggested: str) -> FileColumn:
        """Return what was found."""
        found = self._type()
        low, high = self._ranges.get(found, (None, None))
        reason = self._reason if found == "string" else Text()
        return FileColumn(
            position=position,
            name=name,
            suggested_name=suggested,
            type=found,
            reason=reason if self._values else _ONLY_NULLS,
            nulls=self._nulls,
            distinct=len(self._distinct),
            distinct_exact=not self._more,
            minimum=self._shown(low),
            maximum=self._shown(high),
            samples=tuple(self._samples),
            scale=self._scale if found == "decimal" else None,
            whole_digits=self._whole,
        )

    def _shown(self, end: _Low | None) -> Cell:
        if isinstance(end, Decimal):
            return str(end.quantize(Decimal(1).scaleb(-self._scale)))
        return cell(end)

    def _type(self) -> DataType:
        if not self._values:
            return "string"
        order: tuple[DataType, ...] = ("boolean", "integer", "decimal", "float", "date", "timestamp")
        return next((name for name in order if name in self._candidates), "string")

    def _count_distinct(self, unique: pa.Array) -> None:
        if len(self._samples) < _SAMPLES:
            for text in unique[:_SAMPLES].to_pylist():
                if len(self._samples) < _SAMPLES:
                    self._samples[text] = None
        if self._more:
            return
        self._distinct.update(unique[: 2 * _DISTINCT].to_pylist())
        if len(self._distinct) > _DISTINCT:
            self._more = True
            self._distinct = set(list(self._distinct)[:_DISTINCT])

    def _drop_identifiers(self, unique: pa.Array) -> None:
        for pattern, reason in ((_IDENTIFIER, _LEADING_ZERO), (_LONG, _TOO_LONG)):
            if {"integer", "decimal", "float"} & self._candidates.keys() and _any(unique, pattern):
                for name in ("integer", "decimal", "float"):
                    self._candidates.pop(name, None)
                self._reason = reason

    def _try(self, name: DataType, unique: pa.Array) -> None:
        if not self._fits(name, unique):
            del self._candidates[name]
            return
        converted = convert(unique, self._candidates[name], self._zone, keep=0)
        if converted.bad_count:
            del self._candidates[name]
        else:
            self._widen(name, converted.values)

    def _fits(self, name: DataType, unique: pa.Array) -> bool:
        """Keep values out of a type that could be read as it but do not mean it."""
        match name:
            case "boolean":
                return _all(unique, _LOGICAL)
            case "integer":
                return _all(unique, _WHOLE)
            case "decimal":
                return _all(unique, _FIXED)
            case "float":
                return _all(unique, _NUMERIC)
            case _:
                return _all(unique, _DATED)

    def _widen(self, name: DataType, values: pa.Array) -> None:
        found = pc.min_max(values).as_py()
        low, high = found["min"], found["max"]
        if low is None:
            return
        known = self._ranges.get(name)
        self._ranges[name] = (low, high) if known is None else (min(known[0], low), max(known[1], high))

    def _measure(self, unique: pa.Array) -> None:
        if "decimal" not in self._candidates or not _all(unique, _FIXED):
            return
        trimmed = pc.utf8_trim_whitespace(unique)
        dots = pc.find_substring(trimmed, ".")
        lengths = pc.utf8_length(trimmed)
        has_dot = pc.greater_equal(dots, 0)
        places = pc.if_else(has_dot, pc.subtract(pc.subtract(lengths, dots), 1), 0)
        whole = pc.if_else(has_dot, dots, lengths)
        self._scale = max(self._scale, pc.max(places).as_py())
        self._whole = max(self._whole, pc.max(whole).as_py())
        if self._scale > MOST_PLACES:
            self._candidates.pop("decimal", None)


def _all(values: pa.Array, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, pattern), min_count=0).as_py())


def _any(values: pa.Array, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(values, pattern), min_count=0).as_py())


def cell(value: object) -> Cell:
    """Return a value as it travels in JSON: dates, timestamps and decimals as text, nothing else changed."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
