"""The dataset that the calendar is for the metric language."""

from __future__ import annotations

from typing import Final

from metrion.base.text import Text
from metrion.lake.calendar.columns import COLUMNS
from metrion.semantic.model import CalendarLevel, Column, DatasetDef, LakeTable

CALENDAR: Final = "calendar"
"""Code of the dataset and of its table."""


def _level(code: str, zh: str, en: str, column: str, position: str | None = None) -> CalendarLevel:
    return CalendarLevel(code=code, name=Text(zh=zh, en=en), column=column, position=position)


LEVELS: Final = (
    _level("working_day", "工作日", "Working day", "working_day_number"),
    _level("iso_week", "ISO 周", "ISO week", "iso_week_start", "weekday"),
    _level("iso_year", "ISO 年", "ISO year", "iso_year"),
    _level("fiscal_month", "财月", "Fiscal month", "fiscal_month_start", "day_of_month"),
    _level("fiscal_quarter", "财季", "Fiscal quarter", "fiscal_quarter_start", "day_of_fiscal_quarter"),
    _level("fiscal_year", "财年", "Fiscal year", "fiscal_year", "day_of_fiscal_year"),
    _level("retail_week", "零售周", "Retail week", "week_start", "day_of_week"),
    _level("retail_period", "零售期", "Retail period", "retail_period_start", "day_of_retail_period"),
    _level("retail_quarter", "零售季", "Retail quarter", "retail_quarter_start", "day_of_retail_quarter"),
    _level("retail_year", "零售年", "Retail year", "retail_year", "day_of_retail_year"),
    _level("spring_festival", "春节", "Spring Festival", "spring_festival_year", "spring_festival_day"),
    _level("dragon_boat", "端午", "Dragon Boat Festival", "dragon_boat_year", "dragon_boat_day"),
    _level("mid_autumn", "中秋", "Mid-Autumn Festival", "mid_autumn_year", "mid_autumn_day"),
)
"""Periods that a question may name. The days around a festival are one period, from midway to midway: a shift by one
lays New Year's Eve upon New Year's Eve, wherever the civil calendar has it."""


def calendar_dataset(domain: str, owner: str = "") -> DatasetDef:
    """Return the definition of the calendar: everybody sees all of it."""
    return DatasetDef(
        code=CALENDAR,
        name=Text(zh="企业日历", en="Company calendar"),
        description=Text(
            zh="每天一行：工作日与调休、节假日、农历节日、企业事件，以及周、月、财年、零售年（4-4-5）等各种期间。",
            en="One row per day: working days, public holidays, lunar festivals, company events, and the periods "
            "that a day belongs to (weeks, months, fiscal year, retail year).",
        ),
        domain=domain,
        shape="calendar",
        source=LakeTable(table=CALENDAR),
        columns=tuple(Column(name=each.name, type=each.type, label=each.label) for each in COLUMNS),
        primary_key=("day",),
        time_columns=("day",),
        anchor="today",
        levels=LEVELS,
        working_day="is_working_day",
        row_access="open",
        owner=owner,
    )
