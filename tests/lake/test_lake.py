"""Delta tables: versions, time travel, other processes, kills."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pytest

from metrion.base.errors import NotFound
from metrion.lake import Lake
from metrion.lake.errors import BadTableName, SchemaDiffers, TableBusy, UnsupportedType
from metrion.lake.locks import held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from metrion.lake import Snapshot

SRC = Path(__file__).resolve().parents[2] / "src"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Return an empty lake; its folder has a name that needs quoting."""
    return Lake(tmp_path / "the lake's 湖 100%")


def numbers(*values: int) -> pa.RecordBatchReader:
    return pa.table({"n": pa.array(values, pa.int64())}).to_reader()


def read(snapshot: Snapshot) -> list[tuple[object, ...]]:
    return duckdb.connect().read_parquet(list(snapshot.files)).fetchall()


def test_every_write_is_a_version_and_old_ones_stay(lake: Lake) -> None:
    first = lake.write("t", numbers(1, 2))
    second = lake.write("t", numbers(3), "append")
    third = lake.write("t", numbers(9))
    assert [each.version for each in (first, second, third)] == [0, 1, 2]
    assert [each.rows for each in (first, second, third)] == [2, 3, 1]
    assert read(lake.snapshot("t")) == [(9,)]
    assert sorted(read(lake.snapshot("t", 1))) == [(1,), (2,), (3,)]
    assert sorted(read(first)) == [(1,), (2,)]
    assert lake.tables() == ["t"]


def test_the_history_tells_mode_rows_and_what_the_writer_said(lake: Lake) -> None:
    lake.write("t", numbers(1, 2), commit_info={"load_id": "x", "filename": "文件.csv"})
    lake.write("t", numbers(3), "append")
    newest, oldest = lake.history("t")
    assert (newest.version, newest.mode, newest.rows_added, newest.rows, newest.info) == (1, "append", 1, 3, {})
    assert (oldest.mode, oldest.rows, oldest.info) == ("replace", 2, {"load_id": "x", "filename": "文件.csv"})
    assert newest.committed_at == lake.snapshot("t").committed_at


def test_types_are_kept_exactly(lake: Lake) -> None:
    rows = pa.table(
        {
            "整数": pa.array([1, None], pa.int32()),
            "amount": pa.array([Decimal("1.10"), None], pa.decimal128(10, 2)),
            "ratio": pa.array([1.5, None], pa.float32()),
            "day": pa.array([date(2024, 2, 29), None]),
            "at": pa.array([datetime(2024, 2, 29, 23, 59, 59, 123456), None], pa.timestamp("ns")),
            "flag": [True, None],
            "text": pa.array(["甲", None]).dictionary_encode(),
        }
    )
    snapshot = lake.write("t", rows.to_reader())
    assert [field.type for field in snapshot.schema] == [
        pa.int64(),
        pa.decimal128(10, 2),
        pa.float64(),
        pa.date32(),
        pa.timestamp("us"),
        pa.bool_(),
        pa.string(),
    ]
    at = datetime(2024, 2, 29, 23, 59, 59, 123456)
    assert read(snapshot) == [(1, Decimal("1.10"), 1.5, date(2024, 2, 29), at, True, "甲"), (None,) * 7]


def test_nested_columns_are_refused(lake: Lake) -> None:
    with pytest.raises(UnsupportedType):
        lake.write("t", pa.table({"list": [[1, 2]]}).to_reader())
    assert lake.tables() == []


def test_append_needs_the_same_columns(lake: Lake) -> None:
    lake.write("t", pa.table({"a": [1], "b": ["x"]}).to_reader())
    with pytest.raises(SchemaDiffers) as differs:
        lake.write("t", pa.table({"b": [1], "c": ["x"]}).to_reader(), "append")
    assert differs.value.params == {"table": "t", "missing": ["a"], "extra": ["c"], "changed": ["b"]}
    reordered = lake.write("t", pa.table({"b": ["y"], "a": [2]}).to_reader(), "append")
    assert reordered.schema.names == ["a", "b"]
    assert sorted(read(reordered)) == [(1, "x"), (2, "y")]


def test_sorted_rows_are_in_order_on_disk(lake: Lake) -> None:
    rows = pa.table({"day": pa.array([3, 1, None, 2], pa.int32()).cast(pa.date32()), "k": ["b", "a", "c", "a"]})
    snapshot = lake.write("t", rows.to_reader(), sort_by=["day", "k"])
    assert [key for _, key in read(snapshot)] == ["a", "a", "b", "c"]


