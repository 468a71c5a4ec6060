"""Shapes of the integration room: uploads, tables of the lake, their profiles, versions and loads."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from metrion.engines.profile import ColumnProfile as ColumnProfile  # noqa: PLC0414 - part of this contract
from metrion.lake.files.shapes import Cell as Cell  # noqa: PLC0414 - the shapes of files are part of this contract
from metrion.lake.files.shapes import ColumnChoice as ColumnChoice  # noqa: PLC0414 - the same
from metrion.lake.files.shapes import Delimiter as Delimiter  # noqa: PLC0414 - the same
from metrion.lake.files.shapes import Encoding as Encoding  # noqa: PLC0414 - the same
from metrion.lake.files.shapes import FileColumn as FileColumn  # noqa: PLC0414 - the same
from metrion.lake.files.shapes import FileFormat as FileFormat  # noqa: PLC0414 - the same
from metrion.lake.files.shapes import ReadAs as ReadAs  # noqa: PLC0414 - the same
from metrion.semantic.model import Code, DataType

LoadMode = Literal["replace", "append"]
UploadStatus = Literal["staged", "loaded", "discarded"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class UploadPreview(_Frozen):
    """A staged file: how it was read, its columns, its first rows. Nothing is loaded yet."""

    id: UUID
    filename: str
    format: FileFormat
    status: UploadStatus
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
    status: UploadStatus
    size: int
    row_count: int
    created_at: datetime
    created_by: str
    table: str | None = None
    """The table it was loaded into."""


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
    size: int | None
    """Bytes on disk; None when the caller may see only part of the rows."""
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
