"""A question through the HTTP stack (session, policy, receipt) against the same SQL on raw DuckDB."""

from __future__ import annotations

from itertools import count
from math import inf
from time import perf_counter
from typing import TYPE_CHECKING

import duckdb
import orjson

from benchmarks.company import Visitor
from benchmarks.measure import Row, pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BODY = {"metrics": ["sales_value"], "dimensions": [{"field": "region"}], "grain": "month"}
_BOARD = (
    *("sales_value", "basket_count", "active_households", "quantity_total", "line_count", "largest_line"),
    *("loyalty_discount", "coupon_discount", "units_sold", "private_label_sales", "grocery_sales", "fuel_sales"),
    *("sales_value_last_month", "sales_growth_mom", "average_basket_value", "units_per_basket", "sales_per_household"),
    *("baskets_per_household", "discount_rate", "private_label_share"),
)
"""Twenty metrics of one fact, as a dashboard shows them."""
_TURNS = 5


def rows() -> Iterator[Row]:
    """Yield cold and cached answers of the API beside raw DuckDB, and a dashboard's beside its slowest metric."""
    post = _poster("chen.yu")
    turns = count(1)

    def cold() -> None:
        post({**_BODY, "filters": {"kind": "compare", "field": "store", "op": "ne", "value": f"none {next(turns)}"}})

    raw, loaded = _raw(post), _raw(post, loaded=True)
    _settle(cold)
    yield pair("API, cold: sales by region and month", cold, raw, "same SQL, raw DuckDB on the same files")
    yield pair("API, cold: sales by region and month", cold, loaded, "same SQL, raw DuckDB, tables loaded before")
    yield pair("API, cached: sales by region and month", lambda: post(_BODY), raw, "same SQL, raw DuckDB")
    person = _poster("huang.mei")
    yield pair("API, cached, row policy: one region", lambda: person(_BODY), lambda: post(_BODY), "without row policy")
    yield _board(post)


def _board(post: Callable[[dict[str, object]], bytes]) -> Row:
    """Return twenty metrics in one question beside the slowest of them alone, neither from a cache."""
    turns = count(1)

    def ask(*metrics: str) -> None:
        fresh = {"kind": "compare", "field": "store", "op": "ne", "value": f"no {next(turns)}"}
        post({"metrics": metrics, "grain": "month", "filters": fresh})

    slowest = _slowest(ask)
    what = f"API, cold: {len(_BOARD)} metrics of one fact"
    return pair(what, lambda: ask(*_BOARD), lambda: ask(slowest), f"the slowest of them alone ({slowest})", rounds=20)


def _slowest(ask: Callable[[str], None]) -> str:
    """Return the metric whose best time is the worst; in turns, so that a busy moment meets all of them."""
    best = dict.fromkeys(_BOARD, inf)
    for metric in _BOARD * _TURNS:
        started = perf_counter()
        ask(metric)
        best[metric] = min(best[metric], perf_counter() - started)
    return max(best, key=best.__getitem__)


def _poster(username: str) -> Callable[[dict[str, object]], bytes]:
    visitor = Visitor(username)
    return lambda body: visitor.post("/api/v1/query", orjson.dumps(body))


def _settle(cold: Callable[[], None]) -> None:
    """Ask until the engine has its copies of what is often asked for."""
    from metrion.integration.reads import engine  # noqa: PLC0415 - the home must be chosen before

    for _ in range(10):
        cold()
    copies = engine().settled()
    print(f"  copies of {len(copies)} data versions in memory: {sum(copies.values()) / 2**20:.0f} MiB", flush=True)


def _raw(post: Callable[[dict[str, object]], bytes], *, loaded: bool = False) -> Callable[[], None]:
    """Return the cold statement on a plain DuckDB over the same Parquet files, or over tables loaded from them."""
    from metrion.integration.reads import lake  # noqa: PLC0415 - the home must be chosen before

    connection = duckdb.connect()
    for name in lake().tables():
        snapshot = lake().snapshot(name)
        files = ", ".join(f"'{path}'" for path in snapshot.files)
        kind = "TABLE" if loaded else "VIEW"
        connection.execute(f"CREATE {kind} {name}__v{snapshot.version} AS SELECT * FROM read_parquet([{files}])")
    asked = {**_BODY, "filters": {"kind": "compare", "field": "store", "op": "ne", "value": "none 0"}}
    receipt = orjson.loads(post(asked))["receipt"]
    sql, parameters = receipt["sql"], receipt["parameters"]

    def run() -> None:
        connection.sql(sql, params=parameters).to_arrow_table()

    return run
