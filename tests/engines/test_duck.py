"""The embedded engine: locked, interruptible, safe for many threads, silent about SQL and paths."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from os import mkfifo
from threading import Timer
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pytest

from metrion.engines.cancel import CancelToken
from metrion.engines.duck import DuckEngine
from metrion.engines.errors import (
    DivisionByZero,
    EngineFault,
    NumberOutOfRange,
    QueryCancelled,
    QueryTimeout,
    QueryTooLarge,
)
from metrion.lake import Lake
from metrion.lake.errors import TableBusy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENDLESS = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range + b.range = -1"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Return an empty lake; its folder has a name that needs quoting."""
    return Lake(tmp_path / "o'lake")


@pytest.fixture
def engine(lake: Lake) -> Iterator[DuckEngine]:
    """Return an engine on the lake."""
    engine = DuckEngine(lake, memory="256MB", threads=2)
    yield engine
    engine.close()


def test_answers_are_arrow_with_exact_types(lake: Lake, engine: DuckEngine) -> None:
    rows = pa.table(
        {
            "日期": pa.array([date(2024, 1, 1), date(2024, 1, 2)]),
            "amount": pa.array([Decimal("1.10"), Decimal("2.20")], pa.decimal128(18, 2)),
        }
    )
    name = engine.table_name(lake.write("sales", rows.to_reader()))
    answer = engine.run(
        f'SELECT "日期", sum(amount) AS total FROM "{name}" WHERE amount > $1 GROUP BY 1', [Decimal("1.5")]
    )
    assert answer.to_pylist() == [{"日期": date(2024, 1, 2), "total": Decimal("2.20")}]
    assert answer.schema.field("日期").type == pa.date32()
    assert pa.types.is_decimal(answer.schema.field("total").type)


def test_each_version_has_its_own_name(lake: Lake, engine: DuckEngine) -> None:
    names = [engine.table_name(lake.write("t", pa.table({"n": [number]}).to_reader())) for number in range(3)]
    assert names == ["t__v0", "t__v1", "t__v2"]
    found = [engine.run(f"SELECT n FROM {name}").column(0)[0].as_py() for name in names]
    assert found == [0, 1, 2]
    assert engine.table_name(lake.snapshot("t", 1)) == "t__v1"


