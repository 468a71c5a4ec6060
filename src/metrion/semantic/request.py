"""The one request type for numbers: pages, API, command line, alerts, reports and assistants use it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticKnownError

from metrion.semantic.condition import Condition
from metrion.semantic.model import Code, Duration, Frozen, Grain

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
    """A dimension to split by, `region` or through a role `buyer.region`; `grain` for date dimensions."""

    field: str
    grain: Grain | None = None


class AbsoluteTime(Frozen):
    """From the day `start` to the day `end`, both included; either may be open."""

    kind: Literal["absolute"] = "absolute"
    start: date | None = None
    end: date | None = None


class LastTime(Frozen):
    """The last `count` units that end at the anchor; `complete` leaves the running unit out."""

    kind: Literal["last"] = "last"
    count: Annotated[int, Field(ge=1, le=3660)]
    unit: Grain
    complete: bool = False


class ToDateTime(Frozen):
    """From the start of the running unit (this month, this year) to the anchor."""

    kind: Literal["to_date"] = "to_date"
    unit: Grain


TimeRange = Annotated[AbsoluteTime | LastTime | ToDateTime, Field(discriminator="kind")]


class Comparison(Frozen):
    """A second value beside each metric: the previous range of equal length, or shifted by `shift`."""

    kind: Literal["previous", "shift"]
    shift: Duration | None = None


class OrderBy(Frozen):
    """Sort by a column of the answer (its `name`). NULLs are last in both directions."""

    by: str
    descending: bool = False


class MetricQuery(Frozen):
    """A question: these metrics, split by these dimensions and this grain, over this time, filtered."""

    metrics: Annotated[tuple[Code, ...], Field(min_length=1, max_length=100)]
    dimensions: Annotated[tuple[DimensionRef, ...], Field(max_length=12)] = ()
    grain: Grain | None = None
    time: TimeRange | None = None
    filters: Condition | None = None
    comparison: Comparison | None = None
    order: tuple[OrderBy, ...] = ()
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] | None = None
    totals: bool = False
    """Also return one row over everything, recomputed at its own grain, never summed."""
    as_of: Annotated[datetime, AfterValidator(_instant)] | None = None
    """Use the definitions that were in force at this instant."""
