"""Sheets as Markdown. Whatever a person typed is escaped: it can be neither markup nor HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.catalog.documents.sheet import Section, Sheet

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|!~])")
_LINE_START = re.compile(r"^(\s*)([-+]|\d+[.)])(\s)", re.MULTILINE)


def escape(text: str) -> str:
    """Return `text` so that Markdown shows it as it is."""
    safe = _SPECIAL.sub(r"\\\1", text.replace("&", "&amp;"))
    return _LINE_START.sub(r"\1\\\2\3", safe)


def cell(text: str) -> str:
    """Return `text` for a table cell: on one line."""
    return escape(" ".join(text.split()))


def head(title: str, lines: tuple[str, ...]) -> str:
    """Return the start of a document of several sheets."""
    return f"# {escape(title)}\n\n" + "".join(f"{escape(line)}  \n" for line in lines) + "\n"


def group(title: str, level: int) -> str:
    """Return the heading of a domain."""
    return f"{'#' * (level + 1)} {escape(title)}\n\n"


def foot() -> str:
    """Return the end of a document."""
    return ""


def sheet(content: Sheet, level: int = 1) -> str:
    """Return one sheet; its title is a heading of `level`."""
    parts = [f"{'#' * level} {escape(content.title)}\n\n"]
    for section in content.sections:
        parts.append(f"{'#' * (level + 1)} {escape(section.title)}\n\n")
        parts.extend(_section(section))
    return "".join(parts)


def _section(section: Section) -> Iterator[str]:
    for paragraph in section.paragraphs:
        yield f"{escape(paragraph)}\n\n"
    for label, value in section.rows:
        yield f"- **{escape(label)}**: {cell(value)}\n"
    if section.rows:
        yield "\n"
    if section.code:
        fence = "`" * (max((len(run) for run in re.findall("`+", section.code)), default=2) + 1)
        fence = fence.ljust(3, "`")
        yield f"{fence}\n{section.code}\n{fence}\n\n"
    if section.table is not None:
        yield "| " + " | ".join(map(cell, section.table.headings)) + " |\n"
        yield "|" + " --- |" * len(section.table.headings) + "\n"
        for row in section.table.rows:
            yield "| " + " | ".join(map(cell, row)) + " |\n"
        yield "\n"
