"""Codes from foreign names: valid, unique in their kind, and the same at every import."""

from __future__ import annotations

import re
from hashlib import blake2s
from typing import Final

_LONGEST: Final = 63
_MARK: Final = 6
_OTHER: Final = re.compile(r"[^a-z0-9_]+")


def code_of(name: str) -> str:
    """Return the code that is nearest to a name; names that lose something get a mark of their own."""
    plain = _OTHER.sub("_", name.lower()).strip("_")
    if not plain or not plain[0].isalpha():
        plain = f"n_{plain}".rstrip("_")
    kept = _OTHER.sub("_", name.lower()).strip("_") != "" and name.isascii()
    return plain if kept and len(plain) <= _LONGEST else _marked(plain, name)


class Codes:
    """Gives each foreign name one code. A second name with the same code gets a mark made from its text."""

    def __init__(self) -> None:
        self._by_name: dict[tuple[str, str], str] = {}
        self._taken: set[tuple[str, str]] = set()

    def of(self, kind: str, name: str, wanted: str | None = None) -> str:
        """Return the code of a name within a kind, made from `wanted` where that reads better."""
        if (known := self._by_name.get((kind, name))) is not None:
            return known
        code = code_of(wanted or name)
        if (kind, code) in self._taken:
            code = _marked(code, name)
        self._taken.add((kind, code))
        self._by_name[kind, name] = code
        return code


def _marked(code: str, name: str) -> str:
    mark = blake2s(name.encode(), digest_size=_MARK // 2).hexdigest()
    return f"{code[: _LONGEST - _MARK - 1].rstrip('_')}_{mark}"
