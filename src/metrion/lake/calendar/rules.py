"""What a company decides about its calendar: its periods, its own kinds of days, its events."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field

from metrion.base.text import Text
from metrion.semantic.model import Frozen

DayKind = Literal["working", "weekend", "holiday", "adjusted_working"]
EventKind = Literal["promotion", "company", "shutdown", "other"]
RetailPattern = Literal["445", "454", "544"]

WORKING_KINDS: Final[frozenset[DayKind]] = frozenset({"working", "adjusted_working"})

Month = Annotated[int, Field(ge=1, le=12)]


class CalendarRules(Frozen):
    """How the company cuts its years. Every choice changes which days belong together, so each is versioned."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "CN"
    """ISO 3166 code of the country whose public holidays hold."""
    fiscal_start_month: Month = 1
    fiscal_named: Literal["start", "end"] = "end"
    """The calendar year that names a fiscal year: the one in which it starts, or in which it ends."""
    retail_start_month: Month = 1
    retail_rule: Literal["nearest", "last"] = "nearest"
    """The first week of the retail year begins on the week start nearest to the 1st of the start month, or on the
    last one not after it. A year then has 52 or 53 weeks; the 53rd belongs to its last period."""
    retail_pattern: RetailPattern = "445"
    """Weeks in the three periods of a quarter."""


class DayEdit(Frozen):
    """What the company says about one day, whatever the public sources say."""

    kind: DayKind
    name: Text = Text()


class CalendarEvent(Frozen):
    """A named range of days that matters to the company: a promotion, a stocktaking, a shutdown."""

    name: Text
    kind: EventKind
    first: date
    last: date
