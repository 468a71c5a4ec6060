"""Columns of texts or of typed values -> columns of the chosen type, with every bad place found.

Values in plain form (`-12.50`, `2024-01-31`) are cast in bulk; only the others are read one by one,
each different text once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from metrion.lake.files.values import Unreadable, Value, read_value
from metrion.lake.types import TIMESTAMP, type_name

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from metrion.base.text import Text

_PLAIN_INTEGER: Final = r"^(0|-?[1-9]\d{0,17})$"
_PLAIN_FLOAT: Final = r"^-?\d{1,15}(\.\d{1,15})?$"
_PLAIN_BOOLEAN: Final = r"^(true|false)$"
_PLAIN_DATE: Final = r"^\d{4}-\d{2}-\d{2}$"
_PLAIN_TIMESTAMP: Final = r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$"


@dataclass(frozen=True)
class BadPlace:
    """A value that cannot be read: its place in the array, its text, and why."""

    place: int
    value: str
    reason: Text


@dataclass(frozen=True)
class Converted:
    """The column in its new type (null at bad places), the first bad places and the number of all."""

    values: pa.Array
    bad: tuple[BadPlace, ...] = ()
    bad_count: int = 0


def convert(values: pa.Array, target: pa.DataType, zone: ZoneInfo, *, keep: int) -> Converted:
    """Return `values` as `target`; at most `keep` bad places are described, all are counted."""
    if pa.types.is_floating(values.type):
        # Parquet files written from data frames say "no value" as NaN; a sum must not become NaN for it.
        values = pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)
        if pc.any(pc.is_inf(values), min_count=0).as_py():
            return _from_text(values.cast(pa.string()), target, zone, keep)
    if values.type == target:
        return Converted(values)
    if pa.types.is_timestamp(values.type):
        values = _wall_clock(values, zone)
        if type_name(target) in {"timestamp", "date"}:
            return Converted(values.cast(target, safe=False))
    if pa.types.is_date(values.type) and type_name(target) in {"timestamp", "date"}:
        return Converted(values.cast(target))
    return _from_text(_as_text(values), target, zone, keep)


def _as_text(values: pa.Array) -> pa.Array:
    if pa.types.is_decimal(values.type) and values.type.scale < 0:
        values = values.cast(pa.decimal128(38, 0))
    return values.cast(pa.string())


def _wall_clock(values: pa.Array, zone: ZoneInfo) -> pa.Array:
    if values.type.tz is not None:
        values = pc.local_timestamp(values.cast(pa.timestamp(values.type.unit, zone.key)))
    return values.cast(TIMESTAMP, safe=False)


def _from_text(values: pa.Array, target: pa.DataType, zone: ZoneInfo, keep: int) -> Converted:
    if pa.types.is_string(target):
        return Converted(values)
    if _all_match(values, _plain_pattern(target)):
        try:
            return Converted(values.cast(target))
        except pa.ArrowInvalid:
            pass  # a day such as 2024-02-30: read them one by one
    return _one_by_one(values, target, zone, keep)


def _plain_pattern(target: pa.DataType) -> str:
    match type_name(target):
        case "integer":
            return _PLAIN_INTEGER
        case "decimal":
            whole = target.precision - target.scale
            places = rf"(\.\d{{1,{target.scale}}})?" if target.scale else ""
            return rf"^-?\d{{1,{whole}}}{places}$" if whole else r"^0$"
        case "float":
            return _PLAIN_FLOAT
        case "boolean":
            return _PLAIN_BOOLEAN
        case "date":
            return _PLAIN_DATE
        case _:
            return _PLAIN_TIMESTAMP


def _all_match(values: pa.Array, pattern: str) -> bool:
    matches = pc.all(pc.match_substring_regex(values, pattern), min_count=0)
    return bool(matches.as_py())


def _one_by_one(values: pa.Array, target: pa.DataType, zone: ZoneInfo, keep: int) -> Converted:
    coded = values.dictionary_encode()
    read: list[Value | None] = []
    reasons: dict[int, Text] = {}
    for number, text in enumerate(coded.dictionary.to_pylist()):
        try:
            read.append(read_value(text, target, zone))
        except Unreadable as fault:
            read.append(None)
            reasons[number] = fault.reason
    converted = pa.array(read, target).take(coded.indices)
    if not reasons:
        return Converted(converted)
    wrong = pc.fill_null(pc.is_in(coded.indices, pa.array(list(reasons), coded.indices.type)), fill_value=False)
    places = pc.indices_nonzero(wrong)
    bad = tuple(
        BadPlace(place, values[place].as_py(), reasons[coded.indices[place].as_py()])
        for place in places[:keep].to_pylist()
    )
    return Converted(converted, bad, len(places))
