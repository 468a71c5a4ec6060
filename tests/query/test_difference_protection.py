"""A comparison shows nobody what is hidden: not in a step, not in a count, not in a refusal."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from tests.governance.house import metric
from tests.query.shop import CUSTOMERS, DEFINITIONS, ORDERS, REGION, where
from tests.query.test_difference import asked, compare, load, shares

from metrion.base.errors import NotFound
from metrion.identity import actions as identity
from metrion.identity.schemas import Audience, GrantNew
from metrion.query.difference import explain
from metrion.semantic.condition import Compare, OneOf

if TYPE_CHECKING:
    from tests.query.shop import Shop


pytestmark = pytest.mark.usefixtures("own_caches")


def changed(table: pa.Table, column: str, values: dict[int, object]) -> pa.Table:
    """Return the table with other values in a column, by the id of the row."""
    place = table.column_names.index(column)
    cells = [values.get(row, old) for row, old in zip(table["id"].to_pylist(), table[column].to_pylist(), strict=True)]
    return table.set_column(place, table.schema.field(column), pa.array(cells, table.schema.field(column).type))


def test_rows_that_are_hidden_move_nothing_and_are_not_counted(shop: Shop) -> None:
    a = asked(shop, "east")
    load(shop, "orders", changed(ORDERS, "amount", {104: Decimal(9000), 105: Decimal(8000)}))
    found = compare(shop, "east", a, asked(shop, "east"))
    assert shares(found) == {"data:orders": Decimal(0)}
    assert [detail.label.en for detail in found.factors[0].details] == ["Version", "Loaded at"]


def test_somebody_elses_receipt_does_not_exist(shop: Shop) -> None:
    mine, theirs = asked(shop, "east"), asked(shop, "west")
    for pair in ((mine, theirs), (theirs, mine)):
        with pytest.raises(NotFound):
            explain(shop.actor("east"), *pair)


def test_an_auditor_is_told_what_differs_and_no_number(shop: Shop) -> None:
    a = asked(shop, "boss", totals=True, **REGION)
    load(shop, "orders", ORDERS.slice(0, 5))
    b = asked(shop, "east", totals=True, **REGION)
    found = explain(shop.actor("auditor"), a, b)
    assert found.refusal is not None
    assert found.refusal["code"] == "figures_not_yours"
    assert {factor.kind for factor in found.factors} == {"data", "permission"}
    assert (found.amount, found.rows, found.shares, found.at) == (None, (), (), None)
    assert (found.a.value, found.b.value) == (None, None)
    for number in ("460", "350", "110", "75"):
        assert number not in found.model_dump_json(exclude={"a", "b"})


def test_a_former_permission_computes_nothing(shop: Shop) -> None:
    a = asked(shop, "east")
    load(shop, "orders", changed(ORDERS, "amount", {101: Decimal(1100)}))
    for policy in shop.policies():
        if "east" in policy.audience.departments:
            identity.delete_policy(shop.actor("officer"), policy.id)
    shop.policy(OneOf(field="region", values=("WEST",)), persons=("east",))
    b = asked(shop, "east")
    found = compare(shop, "east", a, b)
    # The order of the East that grew by 1,000 is out of sight: its growth shows nowhere.
    assert shares(found) == {"permission.a": Decimal(75 - 350), "data:orders": Decimal(0)}


def test_a_row_that_moved_out_of_sight_by_a_dimension_is_not_seen_in_earlier_data(shop: Shop) -> None:
    a = asked(shop, "east")
    load(shop, "customers", changed(CUSTOMERS, "region", {2: "WEST"}))
    b = asked(shop, "east", **where("status", "done"))
    found = compare(shop, "east", a, b)
    # Customer 2 (order 103, 200) is in the West now. No step tells more than the 350 that was seen.
    assert shares(found) == {"permission.a": Decimal(-200), "data:customers": Decimal(0), "filters": Decimal(-50)}
    assert found.factors[0].note.en


@pytest.fixture
def by_status(shop: Shop) -> Shop:
    """Return the shop where the viewer sees what is done, by a column of the orders themselves."""
    shop.policy(Compare(field="status", op="eq", value="done"), persons=("viewer",))
    return shop


def test_a_row_that_moved_out_of_sight_by_its_own_column_is_not_seen_in_earlier_data(by_status: Shop) -> None:
    a = asked(by_status, "viewer")
    load(by_status, "orders", changed(ORDERS, "status", {103: "secret"}))
    b = asked(by_status, "viewer", **where("region", "EAST"))
    found = compare(by_status, "viewer", a, b)
    # Whether order 103 (200) was of the East is not told: it is out of every step.
    assert shares(found) == {
        "permission.a": Decimal(-200), "data:orders": Decimal(0), "filters": Decimal(-110),
    }  # fmt: skip


def test_rows_that_are_gone_are_judged_as_they_were(by_status: Shop) -> None:
    a = asked(by_status, "viewer")
    load(by_status, "orders", ORDERS.filter(pa.compute.field("id") != 103))
    found = compare(by_status, "viewer", a, asked(by_status, "viewer"))
    assert shares(found) == {"data:orders": Decimal(-200)}


def test_corrected_amounts_are_a_matter_of_data(by_status: Shop) -> None:
    a = asked(by_status, "viewer")
    load(by_status, "orders", changed(ORDERS, "amount", {103: Decimal(250)}))
    found = compare(by_status, "viewer", a, asked(by_status, "viewer"))
    assert shares(found) == {"data:orders": Decimal(50)}


def test_earlier_rows_that_cannot_be_judged_are_not_read(by_status: Shop) -> None:
    a = asked(by_status, "viewer")
    renumbered = ORDERS.set_column(0, "id", pa.array([str(each) for each in range(6)]))
    by_status.reload("orders", renumbered)
    b = asked(by_status, "viewer", **where("region", "EAST"))
    found = compare(by_status, "viewer", a, b)
    assert shares(found) == {"data:orders": Decimal(0), "filters": Decimal(-110)}
    assert found.shares[0].refusal is not None
    assert found.shares[0].refusal["code"] == "earlier_data_closed"


def test_a_column_that_is_closed_now_is_closed_in_every_step(shop: Shop) -> None:
    grant = GrantNew(dataset="customers", column="phone", audience=Audience(persons=("boss",)), reason="calls")
    given = identity.grant_column(shop.actor("officer"), grant)
    a = asked(shop, "boss", **where("phone", "2"))
    identity.revoke_column(shop.actor("officer"), given.id)
    load(shop, "orders", changed(ORDERS, "amount", {103: Decimal(900)}))
    found = compare(shop, "boss", a, asked(shop, "boss"))
    # The share of the data alone would tell an amount by phone number: it stands with the filter.
    assert shares(found) == {"data:orders+filters": Decimal(960)}
    assert found.shares[0].refusal is not None
    assert found.shares[0].refusal["code"] == "forbidden_column"


def test_the_content_of_a_closed_definition_is_not_shown(shop: Shop) -> None:
    a = asked(shop, "boss", **REGION)
    region = {**DEFINITIONS[1], "columns": [*DEFINITIONS[1]["columns"], {"name": "secret_code", "type": "string"}]}
    shop.publish(region, by="dana")
    margin = {"type": "composite", "formula": "[revenue] * 2"}
    shop.publish(metric("inner", definition=margin, sensitivity="restricted", owner="ann"))
    found = compare(shop, "boss", a, asked(shop, "boss", **REGION))
    (factor,) = found.factors
    assert factor.id == "definition:dataset/customers"
    assert "secret_code" not in found.model_dump_json()
    assert (factor.fields, bool(factor.note.en)) == ((), True)
