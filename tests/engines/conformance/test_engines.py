"""Each engine gives back what was put in, in the same Arrow types, and refuses in the same words."""

from __future__ import annotations

import threading
import time
from datetime import date, datetime
from decimal import Decimal
from threading import Timer
from typing import TYPE_CHECKING, cast

import pyarrow as pa
import pytest
from tests.engines.conformance.cells import differences, equal
from tests.engines.conformance.data import EMPTY, ORDERS, TABLES
from tests.engines.conformance.loaders import Loaded, quoted

from metrion.engines.answers import shaped
from metrion.engines.cancel import CancelToken
from metrion.engines.errors import EngineFault, QueryCancelled, QueryTimeout
from metrion.engines.spark import _Asked
from metrion.lake.types import type_name

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

    from metrion.engines.engine import Parameter
    from metrion.semantic.model import DataType

Ground = tuple[str, Loaded]

ENDLESS = {
    "duckdb": "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range + b.range = -1",
    "postgres": "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b WHERE a + b < 0",
    "mysql": "SELECT count(*) FROM information_schema.columns a, information_schema.columns b, "
    "information_schema.columns c WHERE concat(a.column_name, b.column_name) = c.column_name",
    "spark": "SELECT count(*) FROM range(100000000000) a WHERE sqrt(a.id) + exp(sin(a.id)) = -1",
    "clickhouse": "SELECT count() FROM numbers(1000000000) a, numbers(1000) b WHERE cityHash64(a.number, b.number) = 1",
}
ALL_TYPES: dict[str, DataType] = {
    name: kind
    for table in TABLES.values()
    for name, kind in zip(table.column_names, map(type_name, table.schema.types), strict=True)
    if kind is not None
}


def all_rows(code: str, ground: Ground) -> pa.Table:
    dialect, loaded = ground
    table = TABLES[code]
    columns = ", ".join(quoted(name, dialect) for name in table.column_names)
    answer = loaded.engine.run(f"SELECT {columns} FROM {loaded.sql(code, dialect)}")
    return shaped(answer, [(name, ALL_TYPES[name]) for name in table.column_names])


@pytest.mark.parametrize("code", TABLES)
def test_what_was_put_in_comes_back(code: str, ground: Ground) -> None:
    first = TABLES[code].column_names[0]
    keys = [(name, "ascending") for name in TABLES[code].column_names[:2]]
    assert differences(all_rows(code, ground).sort_by(keys), TABLES[code].sort_by(keys)) == []
    assert first in all_rows(code, ground).column_names


def test_types_are_those_of_the_lake(ground: Ground) -> None:
    found = all_rows("orders", ground)
    assert [type_name(kind) for kind in found.schema.types] == [type_name(kind) for kind in ORDERS.schema.types]
    for name in ("order_id", "share", "下单时间", "order", "状态", "is_paid"):
        assert found.schema.field(name).type == ORDERS.schema.field(name).type
    assert pa.types.is_decimal128(found.schema.field("金额").type)
    nothing = all_rows("nothing", ground)
    assert [type_name(kind) for kind in nothing.schema.types] == [type_name(kind) for kind in EMPTY.schema.types]


VALUES: list[tuple[str, Parameter]] = [
    ("状态", "已付"),
    ("状态", "it's"),
    ('a"b`c', "x\\y"),
    ('a"b`c', 'x"y'),
    ('a"b`c', "%s $1 :p"),
    ('a"b`c', "😀"),
    ("order_id", 7),
    ("金额", Decimal("0.01")),
    ("share", 1.005),
    ("order", date(2025, 1, 1)),
    ("下单时间", datetime(2025, 1, 1, 0, 0, 0, 1)),
    ("is_paid", True),
]


@pytest.mark.parametrize(("column", "value"), VALUES)
def test_values_are_bound(column: str, value: Parameter, ground: Ground) -> None:
    dialect, loaded = ground
    name = quoted(column, dialect)
    answer = loaded.engine.run(
        f"SELECT order_id FROM {loaded.sql('orders', dialect)} WHERE {name} = $1 AND '$2 %s' <> '$1' AND {name} = $1",
        [value],
    )
    rows = ORDERS.to_pylist()
    assert sorted(answer["order_id"].to_pylist()) == [row["order_id"] for row in rows if row[column] == value]


