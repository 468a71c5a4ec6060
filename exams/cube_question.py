"""A query of Cube as a question of ours.

It may ask for more than is shown (the rows that Cube's joins begin with, a measure that is filtered by), and it
computes nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from exams.cube_library import measure_of
from metrion.interchange.cube.filters import test as filter_test
from metrion.interchange.cube.filters import to_condition
from metrion.interchange.cube.model import Measure, MemberFilter
from metrion.interchange.cube.nodes import Fields, spelled, text, texts
from metrion.interchange.cube.parts import member_filters
from metrion.interchange.cube.template import Member, member_of
from metrion.interchange.foreign.conditions import all_of
from metrion.interchange.foreign.errors import NotExpressible
from metrion.semantic.calendar import is_grain, period_end, period_start
from metrion.semantic.condition import Compare, IsNull, Or
from metrion.semantic.model import ModifierDef
from metrion.semantic.request import AbsoluteTime, DimensionRef, MetricQuery, OrderBy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from exams.cube_library import Library
    from metrion.semantic.condition import Condition

MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}:\d{2}(?:\.\d+)?)?\Z")
_DAY_LENGTH: Final = 10


class Question:
    """One query as ours."""

    def __init__(self, query: Fields, library: Library, choice: Mapping[str, str] | None = None) -> None:
        self.query = query
        self.library = library
        self.choice = choice or {}
        self.constants: dict[str, str] = {}
        """Name in the expected table -> the choice that it shows."""
        self.columns: dict[str, str] = {}
        """Name in the expected table -> name in the answer."""
        self.truths: dict[str, bool] = {}
        self._shown: dict[str, str] = {}
        """Member -> name in the answer, for the order."""
        self.measures = [(name, library.member(name)[0]) for name in texts(query.get("measures"))]
        self.filters = member_filters(query.get("filters"))
        self.times = [spelled(one) for one in listed(query.get("time_dimensions"))]
        self.metrics: list[str] = []
        self.dimensions: list[DimensionRef] = []
        self.conditions: list[Condition] = []
        self.kept: list[Condition] = []
        below = [each for _, one in self.measures for each in library.measures_below(one)]
        self.roots = {each.cube: self._root(each.cube) for each in below} or {"": self._root()}
        """Cube of a measure -> the cube that Cube's joins begin with for it."""

    def built(self) -> MetricQuery:
        """Return the question; raises `NotExpressible`."""
        self._refuse()
        for name in texts(self.query.get("dimensions")):
            if name in self.choice:
                self.constants[name.replace(".", "__")] = self.choice[name]
            else:
                self._dimension(name)
        grain, time = self._time()
        for name, member in self.measures:
            self._measure(name, member)
        self._filtered()
        self._segments()
        if not (self.metrics or self.dimensions or grain):
            raise NotExpressible(zh="只有选项的查询", en="a query for nothing but choices")
        rows = self._rows() if self.dimensions or grain else ()
        if self._rolling and self.dimensions:
            self._only_reached(rows)
        return MetricQuery(
            metrics=tuple(self.metrics),
            dimensions=tuple(self.dimensions),
            grain=grain,
            dataset=None if self.metrics else self.library.code(next(iter(self.roots.values()))),
            time=time,
            filters=all_of(self.conditions),
            having=all_of(self.kept),
            rows=self.query.get("ungrouped") is True,
            order=tuple(self._order()),
            limit=self._limit(),
        )

    # --- parts ---

    def _refuse(self) -> None:
        zone = text(self.query.get("timezone"))
        if zone not in {"", "UTC"}:
            raise NotExpressible(zh=f"时区“{zone}”", en=f"the time zone “{zone}”: questions are asked in the company's")
        named = (*texts(self.query.get("dimensions")), *_members(self.filters))
        if (self.times or self.filters or self.query.get("segments")) and any(map(self.library.is_bucket, named)):
            raise NotExpressible(
                zh="随问题而变的分组", en="groups that follow the filters and times of a question: here they do not"
            )

    @property
    def _rolling(self) -> bool:
        return any(self.library.rolls(member) for _, member in self.measures)

    @property
    def _staged(self) -> bool:
        return any(self.library.staged(member) for _, member in self.measures)

    def _root(self, *measured: str) -> str:
        """Return the cube that Cube's joins begin with: for each measure it joins anew."""
        heads: list[str] = []
        cubes: list[str] = []
        for name in (
            *(name for name in texts(self.query.get("dimensions")) if name not in self.choice),
            *(text(each.get("dimension")) for each in self.times),
            *texts(self.query.get("segments")),
            *_members(self.filters),
        ):
            member, path = self.library.member(name)
            if len(path) > 1:
                heads.append(path[0])
            if not isinstance(member.one, Measure):
                cubes += path
        root = self.library.graph.root([*heads, *cubes, *measured])
        if root is None:
            raise NotExpressible(zh="没有能到达所有成员的立方体", en="no cube from which all members are reached")
        return root

    def _field(self, name: str, granularity: str = "") -> str:
        """Return a dimension as a question names it: through a role where Cube's way is one of several."""
        code = self.library.code(f"{name}.{granularity}" if granularity else name)
        _, path = self.library.member(name)
        names = self.library.imported.names
        ways = (self.library.graph.way(root, path[-1]) for root in self.roots.values())
        way = path if len(path) > 1 else next((one for one in ways if one), path)
        roles = [role for step in pairwise(way) if (role := names.get(" -> ".join(step)))]
        if not roles and len(way) > 2 and f"{way[0]} -> {way[-1]}" in names:  # noqa: PLR2004 - a detour
            roles = [self.library.code(cube) for cube in way[1:-1]]
        return ".".join([*roles, code])

    def _dimension(self, name: str) -> None:
        base, granularity = name, ""
        if len(name.split(".")) > 2:  # noqa: PLR2004 - cube, member, granularity
            base, _, granularity = name.rpartition(".")
        self._split(name, base, granularity)

    def _split(self, shown: str, base: str, granularity: str) -> None:
        """Split by a dimension, or by the periods of one."""
        custom = f"{base}.{granularity}" in self.library.imported.names
        field_name = self._field(base, granularity if custom else "")
        grain = granularity if granularity and not custom else None
        if grain is not None and not is_grain(grain):
            raise NotExpressible(zh=f"时间粒度“{grain}”", en=f"the granularity “{grain}”")
        self.dimensions.append(DimensionRef(field=field_name, grain=grain))
        self._show(shown, base, granularity, field_name)

    def _show(self, member: str, base: str, granularity: str, column: str) -> None:
        header = base.replace(".", "__") + (f"_{granularity}" if granularity else "")
        self.columns[header] = column
        self._shown.setdefault(member, column)
        self._shown.setdefault(base, column)

    def _time(self) -> tuple[str | None, AbsoluteTime | None]:
        grain: str | None = None
        time: AbsoluteTime | None = None
        for written in self.times:
            name, granularity = text(written.get("dimension")), text(written.get("granularity"))
            span = _span(written.get("date_range"))
            axis = self._is_axis(name)
            code = self._grain(name, granularity) if axis and grain is None else None
            if code is not None:
                grain = code
                self._show(name, name, granularity, "time")
            elif granularity:
                self._split(name, name, granularity)
            if span is not None and axis and time is None:
                time = self._range(granularity, span)
            elif span is not None:
                self.conditions.append(filter_test(self._field(name), "in_date_range", span, "timestamp"))
        if self._rolling and grain is None and any(text(each.get("granularity")) for each in self.times):
            raise NotExpressible(
                zh="沿不是时间轴的时间的滚动窗口", en="a rolling window along a time that is not the metric's own"
            )
        return grain, time

    def _grain(self, name: str, granularity: str) -> str | None:
        """Return the grain or level of the question; None where the periods are those of a dimension."""
        custom = self.library.imported.names.get(f"{name}.{granularity}")
        if custom is None:
            return granularity if is_grain(granularity) else None
        return custom if self._staged and custom in self.library.levels else None

    def _range(self, granularity: str, span: tuple[str, str]) -> AbsoluteTime:
        """Return the range; for windows of a fixed length in whole periods, at whose ends Cube sees them."""
        start, end = _edge(span[0]), _edge(span[1])
        fixed = all(self.library.fixed_window(member) for _, member in self.measures)
        if fixed and is_grain(granularity) and type(start) is type(end) is date:
            start, end = period_start(start, granularity, "monday"), period_end(end, granularity, "monday")
        return AbsoluteTime(start=start, end=end)

    def _is_axis(self, name: str) -> bool:
        """Tell whether a time dimension is the time axis of everything that is asked."""
        member, _ = self.library.member(name)
        cubes = {*self.roots, *self.roots.values()}
        if len(cubes) != 1 or not self.measures:
            return False
        cube = self.library.model.cubes[cubes.pop()]
        times = [each for each in cube.dimensions.values() if each.type == "time"]
        if member.cube == cube.name:
            return bool(times) and times[0] is member.one
        return self._staged and self.library.is_day(cube.name, member)

    def _measure(self, name: str, member: Member) -> None:
        code = self.library.code(self._variant(name))
        if code not in self.metrics:
            self.metrics.append(code)
        header = name.replace(".", "__")
        self.columns[header] = code
        self._shown[name] = code
        one = measure_of(member)
        self.truths[header] = one.type == "boolean"
        if one.multi_stage and one.type in {"number", "string", "boolean"}:
            for path in one.grain.include:
                self._add(path, member.cube)

    def _variant(self, name: str) -> str:
        """Return a measure, its twin by the calendar whose time is asked for, or the one that is chosen."""
        for each in self.times:
            calendar = self.library.member(text(each.get("dimension")))[0].cube
            if f"{name} @ {calendar}" in self.library.imported.names:
                return f"{name} @ {calendar}"
        key = self.library.member(name)[0].key
        chosen = [f"{key}[{value}]" for value in self.choice.values()]
        return next((each for each in chosen if each in self.library.imported.names), name)

    def _add(self, path: str, cube: str) -> None:
        """Split by a group that a measure adds without aggregating it."""
        if len(self.measures) > 1:
            raise NotExpressible(zh="各自附加分组的多个度量", en="several measures, one of which adds groups")
        found = member_of(path, self.library.model.cubes[cube], self.library.model)
        field_name = self._field(f"{found.cube}.{found.one.name}", found.granularity)
        if all(each.field != field_name for each in self.dimensions):
            self.dimensions.append(DimensionRef(field=field_name))

    def _filtered(self) -> None:
        for each in self.filters:
            if each.member in self.choice:
                continue
            kinds = {isinstance(self.library.member(name)[0].one, Measure) for name in _members([each])}
            if kinds == {True}:
                self.kept.append(to_condition(self._counted(each), self._metric, lambda _name: "decimal"))
            elif kinds == {False}:
                self.conditions.append(to_condition(each, self._field, self.library.type_of))
            else:
                raise NotExpressible(zh="度量与维度混合的“或”", en="an “or” of measures and dimensions")

    def _counted(self, written: MemberFilter) -> MemberFilter:
        """Return a filter on measures with 1 and 0 for true and false, as the importer keeps them."""
        if not written.member:
            every, some = (tuple(map(self._counted, group)) for group in (written.all_of, written.any_of))
            return replace(written, all_of=every, any_of=some)
        if measure_of(self.library.member(written.member)[0]).type != "boolean":
            return written
        return replace(
            written, values=tuple({"true": "1", "false": "0"}.get(str(each), each) for each in written.values)
        )

    def _metric(self, name: str) -> str:
        code = self.library.code(name)
        if code not in self.metrics:
            self.metrics.append(code)
        return code

    def _segments(self) -> None:
        modifiers = {each.code: each for each in self.library.imported.definitions if isinstance(each, ModifierDef)}
        for name in texts(self.query.get("segments")):
            self.conditions.append(modifiers[self.library.code(name)].condition)

    def _rows(self) -> Sequence[str]:
        """Ask also how many rows the joins begin with: Cube has a row for each of their groups. Return the metrics."""
        found: list[str] = []
        for _, member in self.measures:
            if not self.library.staged(member):
                below = self.library.measures_below(member)
                found += [self.library.code(f"{self.roots[each.cube]}.*") for each in below]
        self.metrics += [code for code in dict.fromkeys(found) if code not in self.metrics]
        return found

    def _only_reached(self, rows: Sequence[str]) -> None:
        """Keep the groups whose window reaches facts, or that have facts of their own."""
        staged = [
            self.library.code(self._variant(name)) for name, member in self.measures if self.library.staged(member)
        ]
        reached = [IsNull(field=code, negated=True) for code in staged]
        own = [Compare(field=code, op="gt", value=0) for code in rows]
        self.kept.append(Or(items=(*reached, *own)))

    def _order(self) -> Iterator[OrderBy]:
        for each in listed(self.query.get("order")):
            column = self._shown.get(text(each.get("id")))
            if column is not None:
                yield OrderBy(by=column, descending=each.get("desc") is True)

    def _limit(self) -> int | None:
        limit = text(self.query.get("row_limit") or self.query.get("limit"))
        offset = int(text(self.query.get("offset")) or 0)
        return int(limit) + offset if limit else None


def listed(value: object) -> list[Fields]:
    """Return the groups of fields of a list."""
    return [one for one in value if isinstance(one, Fields)] if isinstance(value, list) else []


def _members(filters: Sequence[MemberFilter]) -> Iterator[str]:
    for each in filters:
        if each.member:
            yield each.member
        yield from _members((*each.all_of, *each.any_of))


def _span(written: object) -> tuple[str, str] | None:
    if written is None:
        return None
    edges = texts(written)
    if any(not MOMENT.match(edge.removesuffix("Z")) for edge in edges):
        raise NotExpressible(zh=f"时间范围“{written}”", en=f"the range “{written}”")
    return edges[0], edges[-1]


def _edge(written: str) -> datetime | date:
    return datetime.fromisoformat(written) if len(written) > _DAY_LENGTH else datetime.fromisoformat(written).date()
