"""A way to run the command in a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="session")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home that the tests of the command share; they make what they need in it."""
    return tmp_path_factory.mktemp("cli") / "home"


@pytest.fixture(scope="session")
def own_environment(own_home: Path) -> dict[str, str]:
    """Return the environment of a command in that home, on SQLite."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("METRION_")}
    source = str(Path(__file__).resolve().parents[2] / "src")
    return {**kept, "METRION_HOME": str(own_home), "METRION_LANGUAGE": "en", "PYTHONPATH": source}


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
