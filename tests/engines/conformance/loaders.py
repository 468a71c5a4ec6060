"""The same tables in each engine, behind the engine's own class and, in a database, an account that only reads."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import psycopg
from sqlglot import exp
from tests.engines.conformance import servers
from tests.engines.conformance.data import PHYSICAL

from metrion.engines.duck import DuckEngine
from metrion.engines.postgres import PostgresEngine
from metrion.lake import Lake
from metrion.lake.types import type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    import pyarrow as pa

    from metrion.engines.engine import Address, Engine

ENGINES: Final = ("duckdb", "postgres", "mysql", "spark", "clickhouse")
"""By dialect. The first two are asked in every run, the others by `make test-engines`."""

Names = tuple[str, ...]
"""Parts of the name of a table: (schema, table), or the name of a view."""

_TYPES: Final = {
    "postgres": {
        "string": "TEXT",
        "integer": "BIGINT",
        "float": "DOUBLE PRECISION",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
    },
    "mysql": {
        "string": "VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
        "integer": "BIGINT",
        "float": "DOUBLE",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "timestamp": "DATETIME(6)",
    },
    "clickhouse": {
        "string": "String",
        "integer": "Int64",
        "float": "Float64",
        "boolean": "Bool",
        "date": "Date32",
        "timestamp": "DateTime64(6)",
    },
}


@dataclass(frozen=True)
class Loaded:
    """An engine and what it calls each table."""

    engine: Engine
    tables: Mapping[str, Names]
    account: Address | None = None
    """Who asks a database: an account that only reads."""
    administer: Callable[[str], object] | None = None
    """Runs a statement in a database as its administrator."""

    def sql(self, code: str, dialect: str) -> str:
        """Return the quoted name of a table."""
        return ".".join(quoted(part, dialect) for part in self.tables[code])


def load(name: str, tables: Mapping[str, pa.Table], folder: Path) -> AbstractContextManager[Loaded]:
    """Give the engine of that dialect with the tables in it."""
    return {
        "duckdb": _duckdb,
        "postgres": _postgres,
        "mysql": _mysql,
        "spark": _spark,
        "clickhouse": _clickhouse,
    }[name](tables, folder)


def quoted(name: str, dialect: str) -> str:
    """Return a name in the dialect's quotes."""
    return exp.to_identifier(name, quoted=True).sql(dialect)


def _columns(table: pa.Table, dialect: str) -> str:
    return ", ".join(f"{quoted(field.name, dialect)} {_type(field.type, dialect)}" for field in table.schema)


def _type(arrow: pa.DataType, dialect: str) -> str:
    kind = type_name(arrow)
    assert kind is not None
    sql = f"DECIMAL({arrow.precision}, {arrow.scale})" if kind == "decimal" else _TYPES[dialect][kind]
    return f"Nullable({sql})" if dialect == "clickhouse" else sql


def _rows(table: pa.Table) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in table.to_pylist()]


@contextmanager
def _duckdb(tables: Mapping[str, pa.Table], folder: Path) -> Iterator[Loaded]:
    lake = Lake(folder / "lake")
    engine = DuckEngine(lake, memory="512MB", threads=2)
    names = {code: (engine.table_name(lake.write(code, table.to_reader())),) for code, table in tables.items()}
    yield Loaded(engine, names)
    engine.close()


@contextmanager
def _spark(tables: Mapping[str, pa.Table], folder: Path) -> Iterator[Loaded]:
    from metrion.engines.spark import SparkEngine  # noqa: PLC0415 - only with the extra

    lake = Lake(folder / "lake")
    with servers.sail() as url:
        engine = SparkEngine(lake, url)
        names = {code: (engine.table_name(lake.write(code, table.to_reader())),) for code, table in tables.items()}
        yield Loaded(engine, names)
        engine.close()


