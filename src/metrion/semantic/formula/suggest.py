"""Nearest names: what a person probably meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """Return up to `count` of `known` that look most like `name`, best first; case is ignored."""
    by_folded: dict[str, str] = {}
    for candidate in known:
        by_folded.setdefault(candidate.casefold(), candidate)
    wanted = name.strip().casefold()
    if wanted in by_folded:
        return (by_folded[wanted],)
    close = get_close_matches(wanted, by_folded, n=count, cutoff=0.6)
    if not close:
        close = sorted((key for key in by_folded if len(wanted) > 1 and wanted in key), key=len)[:count]
    return tuple(by_folded[key] for key in close)
