"""Which unit the parts of a metric formula yield: added it must agree, multiplied it is composed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metrion.base.text import Text
from metrion.semantic.formula.arguments import wanted_kinds
from metrion.semantic.formula.ast import Number, String
from metrion.semantic.formula.errors import UnitMismatch
from metrion.semantic.units import RATIO, MixedScales, Unit, UnknownUnit, parse_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metrion.semantic.formula.ast import Call, Span
    from metrion.semantic.formula.functions.spec import Function
    from metrion.semantic.formula.notes import Notes
    from metrion.semantic.formula.types import Typed


class UnitRules:
    """Units of the parts of one formula; what does not fit is noted."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def agreed(self, operation: str, span: Span, values: Iterable[Typed]) -> Unit | None:
        """Return the one unit of all values; constants take it, other units are refused."""
        result: Unit | None = None
        for value in values:
            if value.unit is None or value.type in {"null", "unknown"}:
                continue
            if result is None:
                result = value.unit
            elif result != value.unit:
                self._notes.refuse_units(operation, span, result, value.unit)
                return None
        return result

    def composed(self, operation: str, span: Span, left: Unit | None, right: Unit | None) -> Unit | None:
        """Return the unit of a product or a quotient."""
        if left is None and right is None:
            return None
        try:
            return (left or RATIO) * (right or RATIO) if operation == "*" else (left or RATIO) / (right or RATIO)
        except MixedScales as fault:
            self._notes.refuse_scale(operation, span, fault.left, fault.right)
            return None

    def of_call(self, function: Function, call: Call, values: Sequence[Typed]) -> Unit | None:
        """Return the unit that a function yields."""
        rule, first, span = function.units, values[0], call.span
        match rule:
            case "keep":
                return self.agreed(
                    function.name,
                    span,
                    [
                        value
                        for value, kind in zip(values, wanted_kinds(function, len(values)), strict=True)
                        if kind == "same"
                    ],
                )
            case "ratio" | "pure":
                if rule == "ratio":
                    self._notes.plain(first, call.arguments[0].span, function.name)
                return RATIO
            case "divide":
                unit = self.composed("/", span, first.unit, values[1].unit)
                return self.agreed(function.name, span, [replace(first, unit=unit or RATIO), *values[2:]])
            case "root" | "power":
                return self._raised(function, call, values)
            case "convert":
                return self._converted(function, call, first)
            case _:
                for value, written in zip(values[1:], call.arguments[1:], strict=True):
                    self._notes.plain(value, written.span, function.name)
                return first.unit

    def _raised(self, function: Function, call: Call, values: Sequence[Typed]) -> Unit | None:
        unit = values[0].unit
        if unit is None or unit.is_ratio:
            return RATIO
        result: Unit | None = None
        if function.units == "root":
            result = unit.root()
        elif isinstance(exponent := call.arguments[1], Number) and exponent.value in {1, 2, 3}:
            result = unit.power(int(exponent.value))
        if result is None:
            self._notes.plain(values[0], call.arguments[0].span, function.name)
        return result

    def _converted(self, function: Function, call: Call, value: Typed) -> Unit | None:
        units = []
        for written in call.arguments[1:3]:
            try:
                units.append(parse_unit(written.value if isinstance(written, String) else ""))
            except UnknownUnit as fault:
                problem = Text(zh=fault.render("zh")["title"], en=fault.render("en")["title"])
                self._notes.refuse_arguments(
                    written.span, function, Text(zh=problem.zh.rstrip("。"), en=problem.en.rstrip("."))
                )
                return None
        source, target = units
        if not source.same_kind(target):
            self._notes.faults.append(UnitMismatch(call.span, function.name, source.shown, target.shown))
        elif value.unit is not None and value.unit != source:
            shown = value.unit.shown
            advice = Text(zh=f"x 的单位是{shown.zh}。", en=f"The unit of x is {shown.en}.")
            self._notes.faults.append(
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
