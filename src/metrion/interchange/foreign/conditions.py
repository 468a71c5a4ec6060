"""A row expression that is true or false as a condition: plain tests where it is made of such, else a formula."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal, assert_never

from metrion.interchange.foreign import build
from metrion.interchange.foreign.errors import NotExpressible
from metrion.semantic.condition import And, Compare, Formula, IsNull, Match, Not, OneOf, Or, PersonValue, RelativeDay
from metrion.semantic.formula.ast import Binary, Constant, Membership, Name, NullTest, Number, String, Unary
from metrion.semantic.formula.parse import parse_expression
from metrion.semantic.formula.printer import format_expression
from metrion.semantic.model import METRIC_TIME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from metrion.semantic.condition import Condition, Scalar
    from metrion.semantic.formula.ast import BinaryOperator, Expression
    from metrion.semantic.model import DataType

Operator = Literal["eq", "ne", "lt", "le", "gt", "ge"]
_SIGNS: Final[Mapping[str, BinaryOperator]] = {
    "eq": "=",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
}
_MATCHES: Final = {"contains": "contains", "starts": "starts_with", "ends": "ends_with"}
_OPERATORS: Final[Mapping[str, Operator]] = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


def to_condition(expression: Expression, type_of: Callable[[str], DataType | None] = lambda _name: None) -> Condition:
    """Return the condition that keeps what the expression keeps. `type_of` gives the type of a field."""
    match expression:
        case Binary(operator="and", left=left, right=right):
            return both(to_condition(left, type_of), to_condition(right, type_of))
        case Binary(operator="or", left=left, right=right):
            return Or(items=(to_condition(left, type_of), to_condition(right, type_of)))
        case Unary(operator="not", operand=operand):
            return Not(item=to_condition(operand, type_of))
    return _test(expression, type_of) or Formula(formula=format_expression(expression))


def as_expression(condition: Condition) -> Expression:
    """Return the row expression that is true where a condition holds, the way back of `to_condition`.

    Raises `NotExpressible` for what depends on the person who asks, or on the day of the question.
    """
    match condition:
        case And(items=items) | Or(items=items):
            return _chain(condition, [as_expression(item) for item in items])
        case Not(item=item):
            return build.negated(as_expression(item))
        case Formula(formula=formula):
            return parse_expression(formula)
        case _:
            return _plain_test(condition)


def _plain_test(condition: Compare | IsNull | OneOf | Match) -> Expression:
    match condition:
        case Compare(field=field, op=op, value=value):
            return build.binary(_SIGNS[op], build.name(field), _literal(value))
        case IsNull(field=field, negated=negated):
            return NullTest(build.name(field), negated=negated, span=build.NOWHERE)
        case OneOf(field=field, values=values, negated=negated):
            return _membership(field, values, negated=negated)
        case Match(field=field, how=how, text=text, negated=negated):
            lowered = build.call("lower", build.name(field))
            test = build.call(_MATCHES[how], lowered, build.string(text.lower()))
            return build.negated(test) if negated else test
    assert_never(condition)


def _chain(condition: And | Or, parts: list[Expression]) -> Expression:
    if not parts:
        return Constant(isinstance(condition, And), build.NOWHERE)
    whole = parts[0]
    for part in parts[1:]:
        whole = build.binary("and" if isinstance(condition, And) else "or", whole, part)
    return whole


def _membership(field: str, values: tuple[Scalar | RelativeDay, ...] | PersonValue, *, negated: bool) -> Expression:
    if isinstance(values, PersonValue):
        return _literal(values)
    if not values:
        return Constant(negated, build.NOWHERE)
    listed = tuple(_literal(value) for value in values)
    return Membership(build.name(field), listed, negated=negated, span=build.NOWHERE)


def _literal(value: Scalar | RelativeDay | PersonValue) -> Expression:
    match value:
        case PersonValue(person=person):
            raise NotExpressible(
                zh=f"取自查询人的属性“{person}”", en=f"the attribute “{person}” of the person who asks"
            )
        case RelativeDay():
            raise NotExpressible(zh="相对于今天的日期", en="a day relative to today")
        case bool():
            return Constant(value, build.NOWHERE)
        case str():
            return build.string(value)
    size = build.number(Decimal(str(abs(value))))
    return size if value >= 0 else build.unary("-", size)


def both(*conditions: Condition | None) -> Condition:
    """Return what holds where all of the conditions hold; None says nothing."""
    items: list[Condition] = []
    for condition in conditions:
        if condition is not None:
            items.extend(condition.items if isinstance(condition, And) else (condition,))
    return items[0] if len(items) == 1 else And(items=tuple(items))


def all_of(conditions: Iterable[Condition | None]) -> Condition | None:
    """Return the conditions as one, or None where there is none."""
    present = [condition for condition in conditions if condition is not None]
    return both(*present) if present else None


def _test(expression: Expression, type_of: Callable[[str], DataType | None]) -> Condition | None:
    """Return a single test of a field against plain values, or None where it is more than that."""
    match expression:
        case Name(value=field) if type_of(field) == "boolean":
            return Compare(field=field, op="eq", value=True)
        case NullTest(operand=Name(value=field), negated=negated):
            return IsNull(field=field, negated=negated)
        case Binary(operator=operator, left=Name(value=field), right=right) if operator in _OPERATORS:
            value = _scalar(right)
            plain = value is not None and field != METRIC_TIME
            return Compare(field=field, op=_OPERATORS[operator], value=value) if plain and value is not None else None
        case Membership(operand=Name(value=field), values=values, negated=negated) if field != METRIC_TIME:
            scalars = [scalar for value in values if (scalar := _scalar(value)) is not None]
            whole = len(scalars) == len(values)
            return OneOf(field=field, values=tuple(scalars), negated=negated) if whole else None
    return None


def _scalar(expression: Expression) -> Scalar | None:
    match expression:
        case String(value=text):
            return text
        case Number(value=number):
            return int(number) if number == number.to_integral_value() else float(number)
        case Constant(value=bool() as truth):
            return truth
        case Unary(operator="-", operand=Number(value=number)):
            return int(-number) if number == number.to_integral_value() else float(-number)
    return None
