"""Drafts and definitions of the past never widen what a person sees: the published protection holds."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pydantic import TypeAdapter
from tests.governance.house import metric
from tests.query.shop import DEFINITIONS, REGION, cells

from metrion.base.clock import now
from metrion.integration import actions as integration
from metrion.query.errors import DataMissing
from metrion.query.service import Answer, ask
from metrion.semantic.errors import ForbiddenColumn, UnknownName
from metrion.semantic.model import Definition
from metrion.semantic.request import MetricQuery

if TYPE_CHECKING:
    from tests.query.shop import Shop

ORDERS, CUSTOMERS, JOIN, REGION_DIMENSION, PHONE_DIMENSION, _STATUS = DEFINITIONS
COUNT = {"type": "atomic", "dataset": "orders", "measure": {"expression": "*", "aggregation": "count"}}


def preview(shop: Shop, username: str, *drafts: dict[str, Any], **question: Any) -> Answer:
    """Ask for the drafted metric `mine` with drafts on top of what is published."""
    candidates = TypeAdapter(tuple[Definition, ...]).validate_python(drafts)
    request = MetricQuery.model_validate({"metrics": ["mine"], **question})
    return ask(shop.actor(username), request, candidates=candidates)


def value(answer: Answer) -> object:
    """Return the one number of an answer without groups."""
    return answer.table.column(0)[0].as_py()


def over(dataset: str) -> dict[str, Any]:
    """Return a drafted metric that sums the amounts of a dataset."""
    measure = {"expression": "amount", "aggregation": "sum"}
    return metric("mine", definition={"type": "atomic", "dataset": dataset, "measure": measure})


def opened(dataset: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the dataset drafted as open to everybody, with nothing sensitive."""
    columns = [{**column, "sensitive": False} for column in dataset["columns"]]
    return {**dataset, "row_access": "open", "columns": columns, **changes}


def test_a_draft_of_a_published_dataset_keeps_its_row_policies(shop: Shop) -> None:
    assert value(preview(shop, "east_analyst", over("orders"))) == Decimal(350)
    assert value(preview(shop, "east_analyst", opened(ORDERS), over("orders"))) == Decimal(350)


def test_a_new_name_for_a_published_table_keeps_its_row_policies(shop: Shop) -> None:
    assert value(preview(shop, "east_analyst", opened(ORDERS, code="mirror"), over("mirror"))) == Decimal(350)


def test_a_policy_is_read_with_the_published_dimension_and_relationship(shop: Shop) -> None:
    moved = {**REGION_DIMENSION, "bindings": [{"dataset": "orders", "column": "status"}]}
    assert value(preview(shop, "east_analyst", moved, over("orders"))) == Decimal(350)
    rejoined = {**JOIN, "columns": [{"many": "id", "one": "id"}]}
    assert value(preview(shop, "east_analyst", rejoined, over("orders"))) == Decimal(350)
    elsewhere = {**CUSTOMERS, "source": {"kind": "lake", "table": "orders"}}
    assert value(preview(shop, "east_analyst", elsewhere, over("orders"))) == Decimal(350)


def test_relative_time_of_a_draft_ends_at_the_last_visible_day(shop: Shop) -> None:
    last_month = {"time": {"kind": "last", "count": 1, "unit": "month"}}
    answer = preview(shop, "east_analyst", opened(ORDERS, code="mirror"), over("mirror"), **last_month)
    assert value(answer) == Decimal(200)


def test_a_sensitive_column_stays_hidden_under_any_name(shop: Shop) -> None:
    by_phone = {"dimensions": [{"field": "phone"}]}
    with pytest.raises(ForbiddenColumn):
        preview(shop, "east_analyst", opened(CUSTOMERS), over("orders"), **by_phone)
    mirror = opened(CUSTOMERS, code="mirror")
    joined = {**JOIN, "code": "to_mirror", "to_dataset": "mirror"}
    bound = {**PHONE_DIMENSION, "code": "called", "bindings": [{"dataset": "mirror", "column": "phone"}]}
    with pytest.raises(ForbiddenColumn):
        preview(shop, "east_analyst", mirror, joined, bound, over("orders"), dimensions=[{"field": "called"}])


def test_a_drafted_join_by_a_hidden_column_tells_nothing_of_its_values(shop: Shop) -> None:
    by_phone = {
        "kind": "relationship", "code": "probe", "domain": "sales", "from_dataset": "customers",
        "to_dataset": "orders", "columns": [{"many": "phone", "one": "id"}],
    }  # fmt: skip
    with pytest.raises(ForbiddenColumn):
        preview(shop, "east_analyst", by_phone, over("orders"), **REGION)


def test_a_column_that_nobody_published_is_open_to_those_who_manage_the_data(shop: Shop) -> None:
    secret = pa.table({"id": [1], "region": ["EAST"], "phone": ["1"], "salary": [Decimal(7)]})
    integration.load_rows(shop.actor("dana"), "customers", secret.to_reader(), origin="test", primary_key=("id",))
    wider = {**CUSTOMERS, "columns": [*CUSTOMERS["columns"], {"name": "salary", "type": "decimal"}]}
    paid = metric(
        "mine",
        definition={
            "type": "atomic", "dataset": "customers", "measure": {"expression": "salary", "aggregation": "sum"},
        },
    )  # fmt: skip
    with pytest.raises(ForbiddenColumn):
        preview(shop, "east_analyst", wider, paid)
    assert value(preview(shop, "dana", wider, paid)) == Decimal(7)


