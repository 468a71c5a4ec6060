"""CSV files: delimiter and header found out, rows read in a stream as texts, faults with their lines."""

from __future__ import annotations

import csv
from itertools import islice
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.csv as pacsv

from metrion.lake.files.errors import LISTED, BadQuote, CorruptFile, EmptyFile, FileRefused, RaggedRow
from metrion.lake.files.source import checked_names, numbered_names, positions
from metrion.lake.files.text import as_utf8, encoding_of
from metrion.lake.files.values import Unreadable, read_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from metrion.lake.files.shapes import Delimiter, FileFormat, ReadAs

_DELIMITERS: Final[tuple[Delimiter, ...]] = (",", ";", "\t", "|")
_SNIFFED: Final = 2**18
_BLOCK: Final = 8 * 2**20
_LONGEST_VALUE: Final = 8 * 2**20

csv.field_size_limit(_LONGEST_VALUE)


class CsvSource:
    """An opened CSV file. Raises typed faults for what cannot be a table."""

    format: FileFormat = "csv"
    sheets: tuple[str, ...] = ()

    def __init__(self, path: Path, read_as: ReadAs, work: Path) -> None:
        encoding = read_as.encoding or encoding_of(path)
        self._path = as_utf8(path, encoding, work / "text.csv")
        sample = _sample(self._path)
        delimiter = read_as.delimiter or _delimiter(sample)
        records = _records(sample, delimiter)
        if not records:
            raise EmptyFile
        header = _looks_like_header(records) if read_as.header is None else read_as.header
        self.read_as = read_as.model_copy(
            update={"encoding": encoding, "delimiter": delimiter, "header": header, "sheet": None}
        )
        self.names = checked_names(records[0]) if header else numbered_names(len(records[0]))
        self._delimiter = delimiter
        self._blank_lines = _leading_blank_lines(sample)
        if _has_odd_quotes(self._path):
            self._raise_faults()

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows as texts; raises `FileRefused` with every ragged row after the last batch."""
        ragged = 0

        def skip(_: pacsv.InvalidRow) -> str:
            nonlocal ragged
            ragged += 1
            return "skip"

        columns = positions(len(self.names))
        try:
            reader = pacsv.open_csv(
                self._path,
                read_options=pacsv.ReadOptions(
                    column_names=columns,
                    skip_rows=self._blank_lines,
                    skip_rows_after_names=1 if self.read_as.header else 0,
                    block_size=_BLOCK,
                    use_threads=False,
                ),
                parse_options=pacsv.ParseOptions(
                    delimiter=self._delimiter, newlines_in_values=True, invalid_row_handler=skip
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(columns, pa.string()),
                    null_values=list(self.read_as.nulls),
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=False,
                ),
            )
            yield from (batch for batch in reader if batch.num_rows)
        except pa.ArrowInvalid as fault:
            self._raise_faults()
            raise CorruptFile(format="CSV") from fault
        if ragged:
            self._raise_faults()

    def lines(self, rows: Iterable[int]) -> Mapping[int, int]:
        """Return the line where each of these rows begins."""
        wanted = set(rows)
        if not wanted:
            return {}
        last = max(wanted)
        found: dict[int, int] = {}
        for row, (line, _) in enumerate(islice(self._rows(), last + 1)):
            if row in wanted:
                found[row] = line
        return found

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield line and values of every row below the header, blank lines left out."""
        with self._path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, delimiter=self._delimiter, strict=True)
            before = 0
            to_skip = 1 if self.read_as.header else 0
            while True:
                try:
                    values = next(reader)
                except StopIteration:
                    return
                except csv.Error as fault:
                    raise BadQuote(line=before + 1) from fault
                if values:
                    if to_skip:
                        to_skip -= 1
                    else:
                        yield before + 1, values
                before = reader.line_num

    def _raise_faults(self) -> None:
        expected = len(self.names)
        faults: list[RaggedRow | BadQuote] = []
        total = 0
        try:
            for line, values in self._rows():
                if len(values) != expected:
                    total += 1
                    if total <= LISTED:
                        faults.append(RaggedRow(line=line, actual=len(values), expected=expected))
        except BadQuote as fault:
            total += 1
            faults = [*faults[: LISTED - 1], fault]
        if faults:
            raise FileRefused(faults, total)


def _has_odd_quotes(path: Path) -> bool:
    """Tell whether a quotation may be open at the end; the stream reader would swallow the rows after it."""
    with path.open("rb") as file:
        return sum(chunk.count(b'"') for chunk in iter(lambda: file.read(_BLOCK), b"")) % 2 == 1


def _sample(path: Path) -> str:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return file.read(_SNIFFED)


def _records(sample: str, delimiter: str) -> list[list[str]]:
    """Return the first records; the last one of a long sample may be cut and is left out."""
    lines = sample.splitlines(keepends=True)
    records = [record for record in csv.reader(lines, delimiter=delimiter) if record]
    return records[:-1] if len(sample) == _SNIFFED and len(records) > 1 else records


def _delimiter(sample: str) -> Delimiter:
    """Return the delimiter that gives most rows the same number of columns, more than one."""

    def score(delimiter: str) -> tuple[float, int]:
        widths = [len(record) for record in _records(sample, delimiter)[:200]]
        if not widths or widths[0] == 1:
            return (0.0, 0)
        return (round(widths.count(widths[0]) / len(widths), 1), widths[0])

    return max(_DELIMITERS, key=score)


def _looks_like_header(records: list[list[str]]) -> bool:
    """Take a first row that holds a number or a date for data, any other for names."""
    zone = ZoneInfo("UTC")
    return not any(_reads_as(value, kind, zone) for value in records[0] for kind in (pa.float64(), pa.date32()))


def _reads_as(value: str, kind: pa.DataType, zone: ZoneInfo) -> bool:
    try:
        return read_value(value, kind, zone) is not None
    except Unreadable:
        return False


def _leading_blank_lines(sample: str) -> int:
    lines = sample.splitlines()
    return next((place for place, line in enumerate(lines) if line), 0)
