"""`kill -9` at random moments: what was acknowledged is there, nothing is half there, the audit chain holds.

Three people work at once (loads, questions, publications) until the server is killed; it is started again and
everything that was answered with success is looked for. `METRION_TEST_KILLS` sets the number of kills.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import httpx
import orjson
import pytest
from tests.governance.house import metric

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ROOT = Path(__file__).resolve().parents[2]
_KILLS = int(os.environ.get("METRION_TEST_KILLS", "10"))
_CHECK_EVERY = 5
"""Kills between two looks at everything acknowledged; nothing that was lost comes back in between."""
_PUBLISHED_EVERY = 5
"""Kills between two that wait for a publication: on a slow machine the others may come before any is through."""
_BATCH = 7
"""Rows in each appended file: a row count that is no multiple of it is half a load."""


@dataclass
class Company:
    """One installation, its server's address, and what the server has acknowledged so far."""

    home: Path
    secrets: dict[str, str]
    port: int
    loaded: list[str] = field(default_factory=list)
    attempted: int = 0
    drafted: int = 0
    published: dict[str, int] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of the product's processes."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("METRION_")}
        return {**kept, "METRION_HOME": str(self.home), "PYTHONPATH": f"{_ROOT / 'src'}:{_ROOT}"}

    def call(self, username: str, method: str, path: str, **more: object) -> httpx.Response:
        """Send one request as a person; raises `httpx.TransportError` when the server is gone."""
        headers = {"Authorization": f"Bearer {self.secrets[username]}"}
        url = f"http://127.0.0.1:{self.port}/api/v1{path}"
        return httpx.request(method, url, headers=headers, timeout=30, **more)  # type: ignore[arg-type]  # passed on

    def metrion(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the command on this installation."""
        command = [sys.executable, "-m", "metrion.cli", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Return a small company with data, definitions and people."""
    home = tmp_path_factory.mktemp("faults") / "home"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    made = Company(home, {}, port)
    built = subprocess.run(
        [sys.executable, "-m", "tests.faults.ground"], env=made.environment, cwd=_ROOT, capture_output=True, check=False
    )
    assert built.returncode == 0, built.stderr.decode()[-2000:]
    made.secrets = orjson.loads(built.stdout)
    return made


@contextmanager
def _serving(company: Company) -> Iterator[Callable[[], None]]:
    """Serve until killed; gives the function that kills the whole process group at once."""
    command = [sys.executable, "-m", "metrion.cli", "start", "--port", str(company.port)]
    log = company.home.parent / "server.log"
    with (
        log.open("ab") as file,
        subprocess.Popen(command, env=company.environment, stdout=file, stderr=file, start_new_session=True) as process,
    ):

        def kill() -> None:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)

        try:
            deadline = time.monotonic() + 60
            while not _ready(company):
                assert time.monotonic() < deadline, log.read_text()[-3000:]
                time.sleep(0.05)
            yield kill
        finally:
            kill()


def _ready(company: Company) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{company.port}/readyz", timeout=5).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


# --- what people do -------------------------------------------------------------------------------


def _load(company: Company, turn: int) -> None:
    """Append one file of `_BATCH` rows to the table `events`."""
    company.attempted += 1
    name = f"batch-{company.attempted}"
    rows = "".join(f"{name},{number}\n" for number in range(_BATCH))
    del turn
    staged = company.call("dana", "POST", "/uploads", files={"file": (f"{name}.csv", f"batch,n\n{rows}".encode())})
    assert staged.status_code == httpx.codes.CREATED, staged.text
    preview = staged.json()
    body = {
        "table": "events",
        "mode": "append" if company.loaded or company.attempted > 1 else "replace",
        "columns": [
            {"position": each["position"], "name": each["name"], "type": each["type"]} for each in preview["columns"]
        ],
    }
    answer = company.call("dana", "POST", f"/uploads/{preview['id']}/load", json=body)
    if answer.is_success:
        company.loaded.append(name)


def _ask(company: Company, turn: int) -> None:
    """Ask for a number that must always be the same, and for its receipt."""
    filters = {"kind": "compare", "field": "status", "op": "ne", "value": f"none {turn}"}
    answer = company.call("boss", "POST", "/query", json={"metrics": ["revenue"], "filters": filters})
    assert answer.json()["rows"] == [[460.0]], answer.text


def _publish(company: Company, turn: int) -> None:
    """Publish a metric whose number is its own: 460 times the count of publications tried so far."""
    del turn
    company.drafted += 1
    factor = company.drafted
    drafted = company.call("ann", "POST", "/drafts", json={"raw": metric(f"m_{factor}", f"amount * {factor}")})
    assert drafted.status_code == httpx.codes.CREATED, drafted.text
    body = {"draft_ids": [drafted.json()["id"]], "title": f"m_{factor}", "reason": "fault test"}
    submitted = company.call("ann", "POST", "/changes", json=body)
    assert submitted.is_success, submitted.text
    change = submitted.json()
    looked = company.call("aria", "GET", f"/changes/{change['id']}/backtest")
    assert looked.is_success, looked.text
    assert looked.json()["metrics"][0]["refusal"] is None, looked.text
    decision = {"decision": "approve", "digest": change["digest"], "idempotency_key": f"decide-{change['id']}"}
    decided = company.call("aria", "POST", f"/changes/{change['id']}/decision", json=decision)
    assert decided.is_success, decided.text
    assert decided.json()["state"] == "approved"
    company.published[f"m_{factor}"] = factor


def _busy(company: Company, work: Callable[[Company, int], None], stop: Event, wrong: list[BaseException]) -> None:
    turn = 0
    while not stop.is_set():
        turn += 1
        try:
            work(company, turn)
        except httpx.TransportError:
            return
        except (AssertionError, KeyError, ValueError) as fault:
            wrong.append(fault)
            return


def _await_publication(company: Company) -> None:
    before, deadline = len(company.published), time.monotonic() + 30
    while len(company.published) == before and time.monotonic() < deadline:
        time.sleep(0.01)


# --- what must hold -------------------------------------------------------------------------------


def _check(company: Company) -> None:
    """Look for everything acknowledged on the running server."""
    loaded = company.call("dana", "GET", "/tables/events").json()
    if company.loaded:
        assert loaded["rows"] % _BATCH == 0, "half a load is visible"
        assert loaded["rows"] >= _BATCH * len(company.loaded), "an acknowledged load is lost"
        assert loaded["rows"] <= _BATCH * company.attempted, "a load is there twice"
    for code, factor in list(company.published.items())[-3:]:
        answer = company.call("boss", "POST", "/query", json={"metrics": [code]})
        assert answer.json()["rows"] == [[460.0 * factor]], answer.text
    verdict = company.metrion("audit", "verify")
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_nothing_acknowledged_is_lost_at_any_kill(company: Company) -> None:
    dice = random.Random(7)
    for kill_number in range(_KILLS):
        stop = Event()
        wrong: list[BaseException] = []
        with _serving(company) as kill:
            if kill_number % _CHECK_EVERY == 0:
                _check(company)
            people = [Thread(target=_busy, args=(company, work, stop, wrong)) for work in (_load, _ask, _publish)]
            for person in people:
                person.start()
            if kill_number % _PUBLISHED_EVERY == 0:
                _await_publication(company)
            time.sleep(dice.uniform(0.05, 2.0))
            kill()
            stop.set()
            for person in people:
                person.join()
        assert not wrong, f"kill {kill_number}: {wrong[0]}"
    with _serving(company):
        _check(company)
        assert company.loaded, "no load was acknowledged: the test did not reach what it tests"
        assert company.published, "no publication was acknowledged: the test did not reach what it tests"
