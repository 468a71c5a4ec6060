"""Shapes of the integration room: uploads, tables of the lake, their profiles, versions and loads."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from metrion.base.text import Text
from metrion.semantic.model import Code, DataType

Cell = str | int | float | bool | None
"""A value on the wire: dates and timestamps are ISO 8601 text; decimals too, so that no digit is lost."""

FileFormat = Literal["csv", "parquet", "excel"]
LoadMode = Literal["replace", "append"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReadAs(_Command):
    """How to read a staged file; None means: find out. `nulls` are the texts that mean "no value"."""

    encoding: Literal["utf-8", "gb18030", "utf-16"] | None = None
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    header: bool | None = None
    sheet: str | None = None
    nulls: tuple[str, ...] = ("",)


class FileColumn(_Frozen):
    """One column of a staged file, with what was found in all of its rows."""

    position: int
    """From 1, in the order of the file."""
    name: str
    """As in the header of the file."""
    suggested_name: str
    type: DataType
    reason: Text = Text()
    """Why this type, where that is not plain (leading zeros kept, values of several types ...)."""
    supported: bool = True
    """False for nested Parquet columns: they can only be left out."""
    nulls: int
    distinct: int
    distinct_exact: bool
    """False: there are more than `distinct` different values."""
    minimum: Cell = None
    maximum: Cell = None
    samples: tuple[Cell, ...] = ()
    scale: int | None = None
    """Digits after the decimal point, for decimals."""


class UploadPreview(_Frozen):
    """A staged file: how it was read, its columns, its first rows. Nothing is loaded yet."""

    id: UUID
    filename: str
    format: FileFormat
    status: Literal["staged", "loading", "loaded", "discarded"]
    size: int
    """Bytes."""
    sha256: str
    created_at: datetime
    created_by: str
    read_as: ReadAs
    """What was found or told: every field that applies to the format is set."""
    sheets: tuple[str, ...] = ()
    suggested_table: str
    row_count: int
    columns: tuple[FileColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    """The first rows, aligned with `columns`, as they stand in the file."""


class UploadCard(_Frozen):
    """One line of the list of uploads."""

    id: UUID
    filename: str
    format: FileFormat
    status: Literal["staged", "loading", "loaded", "discarded"]
    size: int
    row_count: int
    created_at: datetime
    created_by: str
    table: str | None = None
    """The table it was loaded into."""


class ColumnChoice(_Command):
    """One column to load: from which place of the file, under which name, as which type."""

    position: int
    name: Annotated[str, Field(min_length=1, max_length=128)]
    type: DataType
    scale: Annotated[int, Field(ge=0, le=18)] | None = None
    """Digits after the point for decimals; None: as many as the file has."""


class LoadRequest(_Command):
    """Load a staged file into a table. Columns that are not named are left out; None takes all as found."""

    table: Code
    mode: LoadMode = "replace"
    columns: tuple[ColumnChoice, ...] | None = None
    primary_key: tuple[str, ...] = ()
    """Names of the columns that must be unique together and never empty."""
    sort_by: tuple[str, ...] = ()
    """Order of the rows on disk; for facts the date first, then a category. Only for speed."""


class TableColumn(_Frozen):
    """One column of a lake table. `masked`: the caller may not see its values."""

    name: str
    type: DataType
    masked: bool = False


class LoadRecord(_Frozen):
    """One load: who brought which file in, with what counts, and how it ended."""

    id: UUID
    table: str
    status: Literal["running", "done", "refused", "interrupted"]
    mode: LoadMode
    filename: str
    sha256: str
    rows_read: int
    rows_loaded: int
    version: int | None = None
    actor: str
    started_at: datetime
    finished_at: datetime | None = None


class TableInfo(_Frozen):
    """A table of the lake at its newest version."""

    name: str
    version: int
    rows: int | None
    """Number of rows; None when the caller may see only part of them."""
    size: int
    """Bytes on disk."""
    columns: tuple[TableColumn, ...]
    primary_key: tuple[str, ...]
    sort_by: tuple[str, ...]
    department: str
    committed_at: datetime
    committed_by: str
    datasets: tuple[str, ...] = ()
    """Codes of the published datasets that read this table."""


class LoadResult(_Frozen):
    """What a load did."""

    load: LoadRecord
    table: TableInfo


class TableVersion(_Frozen):
    """One version of a table's data; `load` is None for a version that was not made by a load."""

    version: int
    committed_at: datetime
    mode: LoadMode
    rows: int | None
    load: LoadRecord | None = None


class Bin(_Frozen):
    """One bar of a histogram: values from `low` to below `high` (the last bar includes `high`)."""

    low: Cell
    high: Cell
    count: int


class TopValue(_Frozen):
    """One of the most frequent values."""

    value: Cell
    count: int


class ColumnProfile(_Frozen):
    """What the values of one column look like. A masked column has only type and nulls."""

    name: str
    type: DataType
    nulls: int
    masked: bool = False
    distinct: int | None = None
    distinct_exact: bool = True
    minimum: Cell = None
    maximum: Cell = None
    mean: float | None = None
    histogram: tuple[Bin, ...] = ()
    top: tuple[TopValue, ...] = ()


class TableProfile(_Frozen):
    """Profile of a table at one version, over the rows that the caller may see."""

    table: str
    version: int
    rows: int
    partial: bool
    """True when a row policy hides rows from the caller."""
    columns: tuple[ColumnProfile, ...]


class TableRows(_Frozen):
    """The first rows that the caller may see; values of masked columns are null."""

    table: str
    version: int
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    partial: bool
    """True when a row policy hides rows from the caller."""
