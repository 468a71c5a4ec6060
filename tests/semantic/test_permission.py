"""Row policies and hidden columns: the answer is the one over physically filtered data."""

from __future__ import annotations

from itertools import combinations

import pytest
from tests.semantic.six_orders import six_orders
from tests.semantic.world import Company, atomic, derived

from metrion.semantic import errors
from metrion.semantic.compile import anchor_query, datasets_of
from metrion.semantic.condition import EVERYTHING, NOTHING, Compare, Condition, IsNull, Not, OneOf, Or, PersonValue
from metrion.semantic.model import Period, SemiAdditive
from metrion.semantic.request import MetricQuery
from metrion.semantic.scope import DataScope

EAST = OneOf(field="region", values=("EAST",))
POLICIES: dict[str, tuple[dict[str, Condition], dict[str, str]]] = {
    # What a person may see -> the deletions that make the same data by hand.
    "nothing": ({"orders": NOTHING}, {"orders": "true"}),
    "everything": ({"orders": EVERYTHING, "returns": EVERYTHING}, {}),
    "own column": ({"orders": Compare(field="status", op="eq", value="done")}, {"orders": "status <> 'done'"}),
    "by join": (
        {"orders": EAST},
        {"orders": "coalesce((select region from s.customers c where c.id = customer_id), '') <> 'EAST'"},
    ),
    "by join, negated": (
        {"orders": Not(item=EAST)},
        {"orders": "coalesce((select region from s.customers c where c.id = customer_id), 'EAST') = 'EAST'"},
    ),
    "nobody's rows": (
        {"orders": IsNull(field="region")},
        {"orders": "(select region from s.customers c where c.id = customer_id) is not null"},
    ),
    "dimension": ({"customers": EAST}, {"customers": "region <> 'EAST'"}),
    "both": (
        {"orders": Or(items=(EAST, IsNull(field="customer_id"))), "customers": Compare(field="id", op="gt", value=1)},
        {
            "orders": "customer_id is not null and "
            "coalesce((select region from s.customers c where c.id = customer_id), '') <> 'EAST'",
            "customers": "id <= 1",
        },
    ),
}
METRICS = ("revenue", "orders_count", "buyers", "returned", "credit", "return_rate")


def stocked() -> Company:
    return six_orders().with_(
        atomic("last_orders", "orders", "sum", "amount", stock=SemiAdditive(entity=("customer_id",)), fill="zero"),
        derived("revenue_spine", "revenue", row_set="spine"),
        derived("buyers_ytd", "buyers", period=Period(to_date="year")),
    )


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("by_region", [False, True])
def test_a_policy_equals_physically_filtered_data(name: str, by_region: bool) -> None:
    rows, deletions = POLICIES[name]
    scoped, physical = stocked().seen_by(DataScope(rows=rows)), stocked()
    # Orders first: their deletions may look at customers that are deleted afterwards.
    for table in sorted(deletions, reverse=True):
        physical.connection.execute(f"delete from s.{table} where {deletions[table]}")
    groups = [{"field": "region"}] if by_region else []
    for size in (1, 2, 6):
        for metrics in combinations(METRICS, size):
            question = {"metrics": metrics, "dimensions": groups}
            assert scoped.ask(**question) == physical.ask(**question)
            assert scoped.totals(**question) == physical.totals(**question)
    months = ("revenue_last_month", "revenue_ytd", "revenue_3m", "last_orders", "revenue_spine", "buyers_ytd")
    for size in (1, 6):
        for metrics in combinations(months, size):
            question = {"metrics": metrics, "dimensions": groups, "grain": "month"}
            assert scoped.ask(**question) == physical.ask(**question)


def test_hidden_customers_keep_their_orders_in_the_null_group() -> None:
    firm = six_orders().seen_by(DataScope(rows={"customers": EAST}))
    assert firm.ask(metrics=["revenue"], dimensions=[{"field": "region"}]) == [("EAST", 350), (None, 110)]


def test_hidden_columns_may_be_used_in_no_way() -> None:
    def refused(columns: set[tuple[str, str]], **question: object) -> None:
        with pytest.raises(errors.ForbiddenColumn):
            six_orders().seen_by(DataScope(hidden_columns=frozenset(columns))).compiled(**question)

    region = {("customers", "region")}
    refused(region, metrics=["revenue"], dimensions=[{"field": "region"}])
    refused(region, metrics=["revenue"], filters=EAST.model_dump())
    refused({("orders", "amount")}, metrics=["revenue"])
    refused({("orders", "amount")}, metrics=["net"])
    refused({("orders", "customer_id")}, metrics=["buyers"])
    refused({("orders", "odate")}, metrics=["revenue"], grain="month")
    refused({("orders", "odate")}, metrics=["revenue_mtd"])
    open_question = six_orders().seen_by(DataScope(hidden_columns=frozenset({("orders", "odate"), *region})))
    assert open_question.ask(metrics=["revenue"]) == [(460,)]


def test_a_policy_may_use_what_its_reader_may_not_see() -> None:
    scope = DataScope(rows={"orders": EAST}, hidden_columns=frozenset({("customers", "region")}))
    assert six_orders().seen_by(scope).ask(metrics=["revenue"]) == [(350,)]


def test_a_policy_that_cannot_be_applied_refuses_the_question() -> None:
    scope = DataScope(rows={"customers": Compare(field="status", op="eq", value="done")})
    with pytest.raises(errors.UnreachableFilter):
        six_orders().seen_by(scope).compiled(metrics=["credit"])
    unresolved = DataScope(rows={"orders": OneOf(field="region", values=PersonValue(person="regions"))})
    with pytest.raises(errors.UnresolvedPerson):
        six_orders().seen_by(unresolved).compiled(metrics=["revenue"])


def test_datasets_that_only_a_policy_reads_are_named() -> None:
    firm, question = six_orders(), MetricQuery(metrics=("revenue",))
    assert datasets_of(question, firm.catalogue, firm.time) == ("orders",)
    assert datasets_of(question, firm.catalogue, firm.time, DataScope(rows={"orders": EAST})) == ("orders", "customers")


def test_the_anchor_is_the_last_visible_day() -> None:
    firm = six_orders()
    tables = {"orders": "s.orders", "customers": "s.customers"}
    for rows, day in (({}, "2024-04-11"), ({"orders": EAST}, "2024-02-29"), ({"orders": NOTHING}, "None")):
        sql, parameters = anchor_query("orders", firm.catalogue, DataScope(rows=rows), firm.time, tables)
        ((found,),) = firm.connection.execute(sql, list(parameters)).fetchall()
        assert str(found) == day
