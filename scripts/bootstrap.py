"""Sets the project up on a machine that has Python 3.11 and make only. Standard library only.

Writes to the project folder alone: `.venv-tools` (uv), `.venv` (the project), `.venv-oracle` (what we are compared
with), `.cache` (downloads, stamps), `web/node_modules` and the built pages. Package indexes come from the machine's own
configuration.

Usage: bootstrap.py run|dev|engines|oracle    `run`: what `make demo` needs; `dev`: also everything to test and
develop; `engines`: also the large engines and their drivers; `oracle`: what `dev` needs, and MetricFlow and a peer in
an environment of their own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent))

from steps import CACHE, ROOT, fingerprint, run, say, step

UV: Final = "uv==0.13.9"
TOOLS: Final = ROOT / ".venv-tools"
VENV: Final = ROOT / ".venv"
ORACLE: Final = ROOT / ".venv-oracle"
PINNED: Final = ROOT / "tests" / "oracle" / "requirements.txt"
LEVELS: Final = {
    "run": ("--no-default-groups", "--group", "web", "--inexact", "--extra", "demo"),
    "dev": ("--extra", "demo"),
    "engines": ("--extra", "demo", "--extra", "engines", "--group", "engines"),
}
"""What is asked of uv; each level holds the one before it."""


def _bin(folder: Path, name: str) -> Path:
    return folder / "bin" / name


def _make_tools() -> None:
    shutil.rmtree(TOOLS, ignore_errors=True)
    if shutil.which("uv") and not _has_ensurepip():
        run(["uv", "venv", "--quiet", "--python", sys.executable, TOOLS])
        run(["uv", "pip", "install", "--quiet", "--python", _bin(TOOLS, "python"), UV])
    elif _has_ensurepip():
        venv.create(TOOLS, with_pip=True)
        run([_bin(TOOLS, "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV])
    elif _has_pip():
        venv.create(TOOLS, with_pip=False)
        site = next(TOOLS.glob("lib/python*/site-packages"))
        run([sys.executable, "-m", "pip", "install", "--quiet", "--target", site, UV])
        _bin(TOOLS, "uv").symlink_to(site / "bin" / "uv")
    else:
        message = "this Python has neither ensurepip nor pip: install python3-venv (Debian) or pip and run again"
        raise SystemExit(message)


def _has_ensurepip() -> bool:
    return _runs("import ensurepip")


def _has_pip() -> bool:
    return _runs("import pip")


def _runs(code: str) -> bool:
    return subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0


def uv_environment() -> dict[str, str]:
    """Return the settings of uv: this Python, downloads inside the project, the machine's certificates."""
    environment = {
        "UV_PYTHON": sys.executable,
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "UV_NO_PROGRESS": "1",
        "METRION_SKIP_WEB": "1",
    }
    if "UV_CACHE_DIR" not in os.environ:
        environment["UV_CACHE_DIR"] = str(CACHE / "uv")
    certificates = os.environ.get("PIP_CERT")
    if certificates and "SSL_CERT_FILE" not in os.environ:
        environment["SSL_CERT_FILE"] = certificates
    return environment


def tools() -> None:
    """Make the tool environment with its one tool, uv."""
    step("tools", "Install uv", fingerprint([], UV, sys.version), _make_tools, _bin(TOOLS, "uv"))


def packages(level: str) -> None:
    """Install the locked Python packages and the project itself (editable)."""
    inputs = [ROOT / "uv.lock", ROOT / "pyproject.toml", ROOT / "hatch_build.py"]
    mark = fingerprint(inputs, sys.version)
    levels = list(LEVELS)
    if any(_is_stamped(more, mark) for more in levels[levels.index(level) + 1 :]):
        return  # what is there already holds all of this
    step(
        _stamp(level).name,
        "Install Python packages",
        mark,
        lambda: _sync(level),
        _bin(VENV, "python"),
        _bin(VENV, "metrion"),
    )


def _sync(level: str) -> None:
    for other in LEVELS:  # a sync may take away what another one brought
        _stamp(other).unlink(missing_ok=True)
    run([_bin(TOOLS, "uv"), "sync", "--frozen", "--quiet", *LEVELS[level]], env=uv_environment())


def _stamp(level: str) -> Path:
    return CACHE / "stamps" / f"packages-{level}"


def _is_stamped(level: str, mark: str) -> bool:
    stamp = _stamp(level)
    return stamp.is_file() and stamp.read_text() == mark and _bin(VENV, "metrion").exists()


def oracle() -> None:
    """Install what we are compared with, by hash, apart from the project: it has its own versions of what we use."""
    mark = fingerprint([PINNED], sys.version)
    step("oracle", "Install MetricFlow and a peer", mark, _make_oracle, _bin(ORACLE, "python"))


def _make_oracle() -> None:
    shutil.rmtree(ORACLE, ignore_errors=True)
    uv, environment = _bin(TOOLS, "uv"), uv_environment()
    run([uv, "venv", "--quiet", ORACLE], env=environment)
    install = ("pip", "install", "--quiet", "--require-hashes", "--python", _bin(ORACLE, "python"), "-r", PINNED)
    run([uv, *install], env=environment)


def pages() -> None:
    """Build the front end."""
    run([_bin(VENV, "python"), ROOT / "scripts" / "pages.py", "build"])


def main() -> None:
    """Set up for running, for developing, for developing with every engine, or for being compared."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file must say so on an older Python
        message = f"Metrion needs Python 3.11 or later, this is {sys.version.split()[0]}"
        raise SystemExit(message)
    level = sys.argv[1] if len(sys.argv) > 1 else "run"
    if level not in {*LEVELS, "oracle"}:
        message = f"no such level; there are: {', '.join(LEVELS)}, oracle"
        raise SystemExit(message)
    tools()
    packages("dev" if level == "oracle" else level)
    pages()
    if level == "oracle":
        oracle()
    say("ready")


if __name__ == "__main__":
    main()
