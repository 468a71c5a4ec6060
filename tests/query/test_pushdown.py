"""A question over a table of PostgreSQL or MySQL gives what the same rows give in the lake, and never writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from tests.engines.conformance.loaders import load
from tests.grounds import rolled_back
from tests.query.live import TABLES, LiveShop
from tests.query.shop import REGION, cells, where

from metrion.base.settings import get_settings
from metrion.engines.cancel import CancelToken
from metrion.engines.connections import open_engine
from metrion.engines.errors import AccountMayWrite, EngineFault, QueryCancelled
from metrion.integration import databases
from metrion.integration import reads as integration
from metrion.integration.errors import NoDatabaseTable
from metrion.lake.types import type_name
from metrion.query import difference, keys, service, sources
from metrion.query.backtest import backtest
from metrion.query.cache import BoundedCache
from metrion.query.errors import KeyNotUnique, SourcesMixed
from metrion.semantic.errors import ColumnUnfit, ForbiddenColumn
from metrion.semantic.request import MetricQuery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker
    from tests.engines.conformance.loaders import Loaded

    from metrion.query.service import Answer

NETWORKS = "127.0.0.0/8,::1/128"


@pytest.fixture(scope="module", params=["postgres", pytest.param("mysql", marks=pytest.mark.engines)])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Loaded]]:
    """Give a database with the tables of the shop."""
    with load(request.param, TABLES, tmp_path_factory.mktemp(request.param)) as loaded:
        yield request.param, loaded


@pytest.fixture(scope="module")
def founded(
    served: tuple[str, Loaded],
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[LiveShop]:
    """Return the shop with both kinds of data, made once for a module."""
    with pytest.MonkeyPatch.context() as patch:
        settings = get_settings().model_copy(update={"database_networks": NETWORKS, "live_seconds": 0})
        patch.setattr(databases, "get_settings", lambda: settings)
        patch.setattr(sources, "get_settings", lambda: settings)
        # Answers and keys that are known are of another shop, whose tables have the same names and versions.
        patch.setattr(service, "_cache", BoundedCache(2**20))
        patch.setattr(keys, "_kept", BoundedCache(2**20))
        with rolled_back(django_db_blocker, lambda: LiveShop(*served)) as made:
            yield made
    databases.forget("sales_db")


@pytest.fixture
def shop(founded: LiveShop, db: None) -> Iterator[LiveShop]:
    """Return the shop; the rows of the database are as they were again after each test."""
    del db
    cache.clear()
    yield founded
    founded.administer("UPDATE {table} SET amount = 100 WHERE id = 101")


def _live(shop: LiveShop, username: str, *metrics: str, **more: Any) -> Answer:
    return shop.ask(username, *(f"live_{metric}" for metric in metrics), **more)


QUESTIONS: dict[str, dict[str, Any]] = {
    "the whole": {},
    "by a dimension of a joined table, with totals": {**REGION, "totals": True},
    "by month": {"grain": "month"},
    "by day and status": {"grain": "day", "dimensions": [{"field": "status"}]},
    "filtered": {**REGION, **where("status", "done")},
    "filtered by the joined table": where("region", "EAST"),
    "in a range": {"time": {"kind": "absolute", "start": "2024-02-01", "end": "2024-04-10"}},
    "up to the last day of data": {"time": {"kind": "last", "count": 2, "unit": "month"}, "grain": "day"},
    "sorted and cut": {**REGION, "order": [{"by": "region", "descending": True}], "limit": 2},
}


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("username", ["boss", "east", "west", "nobody"])
def test_the_answer_is_that_of_the_lake(shop: LiveShop, username: str, name: str) -> None:
    in_lake = shop.ask(username, "revenue", "orders_count", **QUESTIONS[name])
    live = _live(shop, username, "revenue", "count", **QUESTIONS[name])
    assert cells(live) == cells(in_lake)
    assert live.totals == in_lake.totals
    assert [column.type for column in live.columns] == [column.type for column in in_lake.columns]
    assert [type_name(each) for each in live.table.schema.types] == [
        type_name(each) for each in in_lake.table.schema.types
    ]


def test_a_ratio_is_that_of_the_lake(shop: LiveShop) -> None:
    in_lake, live = shop.value("boss", "average"), shop.value("boss", "live_average")
    assert in_lake is not None
    assert live is not None
    assert float(live) == pytest.approx(float(in_lake))


def test_the_receipt_says_where_and_when_it_was_read(shop: LiveShop) -> None:
    before = datetime.now().astimezone()
    receipt = _live(shop, "east", "revenue", **where("status", "done")).receipt
    assert receipt.engine.startswith({"postgres": "PostgreSQL", "mysql": "MariaDB"}[shop.kind])
    read = {each.dataset: each for each in receipt.data}
    place, _, moment = read["live_orders"].data_version.rpartition("@")
    assert place == f"sales_db/{shop.place('orders')}"
    assert before <= datetime.fromisoformat(moment) <= datetime.now().astimezone()
    assert read["live_orders"].row_policy is not None
    assert "done" not in receipt.sql
    assert "EAST" not in receipt.sql
    assert {"done", "EAST"} <= set(receipt.parameters)


def test_what_changes_in_the_database_is_seen_at_once(shop: LiveShop) -> None:
    assert shop.value("boss", "live_revenue") == Decimal(460)
    shop.administer("UPDATE {table} SET amount = 1100 WHERE id = 101")
    assert shop.value("boss", "live_revenue") == Decimal(1460)


def test_questions_of_the_same_few_seconds_share_an_answer(shop: LiveShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_moment", lambda: "first")
    first = _live(shop, "boss", "revenue")
    shop.administer("UPDATE {table} SET amount = 1100 WHERE id = 101")
    again = _live(shop, "boss", "revenue")
    assert again.cached
    assert again.receipt.data == first.receipt.data
    monkeypatch.setattr(sources, "_moment", lambda: "second")
    later = _live(shop, "boss", "revenue")
    assert not later.cached
    assert later.table.column(0).to_pylist() == [Decimal(1460)]


def test_rows_and_totals_are_of_one_moment(shop: LiveShop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody writes between the statements of one answer."""
    database = integration.database("sales_db")
    ask = type(database.engine).together

    def together(engine: Any, statements: Any, **more: Any) -> Any:
        return ask(engine, _Writing(list(statements), shop), **more)

    monkeypatch.setattr(type(database.engine), "together", together)
    answer = _live(shop, "boss", "revenue", **REGION, totals=True)
    assert answer.totals is not None
    total = sum(answer.table.column("live_revenue").to_pylist())
    monkeypatch.undo()
    assert total == answer.totals[-1]
    assert total < shop.value("boss", "live_revenue")  # it was written to meanwhile


