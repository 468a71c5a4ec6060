"""`calendar`: the company calendar."""

from __future__ import annotations

import re
from typing import Annotated, Final

from cyclopts import App, Parameter

from metrion.base.errors import Invalid
from metrion.base.text import Text
from metrion.cli.acting import acting
from metrion.cli.output import say, table
from metrion.integration import actions, reads
from metrion.lake.calendar import DayKind

calendar = App(name="calendar", help="The company calendar: show a month, make it up to date.", help_format="plaintext")

As = Annotated[str, Parameter(name="--as", help="User name of the person in whose name this is done.")]

_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_KINDS: Final[dict[DayKind, Text]] = {
    "working": Text(zh="工作日", en="working day"),
    "weekend": Text(zh="周末", en="weekend"),
    "holiday": Text(zh="节假日", en="holiday"),
    "adjusted_working": Text(zh="调休上班", en="working in lieu"),
}


@calendar.command
def show(month: str, *, as_: As = "") -> None:
    """Show the days of a month: what kind each is, its lunar date and what happens.

    Parameters
    ----------
    month
        As 2026-02.
    """
    found = _MONTH.fullmatch(month)
    if found is None:
        raise Invalid(
            field="month",
            reason_zh=f"无法识别“{month}”，应形如 2026-02。",
            reason_en=f"“{month}” is not a month such as 2026-02.",
        )
    year = reads.calendar_year(acting(as_), int(found[1]))
    days = [each for each in year.days if each.day.month == int(found[2])]
    rows = [
        (
            f"{each.day:%Y-%m-%d}",
            Text(zh="一二三四五六日"[each.day.weekday()], en=f"{each.day:%a}").pick(),
            _KINDS[each.kind].pick(),
            each.name.pick(),
            each.lunar.pick(),
            each.event.pick(),
            Text(zh="企业修改", en="edited").pick() if each.edited else "",
        )
        for each in days
    ]
    print(table(("day", "", "kind", "holiday", "lunar", "event", "edited"), rows))
    working = sum(each.kind in {"working", "adjusted_working"} for each in days)
    say(Text(zh=f"{working} 个工作日。", en=f"{working} working days.").pick())
    if not year.official:
        say(
            Text(
                zh="该年的放假安排尚未公布：节假日按法律推算，调休未知。",
                en="This year was not announced yet: holidays are those of the law, working weekends are not known.",
            ).pick()
        )


@calendar.command
def seed(*, as_: As = "") -> None:
    """Make the calendar, or bring it up to what its public sources say now. Edits stay as they are."""
    version = actions.found_calendar(acting(as_))
    print(Text(zh=f"企业日历的数据版本为 {version}。", en=f"The calendar has data version {version}.").pick())
