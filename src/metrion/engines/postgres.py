"""PostgreSQL through psycopg: a read-only transaction for each question, under an account that only reads."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

import psycopg
import psycopg.conninfo
from psycopg import errors as pg
from psycopg import sql as pgsql

from metrion.engines.answers import Column, from_rows
from metrion.engines.cancel import CancelToken, Watchdog
from metrion.engines.errors import (
    AccountMayWrite,
    DivisionByZero,
    EngineFault,
    EngineUnreachable,
    NumberOutOfRange,
    QueryCancelled,
    QueryTimeout,
    QueryTooLarge,
)
from metrion.engines.outgoing import pinned
from metrion.engines.per_thread import PerThread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from metrion.base.errors import MetrionError
    from metrion.engines.engine import Address, Parameter, Statement
    from metrion.semantic.model import DataType

_TYPES: Final[dict[str, DataType]] = {
    "int2": "integer",
    "int4": "integer",
    "int8": "integer",
    "oid": "integer",
    "float4": "float",
    "float8": "float",
    "numeric": "decimal",
    "bool": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "timestamptz": "timestamp",
    "text": "string",
    "varchar": "string",
    "bpchar": "string",
    "name": "string",
}
_MAY_WRITE: Final = """
SELECT (SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication FROM pg_roles WHERE rolname = current_user)
    OR EXISTS (
        SELECT 1 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
            AND n.nspname NOT LIKE 'pg_toast%' AND n.nspname NOT LIKE 'pg_temp%'
            AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))
"""
_TABLES: Final = """
SELECT n.nspname::text AS "schema", c.relname::text AS "table"
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')
    AND strpos(lower(n.nspname || '.' || c.relname), lower($1::text)) > 0
ORDER BY 1, 2 LIMIT $2
"""
_COLUMNS: Final = """
SELECT a.attname::text AS "column", coalesce(base.typname, t.typname)::text AS "type"
FROM pg_attribute AS a
    JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_type AS t ON t.oid = a.atttypid LEFT JOIN pg_type AS base ON base.oid = t.typbasetype AND t.typtype = 'd'
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
    AND n.nspname = $1 AND c.relname = $2 AND has_column_privilege(c.oid, a.attnum, 'SELECT')
