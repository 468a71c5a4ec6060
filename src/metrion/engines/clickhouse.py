"""ClickHouse through clickhouse-connect: over HTTP under an account that only reads."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from threading import Lock
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from metrion.engines.answers import plain
from metrion.engines.binding import UnboundStatementError, for_clickhouse
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
from metrion.engines.statements import only_a_query

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa
    from clickhouse_connect.driver.client import Client

    from metrion.base.errors import MetrionError
    from metrion.engines.engine import Address, Parameter

_SETTINGS: Final = {
    "join_use_nulls": 1,  # a row without partner has nulls, not zeros
    "aggregate_functions_null_for_empty": 1,  # the sum of nothing is null
    "prefer_column_name_to_alias": 1,
    "short_circuit_function_evaluation": "force_enable",  # a branch that is not taken raises nothing
    "decimal_check_overflow": 1,
    "enable_extended_results_for_datetime_functions": 1,  # the start of a month before 1970 is not 1970
}
_READS: Final = ("SELECT", "SHOW", "dictGet")
_TIMEOUT: Final = 159
_STOPPED: Final = {394, 734}
_DIVIDED: Final = {153}
_RAISED: Final = 395
_ZERO_DIVISION: Final = "division by zero"
"""What compiled SQL gives to `throwIf` where a metric forbids division by zero; else it is for a number too large."""
_OUT_OF_RANGE: Final = {6, 27, 38, 41, 69, 70, 72, 407, 321}
_TOO_LARGE: Final = {158, 191, 241, 307, 396}
_LOST: Final = {193, 194, 209, 210, 497, 516}

_log = logging.getLogger(__name__)


class ClickHouseEngine:
    """Asks one ClickHouse database. Safe for many threads."""

    def __init__(
        self, connect: Callable[[], Client], *, timeout: float = 30.0, row_limit: int = 1_000_000, checked: bool = True
    ) -> None:
        self._connect = connect
        self._timeout = timeout
        self._row_limit = row_limit
        self._checked = checked
        self._client: Client | None = None
        self._lock = Lock()
        self._watchdog = Watchdog()

    def describe(self) -> str:
        """Return name and version of the engine, for receipts."""
        return f"ClickHouse {self._open().server_version}"

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
            statement, values = for_clickhouse(sql, parameters)
        except UnboundStatementError as unbound:
            raise EngineFault from unbound
        only_a_query(statement, "clickhouse")
        client, query = self._open(), uuid4().hex
        limits = {"max_execution_time": seconds, "max_result_rows": self._row_limit, "query_id": query}
        from clickhouse_connect.driver.exceptions import ClickHouseError  # noqa: PLC0415 - the driver is an extra

        def kill() -> None:
            client.command("KILL QUERY WHERE query_id = {id:String} ASYNC", parameters={"id": query})

        try:
            with ExitStack() as stack:
                if cancel is not None:
                    stop = stack.enter_context(self._watchdog.watching(seconds, kill))
                    stack.enter_context(cancel.stopping(stop))
                    if cancel.cancelled:
                        raise QueryCancelled
                answer = client.query_arrow(statement, parameters=values, settings={**_SETTINGS, **limits})
        except ClickHouseError as fault:
            raise _refusal(fault, seconds, cancel) from fault
        return plain(answer)

    def close(self) -> None:
        """Close the client."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _open(self) -> Client:
        with self._lock:
            if self._client is None:
                self._client = self._connected()
            return self._client

    def _connected(self) -> Client:
        try:
            from clickhouse_connect.driver.exceptions import ClickHouseError  # noqa: PLC0415 - the driver is an extra
        except ImportError as missing:
            raise DriverMissing(engine="ClickHouse") from missing
        try:
            client = self._connect()
            grants = [str(row[0]) for row in client.query("SHOW GRANTS").result_rows] if self._checked else []
        except ClickHouseError as fault:
            raise _refusal(fault, self._timeout, None) from fault
        if not all(map(only_reads, grants)):
            client.close()
            raise AccountMayWrite(name="ClickHouse")
        return client


def http_client(address: Address) -> Client:
    """Return a client of a ClickHouse server; threads may share it, for it keeps no session."""
    try:
        import clickhouse_connect  # noqa: PLC0415 - the driver is an extra
    except ImportError as missing:
        raise DriverMissing(engine="ClickHouse") from missing
    return clickhouse_connect.get_client(
        host=address.host,
        port=address.port,
        username=address.user,
        password=address.password,
        database=address.database,
        secure=address.tls,
        autogenerate_session_id=False,
    )


def only_reads(grant: str) -> bool:
    """Tell whether a line of SHOW GRANTS lets its account do nothing but read; a granted role counts as more."""
    said, on, _ = grant.removeprefix("GRANT ").partition(" ON ")
    privileges = [each.strip() for each in said.split(",") if not each.strip().endswith(")")]
    return bool(on) and "GRANT OPTION" not in grant and all(each.startswith(_READS) for each in privileges)


def _refusal(fault: Exception, seconds: float, cancel: CancelToken | None) -> MetrionError:
    code = getattr(fault, "code", None)
    if code is None or code in _LOST:
        _log.warning("ClickHouse cannot be reached", exc_info=fault)
        return EngineUnreachable(name="ClickHouse")
    if code == _TIMEOUT or code in _STOPPED:
        return QueryCancelled() if cancel is not None and cancel.cancelled else QueryTimeout(seconds=seconds)
    if code in _DIVIDED or (code == _RAISED and _ZERO_DIVISION in str(fault)):
        return DivisionByZero()
    if code in _TOO_LARGE:
        return QueryTooLarge()
    if code in _OUT_OF_RANGE or code == _RAISED:
        return NumberOutOfRange()
    _log.error("ClickHouse refused a query", exc_info=fault)
    return EngineFault()
