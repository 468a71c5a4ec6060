"""A way to run the command in a home of its own."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home that the tests of the command share; they make what they need in it."""
    return tmp_path_factory.mktemp("cli") / "home"


@contextmanager
def _empty_database() -> Iterator[dict[str, str]]:
    """Give the setting of an empty database of the kind that this run is about; on SQLite the home holds it."""
    server = os.environ.get("METRION_TEST_DATABASE_URL", "")
    if not server:
        yield {}
        return
    name = f"test_metrion_cli_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        yield {"METRION_DATABASE_URL": urlsplit(server)._replace(path=f"/{name}").geturl()}
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return the settings of a place where nothing is installed yet."""
    with _empty_database() as database:
        yield {**database, "METRION_HOME": str(tmp_path / "elsewhere")}


@pytest.fixture(scope="session")
def own_environment(own_home: Path) -> Iterator[dict[str, str]]:
    """Return the environment of a command in that home, on a database of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("METRION_")}
    source = str(Path(__file__).resolve().parents[2] / "src")
    with _empty_database() as database:
        yield {**kept, **database, "METRION_HOME": str(own_home), "METRION_LANGUAGE": "en", "PYTHONPATH": source}


@pytest.fixture(scope="session")
def metrion(own_environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs the command and gives back what it printed."""

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "metrion.cli", *arguments],
            env=own_environment | more,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


@pytest.fixture(scope="session")
def founded(metrion: Callable[..., subprocess.CompletedProcess[str]]) -> str:
    """Make the installation with one administrator; return the user name."""
    done = metrion("init", "--company", "度衡", "--admin", "root")
    assert done.returncode == 0, done.stderr
    name, password = done.stdout.split()
    assert name == "root"
    assert len(password) >= 16
    return name
