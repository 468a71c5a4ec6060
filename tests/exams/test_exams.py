"""The scoreboard counts what it ran, and the six orders are answered in full."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from exams.compare import difference
from exams.score import Case, run

from exams import traps
from metrion.semantic.errors import DefinitionCycle

if TYPE_CHECKING:
    from pathlib import Path

_SCRIPT = """
create schema s;
create table s.customers as select * from (values (1,'EAST'),(2,'EAST'),(3,'WEST'),(4,'NORTH')) t(id,region);
create table s.orders as select * from (values
  (101,1,100,'done',date '2024-01-31'),(102,1,50,'open',date '2024-01-30'),(103,2,200,'done',date '2024-02-29'),
  (104,3,75,'done',date '2024-04-10'),(105,99,30,'done',date '2024-04-11'),(106,NULL,5,'done',date '2024-04-11'))
  t(id,customer_id,amount,status,odate);
create table s.returns as select * from (values
  (201,1,10,date '2024-02-01'),(202,3,5,date '2024-04-20'),(203,4,15,date '2024-05-01')) t(id,customer_id,amount,rdate);
"""


def test_the_six_orders_are_answered_with_every_set_of_metrics(tmp_path: Path) -> None:
    (tmp_path / "TRAPS.sql").write_text(_SCRIPT, encoding="utf-8")
    score = run("traps", traps.cases(tmp_path / "exam"))
    assert (score.failed, score.refused) == ([], [])
    assert score.total == 65


def test_a_wrong_row_and_a_lost_group_are_failures_and_a_refusal_is_no_pass() -> None:
    def refuse() -> set[tuple[object, ...]]:
        raise DefinitionCycle(path=("a", "b", "a"))

    score = run(
        "made",
        [
            Case("right", {(1,)}, lambda: {(1,)}),
            Case("wrong", {(1,)}, lambda: {(2,)}),
            Case("lost", {(1,), (2,)}, lambda: {(1,)}),
            Case("refused", {(1,)}, refuse),
            Case("refused on purpose", {(1,)}, refuse),
            Case("rightly refused", (), refuse, must_refuse=True),
            Case("wrongly answered", (), lambda: {(1,)}, must_refuse=True),
            Case("broken", {(1,)}, lambda: {(1 // 0,)}),
        ],
        {"refused on purpose": "another meaning"},
    )
    assert (score.passed, score.total) == (2, 8)
    assert score.failed == ["wrong", "lost", "refused", "wrongly answered", "broken"]
    assert score.refused == ["refused on purpose"]
    assert score.reasons["refused on purpose"] == "another meaning"
    assert score.reasons["refused"].startswith("cycle: ")
    assert score.reasons["broken"].startswith("ZeroDivisionError")


def test_rows_are_compared_as_a_multiset_with_a_little_room_for_floats() -> None:
    assert difference([(1, "a"), (1, "a")], [(1, "a"), (1, "a")]) is None
    assert difference([(1, "a")], [(1, "a"), (1, "a")]) is not None
    assert difference([(1.0000001,), (Decimal("2.5"),)], [(2.5,), (1,)]) is None
    assert difference([(1.00001,)], [(1,)]) is not None
    assert difference([(date(2024, 1, 1), None)], [(datetime(2024, 1, 1, tzinfo=UTC), None)]) is None
    assert difference([(True,)], [(1,)]) is not None
    assert difference([(1,), (2,)], [(2,), (1,)]) is None
    assert difference([(1,), (2,)], [(2,), (1,)], order=(0,)) == "the rows are in another order"


def test_a_folder_without_traps_has_no_cases(tmp_path: Path) -> None:
    assert list(traps.cases(tmp_path / "nothing")) == []
