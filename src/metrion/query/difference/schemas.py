"""The shapes of a comparison of two receipts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from metrion.base.errors import Problem
from metrion.base.text import Text
from metrion.governance.schemas import FieldChange
from metrion.query.schemas import Cell, ResultColumn
from metrion.semantic.model import Code
from metrion.semantic.request import MetricQuery

FactorKind = Literal[
    "permission", "definition", "data", "metric", "filters", "time", "fill", "unit", "shape", "engine", "unknown"
]
"""`shape`: how the answer was laid out (split, order, totals). `unknown`: nothing recorded explains it."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class DifferenceRequest(_Frozen):
    """Two questions: each is asked as the caller, and their receipts are compared."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    a: MetricQuery
    b: MetricQuery
    metric: Code | None = None
    """Which metric of `b` is compared; null: the first that both asked for."""
    at: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    """Which row is compared, as `column=value` for each of its groups; none: the whole."""


class ReceiptCard(_Frozen):
    """One receipt in a list: what was asked and when."""

    id: UUID
    created_at: datetime
    request: MetricQuery
    time_start: date | None
    time_end: date | None
    value: str | None = None
    """The number over everything, exact; None where the receipt keeps none."""
    unit: str = ""
    decimals: int | None = None


class FactorDetail(_Frozen):
    """One thing that differs, in words: as it was for A, as it was for B. None: it was not there."""

    label: Text
    a: Text | None
    b: Text | None


class Factor(_Frozen):
    """One reason why two numbers may differ."""

    id: str
    kind: FactorKind
    title: Text
    details: tuple[FactorDetail, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    """Of a definition that the reader may see: what differs in it, field by field."""
    note: Text = Text()
    counts: bool = True
    """False: it cannot change the number, only how it is shown."""


class FactorShare(_Frozen):
    """What one factor explains of the difference, or several that cannot be told apart."""

    factors: tuple[str, ...]
    """Ids of factors."""
    amount: str
    """Exact. The amounts of all shares add up to the difference."""
    after: str
    """The number once these factors are as they were for B."""
    refusal: Problem | None = None
    """Why several factors stand together: what a step between them was refused with."""


class ComparedSide(_Frozen):
    """One of the two numbers and its receipt."""

    receipt: UUID
    created_at: datetime
    asked_by: str
    metric: Code
    label: Text
    """The metric's name."""
    time_start: date | None
    time_end: date | None
    draft: bool
    value: str | None = None
    """The number in the unit of the comparison, exact; None where there is none to compare."""


class ComparedRow(_Frozen):
    """One row that both answers have, or one of them."""

    keys: tuple[Cell, ...]
    """Aligned with `columns`; empty: the whole."""
    at: tuple[str, ...]
    """How to ask for this row."""
    a: str | None
    b: str | None
    amount: str | None
    """B less A; None where one has no number."""


class ReceiptDifference(_Frozen):
    """Two receipts compared."""

    a: ComparedSide
    b: ComparedSide
    metrics: tuple[Code, ...]
    """The metrics that both asked for."""
    unit: str = ""
    decimals: int | None = None
    columns: tuple[ResultColumn, ...] = ()
    """The groups by which both answers are split."""
    rows: tuple[ComparedRow, ...] = ()
    """The rows that can be compared; the largest difference first."""
    at: tuple[str, ...] | None = None
    """The row that `shares` are about; empty: the whole; None: no row can be compared."""
    amount: str | None = None
    """B less A, exact."""
    factors: tuple[Factor, ...]
    shares: tuple[FactorShare, ...] = ()
    refusal: Problem | None = None
    """Why there are no shares."""
