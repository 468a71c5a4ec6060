"""MySQL and MariaDB through PyMySQL: a read-only transaction for each question, under an account that only reads."""

from __future__ import annotations

import logging
import re
from contextlib import ExitStack, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Final

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
from metrion.engines.per_thread import PerThread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    import pyarrow as pa
    from pymysql.connections import Connection
    from pymysql.cursors import SSCursor

    from metrion.base.errors import MetrionError
    from metrion.engines.engine import Address, Parameter
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

_SESSION: Final = (
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
    "SET SESSION TRANSACTION READ ONLY",
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
        self._address = {
            "host": address.host,
            "port": address.port,
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
        seconds = self._timeout if timeout is None else timeout
        if cancel is not None and cancel.cancelled:
            raise QueryCancelled
        try:
            statement, values = for_mysql(sql, parameters)
        except UnboundStatementError as unbound:
            raise EngineFault from unbound
        connection = self._connections.get()
        try:
            with ExitStack() as stack:
                stop = stack.enter_context(self._watchdog.watching(seconds + _GRACE, self._killing(connection)))
                if cancel is not None:
                    stack.enter_context(cancel.stopping(stop))
                if cancel is not None and cancel.cancelled:
                    raise QueryCancelled
                columns, rows = self._ask(connection, statement, values, seconds)
        except self._driver.MySQLError as fault:
            self._connections.drop()
            raise _refusal(fault, seconds, cancel) from fault
        except QueryTooLarge:
            self._connections.drop()
            raise
        return from_rows(columns, rows)

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()

    def _ask(
        self, connection: Connection[SSCursor], statement: str, values: dict[str, Parameter], seconds: float
    ) -> tuple[list[Column], list[tuple[object, ...]]]:
        with connection.cursor() as cursor:
            cursor.execute(_time_limit(connection.get_server_info(), seconds))
            cursor.execute("START TRANSACTION READ ONLY")
            cursor.execute(statement, values)
            if cursor.description is None:
                _log.error("refused to run what is not one SELECT")
                raise EngineFault
            columns = [_column(*each) for each in cursor.description]
            rows = list(cursor.fetchmany(self._row_limit + 1))
            if len(rows) > self._row_limit:
                raise QueryTooLarge
        connection.rollback()
        return columns, rows

    def _connect(self) -> Connection[SSCursor]:
        from pymysql.cursors import SSCursor  # noqa: PLC0415 - the driver is an extra

        try:
            connection: Connection[SSCursor] = self._driver.connect(
                **self._address,
                charset="utf8mb4",
                collation="utf8mb4_bin",
                connect_timeout=_CONNECT_SECONDS,
                cursorclass=SSCursor,
            )
            with connection.cursor() as cursor:
                for setting in _SESSION:
                    cursor.execute(setting)
                cursor.execute("SHOW GRANTS FOR CURRENT_USER")
                grants = [str(row[0]) for row in cursor.fetchall()]
        except self._driver.MySQLError as fault:
            raise _refusal(fault, self._timeout, None) from fault
        if not all(map(only_reads, grants)):
            connection.close()
            raise AccountMayWrite(name="MySQL")
        return connection

    def _killing(self, connection: Connection[SSCursor]) -> Callable[[], None]:
        """Return what stops the statement of a connection, from another one."""

        def kill() -> None:
            with (
                suppress(self._driver.MySQLError),
                self._driver.connect(**self._address, connect_timeout=_CONNECT_SECONDS) as other,
                other.cursor() as cursor,
            ):
                cursor.execute(f"KILL QUERY {connection.thread_id()}")

        return kill


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