def test_an_empty_table_is_a_table(lake: Lake) -> None:
    snapshot = lake.write("t", numbers())
    assert (snapshot.rows, snapshot.version, snapshot.schema.names) == (0, 0, ["n"])
    assert lake.write("t", numbers(5), "append").rows == 1


def test_unknown_tables_versions_and_names(lake: Lake) -> None:
    with pytest.raises(NotFound):
        lake.snapshot("t")
    lake.write("t", numbers(1))
    for version in (-1, 1, 99):
        with pytest.raises(NotFound):
            lake.snapshot("t", version)
    for name in ("../t", "T", "", "a b", "t\n"):
        with pytest.raises(BadTableName):
            lake.write(name, numbers(1))
        assert not lake.exists(name)
        with pytest.raises(NotFound):
            lake.snapshot(name)


def test_commits_of_another_lake_object_are_seen_at_once(lake: Lake) -> None:
    other = Lake(lake.path)
    lake.write("t", numbers(1))
    assert other.snapshot("t").rows == 1
    lake.write("t", numbers(2), "append")
    assert other.snapshot("t").rows == 2
    assert other.snapshot("t") is other.snapshot("t")


def test_a_check_that_refuses_leaves_the_table(lake: Lake) -> None:
    lake.write("t", numbers(1))

    def refuse(before: Snapshot | None) -> None:
        assert before is not None
        raise NotFound(kind_zh="", kind_en="", key=str(before.version))

    with pytest.raises(NotFound):
        lake.write("t", numbers(2), "append", check=refuse)
    assert lake.snapshot("t").rows == 1


def test_a_second_writer_is_refused_and_the_lock_is_freed(lake: Lake) -> None:
    with held(lake.path / ".locks" / "t", busy=AssertionError()), pytest.raises(TableBusy):
        lake.write("t", numbers(1))
    assert lake.write("t", numbers(1)).version == 0


def test_a_stream_that_breaks_leaves_the_table(lake: Lake) -> None:
    lake.write("t", numbers(1))
    schema = pa.schema([("n", pa.int64())])

    def broken() -> Iterator[pa.RecordBatch]:
        for number in range(200):
            yield pa.record_batch([pa.array([number] * 1000)], schema=schema)
        raise OSError(28, "No space left on device")

    with pytest.raises(Exception, match=r".") as refused:
        lake.write("t", pa.RecordBatchReader.from_batches(schema, broken()))
    assert refused.type.__module__ == "metrion.lake.errors"
    assert lake.snapshot("t").rows == 1
    assert lake.write("t", numbers(7, 8)).rows == 2


WRITER = """
import sys
from pathlib import Path
import pyarrow as pa
from metrion.lake import Lake
lake = Lake(Path(sys.argv[1]))
schema = pa.schema([("n", pa.int64()), ("s", pa.string())])
for version in range(10_000):
    batch = pa.record_batch([pa.array(range(1000)), pa.array(["text"] * 1000)], schema=schema)
    reader = pa.RecordBatchReader.from_batches(schema, (batch for _ in range(50)))
    lake.write("t", reader, "append", {"number": str(version)})
    print(version, flush=True)
"""


@pytest.mark.faults
@pytest.mark.parametrize("delay", [0.01, 0.03, 0.06, 0.1])
def test_killed_while_writing(tmp_path: Path, delay: float) -> None:
    """Readers see whole commits before, during and after; an acknowledged one is never lost."""
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(SRC)},
    )
    assert child.stdout is not None
    acknowledged = int(child.stdout.readline())
    reader = Lake(tmp_path)
    until = time.monotonic() + delay
    while time.monotonic() < until:
        seen = reader.snapshot("t")
        assert (seen.rows % 50_000, seen.rows // 50_000) == (0, seen.version + 1)
    child.send_signal(signal.SIGKILL)
    for line in child.stdout:
        acknowledged = int(line)
    child.wait()
    child.stdout.close()
    last = Lake(tmp_path).snapshot("t")
    assert last.version >= acknowledged
    assert last.rows == 50_000 * (last.version + 1) == len(read(last))
    again = Lake(tmp_path).write("t", pa.table({"n": [1], "s": ["x"]}).to_reader(), "append")
    assert again.rows == last.rows + 1
