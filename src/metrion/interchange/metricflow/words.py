"""Names and descriptions of a foreign model in our two languages, and its grains in ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, get_args

from metrion.base.text import Text
from metrion.semantic.model import Grain

if TYPE_CHECKING:
    from metrion.interchange.metricflow.manifest import Worded

GRAINS: Final[tuple[str, ...]] = get_args(Grain)
FINEST: Final = "second"
BELOW_SECOND: Final = frozenset({"millisecond", "microsecond", "nanosecond"})
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


def text_of(written: str | None) -> Text:
    """Return a text under the language it is written in."""
    plain = (written or "").strip()
    return Text(zh=plain) if _CHINESE.search(plain) else Text(en=plain)


def name_of(part: Worded) -> Text:
    """Return the name that people read."""
    shown = part.label or part.name
    return Text(zh=shown, en=shown)


def our_grain(grain: str) -> str:
    """Return a grain as it is called here: nothing is finer than a second; custom grains stay what they are."""
    return FINEST if grain in BELOW_SECOND else grain


def grain_named(grain: str) -> Grain:
    """Return a grain of the Gregorian calendar as it is called here; what is none is a day."""
    plain = our_grain(grain)
    return next((each for each in get_args(Grain) if each == plain), "day")
