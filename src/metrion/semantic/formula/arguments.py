"""What a function demands of its arguments beyond their number: constants, choices, conversions with one meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.base.text import Text
from metrion.semantic.formula.ast import Name, Number, String
from metrion.semantic.formula.suggest import nearest
from metrion.semantic.formula.types import NUMERIC, TYPE_NAMES, Typed, is_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.formula.functions.spec import Function, Parameter

_READABLE: Final = {
    "to_number": {"string", *NUMERIC},
    "to_decimal": {"string", *NUMERIC},
    "to_date": {"string", "date", "timestamp"},
    "to_timestamp": {"string", "date", "timestamp"},
}


def wanted_kinds(function: Function, count: int) -> list[str]:
    """Return what each of `count` arguments must be."""
    parameters = [function.parameter(position) for position in range(count)]
    return [parameter.wanted if parameter else "any" for parameter in parameters]


def constant_fault(parameter: Parameter, written: Expression) -> Text | None:
    """Return what is wrong with an argument that must be a constant, or None."""
    if parameter.bounds is not None:
        low, high = parameter.bounds
        value = written.value if isinstance(written, Number) else None
        if value is not None and low <= value <= high and "." not in format(value, "f"):
            return None
        return Text(
            zh=f"{parameter.name} 须直接写 {low} 到 {high} 的整数",
            en=f"{parameter.name} is written as a whole number from {low} to {high}",
        )
    if not isinstance(written, String) or not written.value:
        return Text(zh=f"{parameter.name} 须直接写文本", en=f"{parameter.name} is written as a text")
    if parameter.choices and written.value not in parameter.choices:
        shown = "、".join(f"'{choice}'" for choice in parameter.choices)
        return Text(
            zh=f"{parameter.name} 只能是 {shown} 之一", en=f"{parameter.name} is one of {shown.replace('、', ', ')}"
        )
    return None


def near_choice(parameter: Parameter, written: Expression) -> str:
    """Return the choice that was probably meant, as it is written, or nothing."""
    if not parameter.choices or not isinstance(written, (String, Name)):
        return ""
    close = nearest(written.value.rstrip("s"), parameter.choices, 1)
    return f"'{close[0]}'" if close else ""


def conversion_fault(function: Function, values: Sequence[Typed]) -> Text | None:
    """Return what keeps a conversion from having one meaning on every engine, or None."""
    kind = values[0].type
    if function.name == "to_text" and kind in {"decimal", "float"} and len(values) == 1:
        return Text(zh="小数须给出位数，例如 to_text(x, 2)", en="a decimal needs its digits: to_text(x, 2)")
    if function.name == "to_text" and len(values) > 1 and not (is_number(kind) or kind == "unknown"):
        return Text(zh="只有数字才给位数", en="only a number takes digits")
    allowed = _READABLE.get(function.name)
    if allowed is not None and kind not in allowed and kind != "unknown":
        name = TYPE_NAMES[kind]
        return Text(zh=f"不能从{name.zh}转换", en=f"cannot convert from {name.en}")
    return None
