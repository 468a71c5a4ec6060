"""Shapes of file reading: how to read, what was found, what to load."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from metrion.base.text import Text
from metrion.semantic.model import DataType

FileFormat = Literal["csv", "parquet", "excel"]
Encoding = Literal["utf-8", "gb18030", "utf-16"]
Delimiter = Literal[",", ";", "\t", "|"]
Cell = str | int | float | bool | None
"""A value on the wire: dates and timestamps are ISO 8601 text; decimals too, so that no digit is lost."""


class ReadAs(BaseModel):
    """How to read a file; None means: find out. `nulls` are the texts that mean "no value"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoding: Encoding | None = None
    delimiter: Delimiter | None = None
    header: bool | None = None
    sheet: str | None = None
    nulls: tuple[str, ...] = ("",)


class FileColumn(BaseModel):
    """One column of a file, with what was found in all of its rows."""

    model_config = ConfigDict(frozen=True)

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
    whole_digits: int = 0
    """Most digits before the decimal point, for numbers."""


class ColumnChoice(BaseModel):
    """One column to load: from which place of the file, under which name, as which type."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    position: int
    name: Annotated[str, Field(min_length=1, max_length=128)]
    type: DataType
    scale: Annotated[int, Field(ge=0, le=18)] | None = None
    """Digits after the point for decimals; None: as many as the file has."""


class FileReport(BaseModel):
    """All that was found in a file."""

    model_config = ConfigDict(frozen=True)

    format: FileFormat
    read_as: ReadAs
    """What was found or told: every field that applies to the format is set."""
    sheets: tuple[str, ...] = ()
    row_count: int
    columns: tuple[FileColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    """The first rows, aligned with `columns`, as they stand in the file."""
