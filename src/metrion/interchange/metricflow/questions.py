"""Questions in MetricFlow's words, as saved queries ask them: `metric_time__month`, `listing__country`, filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from metrion.interchange.foreign.conditions import both
from metrion.interchange.foreign.errors import NotExpressible
from metrion.interchange.foreign.limits import within_limits
from metrion.interchange.metricflow.library import Seen
from metrion.interchange.metricflow.references import (
    Reference,
    parse_reference,
    reference_of_column,
    references_in,
)
from metrion.interchange.metricflow.words import BELOW_SECOND, GRAINS, our_grain
from metrion.semantic.request import AbsoluteTime, DimensionRef, MetricQuery, OrderBy, TimeRef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.interchange.metricflow.library import Library
    from metrion.interchange.metricflow.manifest import SavedQuery
    from metrion.semantic.condition import Condition
    from metrion.semantic.model import Code, DatePart

_PARTS: Final[Mapping[str, DatePart]] = {
    "year": "year",
    "quarter": "quarter",
    "month": "month",
    "week": "week",
    "day": "day",
    "dow": "weekday",
    "doy": "day_of_year",
}
_SUB_DAY: Final = ("second", "minute", "hour")
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class _Cut:
    """A cut of time: a grain, or a part."""

    grain: str | None
    part: str | None


@dataclass(frozen=True, slots=True)
class _Field:
    """A dimension with its cut."""

    field: str
    grain: str | None
    part: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is asked there."""

    metrics: tuple[str, ...] = ()
    groups: tuple[Reference, ...] = ()
    filters: tuple[str, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    """Names of columns there, and whether from high to low."""
    limit: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    grouped: bool = True


@dataclass(frozen=True, slots=True)
class Translated:
    """A question as it is asked here, and where each column of the answer there is in the answer here."""

    query: MetricQuery
    columns: Mapping[str, int]


def saved_question(library: Library, saved: SavedQuery) -> Asked:
    """Return the question of a saved query; raises `NotExpressible`."""
    params = saved.query_params
    return Asked(
        metrics=tuple(name.lower() for name in params.metrics),
        groups=tuple(_group(library, text) for text in params.group_by),
        filters=params.where,
        order=tuple(_order(text) for text in params.order_by),
        limit=params.limit,
    )


def _group(library: Library, text: str) -> Reference:
    return parse_reference(text) if "(" in text else reference_of_column(text.lower(), library.grains)


def _order(text: str) -> tuple[str, bool]:
    if "(" not in text:
        return text.lower().removeprefix("-"), text.startswith("-")
    reference = parse_reference(text)
    name = reference.element if reference.kind == "Metric" else column_name(reference)
    return name, reference.descending


def column_name(reference: Reference) -> str:
    """Return the name of a group's column there."""
    cut = f"extract_{reference.part}" if reference.part else reference.grain
    return "__".join([*reference.links, reference.element, *([cut] if cut else [])])


def translate(library: Library, asked: Asked) -> Translated:
    """Return a question of the manifest as one of ours; raises `NotExpressible`."""
    return _Translator(library, asked).result()


class _Translator:
    """One question on its way."""

    def __init__(self, library: Library, asked: Asked) -> None:
        self.library = library
        self.asked = asked
        self.metrics = tuple(self._metric(name) for name in asked.metrics)
        self.seen = library.seen_by(*self.metrics) if self.metrics else self._without_metrics()
        self.groups = tuple(self._complete(reference) for reference in asked.groups)
        self.cuts: dict[_Cut, None] = {}
        self.fields: dict[_Field, None] = {}

    def result(self) -> Translated:
        places = [self._place(reference) for reference in self.groups]
        first = next((cut for cut in self.cuts if cut.part is None), None)
        rest = [cut for cut in self.cuts if cut != first]
        order: list[_Cut | _Field] = [*([first] if first else []), *rest, *self.fields]
        columns = {column_name(group): order.index(place) for group, place in zip(self.groups, places, strict=True)}
        columns |= {name: len(order) + at for at, name in enumerate(self.asked.metrics)}
        names = [*(self._column(place, at) for at, place in enumerate(order)), *self.metrics]
        query = within_limits(
            MetricQuery,
            metrics=self.metrics,
            dimensions=tuple(
                DimensionRef(field=each.field, grain=each.grain, part=_part(each.part)) for each in self.fields
            ),
            grain=first.grain if first else None,
            times=tuple(TimeRef(grain=cut.grain, part=_part(cut.part)) for cut in rest),
            dataset=self._dataset(),
            time=self._range(),
            filters=self._filters(),
            rows=not self.asked.grouped,
            order=tuple(OrderBy(by=names[columns[name]], descending=down) for name, down in self._order(columns)),
            limit=self.asked.limit,
        )
        return Translated(query, columns)

    def _column(self, place: _Cut | _Field, at: int) -> str:
        """Return the name of a column of the answer."""
        cut = place.part or place.grain
        if isinstance(place, _Cut):
            return f"time.{cut}" if at or place.part else "time"
        several = [each.field for each in self.fields].count(place.field) > 1
        return f"{place.field}.{cut}" if cut and several else place.field

    # --- groups ---

    def _metric(self, name: str) -> Code:
        code = self.library.codes.of("metric", name)
        if code not in self.library.metrics:
            raise NotExpressible(zh=f"没有指标“{name}”", en=f"there is no metric “{name}”")
        return code

    def _complete(self, reference: Reference) -> Reference:
        """Return a time dimension with the grain that it has where it says none."""
        if reference.grain or reference.part:
            return reference
        grain = self.library.grain_of(reference, self.seen)
        if reference.is_metric_time:
            grain = self._default_grain()
        if grain is None:
            return reference
        return Reference("TimeDimension", reference.links, reference.element, grain=grain)

    def _default_grain(self) -> str:
        """Return the coarsest of the metrics' own grains: what they say, else the axis, but nothing below a day."""
        found = []
        for name, code in zip(self.asked.metrics, self.metrics, strict=True):
            written = self.library.manifest.metrics.get(name)
            said = written.time_granularity if written is not None else None
            found.append(said or _at_least_a_day(self.library.seen_by(code).grain))
        return max(found, key=lambda grain: GRAINS.index(grain) if grain in GRAINS else 0, default="day")

    def _place(self, reference: Reference) -> _Cut | _Field:
        """Note a group as a cut of time or as a dimension, and return which it is."""
        if self.library.is_axis(reference, self.seen):
            cut = _Cut(_grain(reference), reference.part)
            self.cuts[cut] = None
            return cut
        field = self.library.field(reference, self.seen)
        own = self.library.grain_of(reference, self.seen)
        kept = reference.grain in BELOW_SECOND and reference.grain == own
        place = _Field(field, None if kept else _grain(reference), reference.part)
        self.fields[place] = None
        return place

    def _order(self, columns: Mapping[str, int]) -> list[tuple[str, bool]]:
        found = []
        for name, down in self.asked.order:
            if name in columns:
                found.append((name, down))
                continue
            whole = column_name(self._complete(reference_of_column(name, self.library.grains)))
            if whole in columns:
                found.append((whole, down))
        return found

    # --- without metrics ---

    def _without_metrics(self) -> Seen:
        """Return the dataset from which everything that is asked can be read with the fewest joins."""
        asked = [reference for reference in self.asked.groups if not reference.is_metric_time]
        for text in self.asked.filters:
            asked += [each for each in references_in(text)[1].values() if not each.is_metric_time]
        best: tuple[int, int, Code] | None = None
        for code, node in self.library.graph.nodes.items():
            places = [self.library.graph.find(each.links, each.element, code) for each in asked]
            found = [place for place in places if place is not None]
            if asked and len(found) == len(places):
                foreign = node.key is None or all(node.key.name not in (*e.links, e.element) for e in asked)
                rank = (sum(len(place.roles) for place in found), int(foreign), code)
                best = rank if best is None or rank[:2] < best[:2] else best
        if asked and best is None:
            names = "、".join(column_name(each) for each in asked)
            raise NotExpressible(zh=f"没有一个数据集能到达 {names}", en=f"no dataset reaches all of {names}")
        return Seen((best[2],), frozenset(), "day") if best else Seen((), frozenset(), "day")

    def _dataset(self) -> Code | None:
        """Return the dataset of a question without metrics: the calendar where only time is asked for.

        None where both are asked for: the rows are then paired with the calendar's periods.
        """
        if self.metrics or (self.seen.datasets and self.cuts):
            return None
        if self.seen.datasets:
            return self.seen.datasets[0]
        grains = [cut.grain for cut in self.cuts if cut.grain] or ["day"]
        for spine, calendar in reversed(self.library.calendars):
            levels = {level.code for level in calendar.levels}
            if all(grain in levels or _not_finer(spine.primary_column.time_granularity, grain) for grain in grains):
                return calendar.code
        names = "、".join(grains)
        raise NotExpressible(zh=f"没有以 {names} 为粒度的日历", en=f"there is no calendar with {names}")

    # --- time and filters ---

    def _filters(self) -> Condition | None:
        conditions = [self.library.condition([text], self.seen) for text in self.asked.filters]
        found = [condition for condition in conditions if condition is not None]
        return both(*found) if found else None

    def _range(self) -> AbsoluteTime | None:
        """Return the range, widened to whole periods of the finest grain of `metric_time` that is asked for."""
        if self.asked.start is None and self.asked.end is None:
            return None
        times = [_grain(each) for each in self.groups if each.is_metric_time]
        grains = [grain for grain in times if grain in GRAINS]
        axis = self.seen.grain if self.metrics and self.seen.grain in GRAINS else None
        finest = min(grains, key=GRAINS.index, default=None if axis in {*_SUB_DAY, "day"} else axis)
        start = None if self.asked.start is None else _floor(self.asked.start, finest or "second")
        end = None if self.asked.end is None else _ceiling(self.asked.end, finest)
        return AbsoluteTime(start=_short(start), end=_short_end(end))


def _grain(reference: Reference) -> str | None:
    return our_grain(reference.grain) if reference.grain and not reference.part else None


def _part(part: str | None) -> DatePart | None:
    if part is None:
        return None
    if part not in _PARTS:
        raise NotExpressible(zh=f"日期部分 {part}", en=f"the date part {part}")
    return _PARTS[part]


def _at_least_a_day(grain: str | None) -> str:
    return "day" if grain is None or grain in (*_SUB_DAY, *BELOW_SECOND) else grain


def _not_finer(have: str, wanted: str) -> bool:
    return have in GRAINS and wanted in GRAINS and GRAINS.index(have) <= GRAINS.index(wanted)


def _floor(moment: datetime, grain: str) -> datetime:
    if grain in _SUB_DAY:
        second = moment.second if grain == "second" else 0
        return moment.replace(microsecond=0, second=second, minute=0 if grain == "hour" else moment.minute)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if grain in {"day", "week"}:
        return midnight - timedelta(days=midnight.weekday() if grain == "week" else 0)
    months = _MONTHS[grain]
    return midnight.replace(day=1, month=midnight.month - (midnight.month - 1) % months)


def _next(moment: datetime, grain: str) -> datetime:
    steps = {"second": timedelta(seconds=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1),
             "day": timedelta(days=1), "week": timedelta(days=7)}  # fmt: skip
    if grain in steps:
        return moment + steps[grain]
    months = moment.year * 12 + moment.month - 1 + _MONTHS[grain]
    return moment.replace(year=months // 12, month=months % 12 + 1)


def _ceiling(moment: datetime, grain: str | None) -> datetime:
    """Return the last moment of the period; without a grain, of the day where only a day is said."""
    chosen = grain or ("day" if moment == _floor(moment, "day") else "second")
    return _next(_floor(moment, chosen), chosen) - timedelta(microseconds=1)


def _short(moment: datetime | None) -> date | datetime | None:
    return moment.date() if moment is not None and moment == _floor(moment, "day") else moment


def _short_end(moment: datetime | None) -> date | datetime | None:
    """Return the end as a day where it is the end of one."""
    last = moment is not None and moment + timedelta(microseconds=1) == _floor(moment, "day") + timedelta(days=1)
    return moment.date() if moment is not None and last else moment
