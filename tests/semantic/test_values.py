"""Zero, NULL and missing; division; order and limit; columns; the closure of definitions; catalogues."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from tests.semantic.six_orders import six_orders
from tests.semantic.world import Company, atomic, composite, dataset, derived, dimension

from metrion.semantic.catalogue import Catalogue, Entry
from metrion.semantic.compile import compile_query
from metrion.semantic.model import MetricDef, Period, Shift
from metrion.semantic.request import MetricQuery


def shop(**policy: object) -> Company:
    """Return a shop where a has 1 of 2, b 0 of 0, c nothing of 3, d 5 of NULL."""
    connection = duckdb.connect()
    connection.execute("""create schema s; create table s.sales as select * from (values
      (1, 'a', 1, 2), (2, 'b', 0, 0), (3, 'c', NULL, 3), (4, 'd', 5, NULL)) t(id, item, won, tried);""")
    columns = {"id": "integer", "item": "string", "won": "integer", "tried": "integer"}
    return Company(
        (
            dataset("sales", columns),
            dimension("item", ("sales", "item")),
            atomic("won", "sales", "sum", "won"),
            atomic("tried", "sales", "sum", "tried"),
            composite("rate", "[won] / [tried]", **policy),
        ),
        connection,
    )


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({}, [0.5, None, None, None]),
        ({"zero_division": "zero"}, [0.5, 0, None, None]),
        ({"zero_division": "zero", "fill": "zero"}, [0.5, 0, 0, 0]),
        ({"fill": "zero"}, [0.5, 0, 0, 0]),
    ],
)
def test_division_by_zero_and_by_nothing(policy: dict[str, object], expected: list[float | None]) -> None:
    rows = shop(**policy).ask(metrics=["rate"], dimensions=[{"field": "item"}])
    assert [row[1] for row in rows] == expected


def test_division_by_zero_can_stop_the_question() -> None:
    with pytest.raises(duckdb.Error, match="zero"):
        shop(zero_division="error").ask(metrics=["rate"], dimensions=[{"field": "item"}])


def test_whole_numbers_divide_into_fractions_and_add_exactly() -> None:
    firm = shop().with_(
        atomic("half", "sales", "sum", "won / 2"),
        composite("share", "[won] / ([won] + [tried])"),
        atomic("big", "sales", "sum", "won * 1000000000000"),
    )
    assert firm.ask(metrics=["half", "share", "big"]) == [(3, 6 / 11, 6 * 10**12)]


def test_a_metric_keeps_its_own_fill_inside_a_formula() -> None:
    firm = six_orders().with_(
        atomic("returned_or_zero", "returns", "sum", "amount", fill="zero"),
        composite("kept", "[revenue] - [returned_or_zero]"),
        composite("kept_twice", "[kept] + [kept]"),
        composite("kept_share", "[kept_twice] / [revenue] / 2"),
    )
    rows = firm.ask(metrics=["kept", "kept_share"], dimensions=[{"field": "region"}])
    assert rows == [("EAST", 340, 340 / 350), ("NORTH", None, None), ("WEST", 70, 70 / 75), (None, 35, 1)]


def test_order_is_total_and_nulls_are_last_both_ways() -> None:
    by_region = [{"field": "region"}]
    down = six_orders().ask(metrics=["returned"], dimensions=by_region, order=[{"by": "returned", "descending": True}])
    assert down == [("NORTH", 15), ("EAST", 10), ("WEST", 5)]
    mixed = {"metrics": ["returned", "orders_count"], "dimensions": by_region}
    up = six_orders().ask(**mixed, order=[{"by": "returned"}])
    assert [row[0] for row in up] == ["WEST", "EAST", "NORTH", None]
    down = six_orders().ask(**mixed, order=[{"by": "returned", "descending": True}])
    assert [row[0] for row in down] == ["NORTH", "EAST", "WEST", None]
    tie = shop().ask(metrics=["rate"], dimensions=[{"field": "item"}], order=[{"by": "rate", "descending": True}])
    assert [row[0] for row in tie] == ["a", "b", "c", "d"]
    down = six_orders().ask(metrics=["revenue"], dimensions=by_region, order=[{"by": "region", "descending": True}])
    assert [row[0] for row in down] == ["WEST", "EAST", None]


def test_the_limit_cuts_rows_and_never_the_totals() -> None:
    question = {
        "metrics": ["revenue", "return_rate"],
        "dimensions": [{"field": "region"}],
        "order": [{"by": "revenue", "descending": True}],
        "limit": 1,
    }
    assert six_orders().ask(**question) == [("EAST", 350, 10 / 350)]
    assert six_orders().totals(**question) == (460, 30 / 460)
    compiled = six_orders().compiled(**question)
    assert "LIMIT $1" in compiled.sql
    assert compiled.parameters == (1,)


def test_totals_of_periods_are_taken_at_the_ranges_end() -> None:
    question = {
        "metrics": ["revenue", "revenue_ytd", "revenue_last_month", "buyers"],
        "grain": "month",
        "dimensions": [{"field": "region"}],
        "time": {"kind": "absolute", "start": date(2024, 2, 1), "end": date(2024, 4, 30)},
    }
    assert six_orders().totals(**question) == (310, 460, 350, 3)


def test_columns_say_what_they_are() -> None:
    firm = six_orders().with_(atomic("money", "orders", "sum", "amount", unit="元", decimals=0, direction="higher"))
    firm = firm.with_(composite("per_order", "[money] / [orders_count]"))
    compiled = firm.compiled(
        metrics=["money", "buyers", "per_order"],
        dimensions=[{"field": "region"}, {"field": "order_date", "grain": "week"}],
        grain="month",
        comparison={"kind": "shift", "shift": {"count": 1, "unit": "year"}},
    )
    assert [(column.name, column.role, column.type, column.grain) for column in compiled.columns] == [
        ("time", "time", "date", "month"),
        ("region", "dimension", "string", None),
        ("order_date", "dimension", "date", "week"),
        ("money", "metric", "integer", None),
        ("buyers", "metric", "integer", None),
        ("per_order", "metric", "float", None),
        ("money.comparison", "comparison", "integer", None),
        ("buyers.comparison", "comparison", "integer", None),
        ("per_order.comparison", "comparison", "float", None),
    ]
    money = compiled.columns[3]
    assert (money.metric, money.unit, money.decimals, money.direction) == ("money", "元", 0, "higher")
    assert compiled.columns[5].unit == "元"
    types = firm.connection.execute(compiled.sql, list(compiled.parameters)).description
    assert [str(one[1]) for one in types or ()][3:] == ["BIGINT", "BIGINT", "DOUBLE"] * 2


def test_an_answer_names_every_definition_it_rests_on() -> None:
    compiled = six_orders().compiled(metrics=["return_rate"], dimensions=[{"field": "region"}])
    assert set(compiled.definitions) == {
        ("metric", "return_rate"),
        ("metric", "returned"),
        ("metric", "revenue"),
        ("dataset", "orders"),
        ("dataset", "returns"),
        ("dataset", "customers"),
        ("dimension", "region"),
        ("relationship", "orders_customers"),
        ("relationship", "returns_customers"),
    }
    assert set(compiled.datasets) == {"orders", "returns", "customers"}
    alone = six_orders().compiled(metrics=["revenue"])
    assert alone.datasets == ("orders",)


def test_one_scan_serves_all_leaves_of_a_dataset() -> None:
    compiled = six_orders().compiled(metrics=["revenue", "orders_count", "buyers", "return_rate", "net"])
    assert compiled.sql.count('"s"."orders"') == 1
    assert compiled.sql.count('"s"."returns"') == 1
    assert "JOIN" not in compiled.sql


def test_a_stored_catalogue_parses_only_what_is_asked() -> None:
    firm = six_orders()
    entries = {(one.kind, one.code): Entry("0" * 64, 7, one.model_dump(mode="json")) for one in firm.definitions}
    for number in range(10_000):
        entries["metric", f"broken_{number}"] = Entry("f" * 64, 1, {"kind": "metric", "code": "not a metric"})
    catalogue = Catalogue.lazy(entries)
    tables = {"orders": "s.orders", "returns": "s.returns", "customers": "s.customers"}
    request = MetricQuery.model_validate({"metrics": ["net"], "dimensions": [{"field": "region"}]})
    lazy = compile_query(request, catalogue, firm.scope, firm.time, tables)
    assert lazy.sql == compile_query(request, firm.catalogue, firm.scope, firm.time, tables).sql
    assert (catalogue.version("metric", "net"), catalogue.digest("metric", "net")) == (7, "0" * 64)


def test_a_draft_lies_over_the_catalogue_and_leaves_it_alone() -> None:
    below = six_orders().catalogue
    draft = below.metric("revenue").model_copy(update={"unit": "元"})
    above = below.overlay(draft, derived("fresh", "revenue", period=Period(shift=Shift(count=1, unit="day"))))
    assert (above.metric("revenue").unit, below.metric("revenue").unit) == ("元", "")
    assert above.digest("metric", "revenue") != below.digest("metric", "revenue")
    assert above.has("metric", "fresh")
    assert not below.has("metric", "fresh")
    assert set(above.codes("metric")) - set(below.codes("metric")) == {"fresh"}
    assert above.version("metric", "revenue") is None
    assert [one.code for one in above.relationships_from("orders")] == ["orders_customers"]
    versioned = Catalogue.of([draft], {("metric", "revenue"): 3})
    assert versioned.version("metric", "revenue") == 3
    assert isinstance(versioned.metric("revenue"), MetricDef)


def test_filters_of_every_kind_keep_only_what_is_true() -> None:
    def ask(**condition: object) -> object:
        return six_orders().ask(metrics=["revenue"], filters=condition)[0][0]

    assert ask(kind="null", field="region") == 35
    assert ask(kind="null", field="region", negated=True) == 425
    assert ask(kind="in", field="region", values=["EAST", "WEST"]) == 425
    assert ask(kind="in", field="region", values=["EAST"], negated=True) == 75
    assert ask(kind="in", field="region", values=[]) is None
    assert ask(kind="in", field="region", values=[], negated=True) == 460
    assert ask(kind="compare", field="region", op="ne", value="EAST") == 75
    assert ask(kind="match", field="region", how="starts", text="ea") == 350
    assert ask(kind="match", field="region", how="contains", text="%") is None
    assert ask(kind="compare", field="order_date", op="lt", value="2024-02-29") == 150
    done = {"kind": "compare", "field": "status", "op": "eq", "value": "done"}
    assert ask(kind="and", items=[done, {"kind": "not", "item": {"kind": "null", "field": "region"}}]) == 375
    assert ask(kind="or", items=[]) is None
    assert ask(kind="and", items=[]) == 460
