"""Delta tables under one folder: write, read, travel in time.

A write is one Delta commit: the log entry appears at once and whole, so a reader sees the version
before or the version after. A process killed before the commit leaves Parquet files that no log
entry names; nothing reads them. Versions are never vacuumed: a receipt can always be computed again.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import unquote

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError

from metrion.lake.errors import BadTableName, LakeFault, SchemaDiffers, StorageFull, TableBusy, no_table, no_version
from metrion.lake.locks import held
from metrion.lake.sorting import sorted_reader
from metrion.lake.types import kept_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

WriteMode = Literal["replace", "append"]

_LOG: Final = "_delta_log"
_CONFIGURATION: Final[Mapping[str, str | None]] = {
    "delta.enableExpiredLogCleanup": "false",
    "delta.logRetentionDuration": "interval 36500 days",
}
_ROW_GROUP: Final = 122_880
"""Rows in a Parquet row group: the size of DuckDB's own, so that each thread gets whole groups."""
_FILE_BYTES: Final = 256 * 2**20
_KEPT_SNAPSHOTS: Final = 512
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")


@dataclass(frozen=True)
class Snapshot:
    """One version of one table: immutable, so it can be cached and shared between threads."""

    table: str
    version: int
    committed_at: datetime
    schema: pa.Schema
    files: tuple[str, ...]
    rows: int
    size: int
    """Bytes of the Parquet files."""


@dataclass(frozen=True)
class Commit:
    """One entry of a table's history. `rows` is the table's row count after it; `info` is the writer's."""

    version: int
    committed_at: datetime
    mode: WriteMode
    rows_added: int
    rows: int
    info: Mapping[str, str] = field(default_factory=dict)