def test_an_unpublished_table_is_open_to_those_who_manage_the_data(shop: Shop) -> None:
    raw = pa.table({"id": [1], "amount": [Decimal(9)]})
    integration.load_rows(shop.actor("dana"), "raw", raw.to_reader(), origin="test", primary_key=("id",))
    columns = [{"name": "id", "type": "integer"}, {"name": "amount", "type": "decimal"}]
    drafted = opened(
        {**ORDERS, "columns": columns}, code="raw", source={"kind": "lake", "table": "raw"}, time_columns=[]
    )
    assert value(preview(shop, "dana", drafted, over("raw"))) == Decimal(9)
    with pytest.raises(DataMissing):
        preview(shop, "east_analyst", drafted, over("raw"))


def test_a_draft_names_only_what_its_reader_may_know_of(shop: Shop) -> None:
    shop.company.hire("stranger", "bank", "analyst", scope="bank")
    for draft in (over("orders"), metric("mine", definition={"type": "composite", "formula": "[revenue]"})):
        with pytest.raises(UnknownName) as refused:
            preview(shop, "stranger", draft)
        assert refused.value.params["nearest"] == ()
    secret = metric("secret", sensitivity="restricted", owner="dana")
    shop.publish(secret, by="dana")
    shop.company.hire("reader", "east", "analyst", scope="east")
    assert (
        value(preview(shop, "reader", metric("mine", definition={"type": "composite", "formula": "[revenue]"}))) is None
    )
    with pytest.raises(UnknownName):
        preview(shop, "reader", metric("mine", definition={"type": "composite", "formula": "[secret]"}))


def test_an_earlier_version_is_read_under_the_protection_of_today(shop: Shop) -> None:
    then = now()
    shop.publish(
        {**CUSTOMERS, "columns": [*CUSTOMERS["columns"][:1], {**CUSTOMERS["columns"][1], "sensitive": True},
                                  CUSTOMERS["columns"][2]]}, by="dana",
    )  # fmt: skip
    with pytest.raises(ForbiddenColumn):
        shop.ask("boss", "revenue", **REGION)
    with pytest.raises(ForbiddenColumn):
        shop.ask("boss", "revenue", as_of=then, **REGION)
    assert shop.value("east", "revenue", as_of=then) == Decimal(350)


def test_the_receipt_of_a_draft_names_the_data_and_the_condition(shop: Shop) -> None:
    answer = preview(shop, "east_analyst", opened(ORDERS, code="mirror"), over("mirror"))
    assert answer.receipt.draft
    assert [(used.dataset, used.row_policy is not None) for used in answer.receipt.data] == [
        ("mirror", True), ("customers", False),
    ]  # fmt: skip
    assert cells(answer) == {(Decimal(350),)}


def test_a_draft_does_not_tell_whether_a_closed_table_exists(shop: Shop) -> None:
    shop.company.hire("stranger", "bank", "analyst", scope="bank")
    refusals = []
    for table in ("orders", "no_such_table"):
        drafted = opened(ORDERS, code="probe", source={"kind": "lake", "table": table})
        with pytest.raises(DataMissing) as refused:
            preview(shop, "stranger", drafted, over("probe"))
        refusals.append(refused.value.render())
    assert refusals[0] == refusals[1]


def test_a_join_names_only_columns_that_the_dataset_has(shop: Shop) -> None:
    phoneless = {**CUSTOMERS, "columns": CUSTOMERS["columns"][:2], "primary_key": ["phone"]}
    probe = {**JOIN, "columns": [{"many": "status", "one": "phone"}]}
    with pytest.raises(UnknownName):
        preview(shop, "east_analyst", phoneless, probe, over("orders"), **REGION)


def test_a_refusal_names_no_closed_dimension(shop: Shop) -> None:
    shop.company.hire("banker", "bank", "data_engineer", scope="bank")
    one = pa.table({"id": [1], "amount": [Decimal(1)]})
    integration.load_rows(shop.actor("banker"), "loans", one.to_reader(), origin="test", primary_key=("id",))
    loans = opened(
        {**ORDERS, "columns": [ORDERS["columns"][0], ORDERS["columns"][2]]},
        code="loans", domain="risk", owner="banker", time_columns=[], source={"kind": "lake", "table": "loans"},
    )  # fmt: skip
    count = {"type": "atomic", "dataset": "loans", "measure": {"expression": "*", "aggregation": "count"}}
    lent = metric("lent", definition=count, domain="risk", unit="笔", owner="banker")
    shop.publish(loans, by="banker", approver="bea")
    shop.publish(lent, by="banker", approver="bea")
    for field in ("region", "regio"):
        with pytest.raises(UnknownName) as refused:
            shop.ask("banker", "lent", dimensions=[{"field": field}])
        assert refused.value.params["nearest"] == ()
    with pytest.raises(UnknownName) as open_one:
        shop.ask("boss", "revenue", dimensions=[{"field": "regio"}])
    assert "region" in open_one.value.render("en")["remedy"]
