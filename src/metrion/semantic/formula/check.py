"""Types and units of a formula: what it yields, and everything that is wrong with it, each with its span.

A row expression works on the columns of a dataset and yields a type. A metric formula works on numbers
that carry units and yields a number with a unit; see `metrion.semantic.units` for the rules.
A number written in the formula takes the unit of what it is added to or compared with, and is a plain
number where it multiplies or divides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from metrion.base.errors import Faults
from metrion.base.text import Text
from metrion.semantic.formula.ast import (
    Binary,
    Call,
    Case,
    Constant,
    Membership,
    Name,
    NullTest,
    Number,
    String,
    Unary,
)
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
from metrion.semantic.formula.types import NUMERIC, TYPE_NAMES, ValueType, common_type, is_number
from metrion.semantic.units import RATIO, MixedScales, Unit, UnknownUnit, parse_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from metrion.semantic.formula.ast import Expression, Span
    from metrion.semantic.formula.functions.spec import Function, Parameter
    from metrion.semantic.model import DataType


@dataclass(frozen=True, slots=True)
class Typed:
    """What a formula yields. `unit` is None in row expressions and for plain constants."""

    type: ValueType
    unit: Unit | None = None


_UNKNOWN: Final = Typed("unknown")
_BOOLEAN: Final = Typed("boolean")

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


def check_row_expression(expression: Expression, columns: Mapping[str, DataType]) -> Typed:
    """Return the type of a row expression over `columns` (name to type), or raise what is wrong with it."""
    return _raise_or_return(*inspect_row_expression(expression, columns))


def check_metric_formula(expression: Expression, inputs: Mapping[str, Typed]) -> Typed:
    """Return type and unit of a formula over metrics, or raise what is wrong with it.

    One fault is raised as it is (`FormulaError`), several as `Faults`.
    """
    return _raise_or_return(*inspect_metric_formula(expression, inputs))


def inspect_row_expression(
    expression: Expression, columns: Mapping[str, DataType]
) -> tuple[Typed, tuple[FormulaError, ...]]:
    """Return the type of a row expression and all its faults."""
    checker = _Checker({name: Typed(kind) for name, kind in columns.items()}, metric=False)
    result = checker.node(expression)
    if result.type == "null":
        checker.refuse_type(expression.span, "公式", "The formula", "any", "null")
    return result, tuple(checker.faults)


def inspect_row_condition(expression: Expression, fields: Mapping[str, ValueType]) -> tuple[FormulaError, ...]:
    """Return all faults of a row expression that must be true or false; fields may be of unknown type."""
    checker = _Checker({name: Typed(kind) for name, kind in fields.items()}, metric=False)
    result = checker.node(expression)
    if result.type not in {"boolean", "unknown"}:
        checker.refuse_type(expression.span, "条件", "A condition", "boolean", result.type)
    return tuple(checker.faults)


def inspect_metric_formula(
    expression: Expression, inputs: Mapping[str, Typed], *, known: Iterable[str] = ()
) -> tuple[Typed, tuple[FormulaError, ...]]:
    """Return type and unit of a metric formula and all its faults. A constant is a plain number.

    `known` are further names to suggest where one is unknown; they are read only then.
    """
    checker = _Checker(inputs, metric=True, known=known)
    result = checker.node(expression)
    if result.type not in {*NUMERIC, "unknown"}:
        checker.refuse_type(expression.span, "指标公式的结果", "The result of a metric formula", "number", result.type)
    return replace(result, unit=result.unit or RATIO), tuple(checker.faults)


def metric_input(unit: Unit, kind: DataType = "float") -> Typed:
    """Return what a metric of this unit is inside a formula."""
    return Typed(kind, unit)


def _raise_or_return(result: Typed, faults: Sequence[FormulaError]) -> Typed:
    if len(faults) > 1:
        raise Faults(faults)
    if faults:
        raise faults[0]
    return result


class _Checker:
    """One pass over a tree. A fault is noted once and does not cause others further up."""

    def __init__(self, names: Mapping[str, Typed], *, metric: bool, known: Iterable[str] = ()) -> None:
        self.names = names
        self.known = known
        self.metric = metric
        self.faults: list[FormulaError] = []

    def node(self, expression: Expression) -> Typed:
        match expression:
            case Name():
                return self.name(expression)
            case Call():
                return self.call(expression)
            case Binary() | Unary():
                return self.unary(expression) if isinstance(expression, Unary) else self.binary(expression)
            case Case():
                return self.case(expression)
            case Membership() | NullTest():
                return self.test(expression)
            case _:
                return _constant(expression)

    # --- leaves ---

    def name(self, expression: Name) -> Typed:
        found = self.names.get(expression.value)
        if found is not None:
            return found
        close = nearest(expression.value, (*self.names, *self.known))
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
        return _UNKNOWN

    # --- operators ---

    def unary(self, expression: Unary) -> Typed:
        inner = self.node(expression.operand)
        if expression.operator == "not":
            self.want(inner, "boolean", expression.operand.span, "not")
            return _BOOLEAN
        return inner if self.want(inner, "number", expression.operand.span, "-") else _UNKNOWN

    def binary(self, expression: Binary) -> Typed:
        left, right = self.node(expression.left), self.node(expression.right)
        operator = expression.operator
        if operator in {"and", "or", "||"}:
            wanted = "string" if operator == "||" else "boolean"
            self.want(left, wanted, expression.left.span, operator)
            self.want(right, wanted, expression.right.span, operator)
            return Typed("string") if operator == "||" else _BOOLEAN
        if operator in {"+", "-", "*", "/", "%"}:
            return self.arithmetic(expression, left, right)
        self.comparable(operator, expression.span, (left, right))
        return _BOOLEAN

    def arithmetic(self, expression: Binary, left: Typed, right: Typed) -> Typed:
        operator = expression.operator
        advice = _date_advice(operator, left.type, right.type)
        fine = self.want(left, "number", expression.left.span, operator, advice)
        if fine or advice is None:
            fine = self.want(right, "number", expression.right.span, operator, advice) and fine
        if not fine:
            return _UNKNOWN
        kind = "float" if operator == "/" else common_type((left.type, right.type)) or "unknown"
        if operator in {"*", "/"}:
            return Typed(kind, self.composed(operator, expression.span, left.unit, right.unit))
        if operator == "%":
            self.plain(right, expression.right.span, operator)
            return Typed(kind, left.unit)
        return Typed(kind, self.agreed(operator, expression.span, (left, right)))

    def comparable(self, operator: str, span: Span, sides: Sequence[Typed]) -> None:
        kinds = [side.type for side in sides]
        if "null" in kinds and operator != "in":
            advice = Text(
                zh="判断空值请用 is null 或 is not null。", en="Test for null with “is null” or “is not null”."
            )
            self.refuse_type(span, f"“{operator}”", f"“{operator}”", "any", "null", advice)
            return
        kind = common_type(kinds)
        if kind is None:
            self.refuse_mixture(operator, span, kinds)
        elif kind == "boolean" and operator in {"<", "<=", ">", ">="}:
            self.refuse_type(span, f"“{operator}”", f"“{operator}”", "number", "boolean")
        else:
            self.agreed(operator, span, sides)

    def test(self, expression: Membership | NullTest) -> Typed:
        operand = self.node(expression.operand)
        if isinstance(expression, NullTest):
            return _BOOLEAN
        values = [self.node(value) for value in expression.values]
        for value, written in zip(values, expression.values, strict=True):
            if value.type == "null":
                advice = Text(zh="请去掉 null，另写 or … is null。", en="Leave null out and add “or … is null”.")
                self.refuse_type(written.span, "in", "in", "any", "null", advice)
        self.comparable("in", expression.span, (operand, *values))
        return _BOOLEAN

    def case(self, expression: Case) -> Typed:
        for when, _ in expression.branches:
            self.want(self.node(when), "boolean", when.span, "when")
        results = [then for _, then in expression.branches]
        if expression.otherwise is not None:
            results.append(expression.otherwise)
        return self.alternatives("case", expression.span, [self.node(result) for result in results])

    def alternatives(self, where: str, span: Span, values: Sequence[Typed]) -> Typed:
        kind = common_type(value.type for value in values)
        if kind is None:
            self.refuse_mixture(where, span, [value.type for value in values])
            return _UNKNOWN
        return Typed(kind, self.agreed(where, span, values))

    # --- functions ---

    def call(self, expression: Call) -> Typed:
        function = FUNCTIONS.get(expression.function)
        values = [self.node(argument) for argument in expression.arguments]
        if function is None or (self.metric and not function.in_metrics):
            self.refuse_function(expression, known=function is not None)
            return _UNKNOWN
        needed = sum(1 for parameter in function.parameters if not parameter.optional)
        if len(values) < needed or (values and function.parameter(len(values) - 1) is None):
            self.refuse_arguments(
                expression.span,
                function,
                Text(
                    zh=f"参数个数不对，写法为 {function.signature}",
                    en=f"wrong number of arguments, write {function.signature}",
                ),
            )
            return _UNKNOWN
        fitting = [self.argument(function, position, expression, value) for position, value in enumerate(values)]
        if not all(fitting):
            return _UNKNOWN
        kind = self.result_type(function, expression, values)
        return Typed(kind, self.call_unit(function, expression, values) if self.metric else None)

    def argument(self, function: Function, position: int, call: Call, value: Typed) -> bool:
        parameter, written = function.parameter(position), call.arguments[position]
        if parameter is None:
            return False
        if parameter.constant:
            reason = _constant_fault(parameter, written)
            if reason is not None:
                self.refuse_arguments(written.span, function, reason, _choice(parameter, written))
            return reason is None
        return self.want(value, parameter.wanted, written.span, function.name)

    def result_type(self, function: Function, call: Call, values: Sequence[Typed]) -> ValueType:
        same = [
            value.type
            for position, value in enumerate(values)
            if (parameter := function.parameter(position)) is not None and parameter.wanted == "same"
        ]
        if common_type(same) is None:
            self.refuse_mixture(function.name, call.span, same)
            return "unknown"
        fault = _conversion_fault(function, values)
        if fault is not None:
            self.refuse_arguments(call.span, function, fault)
        return function.result(tuple(value.type for value in values))

    def call_unit(self, function: Function, call: Call, values: Sequence[Typed]) -> Unit | None:
        rule, first, span = function.units, values[0], call.span
        match rule:
            case "keep":
                return self.agreed(
                    function.name,
                    span,
                    [
                        value
                        for value, kind in zip(values, _wanted(function, len(values)), strict=True)
                        if kind == "same"
                    ],
                )
            case "ratio" | "pure":
                if rule == "ratio":
                    self.plain(first, call.arguments[0].span, function.name)
                return RATIO
            case "divide":
                unit = self.composed("/", span, first.unit, values[1].unit)
                return self.agreed(function.name, span, [replace(first, unit=unit or RATIO), *values[2:]])
            case "root" | "power":
                return self.raised(function, call, values)
            case "convert":
                return self.converted(function, call, first)
            case _:
                for value, written in zip(values[1:], call.arguments[1:], strict=True):
                    self.plain(value, written.span, function.name)
                return first.unit

    def raised(self, function: Function, call: Call, values: Sequence[Typed]) -> Unit | None:
        unit = values[0].unit
        if unit is None or unit.is_ratio:
            return RATIO
        result: Unit | None = None
        if function.units == "root":
            result = unit.root()
        elif isinstance(exponent := call.arguments[1], Number) and exponent.value in {1, 2, 3}:
            result = unit.power(int(exponent.value))
        if result is None:
            self.plain(values[0], call.arguments[0].span, function.name)
        return result

    def converted(self, function: Function, call: Call, value: Typed) -> Unit | None:
        units = []
        for written in call.arguments[1:3]:
            try:
                units.append(parse_unit(written.value if isinstance(written, String) else ""))
            except UnknownUnit as fault:
                problem = Text(zh=fault.render("zh")["title"], en=fault.render("en")["title"])
                self.refuse_arguments(
                    written.span, function, Text(zh=problem.zh.rstrip("。"), en=problem.en.rstrip("."))
                )
                return None
        source, target = units
        if not source.same_kind(target):
            self.faults.append(UnitMismatch(call.span, function.name, source.shown, target.shown))
        elif value.unit is not None and value.unit != source:
            shown = value.unit.shown
            advice = Text(zh=f"x 的单位是{shown.zh}。", en=f"The unit of x is {shown.en}.")
            self.faults.append(
                UnitMismatch(
                    call.arguments[1].span,
                    function.name,
                    shown,
                    source.shown,
                    suggestion=f"'{value.unit.symbol}'",
                    advice=advice,
                )
            )
        return target

    # --- units ---

    def agreed(self, operation: str, span: Span, values: Iterable[Typed]) -> Unit | None:
        """Return the one unit of all values; constants take it, other units are refused."""
        result: Unit | None = None
        for value in values:
            if value.unit is None or value.type in {"null", "unknown"}:
                continue
            if result is None:
                result = value.unit
            elif result != value.unit:
                self.refuse_units(operation, span, result, value.unit)
                return None
        return result

    def composed(self, operation: str, span: Span, left: Unit | None, right: Unit | None) -> Unit | None:
        if left is None and right is None:
            return None
        try:
            return (left or RATIO) * (right or RATIO) if operation == "*" else (left or RATIO) / (right or RATIO)
        except MixedScales as fault:
            self.refuse_scale(operation, span, fault.left, fault.right)
            return None

    def plain(self, value: Typed, span: Span, where: str) -> None:
        """Refuse a unit where only a plain number makes sense."""
        if value.unit is None or value.unit.is_ratio:
            return
        advice = Text(zh="此处只能用没有单位的数字。", en="Only a number without a unit makes sense here.")
        self.faults.append(UnitMismatch(span, where, value.unit.shown, RATIO.shown, advice=advice))

    def refuse_units(self, operation: str, span: Span, left: Unit, right: Unit) -> None:
        if left.same_kind(right):
            self.refuse_scale(operation, span, left.symbol, right.symbol)
            return
        advice = Text(
            zh="只有同一单位的数才能相加、相减或比较；请检查所选的指标，或改用乘除。",
            en="Only numbers of one unit can be added, subtracted or compared; multiply or divide, or choose others.",
        )
        self.faults.append(UnitMismatch(span, operation, left.shown, right.shown, advice=advice))

    def refuse_scale(self, operation: str, span: Span, left: str, right: str) -> None:
        advice = Text(
            zh=f"请先换算，例如 convert(x, '{right}', '{left}')。",
            en=f"Convert first: convert(x, '{right}', '{left}').",
        )
        self.faults.append(ScaleMismatch(span, advice=advice, operation=operation, left=left, right=right))

    # --- refusals ---

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
        first = next(kind for kind in kinds if kind != "null")
        other = next((kind for kind in kinds if common_type((first, kind)) is None), first)
        advice = None
        if {first, other} & {"date", "timestamp"} and "string" in {first, other}:
            advice = Text(zh="日期请写作 to_date('2024-01-31')。", en="Write a date as to_date('2024-01-31').")
        self.refuse_type(span, f"“{where}”", f"“{where}”", first, other, advice)

    def refuse_arguments(self, span: Span, function: Function, reason: Text, suggestion: str = "") -> None:
        self.faults.append(
            WrongArguments(
                span, suggestion=suggestion, function=function.name, reason_zh=reason.zh, reason_en=reason.en
            )
        )

    def refuse_function(self, expression: Call, *, known: bool) -> None:
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


def _constant(expression: Number | String | Constant) -> Typed:
    match expression:
        case Number(value=value):
            return Typed("decimal" if "." in format(value, "f") else "integer")
        case String():
            return Typed("string")
        case Constant(value=None):
            return Typed("null")
        case _:
            return _BOOLEAN


def _wanted(function: Function, count: int) -> list[str]:
    parameters = [function.parameter(position) for position in range(count)]
    return [parameter.wanted if parameter else "any" for parameter in parameters]


def _constant_fault(parameter: Parameter, written: Expression) -> Text | None:
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


def _choice(parameter: Parameter, written: Expression) -> str:
    if not parameter.choices or not isinstance(written, (String, Name)):
        return ""
    close = nearest(written.value.rstrip("s"), parameter.choices, 1)
    return f"'{close[0]}'" if close else ""


def _conversion_fault(function: Function, values: Sequence[Typed]) -> Text | None:
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


_READABLE: Final = {
    "to_number": {"string", *NUMERIC},
    "to_decimal": {"string", *NUMERIC},
    "to_date": {"string", "date", "timestamp"},
    "to_timestamp": {"string", "date", "timestamp"},
}


def _date_advice(operator: str, left: ValueType, right: ValueType) -> Text | None:
    days = {"date", "timestamp"}
    if operator == "-" and left in days and right in days:
        return Text(
            zh="两个日期之差请用 date_diff('day', 从, 到)。",
            en="For a difference of dates use date_diff('day', from, to).",
        )
    if operator in {"+", "-"} and (left in days or right in days):
        return Text(zh="日期加减请用 date_add('day', n, 日期)。", en="To move a date use date_add('day', n, date).")
    if operator == "+" and "string" in {left, right}:
        return Text(zh="连接文本请用 || 或 concat。", en="Join texts with || or concat.")
    return None
