"""The embedded engine: DuckDB over the Parquet files of lake snapshots, in memory and locked.

The database may read the lake's folder and nothing else, loads no extension, and its configuration
cannot be changed again. Every thread has a cursor of its own. A snapshot is read under a name of its own.
"""

from __future__ import annotations

import logging
import warnings
from contextlib import ExitStack
from functools import lru_cache
from threading import local
from typing import TYPE_CHECKING, Final

import duckdb
import pyarrow as pa

from metrion.base.canonical import digest
from metrion.engines.cancel import CancelToken, Watchdog
from metrion.engines.errors import (
    DivisionByZero,
    EngineFault,
    NumberOutOfRange,
    QueryCancelled,
    QueryTimeout,
    QueryTooLarge,
)
from metrion.engines.views import Views

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from metrion.base.errors import MetrionError
    from metrion.engines.engine import Parameter
    from metrion.lake import Lake, Snapshot

_ZERO_DIVISION: Final = "division by zero"
"""What compiled SQL gives to `error()` where a metric forbids division by zero."""

_KEPT_STATEMENTS: Final = 256
"""Parsed statements: questions of one shape differ in their parameters only."""

_log = logging.getLogger(__name__)

# DuckDB advises `sql()` to save one copy of the rows. It binds each statement twice, which costs 0.6 ms of a
# query of 2.4 ms; the copy of an answer that people can read costs nothing that can be measured.
warnings.filterwarnings("ignore", message="Arrow output on a DB-API result", category=UserWarning)


class DuckEngine:
    """Runs compiled SQL on snapshots of one lake. Safe for many threads."""

    def __init__(
        self,
        lake: Lake,
        *,
        memory: str = "2GB",
        copy_bytes: int = 0,
        threads: int | None = None,
        timeout: float = 30.0,
    ) -> None:
        """Open a database with `memory` in all, of which `copy_bytes` at most hold copies of data versions."""
        self.lake = lake
        self._timeout = timeout
        self._connection = _locked_database(lake.path, memory, threads)
        self._cursors = local()
        self._watchdog = Watchdog()
        self._parsed = lru_cache(_KEPT_STATEMENTS)(lambda sql: _only_select(self._cursor(), sql))
        self._views = Views(self._connection, copy_bytes)

    def describe(self) -> str:
        """Return name and version of the engine, for receipts."""
        return f"DuckDB {duckdb.__version__}"

    def table_name(self, snapshot: Snapshot) -> str:
        """Return the name under which SQL reads this snapshot: table, two underscores, `v` and version."""
        name = f"{snapshot.table}__v{snapshot.version}"
        return self._views.named(name, lambda: _view(snapshot), snapshot.size if snapshot.files else 0)

    def unmoved_name(self, old: Snapshot, new: Snapshot, key: Sequence[str], columns: Sequence[str]) -> str:
        """Return the name under which SQL reads the rows of `old` that `new` does not have with other `columns`.

        Rows are matched by `key`, which both versions have, as they have `columns`, in the same types.
        """
        kept = digest([list(key), list(columns)])[:16]
        name = f"{old.table}__v{old.version}_unmoved_v{new.version}_{kept}"
        return self._views.named(name, lambda: _unmoved(old, new, key, columns))

    def settled(self) -> dict[str, int]:
        """Wait until wanted copies of versions are made, and return name -> bytes in memory; for measurements."""
        return self._views.settled()

    def run(
        self,
        sql: str,
        parameters: Sequence[Parameter] = (),
        *,
        timeout: float | None = None,
        cancel: CancelToken | None = None,
    ) -> pa.Table:
        """Run one SELECT and return its whole answer.

        Raises `QueryTimeout` after `timeout` seconds (default: the engine's), `QueryCancelled`,
        `QueryTooLarge`, `DivisionByZero`, `NumberOutOfRange`, or `EngineFault`.
        """
        seconds = self._timeout if timeout is None else timeout
        cursor = self._cursor()
        try:
            statement = self._parsed(sql)
            with ExitStack() as stack:
                stop_now = stack.enter_context(self._watchdog.watching(seconds, cursor.interrupt))
                if cancel is not None:
                    stack.enter_context(cancel.stopping(stop_now))
                if cancel is not None and cancel.cancelled:
                    raise QueryCancelled
                answer: pa.Table = cursor.execute(statement, list(parameters)).to_arrow_table()
        except duckdb.Error as fault:
            raise _refusal(fault, seconds, cancel) from fault
        return answer

    def close(self) -> None:
        """Free the database. No query may run after it."""
        self._views.close()
        self._connection.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        known: duckdb.DuckDBPyConnection | None = getattr(self._cursors, "cursor", None)
        if known is None:
            known = self._cursors.cursor = self._connection.cursor()
        return known


