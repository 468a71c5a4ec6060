"""Tables of an exam out of CSV files, typed, in a DuckDB of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NULL = "\\N"
"""How NULL is written in the files."""


def csv_tables(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection with every table of `schema.json` filled from `data/`, in the schema `s`."""
    described: Mapping[str, Mapping[str, list[list[str]]]] = orjson.loads((folder / "schema.json").read_bytes())
    connection = duckdb.connect()
    connection.execute("create schema s")
    for name, table in described.items():
        columns = ", ".join(f'"{column}" {kind}' for column, kind in table["columns"])
        connection.execute(f'create table s."{name}" ({columns})')
        file = folder / "data" / f"{name}.csv"
        if file.is_file():
            connection.execute(
                f'insert into s."{name}" select * from read_csv(?, header=true, all_varchar=true, nullstr=?)',
                [str(file), NULL],
            )
    return connection
