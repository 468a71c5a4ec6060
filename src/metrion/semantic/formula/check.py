"""Types and units of a formula: what it yields, and everything that is wrong with it, each with its span.

A row expression works on the columns of a dataset and yields a type. A metric formula works on numbers
that carry units and yields a number with a unit; see `metrion.semantic.units` for the rules.
A number written in the formula takes the unit of what it is added to or compared with, and is a plain
number where it multiplies or divides.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from metrion.base.errors import Faults
from metrion.base.text import Text
from metrion.semantic.formula.arguments import constant_fault, conversion_fault, near_choice
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
from metrion.semantic.formula.functions import FUNCTIONS
from metrion.semantic.formula.notes import Notes
from metrion.semantic.formula.types import NUMERIC, Typed, ValueType, common_type
from metrion.semantic.formula.unit_rules import UnitRules
from metrion.semantic.units import RATIO, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from metrion.semantic.formula.ast import Expression, Span
    from metrion.semantic.formula.errors import FormulaError
    from metrion.semantic.formula.functions.spec import Function
    from metrion.semantic.model import DataType


_UNKNOWN: Final = Typed("unknown")
_BOOLEAN: Final = Typed("boolean")


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
        checker.notes.refuse_type(expression.span, "公式", "The formula", "any", "null")
    return result, tuple(checker.notes.faults)


def inspect_row_condition(expression: Expression, fields: Mapping[str, ValueType]) -> tuple[FormulaError, ...]:
    """Return all faults of a row expression that must be true or false; fields may be of unknown type."""
    checker = _Checker({name: Typed(kind) for name, kind in fields.items()}, metric=False)
    result = checker.node(expression)
    if result.type not in {"boolean", "unknown"}:
        checker.notes.refuse_type(expression.span, "条件", "A condition", "boolean", result.type)
    return tuple(checker.notes.faults)


def inspect_metric_formula(
    expression: Expression, inputs: Mapping[str, Typed], *, known: Iterable[str] = ()
) -> tuple[Typed, tuple[FormulaError, ...]]:
    """Return type and unit of a metric formula and all its faults. A constant is a plain number.

    `known` are further names to suggest where one is unknown; they are read only then.
    """
    checker = _Checker(inputs, metric=True, known=known)
    result = checker.node(expression)
    if result.type not in {*NUMERIC, "unknown"}:
        checker.notes.refuse_type(
            expression.span, "指标公式的结果", "The result of a metric formula", "number", result.type
        )
    return replace(result, unit=result.unit or RATIO), tuple(checker.notes.faults)


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
        self.notes = Notes(metric=metric)
        self.units = UnitRules(self.notes)

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
        self.notes.refuse_name(expression, (*self.names, *self.known))
        return _UNKNOWN

    # --- operators ---

    def unary(self, expression: Unary) -> Typed:
        inner = self.node(expression.operand)
        if expression.operator == "not":
            self.notes.want(inner, "boolean", expression.operand.span, "not")
            return _BOOLEAN
        return inner if self.notes.want(inner, "number", expression.operand.span, "-") else _UNKNOWN

    def binary(self, expression: Binary) -> Typed:
        left, right = self.node(expression.left), self.node(expression.right)
        operator = expression.operator
        if operator in {"and", "or", "||"}:
            wanted = "string" if operator == "||" else "boolean"
            self.notes.want(left, wanted, expression.left.span, operator)
            self.notes.want(right, wanted, expression.right.span, operator)
            return Typed("string") if operator == "||" else _BOOLEAN
        if operator in {"+", "-", "*", "/", "%"}:
            return self.arithmetic(expression, left, right)
        self.comparable(operator, expression.span, (left, right))
        return _BOOLEAN

    def arithmetic(self, expression: Binary, left: Typed, right: Typed) -> Typed:
        operator = expression.operator
        advice = _date_advice(operator, left.type, right.type)
        fine = self.notes.want(left, "number", expression.left.span, operator, advice)
        if fine or advice is None:
            fine = self.notes.want(right, "number", expression.right.span, operator, advice) and fine
        if not fine:
            return _UNKNOWN
        kind = "float" if operator == "/" else common_type((left.type, right.type)) or "unknown"
        if operator in {"*", "/"}:
            return Typed(kind, self.units.composed(operator, expression.span, left.unit, right.unit))
        if operator == "%":
            self.notes.plain(right, expression.right.span, operator)
            return Typed(kind, left.unit)
        return Typed(kind, self.units.agreed(operator, expression.span, (left, right)))

    def comparable(self, operator: str, span: Span, sides: Sequence[Typed]) -> None:
        kinds = [side.type for side in sides]
        if "null" in kinds and operator != "in":
            advice = Text(
                zh="判断空值请用 is null 或 is not null。", en="Test for null with “is null” or “is not null”."
            )
            self.notes.refuse_type(span, f"“{operator}”", f"“{operator}”", "any", "null", advice)
            return
        kind = common_type(kinds)
        if kind is None:
            self.notes.refuse_mixture(operator, span, kinds)
        elif kind == "boolean" and operator in {"<", "<=", ">", ">="}:
            self.notes.refuse_type(span, f"“{operator}”", f"“{operator}”", "number", "boolean")
        else:
            self.units.agreed(operator, span, sides)

    def test(self, expression: Membership | NullTest) -> Typed:
        operand = self.node(expression.operand)
        if isinstance(expression, NullTest):
            return _BOOLEAN
        values = [self.node(value) for value in expression.values]
        for value, written in zip(values, expression.values, strict=True):
            if value.type == "null":
                advice = Text(zh="请去掉 null，另写 or … is null。", en="Leave null out and add “or … is null”.")
                self.notes.refuse_type(written.span, "in", "in", "any", "null", advice)
        self.comparable("in", expression.span, (operand, *values))
        return _BOOLEAN

    def case(self, expression: Case) -> Typed:
        for when, _ in expression.branches:
            self.notes.want(self.node(when), "boolean", when.span, "when")
        results = [then for _, then in expression.branches]
        if expression.otherwise is not None:
            results.append(expression.otherwise)
        return self.alternatives("case", expression.span, [self.node(result) for result in results])

    def alternatives(self, where: str, span: Span, values: Sequence[Typed]) -> Typed:
        kind = common_type(value.type for value in values)
        if kind is None:
            self.notes.refuse_mixture(where, span, [value.type for value in values])
            return _UNKNOWN
        return Typed(kind, self.units.agreed(where, span, values))

    # --- functions ---

    def call(self, expression: Call) -> Typed:
        function = FUNCTIONS.get(expression.function)
        values = [self.node(argument) for argument in expression.arguments]
        if function is None or (self.metric and not function.in_metrics):
            self.notes.refuse_function(expression, known=function is not None)
            return _UNKNOWN
        needed = sum(1 for parameter in function.parameters if not parameter.optional)
        if len(values) < needed or (values and function.parameter(len(values) - 1) is None):
            self.notes.refuse_arguments(
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
        return Typed(kind, self.units.of_call(function, expression, values) if self.metric else None)

    def argument(self, function: Function, position: int, call: Call, value: Typed) -> bool:
        parameter, written = function.parameter(position), call.arguments[position]
        if parameter is None:
            return False
        if parameter.constant:
            reason = constant_fault(parameter, written)
            if reason is not None:
                self.notes.refuse_arguments(written.span, function, reason, near_choice(parameter, written))
            return reason is None
        return self.notes.want(value, parameter.wanted, written.span, function.name)

    def result_type(self, function: Function, call: Call, values: Sequence[Typed]) -> ValueType:
        same = [
            value.type
            for position, value in enumerate(values)
            if (parameter := function.parameter(position)) is not None and parameter.wanted == "same"
        ]
        if common_type(same) is None:
            self.notes.refuse_mixture(function.name, call.span, same)
            return "unknown"
        fault = conversion_fault(function, values)
        if fault is not None:
            self.notes.refuse_arguments(call.span, function, fault)
        return function.result(tuple(value.type for value in values))


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