class _Writing(list[Any]):
    """Statements of which each is followed by a write of somebody else."""

    def __init__(self, statements: list[Any], shop: LiveShop) -> None:
        super().__init__(statements)
        self._shop = shop

    def __iter__(self) -> Iterator[Any]:
        for statement in super().__iter__():
            yield statement
            self._shop.administer("UPDATE {table} SET amount = amount + 1 WHERE id = 101")


def test_hidden_columns_stay_hidden(shop: LiveShop) -> None:
    with pytest.raises(ForbiddenColumn):
        _live(shop, "boss", "revenue", dimensions=[{"field": "phone"}])


def test_lake_and_database_do_not_mix(shop: LiveShop) -> None:
    with pytest.raises(SourcesMixed) as refused:
        shop.ask("boss", "revenue", "live_revenue")
    assert "sales_db" in refused.value.render("en")["title"]
    assert "lake" in refused.value.render("en")["title"]
    assert "数据湖" in refused.value.render("zh")["title"]
    assert refused.value.render("zh")["remedy"]


def test_a_cancelled_question_is_not_asked(shop: LiveShop) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(QueryCancelled):
        service.ask(shop.actor("boss"), MetricQuery(metrics=("live_count",)), cancel=token)


def test_a_key_that_repeats_is_refused(shop: LiveShop) -> None:
    shop.administer("INSERT INTO {table} VALUES (1, 'SOUTH', '9')", "customers")
    try:
        with pytest.raises(KeyNotUnique):
            _live(shop, "boss", "revenue", **REGION)
    finally:
        shop.administer("DELETE FROM {table} WHERE region = 'SOUTH'", "customers")


def test_a_column_that_is_gone_is_refused_by_name(shop: LiveShop) -> None:
    renamed = "ALTER TABLE {table} RENAME COLUMN amount TO amount_old"
    shop.administer(renamed)
    try:
        with pytest.raises(ColumnUnfit, match="amount"):
            _live(shop, "boss", "revenue")
        assert shop.value("boss", "live_count") == 6
        (fit,) = integration.database_table(shop.actor("dana"), "sales_db", shop.place("orders")).datasets
        assert (fit.dataset, fit.unfit) == ("live_orders", ("amount",))
    finally:
        shop.administer("ALTER TABLE {table} RENAME COLUMN amount_old TO amount")


