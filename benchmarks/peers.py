"""Beside MetricFlow and Boring Semantic Layer: the same questions on the same rows, in one run.

Each side makes its statement from the same manifest (ours through the importer); all statements run in turn on one
DuckDB, must give the same rows, and their scans of each fact are counted in the plan that DuckDB makes.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from exams.compare import difference
from exams.metricflow import asked_of, manifest_over
from tests.oracle import data
from tests.oracle.client import Client
from tests.oracle.run import MANIFESTS

from metrion.interchange.files import folder_texts
from metrion.interchange.metricflow.importer import imported
from metrion.interchange.metricflow.questions import translate
from metrion.semantic.catalogue import Catalogue
from metrion.semantic.compile import compile_query
from metrion.semantic.model import DatasetDef, LakeTable
from metrion.semantic.scope import DataScope, TimeContext

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb

    from metrion.interchange.metricflow.questions import Translated

_QUESTIONS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "one metric by month": (("metric_time__month",), ("amount",)),
    "two joins": (("customer__state", "listing__country"), ("amount", "buyers")),
    "a ratio by month": (("metric_time__month",), ("amount_per_buyer",)),
    "five metrics of one fact": (
        ("metric_time__month",),
        ("orders", "amount", "largest", "gift_amount", "buyers"),
    ),
    "a ratio of two facts": (("metric_time__month", "listing__country"), ("orders_per_view",)),
    "growth in a week, by day": (("metric_time__day",), ("growth_in_a_week",)),
    "month to date, by day": (("metric_time__day",), ("month_to_date",)),
}
_FACTS: Final = ("orders", "views")
_COPIES: Final = 2_000
_ROUNDS: Final = 9
_BSL: Final = Path(__file__).with_name("bsl.py")
_TIME: Final = TimeContext(zone="UTC", today=date(2024, 5, 1))


@dataclass(frozen=True, slots=True)
class Made:
    """One side's statement of one question."""

    side: str
    sql: str
    parameters: tuple[Any, ...]
    first_ms: float
    again_ms: float
    places: tuple[int, ...] = ()
    """Where groups and metrics are among its columns; empty: in that order."""


def lines() -> Iterator[str]:
    """Yield the table: one line for each question and side."""
    tables = _tables()
    with tempfile.TemporaryDirectory() as folder:
        files = data.written(tables, Path(folder))
        yield f"{'question':<26} {'side':<11} {'first':>9} {'again':>9} {'answer':>9} {'all':>8}  scans of facts"
        with Client() as theirs, Client(_BSL) as bsl:
            theirs.open("shop", folder_texts(MANIFESTS / "shop"), files)
            known = bsl.said(files)["questions"]
            for name, question in _QUESTIONS.items():
                made = [_ours(tables, question), _metricflow(theirs, question)]
                made += [_bsl(bsl, name)] if name in known else []
                yield from _compared(tables, name, made)


def _tables() -> duckdb.DuckDBPyConnection:
    """Return the oracle's shop, its facts many times over."""
    tables = data.tables()
    for name, key in (("orders", "order_id"), ("views", "view_id")):
        tables.execute(
            f"create or replace table s.{name} as select fact.* replace ({key} + 1000 * copy as {key}) "
            f"from s.{name} as fact, range({_COPIES}) as copies(copy)"
        )
    return tables


# --- the sides ------------------------------------------------------------------------------------


def _ours(tables: duckdb.DuckDBPyConnection, question: tuple[tuple[str, ...], tuple[str, ...]]) -> Made:
    groups, metrics = question
    library = manifest_over(tables, folder_texts(MANIFESTS / "shop"))
    asked = translate(library, asked_of(library, {"metrics": metrics, "group_bys": groups}))
    found = [each for each in imported(library).definitions if getattr(each, "kind", "") != "query"]
    catalogue = Catalogue.of(found)
    names = {
        each.code: f"s.{each.source.table}"
        for each in found
        if isinstance(each, DatasetDef) and isinstance(each.source, LakeTable)
    }
    times, made = [], None
    for _ in range(_ROUNDS + 1):
        started = perf_counter()
        made = compile_query(asked.query, catalogue, DataScope(), _TIME, names)
        times.append((perf_counter() - started) * 1000)
    assert made is not None
    return Made("Metrion", made.sql, made.parameters, times[0], median(times[1:]), _places(asked, groups, metrics))


def _places(asked: Translated, groups: tuple[str, ...], metrics: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(asked.columns[name] for name in (*groups, *metrics))


def _metricflow(client: Client, question: tuple[tuple[str, ...], tuple[str, ...]]) -> Made:
    groups, metrics = question
    told = [client.said({"compile": "shop", "metrics": metrics, "group_by": groups}) for _ in range(_ROUNDS + 1)]
    return _made("MetricFlow", told)


def _bsl(client: Client, name: str) -> Made:
    return _made("BSL", [client.said({"ask": name}) for _ in range(_ROUNDS + 1)])


def _made(side: str, told: list[dict[str, Any]]) -> Made:
    if "error" in told[0]:
        message = f"{side}: {told[0]['error']}: {told[0]['text']}"
        raise RuntimeError(message)
    first, *again = (each["compiled_ms"] for each in told)
    return Made(side, told[0]["sql"], (), first, median(again))


# --- what their statements do ---------------------------------------------------------------------


def _compared(tables: duckdb.DuckDBPyConnection, name: str, made: list[Made]) -> Iterator[str]:
    """Run the statements in turn; yield a line for each, with its total beside ours."""
    rows = {each.side: [_ordered(each, row) for row in _run(tables, each)] for each in made}
    ours, *others = rows
    for other in others:
        told = difference(rows[other], rows[ours])
        assert told is None, f"{name}: {other} has other rows than we: {told}"
    times: dict[str, list[float]] = {each.side: [] for each in made}
    for _ in range(_ROUNDS):
        for each in made:
            started = perf_counter()
            _run(tables, each)
            times[each.side].append((perf_counter() - started) * 1000)
    whole = {each.side: each.again_ms + median(times[each.side]) for each in made}
    for each in made:
        ran, ratio = median(times[each.side]), whole[each.side] / whole[ours]
        yield (
            f"{name:<26} {each.side:<11} {each.first_ms:>6.1f} ms {each.again_ms:>6.1f} ms {ran:>6.1f} ms "
            f"{ratio:>7.2f}x  {_scans(tables, each)}"
        )


def _run(tables: duckdb.DuckDBPyConnection, made: Made) -> list[tuple[object, ...]]:
    return tables.execute(made.sql, list(made.parameters)).fetchall()


def _ordered(made: Made, row: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(row[place] for place in made.places) if made.places else row


def _scans(tables: duckdb.DuckDBPyConnection, made: Made) -> str:
    """Return how often DuckDB's plan of a statement scans each fact."""
    ((_, plan),) = tables.execute(f"explain (format json) {made.sql}", list(made.parameters)).fetchall()
    found: Counter[str] = Counter()
    waiting: list[dict[str, Any]] = list(json.loads(plan))
    while waiting:
        node = waiting.pop()
        waiting += node.get("children", [])
        table = str((node.get("extra_info") or {}).get("Table", "")).rpartition(".")[2].strip('"')
        found.update([table] if table in _FACTS else [])
    return ", ".join(f"{fact} {found[fact]}" for fact in _FACTS if found[fact])


if __name__ == "__main__":
    for text in lines():
        print(text, flush=True)
