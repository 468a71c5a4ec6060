"""Answers and receipts: the shapes that pages, API, command line and other rooms hold."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from metrion.base.errors import Problem
from metrion.base.text import Text
from metrion.semantic.condition import Condition
from metrion.semantic.model import DataType, DatePart, Grain, Level, Shift
from metrion.semantic.request import MetricQuery

Cell = str | int | float | bool | None
"""A value on the wire: dates and timestamps are ISO 8601 text, decimals are JSON numbers."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class ResultColumn(_Frozen):
    """One column of an answer. `name` is unique in it; `metric` is set for values and comparisons."""

    name: str
    label: Text
    role: Literal["time", "dimension", "metric", "comparison"]
    type: DataType
    metric: str | None = None
    unit: str = ""
    decimals: int | None = None
    direction: Literal["higher", "lower", "neutral"] = "neutral"
    grain: Level | None = None
    part: DatePart | None = None
    """For keys that are a number read off a moment."""


class DefinitionUsed(_Frozen):
    """One definition that the answer rests on."""

    kind: str
    code: str
    version: int | None
    """Number of the published version; None for a draft in a preview."""
    digest: str


class DataUsed(_Frozen):
    """One dataset that was read, at one version of its data."""

    dataset: str
    data_version: str
    real: bool
    row_policy: Condition | None = None
    """The row condition in force for the asker; None when all rows were visible."""


class Receipt(_Frozen):
    """凭证: the proof of one answer."""

    id: UUID
    created_at: datetime
    asked_by: str
    request: MetricQuery
    definitions: tuple[DefinitionUsed, ...]
    data: tuple[DataUsed, ...]
    time_start: date | datetime | None = None
    time_end: date | datetime | None = None
    """The resolved absolute range, both ends included: days, or moments where the question looks closer."""
    scope_key: str
    time_zone: str
    week_start: Literal["monday", "sunday"] | None = None
    """None in receipts from before it was noted."""
    engine: str
    sql: str
    parameters: tuple[Cell, ...]
    row_count: int
    elapsed_ms: float
    draft: bool = False
    """True when an unpublished definition took part (previews): never a governed number."""
    answer_digest: str
    """Digest of columns, rows and totals."""


class Figures(_Frozen):
    """The first rows of an answer as its receipt keeps them; how many there were is the receipt's `row_count`.

    Cells are as in an answer, but decimals are exact text, and long text is cut (it ends in `…`).
    """

    columns: tuple[ResultColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...] | None = None


class KeptReceipt(Receipt):
    """A receipt as it is read later, with the numbers that it proves."""

    figures: Figures | None = None
    """What the asker saw, for the asker only: null for everybody else, and in receipts that kept none."""


class Subtotals(_Frozen):
    """The answer once more by some of its keys, each value recomputed at that grain."""

    keys: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    """Aligned with the columns of the answer; places of other keys are null."""


class QueryAnswer(_Frozen):
    """What a question returns on the wire."""

    columns: tuple[ResultColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...] | None = None
    """One row aligned with `columns`; dimension and time places are null."""
    subtotals: tuple[Subtotals, ...] = ()
    """In the order in which they were asked for."""
    truncated: bool = False
    cached: bool = False
    receipt: Receipt


class DimensionValues(_Frozen):
    """Values of a dimension among the asker's rows; `complete` when there are no more."""

    field: str
    values: tuple[Cell, ...]
    complete: bool


class ComparedQuestion(_Frozen):
    """A range of days as an answer resolved it, how it is cut, and the shift that it is compared by."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: date
    end: date
    grain: Level | None = None
    shift: Shift


class DaySpan(_Frozen):
    """Days from the first to the last one. They need not be all days between: `days` says how many they are."""

    first: date
    last: date
    days: int
    working_days: int | None = None
    """How many of them are working days; None where the calendar does not know."""


class ComparedPeriod(_Frozen):
    """One period, by its first day or its number, and the days beside it; null: no day lands there."""

    period: str
    days: DaySpan | None
    compared: DaySpan | None


class ComparedDays(_Frozen):
    """Which days are compared with which: over the whole range, and period by period."""

    days: DaySpan | None
    compared: DaySpan | None
    periods: tuple[ComparedPeriod, ...] = ()


class BacktestPoint(_Frozen):
    """One period of both versions, by its first day."""

    period: str
    old: float | None
    new: float | None


class MetricBacktest(_Frozen):
    """One metric of a change on the same data: the version in force (none for a new metric) and the new one."""

    metric: str
    unit: str = ""
    """Of the new version, as its answer says: also when the definition leaves it to be derived."""
    decimals: int | None = None
    grain: Grain = "month"
    """Of the points: months, or the new version's smallest grain when that is coarser."""
    points: tuple[BacktestPoint, ...] = ()
    old_total: float | None = None
    new_total: float | None = None
    old_receipt: UUID | None = None
    new_receipt: UUID | None = None
    """Receipts of the two totals."""
    refusal: Problem | None = None
    """Why the new version has no number; then there is no evidence and the change cannot be approved."""


class Backtest(_Frozen):
    """Old against new for every metric of a change, bound to the digest of what was run."""

    change_id: UUID
    digest: str
    metrics: tuple[MetricBacktest, ...]
