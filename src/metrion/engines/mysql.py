"""MySQL and MariaDB through PyMySQL: a read-only transaction for each question, under an account that only reads."""

from __future__ import annotations

import logging
import re
import socket
from contextlib import ExitStack, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Final

from metrion.base.errors import MetrionError
from metrion.engines.answers import Column, from_rows
from metrion.engines.binding import UnboundStatementError, for_mysql
from metrion.engines.cancel import CancelToken, Watchdog
from metrion.engines.errors import (
    AccountMayWrite,
    DivisionByZero,
    DriverMissing,
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
    from collections.abc import Callable, Mapping, Sequence
    from types import ModuleType

    import pyarrow as pa
    from pymysql.connections import Connection
    from pymysql.cursors import SSCursor

    from metrion.engines.engine import Address, Parameter, Statement
    from metrion.semantic.model import DataType

_TYPES: Final[dict[int, DataType]] = {
    0: "decimal",
    1: "integer",
    2: "integer",
    3: "integer",
    4: "float",
    5: "float",
    7: "timestamp",
    8: "integer",
    9: "integer",
    10: "date",
    12: "timestamp",
    13: "integer",
    246: "decimal",
    253: "string",
    254: "string",
    252: "string",
    15: "string",
}
"""Field types of the wire protocol."""
_NAMES: Final[dict[str, DataType]] = {
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint", "year"), "integer"),
    **dict.fromkeys(("float", "double"), "float"),
    **dict.fromkeys(("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"), "string"),
    **dict.fromkeys(("datetime", "timestamp"), "timestamp"),
    "decimal": "decimal",
    "date": "date",
}
_TABLES: Final = """
SELECT TABLE_NAME AS `table` FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND LOCATE(LOWER($1), LOWER(TABLE_NAME)) > 0
ORDER BY TABLE_NAME LIMIT $2
"""
_COLUMNS: Final = """
SELECT TABLE_NAME AS `table`, COLUMN_NAME AS `column`, LOWER(DATA_TYPE) AS `type`, LOWER(COLUMN_TYPE) AS `full`
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = $1 ORDER BY ORDINAL_POSITION
"""

_SESSION: Final = (
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
    "SET SESSION TRANSACTION READ ONLY",
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
)
_READS: Final = {"USAGE", "SELECT", "SHOW VIEW", "SHOW DATABASES"}
_STOPPED: Final = {1317, 1969, 3024}
"""Interrupted, past MariaDB's time limit, past MySQL's."""
_LOST: Final = {1040, 1044, 1045, 1049, 1129, 1130, 2002, 2003, 2006, 2013, 2055}
_TOO_LARGE: Final = {5, 1021, 1037, 1038, 1041, 1114, 1135}
_OUT_OF_RANGE: Final = {1264, 1292, 1366, 1690, 1916}
_ONE_OVER_ZERO: Final = re.compile(r"in 'pow\(.*,-\(?1\)?\)'", re.DOTALL | re.IGNORECASE)
_CONNECT_SECONDS: Final = 10
_GRACE: Final = 2.0

_log = logging.getLogger(__name__)


class MySQLEngine:
    """Asks one MySQL or MariaDB database. Safe for many threads."""

    def __init__(self, address: Address, *, timeout: float = 30.0, row_limit: int = 1_000_000) -> None:
        self._driver = _driver()
        self._where = address
        self._address = {
            "host": address.host,
            "port": address.port,
            "connect_timeout": _CONNECT_SECONDS,
            "user": address.user,
            "password": address.password,
            "database": address.database,
            "ssl_verify_cert": address.tls,
            "ssl_verify_identity": address.tls,
        }
        self._timeout = timeout
        self._row_limit = row_limit
        self._connections: PerThread[Connection[SSCursor]] = PerThread(self._connect)
        self._watchdog = Watchdog()

    def describe(self) -> str:
        """Return name and version of the engine, for receipts."""
        version = self._connections.get().get_server_info()
        name = "MariaDB" if "MariaDB" in version else "MySQL"
        return f"{name} {version.removeprefix('5.5.5-').split('-')[0]}"

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
                stop = stack.enter_context(self._watchdog.watching(seconds + _GRACE, self._killing(connection)))
                if cancel is not None:
                    stack.enter_context(cancel.stopping(stop))
                if cancel is not None and cancel.cancelled:
                    raise QueryCancelled
                answers = self._ask(connection, statements, seconds)
        except self._driver.MySQLError as fault:
            self._connections.drop()
            raise _refusal(fault, seconds, cancel) from fault
        except UnboundStatementError as unbound:
            self._connections.drop()
            raise EngineFault from unbound
        except (QueryTooLarge, EngineFault):
            self._connections.drop()
            raise
        return [from_rows(columns, rows) for columns, rows in answers]

    def tables(self, search: str, limit: int) -> list[tuple[str, ...]]:
        """Return the names of tables that the account may read. See `DatabaseEngine`."""
        return [(row["table"],) for row in self.run(_TABLES, [search, limit]).to_pylist()]

    def columns(self, table: tuple[str, ...]) -> Mapping[str, tuple[DataType, ...]]:
        """Return the columns of a table. See `DatabaseEngine`."""
        rows = self.run(_COLUMNS, table).to_pylist()
        # The server may compare names regardless of case; a table has one name here.
        return {row["column"]: _types_of(row["type"], row["full"]) for row in rows if row["table"] == table[-1]}

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()

    def _ask(
        self, connection: Connection[SSCursor], statements: Sequence[Statement], seconds: float
    ) -> list[tuple[list[Column], list[tuple[object, ...]]]]:
        answers = []
        with connection.cursor() as cursor:
            cursor.execute(_time_limit(connection.get_server_info(), seconds))
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
            for sql, parameters in statements:
                cursor.execute(*for_mysql(sql, parameters))
                if cursor.description is None:
                    _log.error("refused to run what is not one SELECT")
                    raise EngineFault
                columns = [_column(*each) for each in cursor.description]
                rows = list(cursor.fetchmany(self._row_limit + 1))
                if len(rows) > self._row_limit:
                    raise QueryTooLarge
                answers.append((columns, rows))
        connection.rollback()
        return answers

    def _connect(self) -> Connection[SSCursor]:
        from pymysql.cursors import SSCursor  # noqa: PLC0415 - the driver is an extra

        try:
            connection = self._open(charset="utf8mb4", collation="utf8mb4_bin", cursorclass=SSCursor)
            with connection.cursor() as cursor:
                for setting in (*_SESSION, *_of_server(connection.get_server_info())):
                    cursor.execute(setting)
                cursor.execute("SHOW GRANTS FOR CURRENT_USER")
                grants = [str(row[0]) for row in cursor.fetchall()]
        except self._driver.MySQLError as fault:
            raise _refusal(fault, self._timeout, None) from fault
        if not all(map(only_reads, grants)):
            connection.close()
            raise AccountMayWrite(name="MySQL")
        return connection

    def _open(self, **more: object) -> Connection[SSCursor]:
        """Open a connection, to the address that was judged where addresses are judged."""
        where = self._where
        if where.networks is None:
            plain: Connection[SSCursor] = self._driver.connect(**self._address, **more)
            return plain
        address = pinned(where.host, where.port, where.networks, "MySQL")
        later: Connection[SSCursor] = self._driver.connect(**self._address, **more, defer_connect=True)
        try:
            later.connect(socket.create_connection((address, where.port), _CONNECT_SECONDS))
        except OSError as fault:
            raise EngineUnreachable(name="MySQL") from fault
        return later

    def _killing(self, connection: Connection[SSCursor]) -> Callable[[], None]:
        """Return what stops the statement of a connection, from another one."""

        def kill() -> None:
            with (
                suppress(self._driver.MySQLError, MetrionError),
                self._open() as other,
                other.cursor() as cursor,
            ):
                cursor.execute(f"KILL QUERY {connection.thread_id()}")

        return kill


def _types_of(name: str, full: str) -> tuple[DataType, ...]:
    if full == "tinyint(1)":
        return "boolean", "integer"
    return (_NAMES[name],) if name in _NAMES else ()


def only_reads(grant: str) -> bool:
    """Tell whether a line of SHOW GRANTS lets its account do nothing but read; a granted role counts as more."""
    found = re.match(r"GRANT (.+?) ON ", grant)
    if found is None or " WITH GRANT OPTION" in grant:
        return False
    privileges = re.sub(r"\([^)]*\)", "", found[1])
    return {each.strip() for each in privileges.split(",")} <= _READS


def _driver() -> ModuleType:
    try:
        return import_module("pymysql")
    except ImportError as missing:
        raise DriverMissing(engine="MySQL") from missing


def _time_limit(version: str, seconds: float) -> str:
    if "MariaDB" in version:
        return f"SET SESSION max_statement_time = {max(seconds, 0.001):.3f}"
    return f"SET SESSION max_execution_time = {max(1, int(seconds * 1000))}"


def _of_server(version: str) -> tuple[str, ...]:
    """Return how texts are compared, blanks at the end included, and that a series may be long."""
    if "MariaDB" in version:
        return (
            "SET SESSION collation_connection = utf8mb4_nopad_bin",
            "SET SESSION max_recursive_iterations = 4294967295",
        )
    return "SET SESSION collation_connection = utf8mb4_0900_bin", "SET SESSION cte_max_recursion_depth = 4294967295"


def _column(name: str, code: int, *described: object) -> Column:
    kind = _TYPES.get(code)
    scale = described[3]
    return Column(name, kind, scale if kind == "decimal" and isinstance(scale, int) else None)


def _refusal(fault: Exception, seconds: float, cancel: CancelToken | None) -> MetrionError:
    code = fault.args[0] if fault.args and isinstance(fault.args[0], int) else 0
    if code in _STOPPED:
        return QueryCancelled() if cancel is not None and cancel.cancelled else QueryTimeout(seconds=seconds)
    if code in _OUT_OF_RANGE:
        return DivisionByZero() if _ONE_OVER_ZERO.search(str(fault)) else NumberOutOfRange()
    if code in _TOO_LARGE:
        return QueryTooLarge()
    if code in _LOST:
        _log.warning("MySQL cannot be reached", exc_info=fault)
        return EngineUnreachable(name="MySQL")
    _log.error("MySQL refused a query", exc_info=fault)
    return EngineFault()
