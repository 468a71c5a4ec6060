"""Over what the values of a metric may be added up: over everything, over everything but time, over nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from metrion.semantic.formula.ast import Binary, Name, Number, Unary
from metrion.semantic.frame import parsed_formula
from metrion.semantic.model import (
    Atomic,
    Composite,
    Conversion,
    Derived,
    Difference,
    Growth,
    Inherited,
    Nested,
    Operand,
    Period,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.formula.ast import Expression
    from metrion.semantic.model import Code, Measure

Additivity = Literal["additive", "semi_additive", "non_additive"]
_STRENGTH: Final[dict[Additivity, int]] = {"additive": 0, "semi_additive": 1, "non_additive": 2}


def additivity_of(code: Code, catalogue: Catalogue) -> Additivity:
    """Return over what the values of a sound metric may be added up."""
    metric = catalogue.metric(code)
    definition = metric.definition
    found: Additivity = "non_additive"
    match definition:
        case Atomic(measure=measure):
            found = _of_measure(measure)
        case Derived(base=base, period=period):
            found = _of_operand(Operand(metric=base, period=period), catalogue)
        case Inherited() if metric.extends is not None:
            found = additivity_of(metric.extends.metric, catalogue)
        case Composite(formula=formula, inputs=inputs):
            found = _of_formula(parsed_formula(formula), {one.name: one for one in inputs}, catalogue)
        case Growth(metric=of, shift=shift, result="difference"):
            before = Operand(metric=of, period=Period(shift=shift))
            found = _weaker(additivity_of(of, catalogue), _of_operand(before, catalogue))
        case Difference(metric=of, target=target, result="difference"):
            found = _weaker(additivity_of(of, catalogue), additivity_of(target, catalogue))
        case Conversion(result="count", counts="base"):
            found = "additive"
        case Conversion(result="count" | "value", steps=steps):
            found = additivity_of(steps[-1], catalogue)
        case Nested(aggregation="sum", having=None, without=(), only=None):
            # A sum of sums is the sum of the parts.
            found = additivity_of(definition.base, catalogue)
        case _:
            pass
    return found


def _of_measure(measure: Measure) -> Additivity:
    if measure.aggregation not in {"sum", "count"}:
        return "non_additive"
    return "semi_additive" if measure.semi_additive else "additive"


def _of_operand(operand: Operand, catalogue: Catalogue) -> Additivity:
    below = additivity_of(operand.metric, catalogue)
    return _weaker(below, "semi_additive") if _overlaps(operand.period) else below


def _overlaps(period: Period | None) -> bool:
    """Tell whether a row can count in several periods, or in none: only a shift of rows moves each to one."""
    if period is None or period == Period():
        return False
    return period != Period(shift=period.shift) or (period.shift is not None and period.shift.match == "look_back")


def _of_formula(expression: Expression, inputs: Mapping[str, Operand], catalogue: Catalogue) -> Additivity:
    """Return the additivity of a formula: sums and multiples keep it, nothing else does."""
    match expression:
        case Name(value=name):
            return _of_operand(inputs.get(name, Operand(metric=name)), catalogue)
        case Unary(operator="-", operand=operand):
            return _of_formula(operand, inputs, catalogue)
        case Binary(operator="+" | "-", left=left, right=right):
            return _weaker(_of_formula(left, inputs, catalogue), _of_formula(right, inputs, catalogue))
        case Binary(operator="*", left=Number(), right=right):
            return _of_formula(right, inputs, catalogue)
        case Binary(operator="*" | "/", left=left, right=Number()):
            return _of_formula(left, inputs, catalogue)
        case _:
            return "non_additive"


def _weaker(left: Additivity, right: Additivity) -> Additivity:
    return max(left, right, key=_STRENGTH.__getitem__)
