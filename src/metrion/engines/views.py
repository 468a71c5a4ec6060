"""The names under which SQL reads data versions: views over Parquet files, or over a decoded copy of them.

A version never changes, so neither does what its name means. One that is asked for again and again is decoded
once, into a database in memory of its own, and its view is replaced by one over that copy: the same rows under
the same name, for whoever plans a query from then on. Running queries keep what they began with. Copies are
compressed (about twice the size of the files); the longest unused are given up where the budget is needed for
others, and can always be made again.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Lock
from time import monotonic
from typing import TYPE_CHECKING, Final

import duckdb

if TYPE_CHECKING:
    from collections.abc import Callable

_KEPT_VIEWS: Final = 512
_IDLE_SECONDS: Final = 600.0
"""A view is dropped only when nobody has asked for its name for so long: no planned query loses it."""

_ASKED_OFTEN: Final = 8
"""So many questions make a version worth a copy: decoding costs as much as it saves in some thirty of them."""

_COPY_PER_FILE: Final = 3
"""Bytes of a copy for each byte of its files, at most; what it costs is measured when it is there."""

_PLANNING_SECONDS: Final = 5.0
"""A copy whose view was replaced stays for so long: a query that was being planned may still look for it."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _View:
    files: str
    """The SELECT over the files."""
    file_bytes: int
    used: float
    asked: int = 0
    copied: bool = False


class Views:
    """All names of one database. Safe for many threads; copies are made and given up by one thread of its own."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, copy_bytes: int) -> None:
        self._connection = connection
        self._budget = copy_bytes
        self._views: OrderedDict[str, _View] = OrderedDict()
        self._copies: dict[str, int] = {}
        """Name -> bytes in memory. Only the copying thread reads and writes it."""
        self._lock = Lock()
        self._closing = Event()
        self._copying = ThreadPoolExecutor(1, thread_name_prefix="decoded-copies")

    def named(self, name: str, files: Callable[[], str], file_bytes: int = 0) -> str:
        """Return `name`, under which SQL now reads the SELECT `files`; `file_bytes` is its size, 0 if never copied."""
        with self._lock:
            view = self._views.get(name)
            if view is None:
                view = _View(files(), file_bytes, monotonic())
                self._show(name, view.files)
                self._views[name] = view
            view.used = monotonic()
            view.asked += 1
            self._views.move_to_end(name)
            self._drop_idle()
            worth_it = view.asked == _ASKED_OFTEN and 0 < view.file_bytes * _COPY_PER_FILE <= self._budget
        if worth_it:
            self._copying.submit(self._copy, name, view)
        return name

    def settled(self) -> dict[str, int]:
        """Wait until all wanted copies are made, and return what each takes in memory, bytes."""
        return self._copying.submit(self._copies.copy).result()

    def close(self) -> None:
        """Stop copying. Names are as good as their database from now on."""
        self._closing.set()
        self._copying.shutdown(cancel_futures=True)

    def _show(self, name: str, select: str) -> None:
        self._connection.execute(f'CREATE OR REPLACE VIEW "{name}" AS {select}')

    def _drop_idle(self) -> None:
        while len(self._views) > _KEPT_VIEWS:
            name, view = next(iter(self._views.items()))
            if monotonic() - view.used < _IDLE_SECONDS:
                return
            self._connection.execute(f'DROP VIEW "{name}"')
            del self._views[name]

    def _copy(self, name: str, view: _View) -> None:
        if name not in self._copies:
            self._make_room(view.file_bytes * _COPY_PER_FILE)
            if self._closing.is_set() or not self._decoded(name, view):
                return
        with self._lock:
            if self._views.get(name) is view:
                self._show(name, f'SELECT * FROM "{name}__copy".copied')
                view.copied = True
        self._make_room(0)

    def _decoded(self, name: str, view: _View) -> bool:
        """Decode the files into a database in memory; say whether that worked."""
        cursor = self._connection.cursor()
        before = _held(cursor)
        try:
            cursor.execute(f"ATTACH ':memory:' AS \"{name}__copy\" (COMPRESS)")
            cursor.execute(f'CREATE TABLE "{name}__copy".copied AS {view.files}')
            cursor.execute(f'CHECKPOINT "{name}__copy"')  # compresses it
        except duckdb.Error as fault:
            _log.warning("%s is not copied into memory, its files are read: %s", name, fault)
            self._detach(name)
            return False
        self._copies[name] = max(_held(cursor) - before, view.file_bytes)
        return True

    def _make_room(self, wanted: int) -> None:
        """Give up the copies that were longest unused, until `wanted` bytes more are within the budget."""
        with self._lock:
            used = {name: view.used for name, view in self._views.items() if view.copied}
        given_up = []
        for name in sorted(self._copies, key=lambda each: used.get(each, 0.0)):
            if sum(self._copies.values()) + wanted <= self._budget:
                break
            with self._lock:
                view = self._views.get(name)
                if view is not None and view.copied:
                    self._show(name, view.files)
                    view.copied, view.asked = False, 0
            del self._copies[name]
            given_up.append(name)
        if given_up:
            self._closing.wait(_PLANNING_SECONDS)
        for name in given_up:
            self._detach(name)

    def _detach(self, name: str) -> None:
        self._connection.cursor().execute(f'DETACH DATABASE IF EXISTS "{name}__copy"')


def _held(cursor: duckdb.DuckDBPyConnection) -> int:
    """Return the bytes that tables in memory take."""
    found = cursor.execute("SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'").fetchone()
    return int(found[0]) if found else 0
