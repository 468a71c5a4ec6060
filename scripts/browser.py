"""A chromium for the browser journeys: the system's, else installed through apt, else Playwright's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from steps import say

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _on_path() -> str | None:
    return next((found for found in map(shutil.which, _NAMES) if found), None)


def _tried(*command: str) -> bool:
    say(" ".join(command))
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return done.returncode == 0


def find() -> tuple[str | None, str]:
    """Return the path of a chromium (None: Playwright finds its own) and, if there is none, why."""
    told = os.environ.get("METRION_TEST_CHROMIUM") or _on_path()
    if told:
        return told, ""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        packages = ("chromium", "fonts-noto-cjk")
        if _tried("apt-get", "update", "-qq") and _tried("apt-get", "install", "-y", "-qq", *packages):
            return _on_path(), ""
    if _tried(sys.executable, "-m", "playwright", "install", "chromium"):
        return None, ""
    return None, "no chromium on the path, and neither apt-get nor Playwright could install one"
