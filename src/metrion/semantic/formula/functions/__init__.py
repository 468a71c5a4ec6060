"""The catalogue of allowed functions. What is not here cannot be called."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from metrion.semantic.formula.dialects import DIALECTS
from metrion.semantic.formula.functions.conversions import CONVERSIONS
from metrion.semantic.formula.functions.dates import DATES
from metrion.semantic.formula.functions.logic import LOGIC
from metrion.semantic.formula.functions.numbers import NUMBERS
from metrion.semantic.formula.functions.spec import Function, ZeroDivision
from metrion.semantic.formula.functions.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping

FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {function.name: function for function in (*LOGIC, *NUMBERS, *TEXTS, *DATES, *CONVERSIONS)}
)

__all__ = ["DIALECTS", "FUNCTIONS", "Function", "ZeroDivision"]
