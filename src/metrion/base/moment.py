"""One moment of a request that only reads: what tells whether anything has changed is asked once."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

_read: Final[ContextVar[dict[str, object] | None]] = ContextVar("metrion_moment", default=None)


@contextmanager
def one_moment() -> Iterator[None]:
    """Let the block see one state of definitions, people and policies. It must not change them itself."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def in_moment(name: str, read: Callable[[], T]) -> T:
    """Return what `read` gave in this moment; outside of one, what it gives now."""
    known = _read.get()
    if known is None:
        return read()
    if name not in known:
        known[name] = read()
    return cast("T", known[name])
