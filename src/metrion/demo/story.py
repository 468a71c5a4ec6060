"""The facts of the demo company that its generators, tests and documentation share.

Retail is real data (Complete Journey). Everything else is generated from `SEED`, with the events below
planted in it, so that an analysis has something true to find.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from metrion.base.text import Text

SEED = 20240101
FIRST_DAY = date(2024, 1, 1)
LAST_DAY = date(2026, 10, 31)

REGIONS = ("EAST", "SOUTH", "WEST", "NORTH")
"""A store's region is REGIONS[store_id % 4]: the source has no regions, so a stated rule gives one."""

SPRING_FESTIVALS = (
    (date(2024, 2, 10), date(2024, 2, 17)),
    (date(2025, 1, 28), date(2025, 2, 4)),
    (date(2026, 2, 15), date(2026, 2, 23)),
)
"""Public holidays around Spring Festival, both days included: plants stand still, shoppers stay up late."""


@dataclass(frozen=True, slots=True)
class PlantedEvent:
    """Something that really happens in the generated data."""

    code: str
    start: date
    end: date | None
    text: Text


MACHINE_DEGRADES = PlantedEvent(
    "machine_degrades",
    date(2026, 5, 1),
    None,
    Text(
        zh="二厂设备 M07 从 2026-05-01 起逐日变慢（性能每天下降 0.12%），废品率随之上升。",
        en="Machine M07 in plant B slows down from 2026-05-01 (0.12 % a day), and its scrap rate rises with it.",
    ),
)
CHANNEL_BREAKS = PlantedEvent(
    "channel_breaks",
    date(2026, 8, 10),
    date(2026, 8, 24),
    Text(
        zh="2026-08-10 至 08-24，社交渠道在移动端结算失败，支付转化率约为平时的四分之一。",
        en="From 2026-08-10 to 08-24 checkout fails on mobile for the social channel: about a quarter of it converts.",
    ),
)
BRANCH_OVERDUE = PlantedEvent(
    "branch_overdue",
    date(2026, 6, 1),
    None,
    Text(
        zh="滨江支行（B03）从 2026-06-01 起，小微贷款逾期率持续上升。",
        en="At the Binjiang branch (B03) overdue small-business loans rise from 2026-06-01 on.",
    ),
)
PLANTED = (MACHINE_DEGRADES, CHANNEL_BREAKS, BRANCH_OVERDUE)


def days() -> tuple[date, ...]:
    """Return every day of the generated history."""
    return tuple(FIRST_DAY + timedelta(days=offset) for offset in range((LAST_DAY - FIRST_DAY).days + 1))


def in_spring_festival(day: date) -> bool:
    """Tell whether the day is a public holiday of Spring Festival."""
    return any(start <= day <= end for start, end in SPRING_FESTIVALS)
