"""Profiles: counts that add up to the rows, for every type and for odd values."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrion.engines.duck import DuckEngine
from metrion.engines.profile import ColumnProfile, profile_columns
from metrion.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckEngine]:
    """Return an engine on an empty lake."""
    engine = DuckEngine(Lake(tmp_path_factory.mktemp("lake")), memory="256MB")
    yield engine
    engine.close()


def profiled(engine: DuckEngine, values: Sequence[object], arrow: pa.DataType, **options: object) -> ColumnProfile:
    table = pa.table({'v "1"': pa.array(values, arrow)})
    snapshot = engine.lake.write("t", table.to_reader())
    sql = f'SELECT * FROM "{engine.table_name(snapshot)}"'
    rows, (column,) = profile_columns(engine, sql, (), snapshot.schema, **options)  # type: ignore[arg-type]
    assert rows == len(values)
    return column


INT64 = st.integers(-(2**63), 2**63 - 1)
DAYS = st.dates(date(1600, 1, 1), date(2400, 1, 1))
MOMENTS = st.datetimes(datetime(1600, 1, 1), datetime(2400, 1, 1))
FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=32)
DECIMALS = st.decimals(Decimal(-(10**15)), Decimal(10**15), places=2)


@pytest.mark.parametrize(
    ("arrow", "values"),
    [
        (pa.int64(), INT64),
        (pa.date32(), DAYS),
        (pa.timestamp("us"), MOMENTS),
        (pa.float64(), FLOATS),
        (pa.decimal128(18, 2), DECIMALS),
    ],
    ids=str,
)
def test_the_bars_hold_every_value_once(
    engine: DuckEngine, arrow: pa.DataType, values: st.SearchStrategy[object]
) -> None:
    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.none() | values, max_size=40))
    def check(found: list[object]) -> None:
        column = profiled(engine, found, arrow)
        filled = [value for value in found if value is not None]
        assert column.nulls == len(found) - len(filled)
        assert column.distinct == len(set(filled))
        assert sum(bar.count for bar in column.histogram) == len(filled)
        assert bool(column.histogram) == bool(filled)

    check()


def test_bars_of_days_are_whole_days(engine: DuckEngine) -> None:
    days = [date(2024, 1, 1) + timedelta(days=day) for day in range(5)]
    column = profiled(engine, days, pa.date32())
    assert [(bar.low, bar.count) for bar in column.histogram] == [(day.isoformat(), 1) for day in days]
    assert (column.minimum, column.maximum) == ("2024-01-01", "2024-01-05")


def test_bars_of_whole_numbers(engine: DuckEngine) -> None:
    column = profiled(engine, list(range(100)), pa.int64())
    assert [bar.count for bar in column.histogram] == [5] * 20
    assert [(bar.low, bar.high) for bar in column.histogram[:2]] == [(0, 5), (5, 10)]


def test_top_values_of_texts(engine: DuckEngine) -> None:
    column = profiled(engine, ["b", "a", "b", None, "c"], pa.string())
    assert [(top.value, top.count) for top in column.top] == [("b", 2), ("a", 1), ("c", 1)]
    assert (column.nulls, column.distinct, column.minimum, column.histogram) == (1, 3, "a", ())


def test_a_masked_column_tells_type_and_nulls_only(engine: DuckEngine) -> None:
    column = profiled(engine, ["secret", None], pa.string(), masked={'v "1"'})
    assert column == ColumnProfile(name='v "1"', type="string", nulls=1, masked=True)


def test_infinite_and_absent_numbers(engine: DuckEngine) -> None:
    column = profiled(engine, [1.0, float("inf"), None], pa.float64())
    assert (column.nulls, column.distinct) == (1, 2)
    assert profiled(engine, [None, None], pa.float64()).histogram == ()


def test_no_rows(engine: DuckEngine) -> None:
    column = profiled(engine, [], pa.decimal128(18, 2))
    assert (column.nulls, column.distinct, column.minimum, column.histogram) == (0, 0, None, ())
