"""Spark SQL over Spark Connect, on Apache Spark or Sail: it reads the lake's own Delta tables at a version."""

from __future__ import annotations

import logging
import re
import warnings
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack
from threading import Lock, Thread
from time import sleep
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from metrion.engines.answers import plain
from metrion.engines.binding import UnboundStatementError, for_spark
from metrion.engines.cancel import CancelToken, Watchdog
from metrion.engines.errors import (
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
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from pyspark.sql.connect.session import SparkSession

    from metrion.base.errors import MetrionError
    from metrion.engines.engine import Parameter
    from metrion.lake import Lake, Snapshot

_SETTINGS: Final = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
}
_DIVIDED: Final = re.compile(r"divi(sion|de|ded) by zero|remainder by zero|divide_by_zero", re.IGNORECASE)
_OUT_OF_RANGE: Final = re.compile(
    r"overflow|out of range|too large to store|cast error|cannot cast|malformed|CAST_INVALID", re.IGNORECASE
)
_TOO_LARGE: Final = re.compile(r"out of ?memory|resources exhausted|maxResultSize", re.IGNORECASE)
_STOPPED: Final = re.compile(r"cancel|interrupt", re.IGNORECASE)
_LOST: Final = re.compile(r"StatusCode\.UNAVAILABLE|failed to connect", re.IGNORECASE)

_INTERRUPTS: Final = 20
_SECONDS_BETWEEN: Final = 0.05
_RETRIES: Final = 3
_FAREWELL: Final = 5.0
"""Seconds that a session has to end: a server that is too busy to answer forgets it by itself."""

_log = logging.getLogger(__name__)

# pyspark says at each start that it is not yet tested with this pandas; answers come as Arrow, without pandas.
warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)
# That it has stopped trying is told by the error that follows.
warnings.filterwarnings("ignore", message=r"\[RETRIES_EXCEEDED\]", category=UserWarning)


class SparkEngine:
    """Asks a Spark Connect server that sees the lake's folder. Safe for many threads."""

    def __init__(self, lake: Lake, url: str, *, timeout: float = 120.0) -> None:
        self.lake = lake
        self._url = url
        self._timeout = timeout
        self._session: SparkSession | None = None
        self._known: set[str] = set()
        self._lock = Lock()
        self._watchdog = Watchdog()

    def describe(self) -> str:
        """Return name and version of the engine, for receipts."""
        return f"Spark {self._open().version}"

    def table_name(self, snapshot: Snapshot) -> str:
        """Return the name under which SQL reads this snapshot: table, two underscores, `v` and version."""
        name = f"{snapshot.table}__v{snapshot.version}"
        session = self._open()
        with self._lock:
            if name not in self._known:
                reader = session.read.format("delta").option("versionAsOf", snapshot.version)
                reader.load(str(self.lake.path / snapshot.table)).createOrReplaceTempView(name)
                self._known.add(name)
        return name

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
            statement, values = for_spark(sql, parameters)
        except UnboundStatementError as unbound:
            raise EngineFault from unbound
        only_a_query(statement, "spark")
        asked = _Asked(self._open(), statement, values)
        from pyspark.errors import PySparkException  # noqa: PLC0415 - the driver is an extra

        try:
            with ExitStack() as stack:
                now = stack.enter_context(self._watchdog.watching(seconds, asked.stop))
                if cancel is not None:
                    stack.enter_context(cancel.stopping(now))
                if cancel is not None and cancel.cancelled:
                    raise QueryCancelled
                answer = asked.answer()
        except CancelledError as stopped:
            raise _stopped(seconds, cancel) from stopped
        except PySparkException as fault:
            raise _refusal(fault, seconds, cancel) from fault
        return plain(answer)

    def close(self) -> None:
        """End the session; its views go with it."""
        with self._lock:
            session, self._session = self._session, None
            self._known.clear()
        if session is not None:
            farewell = Thread(target=_end, args=(session,), name="spark-close", daemon=True)
            farewell.start()
            farewell.join(_FAREWELL)

    def _open(self) -> SparkSession:
        with self._lock:
            if self._session is None:
                self._session = _connected(self._url)
            return self._session


