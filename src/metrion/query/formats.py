"""Answers outside the house: JSON, CSV and Arrow."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING

import orjson
import pyarrow as pa

from metrion.query.schemas import Figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from metrion.query.schemas import Cell, ResultColumn

KEPT_ROWS = 20
KEPT_TEXT = 200
"""Of a text value, in characters: enough to know it again."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def plain_cell(value: object) -> object:
    """Return a value of an Arrow table as it goes over the wire: ISO text for dates, exact decimals."""
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, float) and not isfinite(value):
        return None
    return value


def plain_rows(table: pa.Table) -> list[list[object]]:
    """Return the rows of an Arrow table as wire values."""
    columns = [[plain_cell(value) for value in column.to_pylist()] for column in table.columns]
    return [list(row) for row in zip(*columns, strict=True)] if columns else []


def figures(
    columns: tuple[ResultColumn, ...], table: pa.Table, totals: tuple[object, ...] | None, rows: int = KEPT_ROWS
) -> Figures:
    """Return the first rows of an answer for its receipt."""
    first = table.slice(0, rows)
    cells = [[_kept_cell(value) for value in column.to_pylist()] for column in first.columns]
    return Figures(
        columns=columns,
        rows=tuple(zip(*cells, strict=True)),
        totals=None if totals is None else tuple(_kept_cell(value) for value in totals),
    )


def _kept_cell(value: object) -> Cell:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, str):
        # PostgreSQL keeps no NUL in JSON.
        text = value.replace("\0", "\N{REPLACEMENT CHARACTER}")
        return text if len(text) <= KEPT_TEXT else text[:KEPT_TEXT] + "…"
    plain = plain_cell(value)
    return plain if isinstance(plain, (str, int, float, bool)) or plain is None else str(plain)


def rows_json(table: pa.Table) -> bytes:
    """Return the rows of an Arrow table as the JSON of an answer."""
    return orjson.dumps(plain_rows(table))


def _csv_cell(value: object) -> object:
    """Quote text that a spreadsheet would run as a formula; numbers stay numbers."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, float) and not isfinite(value):
        return None
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def csv_lines(header: Sequence[str], table: pa.Table) -> Iterator[bytes]:
    """Yield the answer as CSV (UTF-8 with a mark that spreadsheets need, CRLF), a batch at a time."""
    yield b"\xef\xbb\xbf" + _csv_block([header])
    for batch in table.to_batches(max_chunksize=5_000):
        yield _csv_block(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _csv_block(rows: Iterable[Sequence[object]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([_csv_cell(value) for value in row] for row in rows)
    return buffer.getvalue().encode("utf-8")


def arrow_bytes(table: pa.Table) -> bytes:
    """Return the answer as an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    stream: bytes = sink.getvalue().to_pybytes()
    return stream
