"""Conditions as filters: SQL with references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.sql_text import to_sql
from metrion.semantic.condition import And, Compare, Formula, IsNull, Match, Not, OneOf, Or, PersonValue, RelativeDay
from metrion.semantic.formula.parse import parse_expression

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from metrion.interchange.metricflow.export.addresses import Addresses
    from metrion.semantic.condition import Condition, Scalar
    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.model import Code

_SIGNS: Final[Mapping[str, str]] = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_PATTERNS: Final[Mapping[str, str]] = {"contains": "%{}%", "starts": "{}%", "ends": "%{}"}


def to_filter(condition: Condition, datasets: Sequence[Code], addresses: Addresses) -> str:
    """Return a condition on metrics of these datasets as a filter; raises `NotExpressible`."""
    return _Writer(datasets, addresses).text(condition)


class _Writer:
    """Writes one condition."""

    def __init__(self, datasets: Sequence[Code], addresses: Addresses) -> None:
        self.datasets = datasets
        self.addresses = addresses

    def text(self, condition: Condition) -> str:
        match condition:
            case And(items=items):
                return " AND ".join(self._inner(item) for item in items) or "TRUE"
            case Or(items=items):
                return " OR ".join(self._inner(item) for item in items) or "FALSE"
            case Not(item=item):
                return f"NOT {self._inner(item)}"
            case Formula(formula=formula):
                return self._formula(parse_expression(formula))
            case _:
                return self._test(condition)

    def _inner(self, condition: Condition) -> str:
        text = self.text(condition)
        return f"({text})" if isinstance(condition, (And, Or, Formula)) else text

    def _test(self, condition: Compare | OneOf | IsNull | Match) -> str:
        field = self.addresses.reference(condition.field, self.datasets)
        match condition:
            case Compare(op="eq", value=True):
                return field
            case Compare(op=op, value=value):
                return f"{field} {_SIGNS[op]} {_value(value)}"
            case OneOf(values=PersonValue()):
                raise _personal()
            case OneOf(values=values, negated=negated):
                listed = ", ".join(_value(value) for value in values if not isinstance(value, tuple))
                return f"{field} {'NOT IN' if negated else 'IN'} ({listed})"
            case IsNull(negated=negated):
                return f"{field} IS {'NOT ' if negated else ''}NULL"
            case Match(how=how, text=text, negated=negated):
                pattern = _PATTERNS[how].format(text.lower().replace("'", "''"))
                return f"LOWER({field}) {'NOT LIKE' if negated else 'LIKE'} '{pattern}'"

    def _formula(self, expression: Expression) -> str:
        """Write a formula; a field that is cut to a period becomes a reference with that grain."""
        return to_sql(
            expression,
            lambda name: self.addresses.reference(name.value, self.datasets),
            lambda name, grain: self.addresses.reference(name.value, self.datasets, grain),
        )


def _value(value: Scalar | PersonValue | RelativeDay) -> str:
    if isinstance(value, PersonValue):
        raise _personal()
    if isinstance(value, RelativeDay):
        return f"CURRENT_DATE + {value.today}"
    if isinstance(value, bool):
        return str(value).upper()
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def _personal() -> NotExpressible:
    return NotExpressible(zh="取自提问人的值", en="a value taken from the person who asks")
