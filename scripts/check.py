"""Runs the project's checks and tests and ends with a summary that hides nothing.

Usage: check.py static|all|engines|oracle [SUITE...]    With CI=true a skipped suite, or a skipped test, is a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from bootstrap import ORACLE, TOOLS, uv_environment
from browser import find as find_browser
from mariadb import why_missing as why_mariadb_is_missing
from steps import CACHE, ROOT, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

BIN: Final = Path(sys.executable).parent
REPORTS: Final = CACHE / "reports"
PURE: Final = ("base", "semantic", "engines", "lake", "docs")
"""What has no tables: its tests do not change with the database."""


Group = Literal["static", "tests", "engines", "oracle"]
GROUPS: Final[Mapping[str, tuple[Group, ...]]] = {
    "static": ("static",),
    "all": ("static", "tests"),
    "engines": ("engines",),
    "oracle": ("oracle",),
}
"""What can be asked for. The large engines and the oracle are asked for by themselves: they are no part of `all`."""


@dataclass
class Outcome:
    """What one suite came to."""

    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class Suite:
    """One thing that is checked."""

    name: str
    command: tuple[str, ...]
    group: Group = "static"
    report: bool = False
    """The command writes a JUnit report to `REPORTS/<name>.xml`; else it is one check, by its exit code."""
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], tuple[dict[str, str], str]] = lambda: ({}, "")
    """Prepares the suite: further environment, and the reason to skip it (empty: go)."""
    beside: bool = False
    """It waits for processes most of the time: the suites after it run meanwhile, and its output comes at the end."""

    @property
    def path(self) -> Path:
        """Return where its report is."""
        return REPORTS / f"{self.name.replace(' ', '-')}.xml"


def _tool(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(BIN / name), *arguments)


def _npm(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, str(ROOT / "scripts" / "pages.py"), "run", "--silent", *arguments)


def _pytest(name: str, *arguments: str) -> tuple[str, ...]:
    report = REPORTS / f"{name.replace(' ', '-')}.xml"
    return _tool("pytest", "-q", f"--junitxml={report}", *arguments)


def _browser() -> tuple[dict[str, str], str]:
    path, reason = find_browser()
    return ({"METRION_TEST_CHROMIUM": path} if path else {}), reason


def _engines() -> tuple[dict[str, str], str]:
    return {}, why_mariadb_is_missing()


def _oracle() -> tuple[dict[str, str], str]:
    return {}, "" if ORACLE.is_dir() else "MetricFlow is not installed: `make test-oracle` does it"


def _kills() -> dict[str, str]:
    """Return how often the server is killed: more where time is taken for it than on a developer's machine."""
    return {"METRION_TEST_KILLS": "25"} if os.environ.get("CI") == "true" else {}


_ALONE: Final = ("--ignore=tests/journeys", "--ignore=tests/faults")
"""Suites of their own: they start the real server, one test at a time."""
_WITHOUT_PURE: Final = tuple(f"--ignore=tests/{room}" for room in PURE)
SUITES: Final = (
    Suite("python format", _tool("ruff", "format", "--check", ".")),
    Suite("python lint", _tool("ruff", "check", ".")),
    Suite("python types", _tool("mypy")),
    Suite("import contract", _tool("lint-imports")),
    Suite("python dependencies", _tool("deptry", "src")),
    Suite("lock file", (str(TOOLS / "bin" / "uv"), "lock", "--check", "--quiet"), environment=uv_environment()),
    Suite("migrations", _tool("python", "-m", "django", "makemigrations", "--check", "--dry-run")),
    Suite("web lint", _npm("lint")),
    Suite("web types", _npm("types")),
    Suite("web unused code", _npm("unused")),
    Suite("web size", _npm("size")),
    Suite("api types", (sys.executable, str(ROOT / "scripts" / "api_types.py"), "check")),
    Suite("kills", _pytest("kills", "tests/faults"), group="tests", report=True, environment=_kills(), beside=True),
    Suite(
        "web unit",
        _npm("test", "--", "--reporter=default", "--reporter=junit", f"--outputFile.junit={REPORTS / 'web-unit.xml'}"),
        group="tests",
        report=True,
    ),
    Suite("tests on sqlite", _pytest("tests on sqlite", "-n", "2", *_ALONE), group="tests", report=True),
    Suite(
        "tests on postgresql",
        _pytest("tests on postgresql", "-n", "2", *_ALONE, *_WITHOUT_PURE),
        group="tests",
        report=True,
        environment={"METRION_TEST_DATABASE": "postgresql"},
    ),
    Suite(
        "browser journeys",
        _pytest("browser journeys", "tests/journeys"),
        group="tests",
        report=True,
        ready=_browser,
    ),
    Suite(
        "five engines",
        _pytest("five engines", "-m", "engines", *_ALONE),
        group="engines",
        report=True,
        ready=_engines,
    ),
    Suite(
        "oracle",
        _pytest("oracle", "-m", "oracle", "tests/oracle"),
        group="oracle",
        report=True,
        ready=_oracle,
    ),
)


