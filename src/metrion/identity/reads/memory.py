"""Keeps what was read about people and policies for as long as it is true, and not a request longer.

Every request reads the revision of identity (one indexed row); a value made under another revision is
forgotten. So a change counts in every process from its commit on, and an unchanged company costs one
small query instead of four.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar, cast

from django.db import connection

from metrion.base.moment import in_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")

_LIMIT: Final = 20_000
"""Most values kept; beyond that they are read each time."""


@dataclass(frozen=True, slots=True)
class _Memory:
    """What was read under one revision."""

    revision: str
    values: dict[Hashable, object] = field(default_factory=dict)


_memories: Final = [_Memory("")]


def remembered(key: Hashable, read: Callable[[], T]) -> T:
    """Return what `read` gave under the present revision. The value is shared: never change it.

    The revision is read before the value, so a value can only be newer than its revision, never older.
    """
    present = revision()
    if present is None:
        return read()
    memory = _memories[0]
    if memory.revision != present:
        memory = _memories[0] = _Memory(present)
    if key in memory.values:
        return cast("T", memory.values[key])
    value = read()
    if len(memory.values) < _LIMIT:
        memory.values[key] = value
    return value


def revision() -> str | None:
    """Return the present revision of identity, None when nothing was ever written. One small query."""
    return in_moment("identity", _revision)


def _revision() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM identity_revision WHERE id = 1")
        row = cursor.fetchone()
    return None if row is None else str(row[0])
