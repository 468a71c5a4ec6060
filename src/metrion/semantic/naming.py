"""Names given out once: for the columns of an answer, the parts of a statement, the tables that it joins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Names:
    """Gives out names; one that is taken gets a number, with `between` before it."""

    def __init__(self, taken: Iterable[str] = (), *, between: str = "_") -> None:
        self._taken = set(taken)
        self._between = between

    def take(self, wanted: str) -> str:
        """Return `wanted`, or the first free name like it."""
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted}{self._between}{number}", number + 1
        self._taken.add(name)
        return name


@dataclass
class PartNames:
    """Names of the parts of one statement, each once; a space keeps them apart from datasets and tables."""

    of: str = ""
    """The dataset whose rows are planned, where they are themselves an answer."""
    _names: Names = field(default_factory=lambda: Names(between=" "))

    def part(self, wanted: str) -> str:
        """Return a free name like `wanted`."""
        return self._names.take(f"{self.of} {wanted} rows" if self.of else f"{wanted} rows")
