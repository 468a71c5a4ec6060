"""Conditions as SQL predicates, each value converted to its field's type and bound."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.semantic.calendar import add_days, add_ticks
from metrion.semantic.condition import And, Compare, Formula, IsNull, Match, Not, OneOf, Or, PersonValue, RelativeDay
from metrion.semantic.errors import BadFilterValue, UnresolvedDay, UnresolvedPerson
from metrion.semantic.formula.nodes import tight
from metrion.semantic.frame import parsed_condition
from metrion.semantic.given import Given, is_day
from metrion.semantic.plan import BoundCondition, Bounds, Calculated, Holds
from metrion.semantic.sql.terms import Later

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from metrion.semantic.condition import Condition, Scalar
    from metrion.semantic.model import DataType
    from metrion.semantic.plan import Predicate, Term
    from metrion.semantic.sql.nodes import Node
    from metrion.semantic.sql.terms import Parameter, Terms

_COMPARE: Final[dict[str, type[exp.Expression]]] = {
    "eq": exp.EQ,
    "ne": exp.NEQ,
    "lt": exp.LT,
    "le": exp.LTE,
    "gt": exp.GT,
    "ge": exp.GTE,
}


class Conditions:
    """Writes predicates of one statement."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms

    def predicate(self, predicate: Predicate) -> Node:
        """Return a predicate of the plan."""
        if isinstance(predicate, BoundCondition):
            return self._condition(predicate.condition, dict(predicate.fields))
        if isinstance(predicate, Bounds):
            return conjunction(self._bounds(predicate))
        if isinstance(predicate, Holds):
            return self._terms.of(predicate.column)
        return disjunction([self.all_of(choice) for choice in predicate.choices])

    def all_of(self, conditions: Iterable[Predicate]) -> Node:
        """Return the conjunction; true when there are none."""
        return conjunction([self.predicate(condition) for condition in conditions])

    def _bounds(self, bounds: Bounds) -> list[Node]:
        # The bare column is compared, so that the engine can skip files; a timestamp's last tick is in whole.
        ticks, kind = bounds.ticks, bounds.of.type
        bind = self._terms.parameters.bind
        found: list[Node] = []
        if ticks.start is not None:
            found.append(exp.GTE(this=self._terms.of(bounds.of), expression=bind(ticks.start)))
        if ticks.end is not None and kind == "date" and not isinstance(ticks.end, datetime):
            found.append(exp.LTE(this=self._terms.of(bounds.of), expression=bind(ticks.end)))
        elif ticks.end is not None:
            after = add_ticks(ticks.end, 1, bounds.tick) if bounds.tick != "day" else add_days(ticks.end, 1)
            found.append(exp.LT(this=self._terms.of(bounds.of), expression=bind(after)))
        return found

    def _condition(self, condition: Condition, fields: Mapping[str, Term]) -> Node:
        match condition:
            case And(items=items):
                return conjunction([self._condition(item, fields) for item in items])
            case Or(items=items):
                return disjunction([self._condition(item, fields) for item in items])
            case Not(item=item):
                return _negated(self._condition(item, fields))
            case Formula(formula=formula):
                return self._terms.of(Calculated(parsed_condition(formula)[0], tuple(fields.items()), "boolean"))
            case _:
                return self._test(condition, fields[condition.field])

    def _test(self, condition: Compare | OneOf | IsNull | Match, of: Term) -> Node:
        match condition:
            case IsNull():
                test = exp.Is(this=tight(self._terms.of(of)), expression=exp.Null())
                return _negated(test) if condition.negated else test
            case Match():
                return self._match(condition, of)
            case Compare():
                return self._compare(condition, of)
            case OneOf():
                return self._one_of(condition, of)

    def _compare(self, condition: Compare, of: Term) -> Node:
        value = condition.value
        if isinstance(value, PersonValue):
            raise UnresolvedPerson(attribute=value.person)
        if isinstance(value, RelativeDay):
            value = self._day(value, condition.field)
        exact = condition.op in {"eq", "ne"}
        subject, bind = self._typed(of, condition.field, [value], exact=exact)
        return _COMPARE[condition.op](this=tight(subject), expression=bind(value))

    def _day(self, relative: RelativeDay, field: str) -> str:
        if self._terms.today is None:
            raise UnresolvedDay(field=field)
        return add_days(self._terms.today, relative.today).isoformat()

    def _one_of(self, condition: OneOf, of: Term) -> Node:
        if isinstance(condition.values, PersonValue):
            raise UnresolvedPerson(attribute=condition.values.person)
        if not condition.values:
            return exp.Boolean(this=condition.negated)
        subject, bind = self._typed(of, condition.field, condition.values, exact=True)
        test = exp.In(this=tight(subject), expressions=[bind(value) for value in condition.values])
        return _negated(test) if condition.negated else test

    def _match(self, condition: Match, of: Term) -> Node:
        dialect = self._terms.dialect
        subject = dialect.lowered(self._terms.of(of), of.type)
        text = _bindable(condition.text, "string", condition.field)
        wanted = dialect.lowered(self._terms.parameters.bind(text), "string")
        test = dialect.matches(condition.how, subject, wanted)
        return _negated(test) if condition.negated else test

    def _typed(
        self, of: Term, field: str, values: Iterable[Scalar], *, exact: bool
    ) -> tuple[Node, Callable[[Scalar], Node]]:
        """Return the field and a binder of values in its type. Plain days are compared with a timestamp's day."""
        subject, type_ = self._terms.equal(of) if exact else self._terms.of(of), of.type
        bind = self._terms.parameters.bind
        if type_ == "timestamp" and all(map(is_day, values)):
            subject, type_ = self._terms.dialect.day_of(subject, type_), "date"
        return subject, lambda value: bind(_bindable(value, type_, field))


