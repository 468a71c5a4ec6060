"""What the command prints: tables that line up in Chinese too, and refusals."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from unicodedata import east_asian_width

from metrion.base.errors import MetrionError, Problem


def width(text: str) -> int:
    """Return how many terminal columns the text takes: wide characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def table(header: Sequence[str], rows: Sequence[Sequence[object]], *, right: frozenset[int] = frozenset()) -> str:
    """Return rows as aligned text; the columns `right` are aligned to the right."""
    cells = [list(header), *([_cell(value) for value in row] for row in rows)]
    widths = [max(width(row[place]) for row in cells) for place in range(len(header))]
    lines = [
        "  ".join(_padded(text, widths[place], right=place in right) for place, text in enumerate(row)) for row in cells
    ]
    lines.insert(1, "  ".join("-" * size for size in widths))
    return "\n".join(line.rstrip() for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return str(value).replace("\n", " ")


def _padded(text: str, size: int, *, right: bool) -> str:
    space = " " * (size - width(text))
    return space + text if right else text + space


def say(line: str) -> None:
    """Print a line of progress, which is no part of the result."""
    print(line, file=sys.stderr, flush=True)


def print_problem(refusal: MetrionError) -> None:
    """Print a refusal with its code, its remedy and each of its parts."""
    _print(refusal.render(), "")


def _print(problem: Problem, indent: str) -> None:
    place = f" [{problem['field']}]" if problem["field"] else ""
    say(f"{indent}{problem['code']}{place}: {problem['title']}")
    if problem["remedy"]:
        say(f"{indent}  -> {problem['remedy']}")
    for part in problem["errors"]:
        _print(part, indent + "  ")
