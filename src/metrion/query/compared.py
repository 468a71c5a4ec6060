"""Which days a comparison lays beside which: the same engine and the same calendar as the numbers, asked for the days.

The calendar has a row for each day. Its rows are moved like those of a fact, so what lands in a period is what the
comparison of that period was computed from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from metrion.base.text import Text
from metrion.catalog import reads as catalog
from metrion.query import execution, plans
from metrion.query.asked import Asked
from metrion.query.schemas import ComparedDays, ComparedPeriod, DaySpan
from metrion.query.world import gather
from metrion.semantic.calendar import is_grain
from metrion.semantic.condition import Compare
from metrion.semantic.errors import NoCalendar
from metrion.semantic.model import Atomic, Measure, MetricDef
from metrion.semantic.request import AbsoluteTime, Comparison, MetricQuery, OrderBy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from metrion.identity.schemas import Actor
    from metrion.query.schemas import ComparedQuestion
    from metrion.semantic.catalogue import Catalogue
    from metrion.semantic.model import Aggregation, Code, DatasetDef, Shift

_FIRST: Final = "compared_first_day"
_LAST: Final = "compared_last_day"
_DAYS: Final = "compared_days"
_WORKING: Final = "compared_working_days"


def compared_days(actor: Actor, asked: ComparedQuestion) -> ComparedDays:
    """Return the days of the range, and of each period in it, with those that they are compared with.

    Raises `NoCalendar` where the company has none, and the refusals of the engine.
    """
    actor.require("metric.read")
    published = catalog.catalogue()
    measures = _measures(published.dataset(_calendar(published, asked.shift)))
    question = MetricQuery(
        metrics=tuple(measure.code for measure in measures),
        grain=asked.grain,
        time=AbsoluteTime(start=asked.start, end=asked.end),
        comparison=Comparison(kind="shift", shift=asked.shift),
        order=() if asked.grain is None else (OrderBy(by="time"),),
        totals=True,
    )
    asked_days = Asked.of(question)
    world = gather(actor, asked_days, published.overlay(*measures), published, measures)
    compiled = plans.compiled(asked_days, world, keep=False)
    found = execution.run(compiled, world, None)
    width = len(measures)
    periods = [] if asked.grain is None else list(zip(*(each.to_pylist() for each in found.table.columns), strict=True))
    whole = [] if found.totals is None else [column[0].as_py() for column in found.totals.columns]
    return ComparedDays(
        days=_span(whole[:width]),
        compared=_span(whole[width:]),
        periods=tuple(
            ComparedPeriod(period=str(row[0]), days=_span(row[1 : width + 1]), compared=_span(row[width + 1 :]))
            for row in periods
        ),
    )


def _calendar(catalogue: Catalogue, shift: Shift) -> Code:
    """Return the calendar that the shift goes by; for those that need none, any that knows each day."""
    if not is_grain(shift.unit):
        return catalogue.level(shift.unit)[0]
    if shift.match == "working_day":
        return catalogue.working_calendar()
    found = next((each.code for each in catalogue.calendars() if each.working_day), catalogue.calendar_of("day"))
    if found is None:
        raise NoCalendar
    return found


def _measures(calendar: DatasetDef) -> tuple[MetricDef, ...]:
    """Return first and last day, the number of days and, where the calendar knows them, of working days."""
    day = calendar.time_columns[0]
    found = [
        _measure(calendar, _FIRST, "min", day),
        _measure(calendar, _LAST, "max", day),
        _measure(calendar, _DAYS, "count", "*"),
    ]
    if calendar.working_day is not None:
        found.append(_measure(calendar, _WORKING, "count", "*", calendar.working_day))
    return tuple(found)


def _measure(
    calendar: DatasetDef, code: Code, aggregation: Aggregation, expression: str, only: str | None = None
) -> MetricDef:
    where = None if only is None else Compare(field=only, op="eq", value=True)
    return MetricDef(
        code=code,
        name=Text(zh="对比日期", en="Compared days"),
        domain=calendar.domain,
        definition=Atomic(
            dataset=calendar.code, measure=Measure(expression=expression, aggregation=aggregation, filter=where)
        ),
    )


def _span(values: Sequence[object]) -> DaySpan | None:
    """Return the days of one side; None where there are none."""
    first, last, days, *working = values or (None,) * 3
    if first is None or last is None:
        return None
    return DaySpan(
        first=cast("date", first),
        last=cast("date", last),
        days=cast("int", days),
        working_days=cast("int", working[0] or 0) if working else None,
    )
