"""From a file and the chosen columns to typed rows on disk, or to the list of everything wrong.

The typed rows go to a Parquet file beside the staged file first. Only a file without any fault, whose
primary key is unique and filled, goes on to the lake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from metrion.lake.files.convert import BadPlace, convert
from metrion.lake.files.errors import (
    LISTED,
    BadChoice,
    BadValue,
    FileRefused,
    KeyIsEmpty,
    KeyIsTaken,
    shortened,
)
from metrion.lake.files.shapes import ColumnChoice, FileColumn, FileReport
from metrion.lake.sorting import quoted, scratch
from metrion.lake.types import arrow_type

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from zoneinfo import ZoneInfo

    import duckdb

    from metrion.lake.files.source import Source
    from metrion.lake.lake import Snapshot

_ROW_GROUP: Final = 122_880


def as_found(report: FileReport) -> tuple[ColumnChoice, ...]:
    """Return the choice of all columns as they were found, without those that cannot be loaded."""
    return tuple(
        ColumnChoice(position=column.position, name=column.suggested_name, type=column.type)
        for column in report.columns
        if column.supported
    )


def chosen_schema(report: FileReport, choices: Sequence[ColumnChoice]) -> pa.Schema:
    """Return the schema that the choices give; raises `FileRefused` with every choice that cannot be."""
    faults: list[BadChoice] = []
    if not choices:
        faults.append(BadChoice(field="columns", reason_zh="至少选择一列", reason_en="choose at least one column"))
    fields = []
    names: set[str] = set()
    by_position = {column.position: column for column in report.columns}
    for place, choice in enumerate(choices):
        where = f"columns.{place}"
        column = by_position.get(choice.position)
        if column is None or not column.supported:
            faults.append(_bad(where, f"第 {choice.position} 列不能加载", f"column {choice.position} cannot be loaded"))
            continue
        if choice.name.casefold() in names:
            faults.append(_bad(where, f"列名“{choice.name}”重复", f"the name “{choice.name}” is used twice"))
        names.add(choice.name.casefold())
        fields.append(pa.field(choice.name, _chosen_type(choice, column)))
    if faults:
        raise FileRefused(faults, len(faults))
    return pa.schema(fields)


def _bad(where: str, reason_zh: str, reason_en: str) -> BadChoice:
    return BadChoice(field=where, reason_zh=reason_zh, reason_en=reason_en)


def _chosen_type(choice: ColumnChoice, column: FileColumn) -> pa.DataType:
    scale = choice.scale if choice.scale is not None else column.scale
    return arrow_type(choice.type, scale if scale is not None else 2, column.whole_digits)


def write_typed(
    source: Source, choices: Sequence[ColumnChoice], schema: pa.Schema, zone: ZoneInfo, target: Path
) -> int:
    """Write the chosen columns of all rows to the Parquet file `target` and return the number of rows.

    Raises `FileRefused` with the line, column, value and reason of the first bad values and their total.
    """
    bad: list[tuple[int, str, BadPlace]] = []
    total = 0
    rows = 0
    with pq.ParquetWriter(target, schema, compression="lz4") as writer:
        for batch in source.batches():
            columns = []
            for choice, field in zip(choices, schema, strict=True):
                converted = convert(batch.column(choice.position - 1), field.type, zone, keep=LISTED)
                name = source.names[choice.position - 1]
                total += converted.bad_count
                bad.extend((rows + found.place, name, found) for found in converted.bad)
                columns.append(converted.values)
            bad = sorted(bad, key=lambda found: found[0])[:LISTED]
            if not total:
                writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema), row_group_size=_ROW_GROUP)
            rows += batch.num_rows
    if total:
        lines = source.lines(row for row, *_ in bad)
        raise FileRefused([_bad_value(lines[row], name, found) for row, name, found in bad], total)
    return rows


def _bad_value(line: int, column: str, found: BadPlace) -> BadValue:
    return BadValue(
        line=line,
        column=column,
        value=shortened(found.value),
        reason_zh=found.reason.zh,
        reason_en=found.reason.en,
    )


def check_key(
    typed: Path, key: Sequence[str], source: Source, *, existing: Snapshot | None, memory: str, spill: Path
) -> None:
    """Raise `FileRefused` unless the columns `key` are filled and unique in the file and beside `existing`."""
    rows = pq.read_schema(typed)
    unknown = [name for name in key if name not in rows.names]
    if unknown:
        faults = [
            _bad("primary_key", f"主键列“{name}”不在所选列中", f"the key column “{name}” is not chosen")
            for name in unknown
        ]
        raise FileRefused(faults, len(faults))
    with scratch(memory, spill) as database:
        database.execute("SET TimeZone = 'UTC'")
        database.read_parquet(str(typed), file_row_number=True).create_view("fresh")
        empty, empty_total = _empty_keys(database, key)
        taken, taken_total = _taken_keys(database, key)
        known, known_total = _known_keys(database, key, existing)
    total = empty_total + taken_total + known_total
    if not total:
        return
    found: list[tuple[int, str, str, int | None]] = [(row, "empty", name, None) for row, name in empty]
    found += [(row, "taken", text, first) for row, first, text in taken]
    found += [(row, "known", text, None) for row, text in known]
    found = sorted(found, key=lambda each: each[0])[:LISTED]
    lines = source.lines({row for row, *_ in found} | {first for *_, first in found if first is not None})
    raise FileRefused(
        [
            KeyIsEmpty(line=lines[row], column=text)
            if kind == "empty"
            else KeyIsTaken(
                line=lines[row],
                key=shortened(text),
                where_zh="表中已有的行" if first is None else f"第 {lines[first]} 行",
                where_en="by a row of the table" if first is None else f"in line {lines[first]}",
            )
            for row, kind, text, first in found
        ],
        total,
    )


def _empty_keys(database: duckdb.DuckDBPyConnection, key: Sequence[str]) -> tuple[list[tuple[int, str]], int]:
    found: list[tuple[int, str]] = []
    total = 0
    for name in key:
        empty = f"FROM fresh WHERE {quoted(name)} IS NULL"
        total += _number(database, f"SELECT count(*) {empty}")
        rows = database.execute(f"SELECT file_row_number {empty} ORDER BY 1 LIMIT {LISTED}").fetchall()
        found += [(row, name) for (row,) in rows]
    return found, total


def _taken_keys(database: duckdb.DuckDBPyConnection, key: Sequence[str]) -> tuple[list[tuple[int, int, str]], int]:
    """Return row, first row and key of every row whose key an earlier row has."""
    columns = ", ".join(map(quoted, key))
    filled = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in key)
    repeated = (
        f"SELECT {columns}, count(*) AS many, min(file_row_number) AS first_row "
        f"FROM fresh WHERE {filled} GROUP BY {columns} HAVING count(*) > 1"
    )
    total = _number(database, f"SELECT coalesce(sum(many - 1), 0) FROM ({repeated})")
    if not total:
        return [], 0
    rows = database.execute(
        f"SELECT fresh.file_row_number, repeated.first_row, {_key_text(key)} "
        f"FROM fresh JOIN ({repeated}) AS repeated USING ({columns}) "
        f"WHERE fresh.file_row_number > repeated.first_row ORDER BY 1 LIMIT {LISTED}"
    ).fetchall()
    return rows, total


def _known_keys(
    database: duckdb.DuckDBPyConnection, key: Sequence[str], existing: Snapshot | None
) -> tuple[list[tuple[int, str]], int]:
    """Return row and key of every row whose key the table has already."""
    if existing is None or not existing.files:
        return [], 0
    database.read_parquet(list(existing.files)).create_view("present")
    both = f"FROM fresh SEMI JOIN present USING ({', '.join(map(quoted, key))})"
    total = _number(database, f"SELECT count(*) {both}")
    rows = database.execute(f"SELECT file_row_number, {_key_text(key)} {both} ORDER BY 1 LIMIT {LISTED}").fetchall()
    return rows, total


def _number(database: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(database.execute(sql).fetchall()[0][0])


def _key_text(key: Sequence[str]) -> str:
    return "concat_ws(', ', " + ", ".join(f"fresh.{quoted(name)}::VARCHAR" for name in key) + ")"
