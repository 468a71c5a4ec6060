"""What is wrong with a formula: each fault noted once, with its span, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.base.text import Text
from metrion.semantic.formula.errors import (
    FormulaError,
    ScaleMismatch,
    UnitMismatch,
    UnknownFormulaName,
    UnknownFunction,
    WrongArguments,
    WrongType,
)
from metrion.semantic.formula.functions import FUNCTIONS
from metrion.semantic.formula.suggest import nearest
from metrion.semantic.formula.types import TYPE_NAMES, Typed, ValueType, common_type, is_number
from metrion.semantic.units import RATIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from metrion.semantic.formula.ast import Call, Name, Span
    from metrion.semantic.formula.functions.spec import Function
    from metrion.semantic.units import Unit


_AGGREGATES: Final = frozenset(
    {"sum", "avg", "average", "min", "max", "count", "countd", "count_distinct", "median", "stddev", "variance"}
)
_CLOCKS: Final = frozenset({"now", "today", "current_date", "current_timestamp", "getdate", "sysdate"})
_SYNONYMS: Final = {
    "len": "length",
    "substr": "substring",
    "mid": "substring",
    "ifnull": "coalesce",
    "nvl": "coalesce",
    "isnull": "coalesce",
    "iff": "if",
    "iif": "if",
    "ceiling": "ceil",
    "pow": "power",
    "log": "ln",
    "datediff": "date_diff",
    "dateadd": "date_add",
    "date": "to_date",
    "dayofweek": "weekday",
    "instr": "position",
    "find": "position",
    "concatenate": "concat",
    "divide": "safe_divide",
    "to_char": "to_text",
    "str": "to_text",
    "startswith": "starts_with",
    "endswith": "ends_with",
    "cast": "to_number",
    "last_day": "month_end",
}
"""What other languages call our functions."""

_MATCHES: Final[dict[str, Callable[[ValueType], bool]]] = {
    "number": is_number,
    "integer": lambda kind: kind == "integer",
    "string": lambda kind: kind in {"string", "null"},
    "boolean": lambda kind: kind in {"boolean", "null"},
    "day": lambda kind: kind in {"date", "timestamp"},
    "timestamp": lambda kind: kind == "timestamp",
    "any": lambda kind: kind != "null",
    "same": lambda _: True,
}


class Notes:
    """The faults of one formula; `metric` tells whether its names are metrics, not columns."""

    def __init__(self, *, metric: bool) -> None:
        self.metric = metric
        self.faults: list[FormulaError] = []

    def refuse_name(self, expression: Name, known: Iterable[str]) -> None:
        """Note a name that is none of `known`."""
        close = nearest(expression.value, known)
        kind = Text(zh="指标", en="metric") if self.metric else Text(zh="列", en="column")
        self.faults.append(
            UnknownFormulaName(
                expression.span,
                suggestion=close[0] if close else "",
                name=expression.value,
                kind_zh=kind.zh,
                kind_en=kind.en,
                nearest=close,
            )
        )

    def want(self, value: Typed, wanted: str, span: Span, where: str, advice: Text | None = None) -> bool:
        """Note a fault unless the value has the wanted type; return whether it has."""
        if value.type == "unknown" or _MATCHES[wanted](value.type):
            return True
        if advice is None and value.type == "string" and wanted in {"number", "day"}:
            reader = "to_number" if wanted == "number" else "to_date"
            advice = Text(zh=f"文本请先转换：{reader}(…)。", en=f"Convert a text first: {reader}(…).")
        self.refuse_type(span, f"“{where}”", f"“{where}”", wanted, value.type, advice)
        return False

    def refuse_type(
        self, span: Span, where_zh: str, where_en: str, wanted: str, found: ValueType, advice: Text | None = None
    ) -> None:
        """Note a value of a type that does not go there; `wanted` is a type or a kind of types."""
        wanted_text, found_text = TYPE_NAMES[wanted], TYPE_NAMES[found]
        self.faults.append(
            WrongType(
                span,
                advice=advice,
                where_zh=where_zh,
                where_en=where_en,
                wanted_zh=wanted_text.zh,
                wanted_en=wanted_text.en,
                found_zh=found_text.zh,
                found_en=found_text.en,
            )
        )

    def refuse_mixture(self, where: str, span: Span, kinds: Sequence[ValueType]) -> None:
        """Note values of types that have nothing in common."""
        first = next(kind for kind in kinds if kind != "null")
        other = next((kind for kind in kinds if common_type((first, kind)) is None), first)
        advice = None
        if {first, other} & {"date", "timestamp"} and "string" in {first, other}:
            advice = Text(zh="日期请写作 to_date('2024-01-31')。", en="Write a date as to_date('2024-01-31').")
        self.refuse_type(span, f"“{where}”", f"“{where}”", first, other, advice)

    def refuse_arguments(self, span: Span, function: Function, reason: Text, suggestion: str = "") -> None:
        """Note what is wrong with the arguments of a function."""
        self.faults.append(
            WrongArguments(
                span, suggestion=suggestion, function=function.name, reason_zh=reason.zh, reason_en=reason.en
            )
        )

    def refuse_function(self, expression: Call, *, known: bool) -> None:
        """Note a function that there is not, or not here."""
        name = expression.function
        suggestion, advice = "", None
        if known:
            advice = Text(
                zh="它只能用于度量的行表达式，不能用于指标公式。",
                en="It works on rows (measures), not in a formula over metrics.",
            )
        elif name in _AGGREGATES:
            advice = Text(
                zh="聚合方式在度量上选择，不写在公式里。",
                en="The aggregation is chosen on the measure, not written here.",
            )
        elif name in _CLOCKS:
            advice = Text(
                zh="公式不读取当前时间，否则同一定义每天得出不同的数；请用时间范围或时间周期。",
                en="A formula does not read the clock, or its number would change each day. Use a time range.",
            )
        else:
            close = nearest(name, [key for key, one in FUNCTIONS.items() if one.in_metrics or not self.metric])
            suggestion = _SYNONYMS.get(name) or (close[0] if close else "")
        self.faults.append(UnknownFunction(expression.span, suggestion=suggestion, advice=advice, function=name))

    def plain(self, value: Typed, span: Span, where: str) -> None:
        """Refuse a unit where only a plain number makes sense."""
        if value.unit is None or value.unit.is_ratio:
            return
        advice = Text(zh="此处只能用没有单位的数字。", en="Only a number without a unit makes sense here.")
        self.faults.append(UnitMismatch(span, where, value.unit.shown, RATIO.shown, advice=advice))

    def refuse_units(self, operation: str, span: Span, left: Unit, right: Unit) -> None:
        """Note units that cannot be added or compared."""
        if left.same_kind(right):
            self.refuse_scale(operation, span, left.symbol, right.symbol)
            return
        advice = Text(
            zh="只有同一单位的数才能相加、相减或比较；请检查所选的指标，或改用乘除。",
            en="Only numbers of one unit can be added, subtracted or compared; multiply or divide, or choose others.",
        )
        self.faults.append(UnitMismatch(span, operation, left.shown, right.shown, advice=advice))

    def refuse_scale(self, operation: str, span: Span, left: str, right: str) -> None:
        """Note two scales of one unit."""
        advice = Text(
            zh=f"请先换算，例如 convert(x, '{right}', '{left}')。",
            en=f"Convert first: convert(x, '{right}', '{left}').",
        )
        self.faults.append(ScaleMismatch(span, advice=advice, operation=operation, left=left, right=right))
