"""Answers of foreign engines as the lake's engine would give them: the same Arrow types, so that cells compare."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from metrion.engines.errors import NumberOutOfRange
from metrion.lake.types import TIMESTAMP, WIDE_DIGITS, arrow_type, type_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from metrion.semantic.model import DataType

_EXACT: Final = Context(prec=WIDE_DIGITS, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Column:
    """A column of rows from a driver. `None`: the product has no word for its type; values are shown as text."""

    name: str
    type: DataType | None
    scale: int | None = None


def from_rows(columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> pa.Table:
    """Return the rows of a driver as a table. Raises `NumberOutOfRange` for what no Arrow type holds."""
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    arrays = [_array(column, cells) for column, cells in zip(columns, values, strict=True)]
    return pa.Table.from_arrays(arrays, names=[column.name for column in columns])


def _array(column: Column, cells: Iterable[object]) -> pa.Array:
    try:
        match column.type:
            case "decimal":
                return _decimals([None if cell is None else Decimal(str(cell)) for cell in cells], column.scale)
            case "boolean":
                return pa.array([None if cell is None else bool(cell) for cell in cells], pa.bool_())
            case "string" | None:
                return pa.array([_text(cell) for cell in cells], pa.string())
            case kind:
                return pa.array(cells, arrow_type(kind))
    except (pa.ArrowInvalid, pa.ArrowTypeError, ArithmeticError) as misfit:
        raise NumberOutOfRange from misfit


def _decimals(cells: Sequence[Decimal | None], scale: int | None) -> pa.Array:
    """Return decimals of 38 digits: with the column's places, else with as many as their values have and fit."""
    known = [cell for cell in cells if cell is not None]
    if not all(cell.is_finite() for cell in known):
        raise NumberOutOfRange
    if scale is None:
        whole = max((cell.adjusted() + 1 for cell in known if cell), default=1)
        scale = min(max((_places(cell) for cell in known), default=0), WIDE_DIGITS - max(whole, 0))
    unit = Decimal(1).scaleb(-scale)
    fitted = [None if cell is None else cell.quantize(unit, context=_EXACT) for cell in cells]
    return pa.array(fitted, pa.decimal128(WIDE_DIGITS, scale))


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _text(cell: object) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    return bytes(cell).decode() if isinstance(cell, (bytes, bytearray, memoryview)) else str(cell)


def plain(answer: pa.Table) -> pa.Table:
    """Return an Arrow answer with the product's types: one kind of integer, text and wall-clock time."""
    arrays = [_plain(column) for column in answer.columns]
    return pa.Table.from_arrays(arrays, names=answer.column_names)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = type_name(column.type)
    try:
        if kind == "timestamp" and column.type.tz is not None:
            return pc.local_timestamp(column).cast(TIMESTAMP)
        if kind == "decimal":
            return _narrow(column)
        if pa.types.is_binary(column.type):
            return column.cast(pa.string())
        return column if kind is None else column.cast(arrow_type(kind))
    except pa.ArrowInvalid as misfit:
        raise NumberOutOfRange from misfit


def _narrow(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_decimal128(column.type):
        return column
    return pa.chunked_array([_decimals(column.to_pylist(), None)])


def shaped(answer: pa.Table, columns: Sequence[tuple[str, DataType]]) -> pa.Table:
    """Return the answer with the names and types that the compiled query declares for its columns, by place.

    MySQL and ClickHouse answer 1 for true, Spark a decimal for a rounded number: only the query knows what is meant.
    """
    found = []
    for column, (_, kind) in zip(answer.columns, columns, strict=True):
        fits = kind in {"decimal", type_name(column.type)}
        found.append(column if fits else column.cast(arrow_type(kind)))
    return pa.Table.from_arrays(found, names=[name for name, _ in columns])