class Lake:
    """All tables of one folder. Safe for many threads and processes."""

    def __init__(self, path: Path, *, memory: str = "1GB") -> None:
        self.path = path.absolute()
        self._memory = memory
        self._lock = Lock()
        self._newest: dict[str, Snapshot] = {}
        self._older: dict[tuple[str, int], Snapshot] = {}

    def tables(self) -> list[str]:
        """Return the names of all tables, sorted."""
        if not self.path.exists():
            return []
        return sorted(entry.name for entry in os.scandir(self.path) if self._has_commit(entry.name))

    def exists(self, table: str) -> bool:
        """Tell whether the table has a committed version."""
        return self._has_commit(table)

    def snapshot_or_none(self, table: str) -> Snapshot | None:
        """Return the newest version of a table, or None while it has none."""
        known = self._newest.get(table)
        if known is not None and self._is_newest(known):
            return known
        return self._newest_snapshot(table) if self._has_commit(table) else None

    def snapshot(self, table: str, version: int | None = None) -> Snapshot:
        """Return the newest version of a table, or the one asked for; raises `NotFound`.

        Costs two file checks while nothing was committed, by this process or another.
        """
        newest = self._newest_snapshot(table)
        if version is None or version == newest.version:
            return newest
        if not 0 <= version < newest.version:
            raise no_version(table, version)
        known = self._older.get((table, version))
        if known is None:
            try:
                known = self._read(table, version)
            except DeltaError as fault:  # somebody has cleaned up behind our back
                raise no_version(table, version) from fault
            with self._lock:
                self._older[table, version] = known
                while len(self._older) > _KEPT_SNAPSHOTS:
                    self._older.pop(next(iter(self._older)))
        return known

    def history(self, table: str) -> list[Commit]:
        """Return all commits of a table, newest first."""
        self._newest_snapshot(table)
        commits: list[Commit] = []
        rows = 0
        for entry in reversed(DeltaTable(self._folder(table)).history()):
            mode: WriteMode = "append" if entry.get("operationParameters", {}).get("mode") == "Append" else "replace"
            added = int(entry.get("operationMetrics", {}).get("num_added_rows", 0))
            rows = rows + added if mode == "append" else added
            commits.append(Commit(entry["version"], _instant(entry["timestamp"]), mode, added, rows, _info(entry)))
        return commits[::-1]

    def write(
        self,
        table: str,
        reader: pa.RecordBatchReader,
        mode: WriteMode = "replace",
        commit_info: Mapping[str, str] | None = None,
        *,
        sort_by: Sequence[str] = (),
        check: Callable[[Snapshot | None], None] | None = None,
    ) -> Snapshot:
        """Write the rows of `reader` as one new version and return it, when it is safe on disk.

        `replace` makes the rows and columns of the table those of the reader; `append` adds rows of
        the same columns. `sort_by` orders the rows on disk, so that readers skip what they do not need.
        `check` is called with the version that the new one follows, while no other writer can come
        between; what it raises leaves the table as it is. Raises `SchemaDiffers`, `UnsupportedType`,
        `TableBusy`, `StorageFull`, `LakeFault`.
        """
        if not _NAME.match(table):
            raise BadTableName(table=table)
        schema = kept_schema(reader.schema)
        with held(self.path / ".locks" / table, busy=TableBusy(table=table)):
            before = self._newest_snapshot(table) if self._has_commit(table) else None
            if before is not None and mode == "append":
                _same_columns(table, before.schema, schema)
                schema = before.schema
            if check is not None:
                check(before)
            if sort_by:
                reader = sorted_reader(reader, sort_by, memory=self._memory, spill=self.path / ".spill")
            self._commit(table, _as_kept(reader, schema), mode, commit_info or {})
            after = self._newest_snapshot(table)
            self._make_durable(table, after, before)
        return after

    def _commit(
        self, table: str, reader: pa.RecordBatchReader, mode: WriteMode, commit_info: Mapping[str, str]
    ) -> None:
        self._folder(table).mkdir(parents=True, exist_ok=True)
        try:
            write_deltalake(
                self._folder(table),
                reader,
                mode="overwrite" if mode == "replace" else "append",
                schema_mode="overwrite" if mode == "replace" else None,
                name=table,
                configuration=_CONFIGURATION,
                target_file_size=_FILE_BYTES,
                writer_properties=WriterProperties(
                    compression="ZSTD", compression_level=1, max_row_group_size=_ROW_GROUP
                ),
                commit_properties=CommitProperties(custom_metadata=dict(commit_info)),
            )
        except CommitFailedError as fault:
            raise TableBusy(table=table) from fault
        except (DeltaError, OSError) as fault:
            raise (StorageFull() if "No space left" in str(fault) else LakeFault()) from fault

    def _make_durable(self, table: str, after: Snapshot, before: Snapshot | None) -> None:
        """Flush what the commit rests on, so that a version is acknowledged only when a power cut keeps it."""
        folder = self._folder(table)
        fresh = set(after.files) - set(before.files if before else ())
        for path in (*map(Path, fresh), self._log_file(table, after.version), folder / _LOG, folder, self.path):
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def _newest_snapshot(self, table: str) -> Snapshot:
        known = self._newest.get(table)
        if known is not None and self._is_newest(known):
            return known
        if not self._has_commit(table):
            raise no_table(table)
        fresh = self._read(table, None)
        with self._lock:
            known = self._newest.get(table)
            if known is None or known.version < fresh.version or not self._log_file(table, known.version).exists():
                self._newest[table] = fresh
        return fresh

    def _is_newest(self, known: Snapshot) -> bool:
        # As text: every question asks this of every table it may read, and a path takes longer than its check.
        log = f"{self.path}/{known.table}/{_LOG}/"
        this, following = f"{log}{known.version:020}.json", f"{log}{known.version + 1:020}.json"
        return os.path.exists(this) and not os.path.exists(following)  # noqa: PTH110 - see above

    def _read(self, table: str, version: int | None) -> Snapshot:
        delta = DeltaTable(self._folder(table), version=version)
        files = pa.table(delta.get_add_actions(flatten=True)).select(["path", "num_records", "size_bytes"]).to_pydict()
        return Snapshot(
            table=table,
            version=delta.version(),
            committed_at=_instant(delta.history(1)[0]["timestamp"]),
            schema=pa.schema(delta.schema().to_arrow()),
            files=tuple(sorted(str(self._folder(table) / unquote(path)) for path in files["path"])),
            rows=sum(files["num_records"]),
            size=sum(files["size_bytes"]),
        )

    def _folder(self, table: str) -> Path:
        return self.path / table

    def _log_file(self, table: str, version: int) -> Path:
        return self.path / table / _LOG / f"{version:020}.json"

    def _has_commit(self, table: str) -> bool:
        return _NAME.match(table) is not None and self._log_file(table, 0).exists()


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


_OWN_KEYS: Final = frozenset(
    {"timestamp", "operation", "operationParameters", "engineInfo", "clientVersion", "operationMetrics", "version"}
)


def _info(entry: Mapping[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in entry.items() if key not in _OWN_KEYS}


def _same_columns(table: str, old: pa.Schema, new: pa.Schema) -> None:
    missing = [name for name in old.names if name not in new.names]
    extra = [name for name in new.names if name not in old.names]
    changed = [name for name in new.names if name in old.names and new.field(name).type != old.field(name).type]
    if missing or extra or changed:
        raise SchemaDiffers(table=table, missing=missing or ["-"], extra=extra or ["-"], changed=changed or ["-"])


def _as_kept(reader: pa.RecordBatchReader, schema: pa.Schema) -> pa.RecordBatchReader:
    """Return the same rows in the columns and types of `schema`."""
    if reader.schema.equals(schema):
        return reader
    return pa.RecordBatchReader.from_batches(schema, (_cast(batch, schema) for batch in reader))


def _cast(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [batch.column(each.name).cast(each.type) for each in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
