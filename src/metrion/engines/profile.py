"""What the values of each column look like: one SQL statement over all columns."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from metrion.lake.files.infer import cell
from metrion.lake.files.shapes import Cell
from metrion.lake.types import type_name
from metrion.semantic.model import DataType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    import pyarrow as pa

    from metrion.engines.duck import DuckEngine
    from metrion.engines.engine import Parameter

BINS: Final = 20
TOP: Final = 10
_EXACT_ROWS: Final = 5_000_000
_SECONDS: Final = 120.0


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Bin(_Frozen):
    """One bar of a histogram: values from `low` to below `high`; the last bar includes `high`, the greatest value."""

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
    """False: estimated, within about 2 %."""
    minimum: Cell = None
    maximum: Cell = None
    mean: float | None = None
    histogram: tuple[Bin, ...] = ()
    top: tuple[TopValue, ...] = ()


def profile_columns(
    engine: DuckEngine,
    rows_sql: str,
    parameters: Sequence[Parameter],
    schema: pa.Schema,
    masked: AbstractSet[str] = frozenset(),
) -> tuple[int, tuple[ColumnProfile, ...]]:
    """Return the number of rows of `rows_sql` and the profile of each column of `schema`.

    Raises the engine's refusals. Distinct values are counted exactly up to five million rows.
    """
    few = engine.run(f"SELECT count(*) FROM ({rows_sql}) AS seen", parameters, timeout=_SECONDS)
    exact = few.column(0)[0].as_py() <= _EXACT_ROWS
    answer = engine.run(_statement(rows_sql, schema, masked, exact=exact), parameters, timeout=_SECONDS)
    found = answer.to_pylist()[0]
    columns = tuple(
        _column(field, place, found, masked=field.name in masked, exact=exact) for place, field in enumerate(schema)
    )
    return found["total"], columns


def _statement(rows_sql: str, schema: pa.Schema, masked: AbstractSet[str], *, exact: bool) -> str:
    names = [_quoted(field.name) for field in schema]
    plain = [place for place, field in enumerate(schema) if field.name not in masked]
    ends = [place for place in plain if _is_ordered(schema.field(place).type)]
    first = ["count(*) AS total"]
    for place, name in enumerate(names):
        first.append(f"count({name}) AS filled_{place}")
        if place in plain:
            distinct = f"count(DISTINCT {name})" if exact else f"approx_count_distinct({name})"
            first += [f"{distinct} AS distinct_{place}", f"min({name}) AS low_{place}", f"max({name}) AS high_{place}"]
            if _is_number(schema.field(place).type):
                first.append(f"avg({name})::DOUBLE AS mean_{place}")
    bars = [f"histogram({_bin(names[place], place, schema.field(place).type)}) AS bins_{place}" for place in ends]
    tops = [f"({_most_frequent(names[place])}) AS top_{place}" for place in plain if place not in ends]
    counted = f"SELECT {', '.join(bars)} FROM seen, ends" if bars else "SELECT 1 AS nothing"
    shown = ", ".join(["ends.*", "bars.*", *tops])
    return (
        f"WITH seen AS ({rows_sql}), ends AS (SELECT {', '.join(first)} FROM seen), bars AS ({counted}) "
        f"SELECT {shown} FROM ends, bars"
    )


def _most_frequent(name: str) -> str:
    counted = f"SELECT {name} AS value, count(*) AS many FROM seen WHERE {name} IS NOT NULL GROUP BY ALL"
    first = f"{counted} ORDER BY many DESC, value LIMIT {TOP}"
    return f"SELECT list({{'value': value, 'count': many}} ORDER BY many DESC, value) FROM ({first})"


def _bin(name: str, place: int, arrow: pa.DataType) -> str:
    """Return the number of the bar of a value; days and whole numbers get bars of whole width."""
    low, high = f"low_{place}", f"high_{place}"
    if type_name(arrow) == "date":
        return f"(({name} - {low}) // {_whole_width(f'({high} - {low})')})::INTEGER"
    if type_name(arrow) == "integer":
        return f"(({name}::HUGEINT - {low}) // {_whole_width(f'({high}::HUGEINT - {low})')})::INTEGER"
    value, low, high = (_position(each, arrow) for each in (name, low, high))
    share = f"floor(({value} - {low}) / nullif({high} - {low}, 0) * {BINS})"
    return f"CASE WHEN {name} IS NOT NULL THEN TRY_CAST(least(coalesce({share}, 0), {BINS - 1}) AS INTEGER) END"


def _whole_width(span: str) -> str:
    return f"({span} // {BINS} + 1)"


def _position(name: str, arrow: pa.DataType) -> str:
    if type_name(arrow) in {"date", "timestamp"}:
        return f"epoch_us({name}::TIMESTAMP)::DOUBLE"
    return f"{name}::DOUBLE"


def _column(field: pa.Field, place: int, found: Mapping[str, object], *, masked: bool, exact: bool) -> ColumnProfile:
    kind = type_name(field.type) or "string"
    nulls = _count(found["total"]) - _count(found[f"filled_{place}"])
    if masked:
        return ColumnProfile(name=field.name, type=kind, nulls=nulls, masked=True)
    low, high = found[f"low_{place}"], found[f"high_{place}"]
    mean = found.get(f"mean_{place}")
    top = found.get(f"top_{place}") or []
    return ColumnProfile(
        name=field.name,
        type=kind,
        nulls=nulls,
        distinct=_count(found[f"distinct_{place}"]),
        distinct_exact=exact,
        minimum=cell(low),
        maximum=cell(high),
        mean=mean if isinstance(mean, float) else None,
        histogram=_bars(found.get(f"bins_{place}"), low, high),
        top=tuple(TopValue(value=cell(each["value"]), count=each["count"]) for each in top)
        if isinstance(top, list)
        else (),
    )


def _bars(counts: object, low: object, high: object) -> tuple[Bin, ...]:
    by_bin = dict(counts) if isinstance(counts, list) else {}
    if not by_bin:
        return ()
    if low == high:
        return (Bin(low=cell(low), high=cell(high), count=sum(by_bin.values())),)
    edges = _edges(low, high)
    return tuple(
        Bin(low=cell(start), high=cell(end), count=by_bin.get(place, 0))
        for place, (start, end) in enumerate(pairwise(edges))
    )


def _edges(low: object, high: object) -> Sequence[object]:
    """Return the borders of the bars, as `_bin` numbers them."""
    match low, high:
        case (datetime(), datetime()):
            return [low + (high - low) * place / BINS for place in range(BINS)] + [high]
        case (date(), date()):
            width = (high - low).days // BINS + 1
            return [low + timedelta(days=step) for step in range(0, (high - low).days + 1, width)] + [high]
        case (int(), int()):
            return [*range(low, high + 1, (high - low) // BINS + 1), high]
        case (Decimal() | float(), Decimal() | float()):
            return [float(low) + (float(high) - float(low)) * place / BINS for place in range(BINS)] + [cell(high)]
        case _:
            return []


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def _is_number(arrow: pa.DataType) -> bool:
    return type_name(arrow) in {"integer", "decimal", "float"}


def _is_ordered(arrow: pa.DataType) -> bool:
    return type_name(arrow) in {"integer", "decimal", "float", "date", "timestamp"}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