def _locked_database(folder: Path, memory: str, threads: int | None) -> duckdb.DuckDBPyConnection:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    spill = folder / ".spill"
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "python_enable_replacements": "false",
            **({"threads": str(threads)} if threads else {}),
        },
    )
    for setting in (
        f"SET allowed_directories = ['{_literal(folder)}/']",
        "SET parquet_metadata_cache = true",
        "SET validate_external_file_cache = 'NO_VALIDATION'",  # the files of a version never change
        "SET TimeZone = 'UTC'",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        connection.execute(setting)
    return connection


def _literal(value: object) -> str:
    return str(value).replace("'", "''")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _view(snapshot: Snapshot) -> str:
    if snapshot.files:
        files = ", ".join(f"'{_literal(path)}'" for path in snapshot.files)
        return f"SELECT * FROM read_parquet([{files}])"
    empty = ", ".join(f"CAST(NULL AS {_duck_type(each.type)}) AS {_quoted(each.name)}" for each in snapshot.schema)
    return f"SELECT {empty} WHERE false"


def _unmoved(old: Snapshot, new: Snapshot, key: Sequence[str], columns: Sequence[str]) -> str:
    same = " AND ".join(f"now.{_quoted(name)} = past.{_quoted(name)}" for name in key)
    moved = " OR ".join(f"now.{_quoted(name)} IS DISTINCT FROM past.{_quoted(name)}" for name in columns)
    return (
        f"SELECT past.* FROM ({_view(old)}) AS past "
        f"WHERE NOT EXISTS (SELECT 1 FROM ({_view(new)}) AS now WHERE {same} AND ({moved}))"
    )


def _duck_type(arrow: pa.DataType) -> str:
    if pa.types.is_decimal(arrow):
        return f"DECIMAL({arrow.precision}, {arrow.scale})"
    return {
        pa.string(): "VARCHAR",
        pa.int64(): "BIGINT",
        pa.float64(): "DOUBLE",
        pa.bool_(): "BOOLEAN",
        pa.date32(): "DATE",
        pa.timestamp("us"): "TIMESTAMP",
    }[arrow]


def _only_select(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """Return the parsed statement; refuse whatever is not exactly one SELECT (the folder is writable)."""
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        _log.error("refused to run what is not one SELECT")
        raise EngineFault
    return statements[0]


def _refusal(fault: duckdb.Error, seconds: float, cancel: CancelToken | None) -> MetrionError:
    if isinstance(fault, duckdb.InterruptException):
        return QueryCancelled() if cancel is not None and cancel.cancelled else QueryTimeout(seconds=seconds)
    if isinstance(fault, duckdb.OutOfMemoryException):
        return QueryTooLarge()
    if isinstance(fault, duckdb.InvalidInputException) and _ZERO_DIVISION in str(fault):
        return DivisionByZero()
    if isinstance(fault, (duckdb.OutOfRangeException, duckdb.ConversionException)):
        return NumberOutOfRange()
    _log.error("the engine refused a query", exc_info=fault)
    return EngineFault()
