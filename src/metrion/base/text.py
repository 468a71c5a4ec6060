"""Words that exist in both product languages, and the language of the current caller."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from collections.abc import Iterator

Language = Literal["zh", "en"]

_language: ContextVar[Language] = ContextVar("metrion_language", default="zh")


class Text(BaseModel):
    """One sentence or name in Chinese and English.

    Either side may be empty while a draft is written; `pick` then falls back to the other.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str = ""
    en: str = ""

    def pick(self, language: Language | None = None) -> str:
        """Return the side for `language` (default: the caller's), or the other if it is empty."""
        first, second = (self.en, self.zh) if (language or _language.get()) == "en" else (self.zh, self.en)
        return first or second


def current_language() -> Language:
    """Return the language of the caller being served."""
    return _language.get()


def speak(language: Language) -> None:
    """Change the language in mid-request, once the person is known; call it inside `speaking` only."""
    _language.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Serve the block in `language`."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)
