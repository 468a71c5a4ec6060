"""Functions of dates. Weeks begin on Monday and follow ISO 8601; a date stays a date."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from metrion.base.text import Text
from metrion.semantic.formula.functions.spec import Example, Function, Parameter, Site, everywhere
from metrion.semantic.formula.nodes import Node, Type, binary, call, cast, divide, extract, interval, number, text

_DATE: Final = Parameter("date", "day")
_TIME: Final = Parameter("timestamp", "timestamp")
UNITS: Final = ("day", "week", "month", "quarter", "year")
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_DAYS: Final = {"day": 1, "week": 7}


def as_date(node: Node) -> Node:
    """Return the node as a date without a time of day."""
    return cast(node, Type.DATE)


def truncated(unit: str, node: Node) -> Node:
    """Return the first day of the unit that the date lies in."""
    return as_date(call("DATE_TRUNC", text(unit), cast(node, Type.TIMESTAMP)))


def _part(name: str, part: str, parameter: Parameter, doc: Text, example: Example) -> Function:
    def build(site: Site) -> Node:
        return cast(call("FLOOR", extract(part, site.use(0))), Type.INT)

    return Function(
        name=name,
        group="date",
        parameters=(parameter,),
        returns="integer",
        doc=doc,
        example=example,
        builders=everywhere(build),
    )


def _month_number(site: Site, position: int, unit: str) -> Node:
    """Return the number of the month in which the unit of the date begins."""
    years = binary(exp.Mul, extract("YEAR", truncated(unit, site.use(position))), number(12))
    return binary(exp.Add, years, extract("MONTH", truncated(unit, site.use(position))))


def _difference(site: Site) -> Node:
    """Calendar units from the first date to the second: how many unit boundaries lie between them."""
    unit = site.word(0)
    if unit == "day":
        return cast(binary(exp.Sub, as_date(site.use(2)), as_date(site.use(1))), Type.INT)
    if unit == "week":
        days = binary(exp.Sub, truncated("week", site.use(2)), truncated("week", site.use(1)))
        return cast(divide(days, number(7)), Type.INT)
    months = binary(exp.Sub, _month_number(site, 2, unit), _month_number(site, 1, unit))
    return cast(divide(exp.Paren(this=months), number(_MONTHS[unit])), Type.INT)


def _added(site: Site) -> Node:
    unit = site.word(0)
    months = unit in _MONTHS
    step = interval("MONTH" if months else "DAY")
    size = (_MONTHS if months else _DAYS)[unit]
    count = binary(exp.Mul, site.use(1), number(size))
    shift = exp.Mul(this=exp.Paren(this=count), expression=step)
    return as_date(exp.Add(this=as_date(site.use(2)), expression=exp.Paren(this=shift)))


def _month_end(site: Site) -> Node:
    start = truncated("month", site.use(0))
    return as_date(
        exp.Sub(this=exp.Paren(this=exp.Add(this=start, expression=interval("MONTH"))), expression=interval("DAY"))
    )


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
        builders=everywhere(lambda site: truncated(site.word(0), site.use(1))),
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
