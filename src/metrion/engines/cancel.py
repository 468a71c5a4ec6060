"""Stopping a running query: by its caller through a token, by the clock through a watchdog."""

from __future__ import annotations

import heapq
import itertools
from contextlib import contextmanager
from threading import Condition, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class CancelToken:
    """Given to a query by its caller; `cancel` stops it from any thread, also before it has started."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._cancelled = False
        self._stop: Callable[[], None] | None = None

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled

    def cancel(self) -> None:
        """Stop the query, or keep it from starting. Harmless when it has ended."""
        with self._lock:
            self._cancelled = True
            if self._stop is not None:
                self._stop()

    @contextmanager
    def stopping(self, stop: Callable[[], None]) -> Iterator[None]:
        """Call `stop` if the token is cancelled inside the block, and never after it."""
        with self._lock:
            self._stop = stop
        try:
            yield
        finally:
            with self._lock:
                self._stop = None


_AGAIN: Final = 0.05
"""Seconds between two calls while a block goes on: an interrupt just before a query starts is lost."""


class Watchdog:
    """One thread that stops what runs too long; a thread for each query would cost more than the query."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._deadlines: list[tuple[float, int]] = []
        self._stops: dict[int, Callable[[], None]] = {}
        self._numbers = itertools.count()
        self._thread: Thread | None = None

    @contextmanager
    def watching(self, seconds: float, stop: Callable[[], None]) -> Iterator[Callable[[], None]]:
        """Call `stop`, again and again, from `seconds` on until the block ends, and never after it.

        Yields a function that brings this moment forward to now.
        """
        number = next(self._numbers)
        with self._changed:
            self._stops[number] = stop
            self._add(monotonic() + seconds, number)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="query-watchdog", daemon=True)
                self._thread.start()

        def now() -> None:
            with self._changed:
                self._add(monotonic(), number)

        try:
            yield now
        finally:
            with self._changed:
                del self._stops[number]

    def _add(self, deadline: float, number: int) -> None:
        heapq.heappush(self._deadlines, (deadline, number))
        if self._deadlines[0] == (deadline, number):
            self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while True:
                while self._deadlines and self._deadlines[0][1] not in self._stops:
                    heapq.heappop(self._deadlines)
                left = self._deadlines[0][0] - monotonic() if self._deadlines else None
                if left is None or left > 0:
                    self._changed.wait(left)
                    continue
                _, number = heapq.heappop(self._deadlines)
                self._stops[number]()
                heapq.heappush(self._deadlines, (monotonic() + _AGAIN, number))
