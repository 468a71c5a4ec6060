"""The pages of the documentation and the examples in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT: Final = Path(__file__).resolve().parents[2]
_FENCE: Final = re.compile(r"^```([a-z-]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE: Final = re.compile(r"`([^`\n]+)`")
_COMMAND: Final = re.compile(r"^(?:\$ )?(?:\.venv/bin/)?metrion ([^#\n]*)", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """One fenced block of a page; `language` is what stands behind the fence."""

    page: str
    language: str
    text: str


def pages() -> Mapping[str, str]:
    """Return path -> text of every page."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").glob("*.md")]
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted(found)}


def written_by_hand() -> Mapping[str, str]:
    """Return the pages that no program makes."""
    return {page: text for page, text in pages().items() if not page.startswith("docs/reference/")}


def examples(*languages: str) -> list[Example]:
    """Return the fenced blocks of these languages."""
    return [
        Example(page, language, body)
        for page, text in written_by_hand().items()
        for language, body in _FENCE.findall(text)
        if language in languages
    ]


def command_lines() -> Iterator[tuple[str, str]]:
    """Yield (page, arguments) of every `metrion` command line in a block."""
    for page, text in written_by_hand().items():
        for _, body in _FENCE.findall(text):
            for line in _COMMAND.findall(body):
                yield page, line.strip()


def inline_code() -> Iterator[tuple[str, str]]:
    """Yield (page, text) of everything written between back ticks."""
    for page, text in written_by_hand().items():
        for found in _INLINE.findall(_FENCE.sub("", text)):
            yield page, found
