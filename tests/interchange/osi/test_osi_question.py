"""Questions in OSI's words: what they ask of us, and what OSI's rules refuse, each under its own code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.interchange.osi.shop import answer, asked, field, metric, model, read, relationship

from metrion.base.errors import Faults
from metrion.interchange.osi.codes import osi_code
from metrion.interchange.osi.errors import MixedShape
from metrion.interchange.osi.question import inline_aggregates, order_places, question
from metrion.semantic.errors import AmbiguousPath, DefinitionCycle, NoTable, UnknownName, UnreachableDimension

if TYPE_CHECKING:
    from metrion.base.errors import MetrionError

NTH = "ROW_NUMBER() OVER (PARTITION BY orders.customer_id ORDER BY orders.amount DESC)"
RUNNING = "SUM(orders.amount) OVER (PARTITION BY orders.customer_id ORDER BY orders.id)"
SHOP = model(
    metric("orders_count", "COUNT(orders.id)"),
    metric("rows", "COUNT(*)"),
    metric("nth", NTH),
    metric("running", RUNNING),
    metric("place", "RANK() OVER (ORDER BY SUM(orders.amount) DESC)"),
    metric("nested", "AVG(AVG(orders.amount))"),
    orders=[field("paid", "status = 'paid'"), field("order_rank", "ROW_NUMBER() OVER (ORDER BY amount)")],
)
BY_REGION = {"dataset": "orders", "dimensions": ["customers.region"]}


def measured(*names: str) -> list[dict[str, str]]:
    return [{"name": name, "metric": name} for name in names]


def plain(**raw: Any) -> dict[str, Any]:
    found: dict[str, Any] = asked(SHOP, **raw).query.model_dump(exclude_defaults=True)
    return found


def test_groups_become_metrics_and_dimensions() -> None:
    found = plain(**BY_REGION, measures=[{"name": "r", "metric": "revenue"}, *measured("returned")])
    assert found == {"metrics": ("revenue", "returned"), "dimensions": ({"field": "customers_region"},)}


def test_single_rows_are_rows_of_the_finest_dataset() -> None:
    found = plain(dataset="orders", fields=["customers.region", "orders.id"])
    assert found == {
        "dimensions": ({"field": "customers_region"}, {"field": "orders_id"}), "dataset": "orders", "rows": True,
    }  # fmt: skip


def test_dimensions_alone_are_the_combinations_of_their_finest_dataset() -> None:
    assert plain(dimensions=["customers.region"])["dataset"] == "customers"
    assert plain(dimensions=["customers.region", "orders.status"])["dataset"] == "orders"
    assert plain(dimensions=["orders.status", "returns.id"])["dataset"] == "orders"


def test_conditions_on_rows_name_dimensions() -> None:
    found = plain(**BY_REGION, measures=measured("revenue"), filters=["orders.amount >= 5", "orders.paid"])
    assert found["filters"]["items"] == (
        {"field": "orders_amount", "op": "ge", "value": 5},
        {"field": "orders_paid", "op": "eq", "value": True},
    )
    told = plain(**BY_REGION, measures=measured("revenue"), filters="orders.amount > orders.id * 2")
    assert told["filters"] == {"formula": "orders_amount > orders_id * 2"}


def test_conditions_on_groups_name_columns_of_the_answer() -> None:
    found = asked(SHOP, **BY_REGION, measures=[{"name": "r", "metric": "revenue"}],
                  qualify=["r > 5 OR orders_count > 1", "SUM(orders.amount) < 9"])  # fmt: skip
    having = found.query.model_dump(exclude_defaults=True)["having"]
    assert having["items"][0]["items"] == (
        {"field": "revenue", "op": "gt", "value": 5}, {"field": "orders_count", "op": "gt", "value": 1},
    )  # fmt: skip
    assert having["items"][1] == {"field": "revenue", "op": "lt", "value": 9}
    assert found.query.metrics == ("revenue", "orders_count")
    assert found.columns == (0, 1)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"field": "revenue", "direction": "DESC"}, {"by": "revenue", "descending": True, "nulls": "first"}),
        ({"field": "r"}, {"by": "revenue"}),
        ({"field": "r", "direction": "desc", "nulls": "LAST"}, {"by": "revenue", "descending": True}),
        ("customers.region DESC", {"by": "customers_region", "descending": True, "nulls": "first"}),
        ("region ASC NULLS FIRST", {"by": "customers_region", "nulls": "first"}),
        ("SUM(orders.amount)", {"by": "revenue"}),
        ("orders_count", {"by": "orders_count"}),
    ],
)
def test_null_is_the_greatest_unless_the_question_says_where_it_belongs(
    order: object, expected: dict[str, Any]
) -> None:
    found = plain(**BY_REGION, measures=[{"name": "r", "metric": "revenue"}], order_by=[order], limit=3)
    assert found["order"] == (expected,)
    assert found["limit"] == 3


def test_the_places_of_an_order_are_those_of_the_columns_that_are_asked_for() -> None:
    raw = {**BY_REGION, "measures": [{"name": "r", "metric": "revenue"}], "order_by": ["r DESC", "customers.region"]}
    assert order_places(raw) == (1, 0)
    assert order_places({**raw, "order_by": [{"field": "orders_count"}]}) == ()


def test_counts_of_rows_count_those_of_the_dataset_that_is_asked() -> None:
    assert plain(dataset="orders", measures=measured("rows"))["metrics"] == ("rows_orders",)
    assert plain(dataset="films", measures=measured("rows"))["metrics"] == ("rows_films",)


def test_windows_over_rows_are_asked_with_the_groups_that_they_go_within() -> None:
    found = asked(SHOP, dataset="orders", fields=["orders.id", "orders.nth"], qualify=["orders.nth = 1"])
    assert found.query.metrics == ("nth",)
    assert [each.field for each in found.query.dimensions] == ["orders_id", "orders_customer_id"]
    assert found.columns == (0, 2)
    running = asked(SHOP, dataset="orders", fields=["orders.id", "orders.running"])
    assert [each.field for each in running.query.dimensions] == ["orders_id", "orders_running"]
    written = asked(SHOP, dataset="orders", fields=["orders.id", NTH])
    assert written.query.metrics == ("nth",)


def test_a_field_with_a_window_can_be_filtered_by() -> None:
    found = plain(**BY_REGION, measures=measured("revenue"), filters=["orders.order_rank = 1", "orders.paid"])
    assert found["filters"]["items"][0] == {"field": "orders_order_rank", "op": "eq", "value": 1}


def test_aggregates_that_a_question_writes_out_are_metrics_first() -> None:
    raw = {"dataset": "orders", "measures": [{"name": "n", "expression": "COUNT(orders.status)"}],
           "qualify": ["MAX(orders.amount) > 3"]}  # fmt: skip
    inline = inline_aggregates(raw)
    assert inline == {"n": "COUNT(orders.status)", "condition_2": "MAX(orders.amount)"}
    found = asked(model(*(metric(name, sql) for name, sql in inline.items())), **raw)
    assert found.query.metrics == ("n", "condition_2")
    assert inline_aggregates({"fields": ["orders.id", {"name": "nth", "expression": NTH}]}) == {"nth": NTH}
    assert inline_aggregates({"measures": ["COUNT(orders.id) AS n"]}) == {"n": "COUNT(orders.id)"}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"fields": ["orders.id"], "measures": measured("revenue")}, "E_MIXED_QUERY_SHAPE"),
        ({"fields": ["orders.id"], "dimensions": ["orders.id"]}, "E_MIXED_QUERY_SHAPE"),
        ({"fields": []}, "E_EMPTY_SCALAR_QUERY"),
        ({"dimensions": [], "measures": []}, "E_EMPTY_AGGREGATION_QUERY"),
        ({}, "E_EMPTY_AGGREGATION_QUERY"),
        ({"dataset": "nowhere", "measures": measured("revenue")}, "E_NAME_NOT_FOUND"),
        ({"measures": measured("nothing")}, "E_NAME_NOT_FOUND"),
        ({"measures": measured("orders.revenue")}, "E_NAME_NOT_FOUND"),
        ({"dimensions": ["region"]}, "E_NAME_NOT_FOUND"),
        ({"dimensions": ["customers.nothing"]}, "E_NAME_NOT_FOUND"),
        ({"fields": ["orders.nothing"]}, "E_NAME_NOT_FOUND"),
        ({"measures": measured("revenue"), "filters": ["nothing > 1"]}, "E_NAME_NOT_FOUND"),
        ({"measures": measured("revenue"), "order_by": ["orders.amount"]}, "E_NAME_NOT_FOUND"),
        ({"measures": measured("nested")}, "E_NESTED_AGGREGATION_DEFERRED"),
        ({"measures": measured("nth")}, "E_UNAGGREGATED_FINER_GRAIN_REFERENCE"),
        ({"fields": ["orders.id", "revenue"]}, "E_AGGREGATE_IN_SCALAR_QUERY"),
        ({"fields": ["orders.id", "SUM(orders.amount)"]}, "E_AGGREGATE_IN_SCALAR_QUERY"),
        ({"fields": ["orders.amount", "returns.amount"]}, "E_FAN_OUT_IN_SCALAR_QUERY"),
        ({"fields": ["actors.height", "films.gross"]}, "E_FAN_OUT_IN_SCALAR_QUERY"),
        ({"dataset": "customers", "fields": ["customers.id", "orders.amount"]}, "E_FAN_OUT_IN_SCALAR_QUERY"),
        ({"measures": measured("revenue"), "filters": ["revenue > 1"]}, "E_AGGREGATE_IN_WHERE"),
        ({"measures": measured("revenue"), "filters": ["SUM(orders.amount) > 1"]}, "E_AGGREGATE_IN_WHERE"),
        ({"measures": measured("revenue"), "filters": [f"{NTH} = 1"]}, "E_WINDOW_IN_WHERE"),
        ({"measures": measured("revenue"), "filters": ["orders.nth = 1"]}, "E_WINDOW_IN_WHERE"),
        ({**BY_REGION, "measures": measured("revenue"), "qualify": ["customers.region = 'EAST'"]},
         "E_NON_AGGREGATE_IN_HAVING"),
        ({**BY_REGION, "measures": measured("revenue"), "filters": ["orders.id > 1 AND revenue > 1"]},
         "E_MIXED_PREDICATE_LEVEL"),
        ({**BY_REGION, "measures": measured("revenue"), "qualify": ["orders.id > 1 AND SUM(orders.amount) > 1"]},
         "E_MIXED_PREDICATE_LEVEL"),
        ({"measures": measured("revenue", "gross")}, "E3013_NO_STITCHING_DIMENSION"),
        ({"dimensions": ["returns.id"], "measures": measured("revenue")}, "E3012_MN_NO_SAFE_REWRITE"),
        ({"dataset": "orders", "fields": ["orders.id", "orders.running"], "filters": ["orders.paid"]},
         "E_UNSUPPORTED_WINDOW"),
        ({"dataset": "orders", "fields": ["orders.id", "orders.order_rank"], "filters": ["orders.paid"]},
         "E_UNSUPPORTED_WINDOW"),
        ({"measures": measured("revenue"), "pivot": ["orders.status"]}, "E_DEFERRED_KEY_REJECTED"),
        ({"measures": measured("revenue"), "filters": ["orders.amount ~~ 3"]}, "E_PARSE_ERROR"),
    ],
)  # fmt: skip
def test_what_osi_refuses_is_refused_under_its_code(raw: dict[str, Any], code: str) -> None:
    assert answer(SHOP, **raw) == code


def test_a_window_is_not_repeated_by_finer_rows() -> None:
    document = model(metric("best", "RANK() OVER (PARTITION BY customers.region ORDER BY customers.id)"))
    assert answer(document, dataset="orders", fields=["orders.id", "customers.best"]) == "E_WINDOW_OVER_FANOUT_REWRITE"


def test_two_ways_to_a_dataset_are_refused_for_single_rows() -> None:
    document = model()
    document["relationships"].append(relationship("orders", "customers", "amount", name="paid_by"))
    assert answer(document, dataset="orders", fields=["orders.id", "customers.region"]) == "E_AMBIGUOUS_PATH"


def unreachable(dataset: str, field: str) -> MetrionError:
    return UnreachableDimension(field=field, metric="x", dataset=dataset)


@pytest.mark.parametrize(
    ("refusal", "root", "code"),
    [
        (MixedShape(), "", "E_MIXED_QUERY_SHAPE"),
        (Faults([MixedShape(), NoTable(dataset="x")]), "", "E_MIXED_QUERY_SHAPE"),
        (AmbiguousPath(field="x", dataset="y", choices=""), "", "E_AMBIGUOUS_PATH"),
        (UnknownName(name="x", kind_zh="", kind_en="", nearest=""), "", "E_NAME_NOT_FOUND"),
        (DefinitionCycle(path=""), "", "E_FIELD_DEPENDENCY_CYCLE"),
        (unreachable("orders", "films_gross"), "ORDERS", "E_NO_PATH"),
        (unreachable("orders", "films_gross"), "FILMS", "E3012_MN_NO_SAFE_REWRITE"),
        (unreachable("orders", "returns_id"), "ORDERS", "E3012_MN_NO_SAFE_REWRITE"),
        (NoTable(dataset="x"), "", None),
    ],
)
def test_our_refusals_have_osi_codes(refusal: MetrionError, root: str, code: str | None) -> None:
    (known,) = read(SHOP).models
    assert osi_code(refusal, known, root) == code


def test_a_question_says_what_is_wrong_in_both_languages() -> None:
    (known,) = read(SHOP).models
    with pytest.raises(MixedShape) as refusal:
        question(known, {"fields": ["orders.id"], "measures": measured("revenue")})
    assert all(refusal.value.render(language)["title"] for language in ("zh", "en"))