def settled(parameters: Iterable[Parameter | Later], values: Sequence[Scalar]) -> tuple[Parameter, ...]:
    """Return the parameters of a statement with `values` in their places. Raises `BadFilterValue`."""
    return tuple(
        typed_value(values[one.place], one.type, one.field) if isinstance(one, Later) else one for one in parameters
    )


def _bindable(value: Scalar, type_: DataType, field: str) -> Parameter | Later:
    return Later(value.place, type_, field) if isinstance(value, Given) else typed_value(value, type_, field)


def typed_value(value: Scalar, type_: DataType, field: str) -> Parameter:
    """Return a plain value in a column's type; raises `BadFilterValue` where it does not fit."""
    try:
        return _CONVERT[type_](value)
    except (KeyError, TypeError, ValueError, InvalidOperation) as fault:
        raise BadFilterValue(value=str(value), field=field, type=type_) from fault


def conjunction(nodes: list[Node]) -> Node:
    """Return all of `nodes`; true when there are none."""
    return _joined(exp.And, nodes) if nodes else exp.Boolean(this=True)


def disjunction(nodes: list[Node]) -> Node:
    """Return any of `nodes`; false when there are none."""
    return _joined(exp.Or, nodes) if nodes else exp.Boolean(this=False)


def _joined(kind: type[exp.Expression], nodes: list[Node]) -> Node:
    result: Node = nodes[0]
    for node in nodes[1:]:
        result = kind(this=tight(result) if not isinstance(result, kind) else result, expression=tight(node))
    return result


def _negated(node: Node) -> Node:
    return exp.Not(this=tight(node))


def _text(value: Scalar) -> Parameter:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _integer(value: Scalar) -> Parameter:
    number = _decimal(value)
    return int(number) if number == number.to_integral_value() else number


def _decimal(value: Scalar) -> Decimal:
    if isinstance(value, bool):
        raise TypeError
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError
    return number


def _boolean(value: Scalar) -> Parameter:
    if isinstance(value, bool):
        return value
    return {"true": True, "1": True, "false": False, "0": False}[str(value).lower()]


def _date(value: Scalar) -> Parameter:
    return date.fromisoformat(str(value))


def _timestamp(value: Scalar) -> Parameter:
    return datetime.fromisoformat(str(value)).replace(tzinfo=None)


_CONVERT: Final[dict[DataType, Callable[[Scalar], Parameter]]] = {
    "string": _text,
    "integer": _integer,
    "decimal": _decimal,
    "float": lambda value: float(_decimal(value)),
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
}
