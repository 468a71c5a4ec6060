"""Periods that are no plain grains: levels of a cube that is a calendar, and of one that is made for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.base.text import Text
from metrion.interchange.cube.names import named
from metrion.interchange.cube.periods import periods_of
from metrion.interchange.cube.source import Query
from metrion.interchange.cube.tables import NO_WORDS
from metrion.interchange.cube.template import Member
from metrion.interchange.foreign.errors import NotExpressible
from metrion.semantic.model import CalendarLevel, Column, DatasetDef, SqlQuery

if TYPE_CHECKING:
    from metrion.interchange.cube.model import Dimension, Granularity, Shift
    from metrion.interchange.cube.names import Work
    from metrion.interchange.cube.tables import Table, Tables

_DAY: Final = "day"
_DAYS: Final = (
    "SELECT CAST(UNNEST(GENERATE_SERIES(DATE '1990-01-01', DATE '2059-12-31', INTERVAL 1 DAY)) AS DATE) AS day"
)
_CODE: Final = "cube_periods"
_PERIODS: Final = frozenset({"date", "integer"})


class Calendars:
    """Gives custom granularities their levels. A level has the code of the dimension with its periods."""

    def __init__(self, work: Work, tables: Tables) -> None:
        self.work = work
        self.tables = tables
        self._made: dict[str, tuple[CalendarLevel, str]] = {}
        self._of: dict[str, list[CalendarLevel]] = {}

    def declare(self) -> None:
        """Find the levels of all custom granularities whose dimensions could be had."""
        for table in self.tables.all():
            for dimension in table.cube.dimensions.values():
                for custom in dimension.granularities:
                    self._level(table, dimension, custom)
        if self._made:
            self.work.put(self._made_calendar())

    def levels(self, cube: str) -> tuple[CalendarLevel, ...]:
        """Return the levels of a cube that is a calendar."""
        return tuple(self._of.get(cube, ()))

    def level(self, dimension: Member, name: str) -> str:
        """Return the level of a granularity; raises `NotExpressible`."""
        code = self.work.names.get(f"{dimension.key}.{name}")
        if code is None:
            raise NotExpressible(zh=f"时间粒度“{name}”", en=f"the granularity “{name}”")
        return code

    def calendar_of(self, cube: str) -> Table | None:
        """Return the calendar that a cube joins by its time axis."""
        axis = self._axis(cube)
        for other, pairs in self.tables.table(cube).pairs.items():
            day = self._axis(other) if self.work.cube(other).calendar else None
            if axis is not None and day is not None and pairs == ((axis, day),):
                return self.tables.table(other)
        return None

    def is_day(self, calendar: Table, dimension: Dimension) -> bool:
        """Tell whether a time dimension of a calendar is its day, perhaps under another name."""
        day = self._axis(calendar.cube.name)
        column = self.tables.column(Member(calendar.cube.name, dimension))
        source = calendar.source
        return column == day or (day is not None and isinstance(source, Query) and source.renames(day, column))

    def shifted(self, calendar: Table, wanted: Shift) -> Shift | None:
        """Return a shift as a calendar has it, its unit a level; None where the calendar says nothing about it."""
        for dimension in calendar.cube.dimensions.values():
            found = self._entry(dimension, wanted)
            if found is None:
                continue
            alike = next((one for one in dimension.shifts if one.sql == found.sql and one.interval), found)
            own = next((one for one in dimension.shifts if one.interval == alike.interval and one.sql), alike)
            return own if own.sql else None
        return None

    def _entry(self, dimension: Dimension, wanted: Shift) -> Shift | None:
        for one in dimension.shifts:
            same = (one.interval, one.type) == (wanted.interval, wanted.type) and not wanted.name
            if same or (wanted.name and one.name == wanted.name):
                return one
        return None

    def _axis(self, cube: str) -> str | None:
        for dimension in self.work.cube(cube).dimensions.values():
            if dimension.type == "time":
                try:
                    return self.tables.column(Member(cube, dimension))
                except NotExpressible:
                    return None
        return None

    def _level(self, table: Table, dimension: Dimension, custom: Granularity) -> None:
        member = Member(table.cube.name, dimension, custom.name)
        code = self.work.names.get(member.key)
        if code is None:
            return
        name = named(NO_WORDS, f"{dimension.name} {custom.name}")
        if table.cube.calendar and self.is_day(table, dimension):
            column = self.tables.column(member)
            if not self._dated(table, column):
                return
            self._of.setdefault(table.cube.name, []).append(CalendarLevel(code=code, name=name, column=column))
        elif not custom.sql:
            self._made[code] = (CalendarLevel(code=code, name=name, column=code), periods_of(custom).sql(_DAY))

    def _dated(self, table: Table, name: str) -> bool:
        """Make a column of a calendar one of days, where it is not one of days or numbers already."""
        column = table.columns[name]
        if column.type in _PERIODS:
            return True
        if column.type != "timestamp" or column.expression is not None or isinstance(table.source, str):
            return False
        table.columns[name] = column.model_copy(update={"type": "date"})
        table.dated.append(name)
        return True

    def _made_calendar(self) -> DatasetDef:
        sql = (
            f"SELECT {_DAY}, {', '.join(f'{told} AS {code}' for code, (_, told) in self._made.items())} FROM ({_DAYS})"
        )
        columns = [Column(name=code, type="date", label=level.name) for code, (level, _) in self._made.items()]
        return DatasetDef(
            code=self.work.codes.of("dataset", _CODE),
            name=Text(zh="Cube 自定义周期", en="Custom periods of Cube"),
            domain=self.work.domain,
            shape="calendar",
            source=SqlQuery(sql=sql),
            columns=(Column(name=_DAY, type="date"), *columns),
            primary_key=(_DAY,),
            time_columns=(_DAY,),
            levels=tuple(level for level, _ in self._made.values()),
            row_access="open",
        )