def test_a_table_without_rows_has_columns(lake: Lake, engine: DuckEngine) -> None:
    empty = pa.schema([("d", pa.date32()), ("x", pa.decimal128(9, 3)), ("s", pa.string()), ("t", pa.timestamp("us"))])
    snapshot = lake.write("t", empty.empty_table().to_reader())
    answer = engine.run(f"SELECT * FROM {engine.table_name(snapshot)}")
    assert answer.schema.types == empty.types
    assert answer.num_rows == 0


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('{lake}/../secret.txt')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/etc/*')",
        "COPY (SELECT 1) TO '{lake}/x.csv'",
        "ATTACH '{lake}/x.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET threads = 1",
        "SET enable_external_access = true",
        "CREATE TABLE x AS SELECT 1",
        "DROP VIEW t__v0",
        "SELECT 1; SELECT 2",
        "",
        "PRAGMA database_list",
        "SELECT * FROM lake",
        "not sql",
    ],
)
def test_nothing_but_one_select_on_the_lake_runs(lake: Lake, engine: DuckEngine, sql: str) -> None:
    engine.table_name(lake.write("t", pa.table({"n": [1]}).to_reader()))
    (lake.path.parent / "secret.txt").write_text("secret")
    with pytest.raises(EngineFault) as refused:
        engine.run(sql.format(lake=str(lake.path).replace("'", "''")))
    shown = str(refused.value.render("en")) + str(refused.value.render("zh"))
    assert "SELECT" not in shown
    assert str(lake.path) not in shown
    assert engine.run("SELECT n FROM t__v0").num_rows == 1


def test_time_out(engine: DuckEngine) -> None:
    with pytest.raises(QueryTimeout) as stopped:
        engine.run(ENDLESS, timeout=0.1)
    assert stopped.value.params == {"seconds": 0.1}
    assert engine.run("SELECT 1").num_rows == 1


def test_cancelling_while_it_runs_and_before(engine: DuckEngine) -> None:
    token = CancelToken()
    timer = Timer(0.1, token.cancel)
    timer.start()
    with pytest.raises(QueryCancelled):
        engine.run(ENDLESS, cancel=token)
    timer.join()
    with pytest.raises(QueryCancelled):
        engine.run("SELECT 1", cancel=token)
    late = CancelToken()
    engine.run("SELECT 1", cancel=late)
    late.cancel()
    assert engine.run("SELECT 1").num_rows == 1


def test_memory_is_limited(lake: Lake) -> None:
    engine = DuckEngine(lake, memory="10MB", threads=1)
    with pytest.raises(QueryTooLarge):
        engine.run("SELECT list(range) FROM range(20000000)")
    engine.close()


def test_refusals_of_numbers(engine: DuckEngine) -> None:
    with pytest.raises(DivisionByZero):
        engine.run("SELECT CASE WHEN $1 = 0 THEN error('division by zero') ELSE 1 END", [0])
    with pytest.raises(NumberOutOfRange):
        engine.run("SELECT sum(x) FROM (SELECT 9e37::DECIMAL(38, 0) AS x FROM range(10))")
    with pytest.raises(NumberOutOfRange):
        engine.run("SELECT CAST($1 AS DATE)", ["no day"])


def test_many_threads_with_many_versions(lake: Lake, engine: DuckEngine) -> None:
    """Every answer belongs to the version that was asked for, whoever else asks, writes or is stopped."""
    lake.write("t", pa.table({"n": range(1000)}).to_reader())

    def ask(number: int) -> int:
        if number % 10 == 0:
            lake_rows = pa.table({"n": range(1000 + number)}).to_reader()
            with suppress(TableBusy):  # another thread of this test is writing
                lake.write("t", lake_rows)
        if number % 7 == 0:
            with pytest.raises(QueryTimeout):
                engine.run(ENDLESS, timeout=0.02)
        snapshot = lake.snapshot("t")
        answer = engine.run(
            f"SELECT count(*) AS rows, sum(n) AS total, $1::BIGINT AS echo FROM {engine.table_name(snapshot)}", [number]
        ).to_pylist()[0]
        assert answer["rows"] == snapshot.rows
        assert answer["total"] == sum(range(snapshot.rows))
        return int(answer["echo"])

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, range(200))) == list(range(200))


def test_questions_are_answered_while_a_slow_table_is_opened(lake: Lake, engine: DuckEngine) -> None:
    name = engine.table_name(lake.write("t", pa.table({"n": [1]}).to_reader()))
    pipe = lake.path / "slow.parquet"
    mkfifo(pipe)  # whoever opens it to read waits for a writer
    slow = replace(lake.snapshot("t"), table="slow", files=(str(pipe),))
    with ThreadPoolExecutor(2) as pool:
        opening = pool.submit(engine.table_name, slow)
        answers = [pool.submit(engine.run, f"SELECT n + {number} AS n FROM {name}") for number in range(20)]
        try:
            assert [one.result(10).column("n")[0].as_py() for one in answers] == list(range(1, 21))
            assert not opening.done()
        finally:
            pipe.open("wb").close()  # no table: nothing can be read
        assert isinstance(opening.exception(10), duckdb.Error)


def test_idle_views_are_dropped_and_made_again(lake: Lake, engine: DuckEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metrion.engines.views._KEPT_VIEWS", 2)
    monkeypatch.setattr("metrion.engines.views._IDLE_SECONDS", 0.0)
    snapshots = [lake.write("t", pa.table({"n": [number]}).to_reader()) for number in range(5)]
    for snapshot in snapshots:
        engine.table_name(snapshot)
    with pytest.raises(EngineFault):
        engine.run("SELECT * FROM t__v0")
    assert engine.run(f"SELECT n FROM {engine.table_name(snapshots[0])}").column(0)[0].as_py() == 0


def test_the_engine_says_what_it_is(engine: DuckEngine) -> None:
    assert engine.describe().startswith("DuckDB ")
