"""A question through the HTTP stack (session, policy, receipt) against the same SQL on raw DuckDB."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import duckdb
import orjson

from benchmarks.company import signed_in
from benchmarks.measure import Row, pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BODY = {"metrics": ["sales_value"], "dimensions": [{"field": "region"}], "grain": "month"}


def rows() -> Iterator[Row]:
    """Yield cold and cached answers of the API beside raw DuckDB."""
    post = _poster("chen.yu")
    turns = count(1)

    def cold() -> None:
        post({**_BODY, "filters": {"kind": "compare", "field": "store", "op": "ne", "value": f"none {next(turns)}"}})

    raw = _raw(post)
    yield pair("API, cold: sales by region and month", cold, raw, "same SQL, raw DuckDB on the same files")
    yield pair("API, cached: sales by region and month", lambda: post(_BODY), raw, "same SQL, raw DuckDB")
    person = _poster("huang.mei")
    yield pair("API, cached, row policy: one region", lambda: person(_BODY), lambda: post(_BODY), "without row policy")


def _poster(username: str) -> Callable[[dict[str, object]], dict[str, object]]:
    client = signed_in(username)

    def post(body: dict[str, object]) -> dict[str, object]:
        response = client.post("/api/v1/query", orjson.dumps(body), content_type="application/json")
        if response.status_code != 200:
            raise RuntimeError(response.content.decode())
        return dict(orjson.loads(response.content))

    return post


def _raw(post: Callable[[dict[str, object]], dict[str, object]]) -> Callable[[], None]:
    """Return the cold statement on a plain DuckDB over the same Parquet files."""
    from metrion.integration.reads import lake  # noqa: PLC0415 - see above

    connection = duckdb.connect()
    for name in lake().tables():
        snapshot = lake().snapshot(name)
        files = ", ".join(f"'{path}'" for path in snapshot.files)
        connection.execute(f"CREATE VIEW {name}__v{snapshot.version} AS SELECT * FROM read_parquet([{files}])")
    asked = {**_BODY, "filters": {"kind": "compare", "field": "store", "op": "ne", "value": "none 0"}}
    receipt = post(asked)["receipt"]
    assert isinstance(receipt, dict)
    sql, parameters = receipt["sql"], receipt["parameters"]

    def run() -> None:
        connection.sql(sql, params=parameters).to_arrow_table()

    return run
