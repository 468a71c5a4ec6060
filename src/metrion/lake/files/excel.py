"""Excel workbooks: one sheet as texts, so that types are found by the same rules as in a CSV file."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, WorksheetNotFound

from metrion.lake.files.errors import (
    LISTED,
    BadValue,
    CorruptFile,
    EmptyFile,
    EncryptedFile,
    FileRefused,
    FileTooLarge,
    NoSuchSheet,
)
from metrion.lake.files.source import checked_names, numbered_names, positions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from metrion.lake.files.shapes import FileFormat, ReadAs

MOST_UNPACKED: Final = 1024 * 2**20
"""Bytes of a workbook after unpacking: a sheet is held in memory, and a zip bomb ends here."""
_BATCH: Final = 65_536
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_ERROR_CELL: Final = re.compile(
    rb'<c r="([A-Z]{1,3})(\d+)"[^>]*\bt="e"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?<v>([^<]*)</v>'
)
_WHOLE_FLOATS: Final = 2.0**53

_Raw = str | int | float | bool | date | time | datetime | timedelta


class ExcelSource:
    """An opened workbook, read at one sheet. The first row that is not empty is the header."""

    format: FileFormat = "excel"

    def __init__(self, path: Path, read_as: ReadAs) -> None:
        _refuse_encrypted(path)
        _refuse_bomb(path)
        try:
            book = CalamineWorkbook.from_path(path)
            self.sheets = tuple(book.sheet_names)
            if not self.sheets:
                raise EmptyFile
            chosen = read_as.sheet or self.sheets[0]
            sheet = book.get_sheet_by_name(chosen)
        except PasswordError as fault:
            raise EncryptedFile from fault
        except WorksheetNotFound as fault:
            raise NoSuchSheet(sheet=read_as.sheet or "", sheets=list(self.sheets)) from fault
        except (CalamineError, OSError) as fault:
            raise CorruptFile(format="Excel") from fault
        self._sheet: CalamineSheet = sheet
        self._refuse_error_cells(path, self.sheets.index(chosen))
        first = next(((row, values) for row, values in self._filled_rows()), None)
        if first is None:
            raise EmptyFile
        header = read_as.header is not False
        width = max(_width(values) for _, values in self._filled_rows())
        self.names = checked_names(map(_text, first[1][:width])) if header else numbered_names(width)
        self._skip = first[0] + (1 if header else 0)
        self.read_as = read_as.model_copy(
            update={"encoding": None, "delimiter": None, "header": header, "sheet": chosen}
        )

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows as texts, wholly empty rows left out."""
        nulls = set(self.read_as.nulls) | {""}
        rows = (values for row, values in self._filled_rows() if row >= self._skip)
        columns = positions(len(self.names))
        while block := list(islice(rows, _BATCH)):
            texts = [
                pa.array([None if (text := _text(row[place])) in nulls else text for row in block], pa.string())
                for place in range(len(columns))
            ]
            yield pa.RecordBatch.from_arrays(texts, names=columns)

    def lines(self, rows: Iterable[int]) -> Mapping[int, int]:
        """Return the sheet row, as Excel shows it, of each of these rows."""
        wanted = set(rows)
        kept = (row for row, _ in self._filled_rows() if row >= self._skip)
        return {place: row + 1 for place, row in enumerate(kept) if place in wanted}

    def _filled_rows(self) -> Iterator[tuple[int, list[_Raw]]]:
        for row, values in enumerate(self._sheet.iter_rows()):
            if any(value != "" for value in values):
                yield row, values

    def _refuse_error_cells(self, path: Path, sheet: int) -> None:
        """Refuse cells such as #DIV/0!: the reader would give them as empty."""
        if not zipfile.is_zipfile(path):
            return
        faults: list[BadValue] = []
        total = 0
        for line, column, value in _error_cells(path, sheet):
            total += 1
            if total <= LISTED:
                faults.append(
                    BadValue(line=line, column=column, value=value, reason_zh="公式错误", reason_en="a formula error")
                )
        if faults:
            raise FileRefused(faults, total)


def _refuse_encrypted(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(2**20)
    if head.startswith(_OLE) and _ENCRYPTED in head + path.read_bytes()[-(2**20) :]:
        raise EncryptedFile


def _refuse_bomb(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as fault:
        raise CorruptFile(format="Excel") from fault
    if unpacked > MOST_UNPACKED:
        raise FileTooLarge(limit=MOST_UNPACKED // 2**20)


def _width(values: list[_Raw]) -> int:
    """Return the number of columns up to the last one that is not empty."""
    return next((place for place in range(len(values), 0, -1) if values[place - 1] != ""), 0)


def _text(value: _Raw) -> str:
    """Return a cell as text in plain form."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < _WHOLE_FLOATS:
            return str(int(value))
        case datetime():
            return value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _error_cells(path: Path, sheet: int) -> Iterator[tuple[int, str, str]]:
    """Yield row, column letters and error of each cell that holds an error, from the sheet's own XML."""
    with zipfile.ZipFile(path) as archive:
        part = _sheet_part(archive, sheet)
        if part is None:
            return
        tail = b""
        with archive.open(part) as stream:
            while chunk := stream.read(4 * 2**20):
                text = tail + chunk
                end = 0
                for found in _ERROR_CELL.finditer(text):
                    end = found.end()
                    yield int(found[2]), found[1].decode(), found[3].decode()
                tail = text[max(end, len(text) - 4096) :]


def _sheet_part(archive: zipfile.ZipFile, sheet: int) -> str | None:
    """Return the archive member of the sheet at this place in the workbook."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    ids = re.findall(rb"<(?:\w+:)?sheet\b[^>]*\br:id=\"([^\"]+)\"", archive.read("xl/workbook.xml"))
    if sheet >= len(ids):
        return None
    for relation in re.findall(rb"<Relationship\b[^>]*>", archive.read("xl/_rels/workbook.xml.rels")):
        identifier = re.search(rb'\bId="([^"]+)"', relation)
        target = re.search(rb'\bTarget="([^"]+)"', relation)
        if identifier and target and identifier[1] == ids[sheet]:
            member = target[1].decode().lstrip("/")
            member = member if member.startswith("xl/") else f"xl/{member}"
            return member if member in names else None
    return None
