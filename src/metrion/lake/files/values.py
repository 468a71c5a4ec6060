"""One text -> one value, exactly, or the reason why not. The slow, complete side of reading.

`convert` sends only those values here that are not in plain form already.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from metrion.base.text import Text
from metrion.lake.types import type_name

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

Value = int | float | bool | str | Decimal | date | datetime

_INTEGER: Final = re.compile(r"([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.0+)?\Z", re.ASCII)
_NUMBER: Final = re.compile(r"[+-]?(?:(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?\Z", re.ASCII)
_DATE: Final = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))\Z", re.ASCII)
_MOMENT: Final = re.compile(
    r"(?P<day>[^T ]+?)[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r" *(?P<zone>Z|[+-]\d{2}:?\d{2})?\Z",
    re.ASCII,
)
_TRUE: Final = frozenset({"true", "t", "yes", "y", "1", "是"})
_FALSE: Final = frozenset({"false", "f", "no", "n", "0", "否"})
_INT64: Final = 2**63

NOT_INTEGER: Final = Text(zh="不是整数", en="not a whole number")
NOT_NUMBER: Final = Text(zh="不是数字", en="not a number")
TOO_LARGE: Final = Text(zh="数值超出范围", en="too large for the type")
TOO_FINE: Final = Text(zh="小数位数超出所选精度", en="more decimal places than chosen")
NOT_BOOLEAN: Final = Text(zh="不是真假值", en="neither true nor false")
NOT_DATE: Final = Text(zh="不是年月日格式的日期", en="not a date written year, month, day")
NO_SUCH_DAY: Final = Text(zh="日历中没有这一天", en="no such day in the calendar")
HAS_TIME: Final = Text(zh="含有时刻，不是单纯的日期", en="has a time of day, so it is not just a date")
NOT_TIMESTAMP: Final = Text(zh="不是日期时间", en="not a date with a time")


class Unreadable(ValueError):
    """A text that is no value of the type; `reason` says why."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason
        super().__init__(reason.en)


def read_value(text: str, target: pa.DataType, zone: ZoneInfo) -> Value | None:
    """Return the value of `text` as `target`, None for blanks; raises `Unreadable`."""
    name = type_name(target)
    trimmed = text.strip()
    if name == "string" or not trimmed:
        return text if name == "string" else None
    if name == "decimal":
        return _decimal(trimmed, target.precision, target.scale)
    if name == "timestamp":
        return _timestamp(trimmed, zone)
    readers: dict[str | None, Callable[[str], Value]] = {
        "integer": _integer,
        "float": _float,
        "boolean": _boolean,
        "date": _date,
    }
    return readers[name](trimmed)


def _integer(text: str) -> int:
    if not _INTEGER.match(text):
        raise Unreadable(NOT_INTEGER)
    value = int(text.partition(".")[0].replace(",", ""))
    if not -_INT64 <= value < _INT64:
        raise Unreadable(TOO_LARGE)
    return value


def _decimal(text: str, precision: int, scale: int) -> Decimal:
    if not _NUMBER.match(text):
        raise Unreadable(NOT_NUMBER)
    try:
        value = Decimal(text.replace(",", ""))
        sign, digits, exponent = value.as_tuple()
    except InvalidOperation as fault:
        raise Unreadable(NOT_NUMBER) from fault
    places = -int(exponent)
    while digits and digits[-1] == 0 and places > scale:
        digits, places = digits[:-1], places - 1
    if digits in {(), (0,)}:
        return Decimal(0)
    if places > scale:
        raise Unreadable(TOO_FINE)
    if len(digits) - places > precision - scale:
        raise Unreadable(TOO_LARGE)
    return Decimal((sign, digits, -places))


def _float(text: str) -> float:
    if not _NUMBER.match(text):
        raise Unreadable(NOT_NUMBER)
    value = float(text.replace(",", ""))
    if not isfinite(value):
        raise Unreadable(TOO_LARGE)
    return value


def _boolean(text: str) -> bool:
    lowered = text.lower()
    if lowered in _TRUE:
        return True
    if lowered in _FALSE:
        return False
    raise Unreadable(NOT_BOOLEAN)


def _day(text: str) -> date:
    found = _DATE.match(text)
    if not found:
        raise Unreadable(NOT_DATE)
    year, _, *parts = found.groups()
    month, day = (part for part in parts if part is not None)
    try:
        return date(int(year), int(month), int(day))
    except ValueError as fault:
        raise Unreadable(NO_SUCH_DAY) from fault


def _date(text: str) -> date:
    found = _MOMENT.match(text)
    if not found:
        return _day(text)
    if found["zone"] or any(int(found[part] or 0) for part in ("hour", "minute", "second", "part")):
        raise Unreadable(HAS_TIME)
    return _day(found["day"])


def _timestamp(text: str, zone: ZoneInfo) -> datetime:
    found = _MOMENT.match(text)
    if not found:
        try:
            return datetime.combine(_day(text), time())
        except Unreadable as fault:
            raise Unreadable(NO_SUCH_DAY if fault.reason is NO_SUCH_DAY else NOT_TIMESTAMP) from fault
    micro = int((found["part"] or "0").ljust(9, "0")[:6])
    try:
        clock = time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0), micro)
    except ValueError as fault:
        raise Unreadable(NOT_TIMESTAMP) from fault
    moment = datetime.combine(_day(found["day"]), clock)
    if found["zone"] is None:
        return moment
    return (moment - _offset(found["zone"])).replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None)


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta()
    digits = text[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if text[0] == "-" else size