class _Asked:
    """One statement that a server works on. Its caller goes on as soon as it is stopped.

    A server that is busy with a plan that never yields does not answer to an interrupt either, so both wait in
    threads of their own.
    """

    def __init__(self, session: SparkSession, statement: str, values: Mapping[str, Parameter]) -> None:
        self._session = session
        self._statement = statement
        self._values = values
        self._tag = uuid4().hex
        self._ended: Future[pa.Table] = Future()

    def answer(self) -> pa.Table:
        """Return the answer. Raises what the driver raises, and `CancelledError` where it was stopped."""
        Thread(target=self._ask, name="spark-question", daemon=True).start()
        return self._ended.result()

    def stop(self) -> None:
        """Let the caller go on, and tell the server once."""
        if self._ended.cancel():
            Thread(target=self._interrupt, name="spark-interrupt", daemon=True).start()

    def _ask(self) -> None:
        self._session.addTag(self._tag)
        try:
            answer = self._session.sql(self._statement, args=self._values).toArrow()
        except Exception as fault:  # noqa: BLE001 - raised again in the thread of the caller
            if self._ended.set_running_or_notify_cancel():
                self._ended.set_exception(fault)
        else:
            if self._ended.set_running_or_notify_cancel():
                self._ended.set_result(answer)

    def _interrupt(self) -> None:
        """Try for a while: before the server knows the question, it finds nothing to end."""
        from pyspark.errors import PySparkException  # noqa: PLC0415 - the driver is an extra

        try:
            for _ in range(_INTERRUPTS):
                if self._session.interruptTag(self._tag):
                    return
                sleep(_SECONDS_BETWEEN)
        except (PySparkException, ValueError) as fault:  # gRPC's word for a session that was closed meanwhile
            _log.warning("Spark was not told that a question has been stopped", exc_info=fault)


def _connected(url: str) -> SparkSession:
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415 - the driver is an extra
        from pyspark.sql.connect.client.retries import DefaultPolicy  # noqa: PLC0415 - the same
        from pyspark.sql.connect.session import SparkSession  # noqa: PLC0415 - the same
    except ImportError as missing:
        raise DriverMissing(engine="Spark Connect") from missing
    try:
        session = SparkSession.builder.remote(url).create()
        # The driver would try for ten minutes, also at the end of the process: who waits must hear of it sooner.
        session.client.set_retry_policies([DefaultPolicy(max_retries=_RETRIES, max_backoff=1000)])
        for name, value in _SETTINGS.items():
            session.conf.set(name, value)
    except PySparkException as fault:
        _log.warning("Spark cannot be reached", exc_info=fault)
        raise EngineUnreachable(name="Spark") from fault
    return session


def _end(session: SparkSession) -> None:
    from pyspark.errors import PySparkException  # noqa: PLC0415 - the driver is an extra

    try:
        session.stop()
    except PySparkException as fault:
        _log.warning("Spark was not told that a session has ended", exc_info=fault)


def _stopped(seconds: float, cancel: CancelToken | None) -> MetrionError:
    return QueryCancelled() if cancel is not None and cancel.cancelled else QueryTimeout(seconds=seconds)


def _refusal(fault: Exception, seconds: float, cancel: CancelToken | None) -> MetrionError:
    said = str(fault)
    if _STOPPED.search(said):
        return _stopped(seconds, cancel)
    if _DIVIDED.search(said):
        return DivisionByZero()
    if _TOO_LARGE.search(said):
        return QueryTooLarge()
    if _OUT_OF_RANGE.search(said):
        return NumberOutOfRange()
    if _LOST.search(said):
        _log.warning("Spark cannot be reached", exc_info=fault)
        return EngineUnreachable(name="Spark")
    _log.error("Spark refused a query", exc_info=fault)
    return EngineFault()
