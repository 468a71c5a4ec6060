"""How Chinese names sound. The dictionary takes a third of a second to read: only what writes names down needs it."""

from __future__ import annotations


def syllables(text: str) -> list[str]:
    """Return the pinyin of each character, and runs of other scripts as they are."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - see above

    return lazy_pinyin(text)


def initials(text: str) -> str:
    """Return the first letter of each character's pinyin: 毛利 -> ml."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - see above

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
