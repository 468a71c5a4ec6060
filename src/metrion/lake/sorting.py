"""Rows in order, whatever their number: DuckDB sorts a stream and spills to disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa


def scratch(memory: str, spill: Path) -> duckdb.DuckDBPyConnection:
    """Return a private in-memory database that spills into the folder `spill`."""
    spill.mkdir(mode=0o700, parents=True, exist_ok=True)
    return duckdb.connect(
        ":memory:",
        config={"memory_limit": memory, "temp_directory": str(spill), "autoinstall_known_extensions": "false"},
    )


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def sorted_reader(
    reader: pa.RecordBatchReader, sort_by: Sequence[str], *, memory: str, spill: Path
) -> pa.RecordBatchReader:
    """Return the rows of `reader` ordered by the columns `sort_by`, empty values last."""
    order = ", ".join(quoted(name) for name in sort_by)
    return scratch(memory, spill).from_arrow(reader).order(order).to_arrow_reader()
