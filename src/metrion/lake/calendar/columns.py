"""The columns of the calendar and their names for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from metrion.base.text import Text

if TYPE_CHECKING:
    from metrion.semantic.model import DataType

Values = Sequence[object]
"""One value for each day."""


@dataclass(frozen=True, slots=True)
class CalendarColumn:
    """One column."""

    name: str
    type: DataType
    label: Text


def _column(name: str, kind: DataType, zh: str, en: str) -> CalendarColumn:
    return CalendarColumn(name, kind, Text(zh=zh, en=en))


COLUMNS: Final = (
    _column("day", "date", "日期", "Day"),
    _column("weekday", "integer", "星期（周一为 1）", "Weekday (Monday is 1)"),
    _column("day_kind", "string", "日类型", "Kind of day"),
    _column("is_working_day", "boolean", "是否工作日", "Working day?"),
    _column("working_day_number", "integer", "工作日序号", "Number of the working day"),
    _column("working_day_of_month", "integer", "当月第几个工作日", "Working day of the month"),
    _column("working_day_of_year", "integer", "当年第几个工作日", "Working day of the year"),
    _column("holiday", "string", "节假日代码", "Holiday code"),
    _column("holiday_zh", "string", "节假日（中文）", "Holiday (Chinese)"),
    _column("holiday_en", "string", "节假日（英文）", "Holiday (English)"),
    _column("official", "boolean", "放假安排是否已公布", "Officially announced?"),
    _column("edited", "boolean", "是否由企业修改", "Edited by the company?"),
    _column("event_zh", "string", "企业事件（中文）", "Company events (Chinese)"),
    _column("event_en", "string", "企业事件（英文）", "Company events (English)"),
    _column("is_promotion", "boolean", "是否促销期", "Promotion?"),
    _column("week_start", "date", "周首日", "First day of the week"),
    _column("day_of_week", "integer", "周内第几天", "Day of the week"),
    _column("year", "integer", "年", "Year"),
    _column("quarter", "integer", "季", "Quarter"),
    _column("month", "integer", "月", "Month"),
    _column("year_start", "date", "年首日", "First day of the year"),
    _column("quarter_start", "date", "季首日", "First day of the quarter"),
    _column("month_start", "date", "月首日", "First day of the month"),
    _column("day_of_year", "integer", "年内第几天", "Day of the year"),
    _column("day_of_quarter", "integer", "季内第几天", "Day of the quarter"),
    _column("day_of_month", "integer", "月内第几天", "Day of the month"),
    _column("iso_year", "integer", "ISO 年", "ISO year"),
    _column("iso_week", "integer", "ISO 周", "ISO week"),
    _column("iso_week_start", "date", "ISO 周首日", "First day of the ISO week"),
    _column("fiscal_year", "integer", "财年", "Fiscal year"),
    _column("fiscal_quarter", "integer", "财季", "Fiscal quarter"),
    _column("fiscal_month", "integer", "财月", "Fiscal month"),
    _column("fiscal_year_start", "date", "财年首日", "First day of the fiscal year"),
    _column("fiscal_quarter_start", "date", "财季首日", "First day of the fiscal quarter"),
    _column("fiscal_month_start", "date", "财月首日", "First day of the fiscal month"),
    _column("day_of_fiscal_year", "integer", "财年内第几天", "Day of the fiscal year"),
    _column("day_of_fiscal_quarter", "integer", "财季内第几天", "Day of the fiscal quarter"),
    _column("retail_year", "integer", "零售年", "Retail year"),
    _column("retail_quarter", "integer", "零售季", "Retail quarter"),
    _column("retail_period", "integer", "零售期", "Retail period"),
    _column("retail_week", "integer", "零售周", "Retail week"),
    _column("retail_year_start", "date", "零售年首日", "First day of the retail year"),
    _column("retail_quarter_start", "date", "零售季首日", "First day of the retail quarter"),
    _column("retail_period_start", "date", "零售期首日", "First day of the retail period"),
    _column("day_of_retail_year", "integer", "零售年内第几天", "Day of the retail year"),
    _column("day_of_retail_quarter", "integer", "零售季内第几天", "Day of the retail quarter"),
    _column("day_of_retail_period", "integer", "零售期内第几天", "Day of the retail period"),
    _column("lunar_year", "integer", "农历年", "Lunar year"),
    _column("lunar_month", "integer", "农历月", "Lunar month"),
    _column("lunar_day", "integer", "农历日", "Lunar day"),
    _column("lunar_leap", "boolean", "是否闰月", "Leap month?"),
    _column("lunar_name", "string", "农历日期", "Lunar date"),
    _column("spring_festival_year", "integer", "最近的春节（年）", "Nearest Spring Festival (year)"),
    _column("spring_festival_day", "integer", "距春节天数（初一为 0）", "Days from Spring Festival (its day is 0)"),
    _column("dragon_boat_year", "integer", "最近的端午（年）", "Nearest Dragon Boat Festival (year)"),
    _column("dragon_boat_day", "integer", "距端午天数", "Days from Dragon Boat Festival"),
    _column("mid_autumn_year", "integer", "最近的中秋（年）", "Nearest Mid-Autumn Festival (year)"),
    _column("mid_autumn_day", "integer", "距中秋天数", "Days from Mid-Autumn Festival"),
)
