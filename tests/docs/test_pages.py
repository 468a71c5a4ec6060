"""Pages keep their promises: links lead somewhere, commands and settings exist, both languages say the same."""

from __future__ import annotations

import re
import shlex
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

import pytest
from tests.docs.material import ROOT, command_lines, examples, inline_code, pages, written_by_hand

from metrion.base.settings import Settings
from metrion.cli.main import app
from metrion.demo.organisation import PEOPLE
from metrion.server.api import openapi

_LINK: Final = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_MACHINE: Final = re.compile(r"(?:^|[\s`(\"'=])(/(?:work|tmp|root|home|Users)\b[^\s`]*|[A-Z]:\\\S*)")
_ROUTE: Final = re.compile(r"/api/v1(/[a-z][^\s`\"'?，。；\]]*)")
_NOT_SETTINGS: Final = {"METRION_SKIP_WEB"}
GUIDE: Final = sorted(path.name for path in (ROOT / "docs" / "guide" / "zh").glob("*.md"))


def _anchor(heading: str) -> str:
    words = re.sub(r"[^\w\- ]", "", heading.strip().lower().replace("`", ""))
    return words.replace(" ", "-")


def _anchors(text: str) -> set[str]:
    return {_anchor(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("page", pages())
def test_links_lead_somewhere(page: str) -> None:
    broken = []
    for target in _LINK.findall(pages()[page]):
        if "://" in target:
            continue
        path, _, anchor = unquote(target).partition("#")
        file = (ROOT / PurePosixPath(page).parent / path).resolve() if path else ROOT / page
        there = file.exists() and file.is_relative_to(ROOT)
        if not there or (anchor and anchor not in _anchors(file.read_text("utf-8"))):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", pages())
def test_no_page_names_a_path_of_one_machine(page: str) -> None:
    assert _MACHINE.findall(pages()[page]) == []


def test_the_targets_of_make_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    wanted = {name for text in pages().values() for name in re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)}
    assert {"demo", "test"} <= wanted
    assert wanted <= targets


def test_settings_that_pages_name_exist() -> None:
    known = {f"METRION_{name.upper()}" for name in Settings.model_fields} | _NOT_SETTINGS
    named = {name for text in pages().values() for name in re.findall(r"\bMETRION_[A-Z][A-Z_]*[A-Z]\b", text)}
    assert named <= known


@pytest.mark.parametrize(("page", "line"), sorted(set(command_lines())))
def test_command_lines_are_understood(page: str, line: str) -> None:
    words = shlex.split(line.partition(" | ")[0])
    if "--language" in words:
        place = words.index("--language")
        assert words[place + 1] in {"zh", "en"}
        del words[place : place + 2]
    app.parse_args(words, exit_on_error=False, print_error=False)
    assert page in written_by_hand()


def test_commands_in_sentences_exist() -> None:
    known = set(app)
    named = {(page, text.split()[1]) for page, text in inline_code() if re.match(r"metrion [a-z]", text)}
    assert named
    assert {(page, name) for page, name in named if name not in known} == set()


def test_routes_that_the_guide_names_exist() -> None:
    paths = openapi()["paths"]
    assert isinstance(paths, dict)
    patterns = [re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path) + "$") for path in paths]
    named = {(page, found) for page, text in written_by_hand().items() for found in _ROUTE.findall(text)}
    assert len(named) > 5
    unknown = {(page, path) for page, path in named if not any(each.match(f"/api/v1{path}") for each in patterns)}
    assert unknown == set()


def test_people_in_the_readme_are_those_of_the_demo() -> None:
    for page in ("README.md", "README.zh.md"):
        text = pages()[page]
        assert [person.username for person in PEOPLE if f"`{person.username}`" not in text] == []


def _headings(text: str) -> list[int]:
    """Return the depth of each heading, those in blocks left out."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return [len(mark) for mark in re.findall(r"^(#+) ", prose, re.MULTILINE)]


@pytest.mark.parametrize("name", GUIDE)
def test_both_languages_say_the_same(name: str) -> None:
    chinese, english = f"docs/guide/zh/{name}", f"docs/guide/en/{name}"
    shapes = [_headings(pages()[page]) for page in (chinese, english)]
    assert shapes[0] == shapes[1]
    exact = ("yaml", "formula-row", "formula-metric", "formula-wrong")
    told = {page: [each.text for each in examples(*exact) if each.page == page] for page in (chinese, english)}
    assert told[chinese] == told[english]


def test_the_languages_have_the_same_pages() -> None:
    assert sorted(path.name for path in (ROOT / "docs" / "guide" / "en").glob("*.md")) == GUIDE


def test_decisions_are_one_sequence() -> None:
    folder = ROOT / "docs" / "decisions"
    found = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [name[:4] for name in found] == [f"{number:04}" for number in range(1, len(found) + 1)]
    index = (folder / "README.md").read_text("utf-8")
    for name in found:
        title = (folder / name).read_text("utf-8").splitlines()[0]
        assert title.startswith(f"# {name[:4]} "), name
        assert f"| [{name[:4]}]({name}) | {title[7:]} |" in index


def test_pictures_stay_small() -> None:
    for picture in (ROOT / "docs" / "pictures").glob("*.png"):
        assert picture.stat().st_size <= 250_000, picture.name
