"""Boring Semantic Layer as a process: `{"ask": name}` as a line, its statement and how long that took as a line.

Runs in the environment of `make test-oracle` and imports nothing of ours. It states in its words what
`tests/oracle/manifests/shop` states of orders, customers and listings. The first line names the Parquet files.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter
from typing import Any, Final

import ibis
from boring_semantic_layer import to_semantic_table

QUESTIONS: Final = {
    "one metric by month": (("orders.month",), ("orders.amount",)),
    "two joins": (("customers.state", "listings.country"), ("orders.amount", "orders.buyers")),
    "a ratio by month": (("orders.month",), ("orders.amount_per_buyer",)),
    "five metrics of one fact": (
        ("orders.month",),
        ("orders.orders", "orders.amount", "orders.largest", "orders.gift_amount", "orders.buyers"),
    ),
}


def _model(tables: dict[str, str]) -> Any:  # noqa: ANN401 - it ships no types
    connection = ibis.duckdb.connect()
    connection.raw_sql("create schema s")
    for name, file in tables.items():
        connection.raw_sql(f"create view s.{name} as from read_parquet('{file}')")
    orders, customers, listings = (connection.table(name, database="s") for name in ("orders", "customers", "listings"))
    facts = (
        to_semantic_table(orders, name="orders")
        .with_dimensions(month=lambda t: t.day.truncate("M"))
        .with_measures(
            orders=lambda t: t.count(),
            amount=lambda t: t.amount.sum(),
            largest=lambda t: t.amount.max(),
            gift_amount=lambda t: t.amount.sum(where=t.is_gift),
            buyers=lambda t: t.customer_id.nunique(),
            amount_per_buyer=lambda t: t.amount.sum() / t.customer_id.nunique(),
        )
    )
    people = to_semantic_table(customers, name="customers").with_dimensions(state=lambda t: t.state)
    places = to_semantic_table(listings, name="listings").with_dimensions(country=lambda t: t.country)
    joined = facts.join_one(people, lambda left, right: left.customer_id == right.customer_id)
    return joined.join_one(places, lambda left, right: left.listing_id == right.listing_id)


def main() -> None:
    """Answer until the input ends."""
    model = _model(json.loads(sys.stdin.readline()))
    print(json.dumps({"questions": list(QUESTIONS)}), flush=True)
    for line in sys.stdin:
        groups, measures = QUESTIONS[json.loads(line)["ask"]]
        started = perf_counter()
        statement = str(model.group_by(*groups).aggregate(*measures).sql())
        print(json.dumps({"sql": statement, "compiled_ms": (perf_counter() - started) * 1000}), flush=True)


if __name__ == "__main__":
    main()