def test_a_statement_with_too_few_values_is_refused(ground: Ground) -> None:
    with pytest.raises(EngineFault):
        ground[1].engine.run("SELECT $1, $2", ["a"])


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE {table}",
        "DELETE FROM {table}",
        "UPDATE {table} SET order_id = 1",
        "INSERT INTO {table} (order_id) VALUES (1)",
        "SELECT 1; DROP TABLE {table}",
        "SELECT 1; SELECT 2",
        "COMMIT",
        "no sql",
        "SELECT * FROM no_such_table",
        "",
    ],
)
def test_nothing_but_one_select_runs(statement: str, ground: Ground) -> None:
    dialect, loaded = ground
    with pytest.raises(EngineFault) as refused:
        loaded.engine.run(statement.format(table=loaded.sql("orders", dialect)))
    assert "SELECT" not in str(refused.value.render("en"))
    assert equal(all_rows("orders", ground).sort_by("order_id"), ORDERS)


def test_time_out(ground: Ground) -> None:
    dialect, loaded = ground
    started = time.monotonic()
    with pytest.raises(QueryTimeout):
        loaded.engine.run(ENDLESS[dialect], timeout=0.5)
    assert time.monotonic() - started < 20
    assert loaded.engine.run("SELECT 1 AS one")["one"].to_pylist() == [1]


def test_cancelling_while_it_runs_and_before(ground: Ground) -> None:
    dialect, loaded = ground
    token = CancelToken()
    timer = Timer(0.5, token.cancel)
    timer.start()
    with pytest.raises(QueryCancelled):
        loaded.engine.run(ENDLESS[dialect], cancel=token, timeout=15)
    timer.join()
    with pytest.raises(QueryCancelled):
        loaded.engine.run("SELECT 1 AS one", cancel=token)
    late = CancelToken()
    loaded.engine.run("SELECT 1 AS one", cancel=late)
    late.cancel()
    assert loaded.engine.run("SELECT 1 AS one").num_rows == 1


def test_the_engine_says_what_it_is(ground: Ground) -> None:
    said = ground[1].engine.describe()
    assert any(char.isdigit() for char in said)
    assert said.split()[0] in {"DuckDB", "PostgreSQL", "MariaDB", "MySQL", "Spark", "ClickHouse"}


def test_a_sum_of_nothing_is_null(ground: Ground) -> None:
    dialect, loaded = ground
    answer = loaded.engine.run(
        f"SELECT SUM(amount) AS total, COUNT(*) AS many FROM {loaded.sql('nothing', dialect)} WHERE id > 0"
    )
    assert answer.to_pylist() == [{"total": None, "many": 0}]


def test_a_row_without_partner_has_nulls(ground: Ground) -> None:
    dialect, loaded = ground
    customer, name = quoted("客户", dialect), quoted("姓名", dialect)
    answer = loaded.engine.run(
        f"SELECT o.order_id, c.{name} AS who FROM {loaded.sql('orders', dialect)} AS o "
        f"LEFT JOIN {loaded.sql('customers', dialect)} AS c ON c.id = o.{customer} ORDER BY o.order_id"
    )
    assert answer["who"].to_pylist() == [
        "王伟",
        "王伟",
        "李娜",
        "李娜",
        None,
        None,
        "O'Brien",
        "O'Brien",
        "O'Brien",
        "王伟",
    ]


@pytest.mark.engines  # needs the driver, which `make test` does without
def test_a_question_that_is_stopped_after_its_session_has_nobody_to_tell() -> None:
    class Closed:
        def interruptTag(self, tag: str) -> list[str]:  # noqa: N802 - the driver's name
            message = f"Cannot invoke RPC on closed channel! {tag}"
            raise ValueError(message)

    asked = _Asked(cast("SparkSession", Closed()), "SELECT 1", {})
    asked.stop()
    for thread in threading.enumerate():  # what a thread raises fails the test
        if thread.name == "spark-interrupt":
            thread.join(5)
