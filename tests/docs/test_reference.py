"""The reference is what the code says, and names everything that the code has."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.docs.material import ROOT

from metrion.base.settings import Settings
from metrion.semantic.errors import REFUSALS
from metrion.semantic.formula.functions import FUNCTIONS
from metrion.server.api import openapi

if TYPE_CHECKING:
    from collections.abc import Iterable

LANGUAGES = ("zh", "en")


def _read(name: str, language: str) -> str:
    return (ROOT / "docs" / "reference" / f"{name}.{language}.md").read_text("utf-8")


def _missing(names: Iterable[str], text: str) -> list[str]:
    return [name for name in names if name not in text]


def test_what_is_committed_is_what_the_code_says(child_environment: dict[str, str]) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "reference.py"), "check"]
    done = subprocess.run(command, env=child_environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_function_and_refusal_is_named(language: str) -> None:
    settings = [f"`METRION_{name.upper()}`" for name in Settings.model_fields]
    assert _missing(settings, _read("settings", language)) == []
    assert _missing([f"`{each.signature}`" for each in FUNCTIONS.values()], _read("formula", language)) == []
    assert _missing([f"`{each.code}`" for each in REFUSALS], _read("errors", language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_route_is_named(language: str) -> None:
    paths = openapi()["paths"]
    assert isinstance(paths, dict)
    routes = [f"`{method.upper()} {path}`" for path, methods in paths.items() for method in methods]
    assert len(routes) > 50
    assert _missing(routes, _read("api", language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_left_empty(language: str) -> None:
    for name in ("settings", "cli", "api", "formula"):
        for line in _read(name, language).splitlines():
            assert not line.startswith("| `") or len(line.split(" | ")[1].strip(" |")) > 0 or name == "settings", line


def test_every_refusal_of_the_product_is_found(child_environment: dict[str, str]) -> None:
    """A class in a module that the generator does not look into would be missing silently."""
    program = (
        "import importlib, pkgutil, sys, django; django.setup(); sys.path.insert(0, 'scripts');"
        "import metrion, reference; from metrion.base.errors import MetrionError;"
        "known = {kind for _, kind in reference.refusals()};"
        "[importlib.import_module(m.name) for m in pkgutil.walk_packages(metrion.__path__, 'metrion.')"
        " if '.migrations' not in m.name and not m.name.endswith('__main__')];"
        "found = {k for k in reference._below(MetrionError) if k.code not in reference._BASES};"
        "print(sorted(f'{k.__module__}.{k.__name__}' for k in found - known))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=child_environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
