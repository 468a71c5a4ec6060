"""Functions of dates. Weeks begin on Monday and follow ISO 8601; a date stays a date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from metrion.base.text import Text
from metrion.semantic.formula.functions.spec import Example, Function, Parameter, Site, everywhere
from metrion.semantic.formula.nodes import Node, binary, divide, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.semantic.formula.dialects.base import Dialect, Give, Step

_DATE: Final = Parameter("date", "day")
_TIME: Final = Parameter("timestamp", "timestamp")
UNITS: Final = ("day", "week", "month", "quarter", "year")
_STEPS: Final[Mapping[str, tuple[Step, int]]] = {
    "day": ("DAY", 1),
    "week": ("DAY", 7),
    "month": ("MONTH", 1),
    "quarter": ("MONTH", 3),
    "year": ("MONTH", 12),
}
_IN_A_YEAR: Final = {"MONTH": 12, "QUARTER": 4}


def _part(name: str, part: str, parameter: Parameter, doc: Text, example: Example) -> Function:
    return Function(
        name=name,
        group="date",
        parameters=(parameter,),
        returns="integer",
        doc=doc,
        example=example,
        builders=everywhere(lambda dialect, site: dialect.part(part, site.give(0))),
    )


def _number(dialect: Dialect, unit: str, give: Give) -> Node:
    """Return the number of a month, quarter or year, counted without a gap."""
    year = dialect.part("YEAR", give)
    if unit == "YEAR":
        return year
    return binary(exp.Add, binary(exp.Mul, year, number(_IN_A_YEAR[unit])), dialect.part(unit, give))


def _difference(dialect: Dialect, site: Site) -> Node:
    """Calendar units from the first date to the second: how many unit boundaries lie between them."""
    unit = site.word(0)
    if unit == "day":
        return dialect.days(dialect.day(site.use(1)), dialect.day(site.use(2)))
    if unit == "week":
        days = dialect.days(dialect.start("week", site.give(1)), dialect.start("week", site.give(2)))
        return dialect.as_integer(divide(days, number(7)))
    return binary(exp.Sub, _number(dialect, unit.upper(), site.give(2)), _number(dialect, unit.upper(), site.give(1)))


def _added(dialect: Dialect, site: Site) -> Node:
    step, size = _STEPS[site.word(0)]
    count = site.use(1) if size == 1 else binary(exp.Mul, site.use(1), number(size))
    return dialect.moved(dialect.day(site.use(2)), count, step)


def _month_end(dialect: Dialect, site: Site) -> Node:
    next_month = dialect.moved(dialect.start("month", site.give(0)), number(1), "MONTH")
    return dialect.moved(next_month, exp.Neg(this=number(1)), "DAY")


DATES: Final[tuple[Function, ...]] = (
    _part("year", "YEAR", _DATE, Text(zh="年份。", en="The year."), Example("year(to_date('2024-02-29'))", 2024)),
    _part(
        "quarter",
        "QUARTER",
        _DATE,
        Text(zh="季度，1 到 4。", en="The quarter, 1 to 4."),
        Example("quarter(to_date('2024-04-01'))", 2),
    ),
    _part(
        "month",
        "MONTH",
        _DATE,
        Text(zh="月份，1 到 12。", en="The month, 1 to 12."),
        Example("month(to_date('2024-02-29'))", 2),
    ),
    _part(
        "day",
        "DAY",
        _DATE,
        Text(zh="当月第几天。", en="The day of the month."),
        Example("day(to_date('2024-02-29'))", 29),
    ),
    _part(
        "weekday",
        "ISODOW",
        _DATE,
        Text(zh="星期几：周一 1，周日 7。", en="The day of the week: Monday 1, Sunday 7."),
        Example("weekday(to_date('2024-03-03'))", 7),
    ),
    _part(
        "day_of_year",
        "DOY",
        _DATE,
        Text(zh="当年第几天。", en="The day of the year."),
        Example("day_of_year(to_date('2024-12-31'))", 366),
    ),
    _part(
        "iso_week",
        "WEEK",
        _DATE,
        Text(zh="ISO 周数，1 到 53。", en="The ISO week, 1 to 53."),
        Example("iso_week(to_date('2021-01-01'))", 53),
    ),
    _part(
        "iso_year",
        "ISOYEAR",
        _DATE,
        Text(zh="ISO 周所属的年份。", en="The year that the ISO week belongs to."),
        Example("iso_year(to_date('2021-01-01'))", 2020),
    ),
    _part(
        "hour",
        "HOUR",
        _TIME,
        Text(zh="小时，0 到 23。", en="The hour, 0 to 23."),
        Example("hour(to_timestamp('2024-02-29 13:45:10'))", 13),
    ),
    _part(
        "minute",
        "MINUTE",
        _TIME,
        Text(zh="分钟，0 到 59。", en="The minute, 0 to 59."),
        Example("minute(to_timestamp('2024-02-29 13:45:10'))", 45),
    ),
    _part(
        "second",
        "SECOND",
        _TIME,
        Text(zh="秒，0 到 59，不含小数。", en="The second, 0 to 59, without fractions."),
        Example("second(to_timestamp('2024-02-29 13:45:10'))", 10),
    ),
    Function(
        name="date_trunc",
        group="date",
        parameters=(Parameter("unit", "string", choices=UNITS), _DATE),
        returns="date",
        doc=Text(
            zh="所在日、周、月、季或年的第一天，周一为一周之始。",
            en="The first day of the day, week, month, quarter or year it lies in; weeks begin on Monday.",
        ),
        example=Example("to_text(date_trunc('month', to_date('2024-02-29')))", "2024-02-01"),
        builders=everywhere(lambda dialect, site: dialect.start(site.word(0), site.give(1))),
    ),
    Function(
        name="date_add",
        group="date",
        parameters=(Parameter("unit", "string", choices=UNITS), Parameter("count", "integer"), _DATE),
        returns="date",
        doc=Text(
            zh="日期加上若干日、周、月、季或年；月末超出时取该月最后一天。",
            en="The date moved by that many units; a day that the month lacks becomes its last day.",
        ),
        example=Example("to_text(date_add('month', 1, to_date('2024-01-31')))", "2024-02-29"),
        builders=everywhere(_added),
    ),
    Function(
        name="date_diff",
        group="date",
        parameters=(Parameter("unit", "string", choices=UNITS), Parameter("from", "day"), Parameter("to", "day")),
        returns="integer",
        doc=Text(
            zh="从 from 到 to 跨过多少个日、周、月、季或年的边界，可为负数。",
            en="How many boundaries of the unit lie between `from` and `to`; negative if `to` is earlier.",
        ),
        example=Example("date_diff('month', to_date('2024-01-31'), to_date('2024-03-01'))", 2),
        builders=everywhere(_difference),
    ),
    Function(
        name="month_end",
        group="date",
        parameters=(_DATE,),
        returns="date",
        doc=Text(zh="所在月的最后一天。", en="The last day of the month it lies in."),
        example=Example("to_text(month_end(to_date('2024-02-10')))", "2024-02-29"),
        builders=everywhere(_month_end),
    ),
)
