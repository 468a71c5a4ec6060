"""Types of values in a formula, their names for people, and the common type of several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from metrion.base.text import Text
from metrion.semantic.model import DataType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metrion.semantic.units import Unit

ValueType = DataType | Literal["null", "unknown"]
"""`null`: the constant null, which fits anywhere. `unknown`: not told, or wrong and already reported."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a formula yields. `unit` is None in row expressions and for plain constants."""

    type: ValueType
    unit: Unit | None = None


NUMERIC: Final = ("integer", "decimal", "float")

TYPE_NAMES: Final[dict[str, Text]] = {
    "string": Text(zh="文本", en="text"),
    "integer": Text(zh="整数", en="an integer"),
    "decimal": Text(zh="小数", en="a decimal"),
    "float": Text(zh="浮点数", en="a floating-point number"),
    "boolean": Text(zh="是/否", en="true or false"),
    "date": Text(zh="日期", en="a date"),
    "timestamp": Text(zh="时间戳", en="a timestamp"),
    "null": Text(zh="空值 null", en="null"),
    "unknown": Text(zh="未知类型", en="an unknown type"),
    "number": Text(zh="数字", en="a number"),
    "day": Text(zh="日期或时间戳", en="a date or a timestamp"),
    "any": Text(zh="任意值", en="any value"),
}


def is_number(value: ValueType) -> bool:
    """Tell whether the type is a number."""
    return value in NUMERIC


def common_type(types: Iterable[ValueType]) -> ValueType | None:
    """Return the type that holds all of `types`, or None where there is none (text and number).

    Numbers widen integer < decimal < float, a date widens to a timestamp, null fits everywhere.
    """
    result: ValueType = "null"
    for one in types:
        merged = _merge(result, one)
        if merged is None:
            return None
        result = merged
    return result


def _merge(left: ValueType, right: ValueType) -> ValueType | None:
    if right in (left, "null"):
        return left
    if left == "null":
        return right
    if "unknown" in {left, right}:
        return "unknown"
    if left in NUMERIC and right in NUMERIC:
        return max(left, right, key=NUMERIC.index)
    if {left, right} == {"date", "timestamp"}:
        return "timestamp"
    return None
