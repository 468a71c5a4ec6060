"""The periods of an answer, as windows look from them: those that have facts, or every one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from metrion.semantic.calendar import is_grain
from metrion.semantic.errors import NoCommonPeriod
from metrion.semantic.frame import Frame, bound, cuts_of, fields_of
from metrion.semantic.leaps import CALENDAR
from metrion.semantic.plan import Aggregate, BoundCondition, Column, Link, Moment, Part, Periods

if TYPE_CHECKING:
    from metrion.semantic.cut import Cut
    from metrion.semantic.frame import World
    from metrion.semantic.model import CalendarLevel, Code, DataType
    from metrion.semantic.naming import PartNames
    from metrion.semantic.plan import Scan, Term
    from metrion.semantic.question import Question, TimeKey


class PeriodsOf:
    """Makes the periods of one question; `metric` is the one that a refusal names."""

    def __init__(self, question: Question, world: World, names: PartNames, metric: Code) -> None:
        self._question = question
        self._world = world
        self._names = names
        self._metric = metric

    def of(self, sources: tuple[Aggregate, ...], rows: str, seen_from: Literal["end", "start"]) -> Periods:
        """Return the periods that `sources` have, or every one where the row set `rows` says so."""
        question = self._question
        base = question.base
        if base is None:
            raise NoCommonPeriod(metric=self._metric)
        name = self._names.part("the periods")
        calendar: Scan | None = None
        day: Term | None = None
        level: Term | None = None
        if base.cut.level is not None:
            of, found = base.cut.level
            calendar, day, level = self._calendar(of, found.column)
        elif rows in ("covered", "calendar") and (code := question.catalogue.calendar_of(question.tick)):
            calendar, day, _ = self._calendar(code, None)
        spine = question.ticks if rows == "spine" or (rows != "facts" and calendar is None) else None
        period = Column(name, base.name, _type_of(base.cut, level))
        others, joins = self._others(period, base, name)
        when, more = self._when(period, name)
        return Periods(
            name=name,
            column=base.name,
            unit=base.cut.grain,
            tick=question.tick,
            sources=sources,
            spine=spine,
            every=rows != "facts",
            calendar=calendar,
            day=day,
            level=level,
            others=others,
            joins=(*joins, *more),
            where=when,
            first=question.ticks.start,
            last=question.ticks.end,
            anchor=question.anchor,
            week_start=question.week_start,
            seen_from=seen_from,
        )

    def _when(self, period: Column, name: str) -> tuple[tuple[BoundCondition, ...], tuple[tuple[Scan, Link], ...]]:
        """Return the conditions on the time of the answer, over its periods, and the calendars that they need."""
        joins: list[tuple[Scan, Link]] = []
        found = []
        for condition in self._question.when:
            fields: dict[str, Term] = dict.fromkeys(fields_of(condition), period)
            for cut in cuts_of(condition):
                if is_grain(cut.level):
                    fields[cut.name] = Moment(period, cut.level, self._question.week_start)
                else:
                    code, level = self._question.catalogue.level(cut.level)
                    fields[cut.name], join = self._level(period, code, level, f"{name} by {level.code}")
                    joins.append(join)
            found.append(bound(condition, fields.items()))
        return tuple(found), tuple(joins)

    def _level(self, period: Column, code: str, level: CalendarLevel, alias: str) -> tuple[Term, tuple[Scan, Link]]:
        """Return a calendar's level as a term of a period, and the join that it needs."""
        frame = Frame(code, self._world, alias=alias)
        day = self._question.catalogue.dataset(code).time_columns[0]
        at = Moment(period, "day", self._question.week_start)
        return frame.own(level.column), (frame.scan, Link(code, ((at, frame.own(day)),), (day,)))

    def _calendar(self, code: str, column: str | None) -> tuple[Scan, Term, Term | None]:
        frame = Frame(code, self._world, alias=CALENDAR)
        day = frame.own(self._question.catalogue.dataset(code).time_columns[0])
        return frame.scan, day, None if column is None else frame.own(column)

    def _others(
        self, period: Column, base: TimeKey, name: str
    ) -> tuple[tuple[tuple[str, Term], ...], tuple[tuple[Scan, Link], ...]]:
        """Return the further time keys as terms of the period, and the calendars that they need."""
        terms: list[tuple[str, Term]] = []
        joins: list[tuple[Scan, Link]] = []
        for key in self._question.times:
            if key is base:
                continue
            if key.cut.level is not None:
                code, level = key.cut.level
                term, join = self._level(period, code, level, f"{name} {level.code}")
                joins.append(join)
                terms.append((key.name, term))
            elif key.cut.part is not None:
                terms.append((key.name, Part(period, key.cut.part)))
            elif key.cut.grain is not None:
                terms.append((key.name, Moment(period, key.cut.grain, self._question.week_start)))
        return tuple(terms), tuple(joins)


def _type_of(cut: Cut, level: Term | None) -> DataType:
    if level is not None:
        return level.type
    return "timestamp" if cut.grain in ("second", "minute", "hour") else "date"