def test_a_table_has_one_name(shop: LiveShop) -> None:
    """Else a draft could read a guarded table past its guard, by spelling it differently."""
    place = shop.place("orders")
    quoted = ".".join(f'"{part}"' for part in place.split("."))
    for other in {quoted, place.upper(), f"{place}.x", f" {place}", place.rpartition(".")[2] + "."} - {place}:
        with pytest.raises(NoDatabaseTable):
            integration.database_table(shop.actor("dana"), "sales_db", other)
    if shop.kind == "postgres":
        with pytest.raises(NoDatabaseTable):
            integration.database_table(shop.actor("dana"), "sales_db", "orders")


def test_a_change_is_proved_on_live_data(shop: LiveShop) -> None:
    doubled = {
        "type": "atomic",
        "dataset": "live_orders",
        "measure": {"expression": "amount * 2", "aggregation": "sum"},
    }
    published = shop.submit({**_definition(shop, "live_revenue"), "definition": doubled})
    (found,) = backtest(shop.actor("aria"), published.id).metrics
    assert found.refusal is None
    assert (found.old_total, found.new_total) == (460, 920)
    assert [(point.old, point.new) for point in found.points if point.period.startswith("2024-01")] == [(150, 300)]


def _definition(shop: LiveShop, code: str) -> dict[str, Any]:
    from metrion.catalog import reads as catalog  # noqa: PLC0415 - only here

    del shop
    found: dict[str, Any] = catalog.catalogue().metric(code).model_dump(mode="json")
    return found


def test_the_difference_of_two_readings_is_the_data(shop: LiveShop) -> None:
    first = _live(shop, "boss", "revenue").receipt.id
    shop.administer("UPDATE {table} SET amount = 1100 WHERE id = 101")
    second = _live(shop, "boss", "revenue").receipt.id
    told = difference.explain(shop.actor("boss"), first, second).model_dump(mode="json")
    assert "data:sales_db/" in str(told)
    assert "engine" not in {factor["kind"] for factor in told["factors"]}
    (share,) = told["shares"]
    assert Decimal(told["amount"]) == Decimal(share["amount"]) == Decimal(1000)
    assert share["factors"] == [next(factor["id"] for factor in told["factors"] if factor["kind"] == "data")]


# --- nothing is ever written ------------------------------------------------------------------------

WRITES = (
    "DELETE FROM {table}",
    "INSERT INTO {table} (id) VALUES (7)",
    "UPDATE {table} SET amount = 0",
    "DROP TABLE {table}",
    "CREATE TABLE made_by_a_reader (n INT)",
    "SELECT 1; DELETE FROM {table}",
    "COMMIT",
)
TRICKS = {
    "postgres": (
        "WITH gone AS (DELETE FROM {table} RETURNING id) SELECT * FROM gone",
        "SELECT * FROM {table} FOR UPDATE",
    ),
    "mysql": (),
}


@pytest.mark.parametrize("trusted", [False, True], ids=["an account that reads", "the administrator"])
def test_no_statement_writes(served: tuple[str, Loaded], monkeypatch: pytest.MonkeyPatch, *, trusted: bool) -> None:
    """Also where the check of the account would fail to notice: the transaction only reads."""
    kind, loaded = served
    assert loaded.account is not None
    account = loaded.account
    if trusted:
        monkeypatch.setattr("metrion.engines.postgres._MAY_WRITE", "SELECT false")
        monkeypatch.setattr("metrion.engines.mysql.only_reads", lambda _: True)
        account = replace(account, user={"postgres": "postgres", "mysql": "root"}[kind], password="")
    engine = open_engine(kind, account, timeout=10)  # type: ignore[arg-type]  # the two kinds
    table = loaded.sql("orders", kind)
    try:
        before = engine.run(f"SELECT COUNT(*) AS n, SUM(amount) AS total FROM {table}")
        for statement in (*WRITES, *TRICKS[kind]):
            with pytest.raises(EngineFault):
                engine.run(statement.format(table=table))
        assert engine.run(f"SELECT COUNT(*) AS n, SUM(amount) AS total FROM {table}") == before
    finally:
        engine.close()


def test_an_account_that_may_write_is_not_used(shop: LiveShop) -> None:
    account = shop.loaded.account
    assert account is not None
    grant = "GRANT {what} ON {table} {direction} " + account.user
    shop.administer(grant.replace("{what}", "INSERT").replace("{direction}", "TO"))
    try:
        databases.forget("sales_db")
        with pytest.raises(AccountMayWrite):
            _live(shop, "boss", "revenue", time={"kind": "absolute", "start": date(2020, 1, 1).isoformat()})
    finally:
        shop.administer(grant.replace("GRANT", "REVOKE").replace("{what}", "INSERT").replace("{direction}", "FROM"))
        databases.forget("sales_db")
