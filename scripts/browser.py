"""A chromium for the browser journeys: the system's, else installed through apt, else Playwright's own."""

from __future__ import annotations

import os
import shutil
import sys

from steps import apt_installed, tried

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _on_path() -> str | None:
    return next((found for found in map(shutil.which, _NAMES) if found), None)


def find() -> tuple[str | None, str]:
    """Return the path of a chromium (None: Playwright finds its own) and, if there is none, why."""
    told = os.environ.get("METRION_TEST_CHROMIUM") or _on_path()
    if told:
        return told, ""
    if apt_installed("chromium", "fonts-noto-cjk"):
        return _on_path(), ""
    if tried(sys.executable, "-m", "playwright", "install", "chromium"):
        return None, ""
    return None, "no chromium on the path, and neither apt-get nor Playwright could install one"
