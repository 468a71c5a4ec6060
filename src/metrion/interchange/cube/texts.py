"""Joining as SQL does: what is no text is written as one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from metrion.interchange.foreign.build import call
from metrion.interchange.foreign.errors import NotExpressible
from metrion.semantic.formula.ast import Binary, Call, Expression, Name
from metrion.semantic.formula.walk import mapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from metrion.semantic.model import DataType

_PLAIN: Final = frozenset({"integer", "date", "timestamp", "boolean"})
_FRACTIONS: Final = frozenset({"decimal", "float"})


def joined_as_texts(expression: Expression, type_of: Callable[[str], DataType | None]) -> Expression:
    """Return an expression whose joined columns are texts; raises `NotExpressible` where digits are not known."""

    def as_text(part: Expression) -> Expression:
        kind = type_of(part.value) if isinstance(part, Name) else None
        if isinstance(part, Name) and kind in _FRACTIONS:
            raise NotExpressible(
                zh=f"把“{part.value}”连接为文本时的小数位数",
                en=f"the digits of “{part.value}” where it is joined to a text",
            )
        return call("to_text", part) if kind in _PLAIN else mapped(part, change)

    def change(node: Expression) -> Expression:
        match node:
            case Call(function="concat", arguments=arguments):
                return replace(node, arguments=tuple(map(as_text, arguments)))
            case Binary(operator="||", left=left, right=right):
                return replace(node, left=as_text(left), right=as_text(right))
        return node

    return mapped(expression, change)