ORDER BY a.attnum
"""
"""A column that the account may not read is not there."""
_CONNECT_SECONDS: Final = 10
_GRACE: Final = 2.0
"""Seconds after which a statement that the server should have stopped is stopped from here."""

_log = logging.getLogger(__name__)


class PostgresEngine:
    """Asks one PostgreSQL database. Safe for many threads."""

    def __init__(
        self,
        address: Address,
        *,
        time_zone: str = "UTC",
        timeout: float = 30.0,
        row_limit: int = 1_000_000,
    ) -> None:
        self._where = address
        self._address = psycopg.conninfo.make_conninfo(
            host=address.host,
            port=address.port,
            user=address.user,
            dbname=address.database,
            password=address.password or None,
            sslmode="verify-full" if address.tls else "prefer",
            connect_timeout=_CONNECT_SECONDS,
            application_name="metrion",
        )
        self._time_zone = time_zone
        self._timeout = timeout
        self._row_limit = row_limit
        self._connections = PerThread(self._connect)
        self._watchdog = Watchdog()

    def describe(self) -> str:
        """Return name and version of the engine, for receipts."""
        version = self._connections.get().info.server_version
        return f"PostgreSQL {version // 10000}.{version % 10000}"

    def run(
        self,
        sql: str,
        parameters: Sequence[Parameter] = (),
        *,
        timeout: float | None = None,
        cancel: CancelToken | None = None,
    ) -> pa.Table:
        """Run one SELECT and return its whole answer. See `Engine`."""
        return self.together([(sql, parameters)], timeout=timeout, cancel=cancel)[0]

    def together(
        self,
        statements: Sequence[Statement],
        *,
        timeout: float | None = None,
        cancel: CancelToken | None = None,
    ) -> list[pa.Table]:
        """Run several SELECTs on one state of the data. See `DatabaseEngine`."""
        seconds = self._timeout if timeout is None else timeout
        if cancel is not None and cancel.cancelled:
            raise QueryCancelled
        connection = self._connections.get()
        try:
            with ExitStack() as stack:
                stop = stack.enter_context(self._watchdog.watching(seconds + _GRACE, connection.cancel))
                if cancel is not None:
                    stack.enter_context(cancel.stopping(stop))
                if cancel is not None and cancel.cancelled:
                    raise QueryCancelled
                answers = self._ask(connection, statements, seconds)
        except psycopg.Error as fault:
            if connection.closed or isinstance(fault, pg.QueryCanceled):
                self._connections.drop()
            raise _refusal(fault, seconds, cancel) from fault
        except QueryTooLarge:
            self._connections.drop()
            raise
        return [from_rows(columns, rows) for columns, rows in answers]

    def tables(self, search: str, limit: int) -> list[tuple[str, ...]]:
        """Return the names of tables that the account may read. See `DatabaseEngine`."""
        found = self.run(_TABLES, [search, limit])
        return [(row["schema"], row["table"]) for row in found.to_pylist()]

    def columns(self, table: tuple[str, ...]) -> Mapping[str, tuple[DataType, ...]]:
        """Return the columns of a table. See `DatabaseEngine`."""
        rows = self.run(_COLUMNS, table).to_pylist()
        return {row["column"]: (_TYPES[row["type"]],) if row["type"] in _TYPES else () for row in rows}

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()

    def _ask(
        self, connection: psycopg.Connection, statements: Sequence[Statement], seconds: float
    ) -> list[tuple[list[Column], list[tuple[object, ...]]]]:
        answers = []
        with connection.transaction(), psycopg.RawCursor(connection) as cursor:
            limit = f"SET LOCAL statement_timeout = {max(1, int(seconds * 1000))}"
            cursor.execute(limit.encode())
            for sql, parameters in statements:
                # Binary results take the extended protocol, which knows one statement only.
                cursor.execute(sql.encode(), list(parameters), binary=True)
                if cursor.description is None:
                    _log.error("refused to run what is not one SELECT")
                    raise EngineFault
                rows = cursor.fetchmany(self._row_limit + 1)
                if len(rows) > self._row_limit:
                    raise QueryTooLarge
                answers.append(([_column(connection, each) for each in cursor.description], rows))
        return answers

    def _connect(self) -> psycopg.Connection:
        where = self._where
        address = self._address
        if where.networks is not None:
            ip = pinned(where.host, where.port, where.networks, "PostgreSQL")
            address = psycopg.conninfo.make_conninfo(address, hostaddr=None if ip.startswith("/") else ip)
        try:
            connection = psycopg.connect(address, autocommit=True)
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            zone = pgsql.SQL("SET TimeZone TO {}").format(pgsql.Literal(self._time_zone))
            connection.execute(zone)
            found = connection.execute(_MAY_WRITE).fetchone()
        except psycopg.OperationalError as fault:
            _log.warning("PostgreSQL cannot be reached", exc_info=fault)
            raise EngineUnreachable(name="PostgreSQL") from fault
        if found is None or found[0]:
            connection.close()
            raise AccountMayWrite(name="PostgreSQL")
        return connection


def _column(connection: psycopg.Connection, described: psycopg.Column) -> Column:
    info = connection.adapters.types.get(described.type_code)
    kind = _TYPES.get(info.name) if info else None
    return Column(described.name, kind, described.scale if kind == "decimal" else None)


def _refusal(fault: psycopg.Error, seconds: float, cancel: CancelToken | None) -> MetrionError:
    match fault:
        case pg.QueryCanceled():
            return QueryCancelled() if cancel is not None and cancel.cancelled else QueryTimeout(seconds=seconds)
        case pg.DivisionByZero():
            return DivisionByZero()
        case pg.OutOfMemory() | pg.DiskFull() | pg.ProgramLimitExceeded():
            return QueryTooLarge()
        case psycopg.DataError():
            return NumberOutOfRange()
        case psycopg.OperationalError() if not isinstance(fault, pg.ProtocolViolation):
            _log.warning("PostgreSQL cannot be reached", exc_info=fault)
            return EngineUnreachable(name="PostgreSQL")
    _log.error("PostgreSQL refused a query", exc_info=fault)
    return EngineFault()
