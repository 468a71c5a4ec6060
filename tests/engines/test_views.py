"""Copies of data versions in memory: the same rows under the same name, within the budget, at any moment."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from tests.engines.conformance.questions import WORLDS

from metrion.engines.duck import DuckEngine
from metrion.engines.views import _ASKED_OFTEN, _COPY_PER_FILE
from metrion.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from metrion.lake import Snapshot

    Opened = Callable[[int], DuckEngine]

ROWS = 50_000
TABLES = {code: table for world in WORLDS.values() for code, table in world.tables.items() if table.num_rows}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Return an empty lake."""
    return Lake(tmp_path / "o'lake")


@pytest.fixture
def opened(lake: Lake) -> Iterator[Opened]:
    """Return a function that opens an engine with so many bytes for copies."""
    engines: list[DuckEngine] = []

    def open_engine(copy_bytes: int) -> DuckEngine:
        engines.append(DuckEngine(lake, memory="256MB", threads=2, copy_bytes=copy_bytes))
        return engines[-1]

    yield open_engine
    for engine in engines:
        engine.close()


def often(engine: DuckEngine, snapshot: Snapshot) -> str:
    """Ask for a version so often that it is copied; return its name."""
    name = [engine.table_name(snapshot) for _ in range(_ASKED_OFTEN)][-1]
    engine.settled()
    return name


def version(lake: Lake, number: int) -> Snapshot:
    """Write a version in which every row has this number."""
    shuffled = [(row * 7919) % ROWS for row in range(ROWS)]
    return lake.write("t", pa.table({"n": [number] * ROWS, "row": shuffled}).to_reader())


def total(engine: DuckEngine, name: str) -> int:
    """Return the sum of the numbers, for each row."""
    return int(engine.run(f"SELECT sum(n) AS n FROM {name}").column(0)[0].as_py()) // ROWS


@pytest.mark.parametrize("code", TABLES)
def test_a_copy_has_the_rows_of_its_files_in_their_types_and_order(code: str, lake: Lake, opened: Opened) -> None:
    engine = opened(64 * 2**20)
    snapshot = lake.write("t", TABLES[code].to_reader())
    sql = f"SELECT * FROM {engine.table_name(snapshot)}"
    before = engine.run(sql)
    often(engine, snapshot)
    assert engine.settled().keys() == {"t__v0"}
    assert engine.run(sql).equals(before)


def test_what_is_asked_for_seldom_is_read_from_its_files(lake: Lake, opened: Opened) -> None:
    engine = opened(64 * 2**20)
    snapshot = version(lake, 1)
    for _ in range(_ASKED_OFTEN - 1):
        engine.table_name(snapshot)
    assert engine.settled() == {}


def test_without_a_budget_nothing_is_copied(lake: Lake, opened: Opened) -> None:
    engine = opened(0)
    assert total(engine, often(engine, version(lake, 3))) == 3
    assert engine.settled() == {}


def test_a_table_without_rows_is_not_copied(lake: Lake, opened: Opened) -> None:
    engine = opened(64 * 2**20)
    snapshot = lake.write("t", pa.table({"n": pa.array([], pa.int64())}).to_reader())
    assert engine.run(f"SELECT count(*) FROM {often(engine, snapshot)}").column(0)[0].as_py() == 0
    assert engine.settled() == {}


def test_the_longest_unused_copy_makes_room(lake: Lake, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metrion.engines.views._PLANNING_SECONDS", 0.0)
    snapshots = [version(lake, number) for number in range(4)]
    measured = opened(64 * 2**20)
    often(measured, snapshots[0])
    copy = measured.settled()["t__v0"]

    engine = opened(copy + snapshots[0].size * _COPY_PER_FILE)  # one that is there and one that may become as large
    names = [often(engine, snapshot) for snapshot in snapshots[:2]]
    engine.table_name(snapshots[0])
    names += [often(engine, snapshots[2])]
    assert engine.settled().keys() == {"t__v0", "t__v2"}, "version 1 was used before version 0"
    assert [total(engine, name) for name in names] == [0, 1, 2]
    assert often(engine, snapshots[1]) in engine.settled(), "what was given up can be copied again"


def test_a_copy_that_cannot_be_made_takes_no_answer_away(lake: Lake, opened: Opened) -> None:
    engine = opened(64 * 2**20)
    snapshot = version(lake, 5)
    name = engine.table_name(snapshot)
    engine._connection.execute(f"ATTACH ':memory:' AS \"{name}__copy\"")
    assert total(engine, often(engine, snapshot)) == 5
    assert engine.settled() == {}


def test_copies_come_and_go_while_everybody_asks(lake: Lake, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metrion.engines.views._ASKED_OFTEN", 2)
    monkeypatch.setattr("metrion.engines.views._PLANNING_SECONDS", 0.2)
    snapshots = [version(lake, number) for number in range(6)]
    engine = opened(snapshots[0].size * 7)
    made: set[str] = set()
    finished = threading.Event()

    def watch() -> None:
        while not finished.is_set():
            made.update(engine.settled())

    def ask(turn: int) -> bool:
        return total(engine, engine.table_name(snapshots[turn % 6])) == turn % 6

    with ThreadPoolExecutor(9) as pool:
        watching = pool.submit(watch)
        try:
            assert all(pool.map(ask, range(1500)))
        finally:
            finished.set()
        watching.result()
    assert len(made) > 2, "copies took turns"
    assert sum(engine.settled().values()) <= snapshots[0].size * 7
