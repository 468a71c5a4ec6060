"""From a file on disk to a report of what is in it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from metrion.lake.files.columnar import ParquetSource
from metrion.lake.files.delimited import CsvSource
from metrion.lake.files.errors import BadChoice, CorruptFile, EmptyFile, UnknownFormat
from metrion.lake.files.excel import ExcelSource
from metrion.lake.files.infer import ColumnInference
from metrion.lake.files.shapes import Cell, FileReport, ReadAs
from metrion.lake.files.typed import TypedColumn, preview_cells

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from metrion.lake.files.source import Source

_PREVIEW: Final = 50
_PARQUET: Final = b"PAR1"
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_EXCEL_NAMES: Final = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
_TEXT_NAMES: Final = frozenset({".csv", ".tsv", ".txt", ".tab", ""})
_MOST_COLUMNS: Final = 2000


def open_file(path: Path, filename: str, read_as: ReadAs, work: Path) -> Source:
    """Open a file by what it is, not by what its name says; raises typed faults.

    `work` is a folder of this file's own, for a copy in UTF-8.
    """
    source = _open(path, Path(filename).suffix.lower(), filename, read_as, work)
    if len(source.names) > _MOST_COLUMNS:
        raise BadChoice(
            reason_zh=f"文件有 {len(source.names)} 列，最多 {_MOST_COLUMNS} 列",
            reason_en=f"the file has {len(source.names)} columns; {_MOST_COLUMNS} is the most",
        )
    return source


def _open(path: Path, suffix: str, filename: str, read_as: ReadAs, work: Path) -> Source:
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise EmptyFile
    if head.startswith(_PARQUET):
        return ParquetSource(path, read_as)
    if head.startswith(_OLE) or zipfile.is_zipfile(path):
        return ExcelSource(path, read_as)
    if suffix == ".parquet":
        raise CorruptFile(format="Parquet")
    if suffix in _EXCEL_NAMES or head.startswith(b"PK"):
        raise CorruptFile(format="Excel")
    if suffix not in _TEXT_NAMES:
        raise UnknownFormat(filename=filename)
    return CsvSource(path, read_as, work)


def inspect(source: Source, zone: ZoneInfo) -> FileReport:
    """Read the whole file once and return its columns, types, statistics and first rows."""
    gathered = _gatherers(source, zone)
    preview: list[list[Cell]] = [[] for _ in source.names]
    rows = 0
    for batch in source.batches():
        missing = _PREVIEW - rows
        for place, values in enumerate(batch.columns):
            gathered[place].add(values)
            if missing > 0:
                preview[place].extend(preview_cells(values[:missing]))
        rows += batch.num_rows
    if not rows:
        raise EmptyFile
    suggested = suggested_names(source.names)
    return FileReport(
        format=source.format,
        read_as=source.read_as,
        sheets=source.sheets,
        row_count=rows,
        columns=tuple(
            each.column(place, name, suggested[place - 1])
            for place, (each, name) in enumerate(zip(gathered, source.names, strict=True), 1)
        ),
        rows=tuple(zip(*preview, strict=True)),
    )


def _gatherers(source: Source, zone: ZoneInfo) -> list[ColumnInference | TypedColumn]:
    if isinstance(source, ParquetSource):
        return [TypedColumn(_decoded(field.type)) for field in source.schema]
    return [ColumnInference(zone) for _ in source.names]


def _decoded(arrow: pa.DataType) -> pa.DataType:
    return arrow.value_type if pa.types.is_dictionary(arrow) else arrow


def suggested_names(names: tuple[str, ...]) -> list[str]:
    """Return names for the table: lower-case words joined by `_`; other scripts than Latin stay as they are."""
    taken: set[str] = set()
    suggested = []
    for name in names:
        plain = re.sub(r"\W+", "_", name.strip()).strip("_").lower() or "column"
        unique = plain
        number = 2
        while unique in taken:
            unique = f"{plain}_{number}"
            number += 1
        taken.add(unique)
        suggested.append(unique)
    return suggested
