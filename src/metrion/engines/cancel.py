"""Stopping a running query: by its caller through a token, by the clock through a watchdog."""

from __future__ import annotations

import heapq
import itertools
from contextlib import contextmanager
from threading import Condition, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING

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


class Watchdog:
    """One thread that calls a function at each deadline; a thread for each query would cost more than it."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._deadlines: list[tuple[float, int]] = []
        self._expire: dict[int, Callable[[], None]] = {}
        self._numbers = itertools.count()
        self._thread: Thread | None = None

    @contextmanager
    def watching(self, seconds: float, expire: Callable[[], None]) -> Iterator[None]:
        """Call `expire` if the block takes longer than `seconds`, and never after it."""
        with self._changed:
            number = next(self._numbers)
            deadline = monotonic() + seconds
            first = not self._deadlines or deadline < self._deadlines[0][0]
            heapq.heappush(self._deadlines, (deadline, number))
            self._expire[number] = expire
            if self._thread is None:
                self._thread = Thread(target=self._run, name="query-watchdog", daemon=True)
                self._thread.start()
            elif first:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._expire.pop(number, None)

    def _run(self) -> None:
        with self._changed:
            while True:
                while self._deadlines and self._deadlines[0][1] not in self._expire:
                    heapq.heappop(self._deadlines)
                left = self._deadlines[0][0] - monotonic() if self._deadlines else None
                if left is None or left > 0:
                    self._changed.wait(left)
                    continue
                self._expire.pop(heapq.heappop(self._deadlines)[1])()
