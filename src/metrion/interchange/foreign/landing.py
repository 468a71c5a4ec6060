"""What a foreign model does not say and a definition needs: who answers for it, and its name in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.base.text import Text
from metrion.semantic.model import RelationshipDef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metrion.semantic.model import Definition


def landed(definitions: Iterable[Definition], owner: str) -> tuple[Definition, ...]:
    """Return the definitions with an owner where none is named, and one language's name for both."""
    return tuple(_landed(definition, owner) for definition in definitions)


def _landed(definition: Definition, owner: str) -> Definition:
    if isinstance(definition, RelationshipDef):
        return definition
    shown = definition.name.pick() or definition.code
    name = Text(zh=definition.name.zh or shown, en=definition.name.en or shown)
    return definition.model_copy(update={"name": name, "owner": definition.owner or owner})
