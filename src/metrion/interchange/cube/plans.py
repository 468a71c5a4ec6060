"""What a multi-stage measure is computed by: groups added and left out, filters heeded and added, shifts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlglot import exp

from metrion.interchange.cube.columns import DIALECT, written
from metrion.interchange.cube.filters import to_condition
from metrion.interchange.cube.model import Dimension, FilterDirective, Segment
from metrion.interchange.cube.periods import GRAINS, shift_of
from metrion.interchange.cube.template import Column, Member
from metrion.interchange.foreign.conditions import all_of
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.expressions import parsed
from metrion.semantic.model import METRIC_TIME, Period

if TYPE_CHECKING:
    from collections.abc import Iterable

    from metrion.interchange.cube.measures import Measures
    from metrion.interchange.cube.model import Measure, Shift
    from metrion.interchange.cube.template import Template
    from metrion.semantic.condition import Condition


@dataclass(frozen=True, slots=True)
class Plan:
    """A multi-stage measure in our words."""

    per: tuple[str, ...] = ()
    grain: str | None = None
    without: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None
    unfiltered: tuple[str, ...] = ()
    filter: Condition | None = None
    period: Period | None = None

    @property
    def reduces(self) -> bool:
        """Tell whether it is computed by other groups, or under other filters, than the question's."""
        return bool(self.without or self.unfiltered) or self.only is not None


class Plans:
    """Reads the directives of multi-stage measures."""

    def __init__(self, measures: Measures) -> None:
        self.measures = measures

    def plan(self, cube: str, measure: Measure) -> Plan:
        """Return how a measure is computed; raises `NotExpressible`."""
        grain, directive = measure.grain, measure.filter or FilterDirective()
        per: list[str] = []
        by: str | None = None
        for path in grain.include:
            fields, level = self.grain_of(self.member(path, cube))
            per += fields
            by = level or by
        return Plan(
            per=tuple(dict.fromkeys(per)),
            grain=by,
            without=self.groups(grain.exclude, cube),
            only=None if grain.keep_only is None else self.groups(grain.keep_only, cube),
            unfiltered=self._unfiltered(directive, cube),
            filter=self._included(directive, measure, cube),
            period=self._shift(cube, measure),
        )

    def member(self, path: str, cube: str) -> Member:
        """Return the member that a path names, seen from a cube."""
        return self.measures.work.member(path, cube)

    def grain_of(self, member: Member) -> tuple[list[str], str | None]:
        """Return the fields by which a member adds to the grain, or the grain of time."""
        if member.granularity in GRAINS and self.is_axis(member):
            return [], member.granularity
        return [self.measures.fields.field(member)], None

    def groups(self, paths: Iterable[str], cube: str) -> tuple[str, ...]:
        """Return the groups of a question that members stand for."""
        found: list[str] = []
        for path in paths:
            found += sorted(self.fields(self.member(path, cube)))
        return tuple(dict.fromkeys(found))

    def fields(self, member: Member) -> set[str]:
        """Return the groups of a question that a member stands for: a time may be asked as the time of the question."""
        base = Member(member.cube, member.one)
        fields = {self.measures.fields.field(base)}
        if isinstance(member.one, Dimension):
            fields |= {
                self.measures.fields.field(Member(member.cube, member.one, each.name))
                for each in member.one.granularities
            }
        return fields | {METRIC_TIME} if self.is_axis(base) else fields

    def is_axis(self, member: Member) -> bool:
        """Tell whether a time dimension is the time axis of its cube."""
        times = [each for each in self.measures.work.cube(member.cube).dimensions.values() if each.type == "time"]
        return bool(times) and member.one is times[0]

    def _unfiltered(self, directive: FilterDirective, cube: str) -> tuple[str, ...]:
        dropped: set[str] = set()
        for path in directive.exclude:
            dropped |= self._filtered(self.member(path, cube))
        if directive.keep_only is not None:
            work = self.measures.work
            everything = {code for kind, code in work.definitions if kind == "dimension"} | {METRIC_TIME}
            kept: set[str] = set()
            for path in directive.keep_only:
                kept |= self._filtered(self.member(path, cube))
            dropped |= everything - kept
        return tuple(sorted(dropped))

    def _filtered(self, member: Member) -> set[str]:
        """Return the fields whose filters a member or a segment stands for."""
        if not isinstance(member.one, Segment):
            return self.fields(member)
        place = str(member.one.place)
        self.measures.work.losses.changed(
            place,
            "忽略该筛选段即忽略其各字段上的全部筛选。",
            "To leave this segment out of account is to leave out all filters on its fields.",
        )
        told = self.measures.work.template(member.one.sql, member.cube)
        found: set[str] = set()
        self._collect(told, parsed(told.sql, DIALECT), found)
        return found

    def _collect(self, told: Template, tree: exp.Expression, found: set[str]) -> None:
        for node in tree.find_all(exp.Column):
            meant = told.meaning(written(node))
            fields = self.measures.fields
            found.add(fields.of_column(meant) if isinstance(meant, Column) else fields.field(meant))

    def _included(self, directive: FilterDirective, measure: Measure, cube: str) -> Condition | None:
        fields = self.measures.fields
        added = [
            to_condition(each, lambda path: fields.field(self.member(path, cube)), fields.type_of)
            for each in directive.include
        ]
        return all_of([*added, *(fields.condition(sql, cube) for sql in measure.filters)])

    def _shift(self, cube: str, measure: Measure) -> Period | None:
        if not measure.shifts:
            return None
        if len(measure.shifts) > 1:
            raise NotExpressible(zh="多个时间偏移", en="several time shifts")
        told = measure.shifts[0]
        if told.name:
            found = self.by_calendar(cube, told)
            if found is None:
                raise NotExpressible(zh=f"命名的时间偏移“{told.name}”", en=f"the named time shift “{told.name}”")
            return found
        if told.time_dimension and not self._moves(measure, self.member(told.time_dimension, cube), cube):
            raise NotExpressible(
                zh=f"按“{told.time_dimension}”偏移，它不是该数据集的时间轴",
                en=f"a shift along “{told.time_dimension}”, which is not the first time dimension of its cube",
            )
        if not any(each.type == "time" for each in self.measures.work.cube(cube).dimensions.values()):
            raise NotExpressible(zh="没有时间维度的偏移", en="a shift without a time dimension")
        return Period(shift=shift_of(told))

    def by_calendar(self, cube: str, told: Shift) -> Period | None:
        """Return a shift by the calendar that a cube joins, where that has one of its own."""
        calendars = self.measures.calendars
        calendar = calendars.calendar_of(cube)
        own = None if calendar is None else calendars.shifted(calendar, told)
        if calendar is None or own is None:
            return None
        days = [each for each in calendar.cube.dimensions.values() if own in each.shifts]
        level_of = partial(calendars.level, Member(calendar.cube.name, days[0]))
        return Period(shift=shift_of(own, level_of))

    def _moves(self, measure: Measure, along: Member, cube: str) -> bool:
        """Tell whether a time dimension is the time axis of all that a measure is made of."""
        below = [each for each in self.measures.work.template(measure.sql, cube).members if each.cube != along.cube]
        return self.is_axis(along) and not below
