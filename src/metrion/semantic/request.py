"""The one request type for numbers: pages, API, command line, alerts, reports and assistants use it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticKnownError

from metrion.semantic.condition import Condition
from metrion.semantic.model import Code, DatePart, Frozen, Level, Shift

MAX_LIMIT: Final = 1_000_000_000
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9000


def _instant(value: datetime) -> datetime:
    """Return the instant with its zone (UTC where none is said); far years cannot be moved between zones."""
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        limits = {"ge": _FIRST_YEAR} if value.year < _FIRST_YEAR else {"le": _LAST_YEAR}
        raise PydanticKnownError("greater_than_equal" if "ge" in limits else "less_than_equal", limits)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


class DimensionRef(Frozen):
    """A dimension to split by, `region` or through a role `buyer.region`; `grain` or `part` for date dimensions."""

    field: str
    grain: Level | None = None
    part: DatePart | None = None


class TimeRef(Frozen):
    """One more way to cut the time of the metrics: a grain, or a part such as the weekday."""

    grain: Level | None = None
    part: DatePart | None = None


class AbsoluteTime(Frozen):
    """From `start` to `end`, both included; either may be open. A day as the end means all of it."""

    kind: Literal["absolute"] = "absolute"
    start: date | datetime | None = None
    end: date | datetime | None = None


class LastTime(Frozen):
    """The last `count` units that end at the anchor; `complete` leaves the running unit out."""

    kind: Literal["last"] = "last"
    count: Annotated[int, Field(ge=1, le=3660)]
    unit: Level
    complete: bool = False


class ToDateTime(Frozen):
    """From the start of the running unit (this month, this year) to the anchor."""

    kind: Literal["to_date"] = "to_date"
    unit: Level


TimeRange = Annotated[AbsoluteTime | LastTime | ToDateTime, Field(discriminator="kind")]


class Comparison(Frozen):
    """A second value beside each metric: the previous range of equal length, or shifted by `shift`."""

    kind: Literal["previous", "shift"]
    shift: Shift | None = None


class OrderBy(Frozen):
    """Sort by a column of the answer (its `name`). NULLs are last both ways, unless they are asked for first."""

    by: str
    descending: bool = False
    nulls: Literal["last", "first"] = "last"


class MetricQuery(Frozen):
    """A question: these metrics, split by these dimensions and this grain, over this time, filtered."""

    metrics: Annotated[tuple[Code, ...], Field(max_length=100)] = ()
    """Without metrics, the answer is the combinations of the dimensions that occur."""
    dimensions: Annotated[tuple[DimensionRef, ...], Field(max_length=12)] = ()
    grain: Level | None = None
    times: Annotated[tuple[TimeRef, ...], Field(max_length=6)] = ()
    """Further cuts of the same time, beside `grain`."""
    dataset: Code | None = None
    """Without metrics: the dataset whose rows are looked at; None: the one that has the first dimension."""
    time: TimeRange | None = None
    filters: Condition | None = None
    having: Condition | None = None
    """Which rows of the answer are kept: a condition on its columns, by their names."""
    rows: bool = False
    """One row for each row of the dataset (its primary key), instead of one for each group."""
    comparison: Comparison | None = None
    order: tuple[OrderBy, ...] = ()
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] | None = None
    totals: bool = False
    """Also return one row over everything, recomputed at its own grain, never summed."""
    subtotals: Annotated[tuple[tuple[str, ...], ...], Field(max_length=12)] = ()
    """Sets of columns of the answer by which it is computed once more, each at its own grain."""
    as_of: Annotated[datetime, AfterValidator(_instant)] | None = None
    """Use the definitions that were in force at this instant."""
