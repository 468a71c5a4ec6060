"""One field of a definition: what it is called, and what a change of it really does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.base.text import Text

if TYPE_CHECKING:
    from metrion.governance.diff import Difference
    from metrion.governance.schemas import ChangeClass


@dataclass(frozen=True, slots=True)
class Field:
    """Name of a field, and the class of a change: `changed` also serves what has no class of its own.

    For lists of plain values, `grown` applies when members were only added.
    """

    label: Text
    changed: ChangeClass
    added: ChangeClass | None = None
    removed: ChangeClass | None = None
    grown: ChangeClass | None = None

    def class_of(self, difference: Difference) -> ChangeClass:
        """Return the class of one difference in this field."""
        if self.grown is not None and _only_grown(difference):
            return self.grown
        own = {"added": self.added, "removed": self.removed, "changed": None}[difference.kind]
        return own or self.changed


def _only_grown(difference: Difference) -> bool:
    old, new = difference.old, difference.new
    if not isinstance(old, list):
        return False
    return new is None or (isinstance(new, list) and all(item in new for item in old))


def field(
    zh: str,
    en: str,
    changed: ChangeClass,
    *,
    added: ChangeClass | None = None,
    removed: ChangeClass | None = None,
    grown: ChangeClass | None = None,
) -> Field:
    """Return a field with its name in both languages."""
    return Field(Text(zh=zh, en=en), changed, added, removed, grown)