@contextmanager
def _postgres(tables: Mapping[str, pa.Table], _folder: Path) -> Iterator[Loaded]:
    address, name = servers.postgres(), f"metrion_{secrets.token_hex(6)}"
    with psycopg.connect(
        host=address.host,
        port=address.port,
        user=address.user,
        password=address.password or None,
        dbname=address.database,
        autocommit=True,
    ) as admin:
        password = secrets.token_hex(16)
        admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        admin.execute(f"CREATE SCHEMA {name}")
        admin.execute(f"GRANT USAGE ON SCHEMA {name} TO {name}")
        names: dict[str, Names] = {}
        for code, table in tables.items():
            names[code] = (name, PHYSICAL.get(code, code))
            full = ".".join(quoted(part, "postgres") for part in names[code])
            admin.execute(f"CREATE TABLE {full} ({_columns(table, 'postgres')})".encode())
            with admin.cursor() as cursor:
                places = ", ".join(["%s"] * table.num_columns)
                cursor.executemany(f"INSERT INTO {full} VALUES ({places})".encode(), _rows(table))
            admin.execute(f"GRANT SELECT ON {full} TO {name}".encode())
        account = replace(address, user=name, password=password)
        engine = PostgresEngine(account)
        try:
            yield Loaded(engine, names, account, lambda sql: admin.execute(sql.encode()))
        finally:
            engine.close()
            admin.execute(f"DROP SCHEMA {name} CASCADE")
            admin.execute(f"DROP OWNED BY {name}")
            admin.execute(f"DROP ROLE {name}")


@contextmanager
def _mysql(tables: Mapping[str, pa.Table], folder: Path) -> Iterator[Loaded]:
    with servers.mariadb(folder) as address:
        import pymysql  # noqa: PLC0415 - only with the extra

        from metrion.engines.mysql import MySQLEngine  # noqa: PLC0415 - the same

        name, password = f"metrion_{secrets.token_hex(6)}", secrets.token_hex(16)
        with (
            pymysql.connect(
                host=address.host, port=address.port, user=address.user, charset="utf8mb4", autocommit=True
            ) as admin,
            admin.cursor() as cursor,
        ):
            cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
            cursor.execute(f"CREATE USER {name} IDENTIFIED BY '{password}'")
            cursor.execute(f"GRANT SELECT ON {name}.* TO {name}")
            names: dict[str, Names] = {}
            for code, table in tables.items():
                names[code] = (name, PHYSICAL.get(code, code))
                full = ".".join(quoted(part, "mysql") for part in names[code])
                cursor.execute(f"CREATE TABLE {full} ({_columns(table, 'mysql')})")
                if table.num_rows:
                    places = ", ".join(["%s"] * table.num_columns)
                    cursor.executemany(f"INSERT INTO {full} VALUES ({places})", _rows(table))
            account = replace(address, user=name, password=password, database=name)
            engine = MySQLEngine(account)
            try:
                yield Loaded(engine, names, account, cursor.execute)
            finally:
                engine.close()
                cursor.execute(f"DROP DATABASE {name}")
                cursor.execute(f"DROP USER {name}")


@contextmanager
def _clickhouse(tables: Mapping[str, pa.Table], _folder: Path) -> Iterator[Loaded]:
    try:
        import chdb  # noqa: F401, PLC0415 - only with the group
        import clickhouse_connect  # noqa: PLC0415 - only with the extra
    except ImportError:
        servers.missing("chdb")
    from metrion.engines.clickhouse import ClickHouseEngine  # noqa: PLC0415 - the same

    name = f"metrion_{secrets.token_hex(6)}"
    with clickhouse_connect.get_client(interface="chdb") as admin:
        admin.command(f"CREATE DATABASE {name}")
        names: dict[str, Names] = {}
        for code, table in tables.items():
            names[code] = (name, PHYSICAL.get(code, code))
            full = ".".join(quoted(part, "clickhouse") for part in names[code])
            admin.command(f"CREATE TABLE {full} ({_columns(table, 'clickhouse')}) ENGINE = Memory")
            if table.num_rows:
                admin.insert_arrow(full, table)
        engine = ClickHouseEngine(lambda: clickhouse_connect.get_client(interface="chdb"), checked=False)
        try:
            yield Loaded(engine, names)
        finally:
            engine.close()
            admin.command(f"DROP DATABASE {name}")