def run(suite: Suite) -> Outcome:
    """Run one suite and read what came of it."""
    say(f"--- {suite.name}")
    started = time.monotonic()
    prepared, reason = suite.ready()
    if reason:
        return Outcome(skipped=[reason])
    suite.path.unlink(missing_ok=True)
    environment = {**os.environ, **suite.environment, **prepared}
    if suite.name == "migrations":
        environment |= {"DJANGO_SETTINGS_MODULE": "metrion.server.settings", "METRION_HOME": str(CACHE / "check-home")}
    try:
        done = subprocess.run(
            suite.command,
            cwd=ROOT,
            env=environment,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if suite.beside else None,
            stderr=subprocess.STDOUT if suite.beside else None,
        )
    except FileNotFoundError as missing:
        say(f"{missing.filename} is not installed: run `make setup`")
        return Outcome(failed=1)
    if suite.beside:
        say(f"--- {suite.name} said")
        print(done.stdout.decode(errors="replace"), flush=True)
    outcome = _counted(suite, done.returncode)
    outcome.seconds = time.monotonic() - started
    return outcome


def _counted(suite: Suite, code: int) -> Outcome:
    if not suite.report:
        return Outcome(passed=int(code == 0), failed=int(code != 0))
    if not suite.path.is_file():
        return Outcome(failed=1)
    outcome = Outcome()
    for case in ET.parse(suite.path).iter("testcase"):  # noqa: S314 - our own test report
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
        elif skipped is not None:
            outcome.skipped.append(f"{case.get('name')}: {skipped.get('message') or 'no reason given'}")
        else:
            outcome.passed += 1
    if code and not outcome.failed:
        outcome.failed = 1
    if not outcome.passed and not outcome.failed:
        outcome.skipped.append("no test was run")
    return outcome


def run_all(suites: Sequence[Suite]) -> dict[str, Outcome]:
    """Run the suites one after the other, but for those that run beside others; give what came of them in order."""
    done: dict[str, Outcome] = {}
    running: dict[str, Future[Outcome]] = {}
    with ThreadPoolExecutor() as others:
        for suite in suites:
            if suite.beside:
                running[suite.name] = others.submit(run, suite)
            else:
                done[suite.name] = run(suite)
    done |= {name: outcome.result() for name, outcome in running.items()}
    return {suite.name: done[suite.name] for suite in suites}


def report(outcomes: Mapping[str, Outcome], *, strict: bool) -> bool:
    """Print the summary; return whether everything is well."""
    size = max(map(len, outcomes))
    print(f"\n{'suite':<{size}}  {'passed':>7}  {'failed':>7}  {'skipped':>7}  {'seconds':>8}")
    for name, outcome in outcomes.items():
        counts = f"{outcome.passed:>7}  {outcome.failed:>7}  {len(outcome.skipped):>7}"
        print(f"{name:<{size}}  {counts}  {outcome.seconds:>8.1f}")
    skipped = [(name, reason) for name, outcome in outcomes.items() for reason in outcome.skipped]
    for name, reason in skipped:
        print(f"skipped in {name}: {reason}")
    if skipped and strict:
        print("CI=true: what is skipped counts as failed")
    failed = sum(outcome.failed for outcome in outcomes.values()) + (len(skipped) if strict else 0)
    passed = sum(outcome.passed for outcome in outcomes.values())
    print()
    print(f"{passed} passed, {failed} failed", flush=True)
    return failed == 0


def main() -> None:
    """Run the chosen suites, all of them even when one fails."""
    which, *names = sys.argv[1:] or ["all"]
    if which not in GROUPS:
        message = f"no such group; there are: {', '.join(GROUPS)}"
        raise SystemExit(message)
    REPORTS.mkdir(parents=True, exist_ok=True)
    chosen = [suite for suite in SUITES if suite.group in GROUPS[which] and (not names or suite.name in names)]
    if not chosen:
        message = f"no such suite; there are: {', '.join(suite.name for suite in SUITES)}"
        raise SystemExit(message)
    outcomes = run_all(chosen)
    sys.exit(0 if report(outcomes, strict=os.environ.get("CI") == "true") else 1)


if __name__ == "__main__":
    main()
