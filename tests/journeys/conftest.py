"""Ground of the browser journeys: the demo company, filled once, served by the real command, in a real browser.

A browser context belongs to one test. What the page complains about (errors in its console, violations of the
content security policy, failed requests of its own files) fails the test that saw it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

_SOURCE = str(Path(__file__).resolve().parents[2] / "src")
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_EXPECTED = ("status of 400", "status of 401", "status of 403", "status of 404", "status of 409", "status of 422")
"""A refused request is logged by the browser itself; journeys that provoke refusals are no fault of the page."""

_PAGES: pytest.StashKey[list[Page]] = pytest.StashKey()


@dataclass(frozen=True)
class Product:
    """The running demo: its address and the passwords of its people."""

    url: str
    passwords: dict[str, str]
    home: Path

    def metrion(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the command on the same installation."""
        command = [sys.executable, "-m", "metrion.cli", *words]
        environment = _environment(self.home, int(self.url.rpartition(":")[2]))
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _environment(home: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("METRION_")}
    own = {"METRION_HOME": str(home), "METRION_PORT": str(port), "METRION_DATABASE_NETWORKS": "127.0.0.0/8"}
    return {**kept, **own, "PYTHONPATH": _SOURCE}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(url: str) -> None:
    deadline = time.monotonic() + 240
    while True:
        try:
            if httpx.get(f"{url}/readyz", timeout=10).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "the demo did not become ready"
        time.sleep(0.3)


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Fill and serve the demo company for all journeys."""
    home = tmp_path_factory.mktemp("journeys") / "home"
    port = _free_port()
    log = home.parent / "server.log"
    with (
        log.open("wb") as file,
        subprocess.Popen(
            [sys.executable, "-m", "metrion.cli", "demo"], env=_environment(home, port), stdout=file, stderr=file
        ) as server,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            _await(url)
            yield Product(url, orjson.loads((home / "demo-accounts.json").read_bytes()), home)
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a chromium: the one named by METRION_TEST_CHROMIUM, the system's, or Playwright's."""
    path = os.environ.get("METRION_TEST_CHROMIUM") or next(
        (found for found in map(shutil.which, _NAMES) if found), None
    )
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        started = playwright.chromium.launch(executable_path=path, args=arguments)
        yield started
        started.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to the report of a failed journey what its pages said: a locator alone does not tell why."""
    report = yield
    if report.when == "call" and report.failed:
        for page in item.stash.get(_PAGES, []):
            report.sections.append((page.url, page.locator("body").aria_snapshot()))
    return report


def csrf_token(page: Page) -> str:
    """Return what a writing request made beside the page must send as `X-CSRFToken`."""
    return next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "metrion_csrf")


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, product: Product, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Return a function that opens a page: `visit("huang.mei", language="en", path="/library")`.

    Each call is a browser of its own, signed in through the log-in page (None: not signed in).
    """
    contexts = []
    pages = request.node.stash.setdefault(_PAGES, [])
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in _EXPECTED):
            complaints.append(message.text)

    def open_page(username: str | None, *, language: str = "zh", path: str = "/", phone: bool = False) -> Page:
        size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 860}
        context = browser.new_context(
            base_url=product.url,
            locale="zh-CN" if language == "zh" else "en-GB",
            viewport=size,  # type: ignore[arg-type]  # Playwright's private shape
            # On a busy machine a click may miss a list that moves. Phones see them as most people do.
            reduced_motion=None if phone else "reduce",
        )
        contexts.append(context)
        page = context.new_page()
        pages.append(page)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        if username is not None:
            page.locator("input[autocomplete=username]").fill(username)
            page.locator("input[autocomplete=current-password]").fill(product.passwords[username])
            page.locator("button[type=submit]").click()
            page.wait_for_url(lambda address: "/login" not in address)
            chosen = page.request.put(
                "/api/v1/session/language", data={"language": language}, headers={"X-CSRFToken": csrf_token(page)}
            )
            assert chosen.ok, chosen.text()
            page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
