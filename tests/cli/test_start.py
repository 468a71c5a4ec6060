"""The server as a process: it starts, refuses to be open by mistake, stops gracefully, and dies whole."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Metrion = Callable[..., subprocess.CompletedProcess[str]]


EVERYWHERE = "0.0.0.0"  # noqa: S104 - what must be refused


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/livez", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def _server(environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "metrion.cli", "start", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await(lambda: _answers(f"http://127.0.0.1:{port}"))
            yield process
        finally:
            process.kill()


def test_it_serves_and_stops_gracefully(own_environment: dict[str, str], founded: str) -> None:
    assert founded
    port = _free_port()
    with _server(own_environment, port) as process:
        url = f"http://127.0.0.1:{port}"
        ready = httpx.get(f"{url}/readyz", timeout=10).json()["checks"]
        assert ready["database"]
        assert ready["migrations"]
        assert httpx.get(f"{url}/api/v1/session", timeout=10).status_code == 401
        assert httpx.get(f"{url}/livez", headers={"Host": "evil.example"}, timeout=10).status_code == 400
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert not _answers(url)


def test_a_killed_supervisor_leaves_no_process_behind(own_environment: dict[str, str], founded: str) -> None:
    assert founded
    port = _free_port()
    with _server(own_environment, port) as process:
        family = [process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))]
        assert len(family) > 1
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
        _await(lambda: not any(psutil.pid_exists(pid) for pid in family), seconds=10)
    with _server(own_environment, port):
        pass


@pytest.mark.parametrize(
    ("settings", "arguments", "starts"),
    [
        ({"METRION_HOST": EVERYWHERE}, (), False),
        ({"METRION_HOST": EVERYWHERE, "METRION_PUBLIC_URL": "http://metrics.example"}, (), False),
        ({"METRION_HOST": EVERYWHERE}, ("--plain-http",), False),
        ({"METRION_HOST": "::"}, (), False),
    ],
)
def test_it_is_not_open_to_the_network_by_mistake(
    metrion: Metrion, settings: dict[str, str], arguments: tuple[str, ...], *, starts: bool
) -> None:
    refused = metrion("start", *arguments, **settings)
    assert (refused.returncode == 0) is starts
    assert "open_to_the_network" in refused.stderr


def test_a_taken_port_and_old_tables_are_named(metrion: Metrion, founded: str, elsewhere: dict[str, str]) -> None:
    assert founded
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert "port_taken" in metrion("start", "--port", str(other.getsockname()[1])).stderr
    refused = metrion("start", "--port", str(_free_port()), **elsewhere)
    assert "metrion migrate" in refused.stderr
