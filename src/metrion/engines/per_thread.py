"""Connections of a driver that one thread may use at a time: each thread has its own."""

from __future__ import annotations

from threading import Lock, local
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable


class Closable(Protocol):
    """A connection."""

    def close(self) -> None:
        """Close it."""
        ...


C = TypeVar("C", bound=Closable)


class PerThread(Generic[C]):
    """Opens a connection when a thread first needs one, and again after it was dropped."""

    def __init__(self, connect: Callable[[], C]) -> None:
        self._connect = connect
        self._own = local()
        self._all: list[C] = []
        self._lock = Lock()

    def get(self) -> C:
        """Return the connection of this thread."""
        known: C | None = getattr(self._own, "connection", None)
        if known is None:
            known = self._own.connection = self._connect()
            with self._lock:
                self._all.append(known)
        return known

    def drop(self) -> None:
        """Close and forget the connection of this thread: it is broken, or a late stop may still hit it."""
        known: C | None = getattr(self._own, "connection", None)
        self._own.connection = None
        if known is not None:
            with self._lock:
                self._all.remove(known)
            known.close()

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            while self._all:
                self._all.pop().close()
