"""The shape of an entry of the function catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Literal

from metrion.semantic.formula.dialects import DIALECTS
from metrion.semantic.formula.nodes import Node
from metrion.semantic.formula.types import ValueType, common_type

if TYPE_CHECKING:
    from metrion.base.text import Text
    from metrion.semantic.formula.dialects import Dialect, Give
    from metrion.semantic.model import DataType

Wanted = Literal["number", "integer", "string", "day", "timestamp", "boolean", "any", "same"]
"""`day` is a date or a timestamp; all `same` arguments of one call need a common type."""

ZeroDivision = Literal["null", "zero", "error"]
UnitRule = Literal["keep", "first", "ratio", "pure", "divide", "root", "power", "convert", "none"]
"""What a metric formula's units do in a call.

keep: the `same` and number arguments agree, the result too. first: that of the first, the others are
plain numbers. ratio: takes and gives a ratio. pure: takes anything, gives a ratio. none: not a number.
"""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `choices`, `bounds`, `constant_text` and `unit` mean that the argument must be a constant."""

    name: str
    wanted: Wanted
    optional: bool = False
    many: bool = False
    choices: tuple[str, ...] = ()
    bounds: tuple[int, int] | None = None
    constant_text: bool = False
    unit: bool = False

    @property
    def constant(self) -> bool:
        """Tell whether only a literal may stand here."""
        return self.absorbed or self.bounds is not None or self.constant_text

    @property
    def absorbed(self) -> bool:
        """Tell whether the text decides what is built and is no part of it: a unit, one of the choices."""
        return bool(self.choices) or self.unit


@dataclass(slots=True)
class Site:
    """One call that is being translated: its translated arguments, their types, its literals.

    `use` hands out an argument; a second use is a copy, counted against the budget of the formula so
    that nested calls cannot grow without bound.
    """

    nodes: tuple[Node, ...]
    types: tuple[ValueType, ...]
    literals: tuple[Decimal | str | None, ...]
    zero_division: ZeroDivision
    duplicate: Callable[[Node], Node]
    _used: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.nodes)

    def has(self, position: int) -> bool:
        """Tell whether an optional argument was given."""
        return position < len(self.nodes)

    def use(self, position: int) -> Node:
        """Return the argument's node; each time another object."""
        node = self.nodes[position]
        if position in self._used:
            return self.duplicate(node)
        self._used.add(position)
        return node

    def give(self, position: int) -> Give:
        """Return what hands out an argument as often as it is called."""
        return partial(self.use, position)

    def count(self, position: int) -> int:
        """Return a literal integer argument."""
        value = self.literals[position]
        return int(value) if isinstance(value, Decimal) else 0

    def word(self, position: int) -> str:
        """Return a literal text argument."""
        value = self.literals[position]
        return value if isinstance(value, str) else ""


Build = Callable[[Site], Node]


@dataclass(frozen=True, slots=True)
class Example:
    """A formula without names and the value it has on every engine."""

    formula: str
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Function:
    """One allowed function.

    `nulls`: `any` null argument gives null, nulls are `skip`ped, or the function has its `own` way.
    """

    name: str
    group: Literal["number", "logic", "text", "date", "convert"]
    parameters: tuple[Parameter, ...]
    returns: DataType | Literal["same", "first"]
    doc: Text
    example: Example
    builders: Mapping[str, Build]
    nulls: Literal["any", "skip", "own"] = "any"
    units: UnitRule = "none"

    @property
    def in_metrics(self) -> bool:
        """Tell whether metric formulas may use it; row expressions may use all."""
        return self.units != "none"

    @property
    def signature(self) -> str:
        """Return the call as documentation shows it: `round(x, [digits])`."""
        parts = [
            f"[{parameter.name}]" if parameter.optional else parameter.name + (", …" if parameter.many else "")
            for parameter in self.parameters
        ]
        return f"{self.name}({', '.join(parts)})"

    def parameter(self, position: int) -> Parameter | None:
        """Return the parameter of an argument's position, or None beyond the last."""
        if position < len(self.parameters):
            return self.parameters[position]
        last = self.parameters[-1]
        return last if last.many else None

    def result(self, types: tuple[ValueType, ...]) -> ValueType:
        """Return the type of a call with these argument types."""
        if self.returns == "first":
            return types[0] if types else "unknown"
        if self.returns != "same":
            return self.returns
        same = [
            kind
            for position, kind in enumerate(types)
            if (parameter := self.parameter(position)) is not None and parameter.wanted in {"same", "number"}
        ]
        return common_type(same) or "unknown"


def everywhere(build: Callable[[Dialect, Site], Node]) -> Mapping[str, Build]:
    """Build with the blocks of each engine."""
    return {name: partial(build, dialect) for name, dialect in DIALECTS.items()}
