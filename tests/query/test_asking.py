"""One number for everybody who may see it: cache, totals, receipts and row policies on the six orders."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from tests.governance.house import metric
from tests.query.shop import CUSTOMERS, ORDERS, REGION, Shop, cells, where

from metrion.base.errors import Forbidden, NotFound
from metrion.catalog import reads as catalog
from metrion.identity import actions as identity
from metrion.integration import actions as integration
from metrion.query import receipts
from metrion.query.errors import DataMissing, KeyNotUnique
from metrion.query.models import ReceiptRecord
from metrion.semantic.errors import ForbiddenColumn


def test_the_six_orders_are_460_and_no_row_is_lost(shop: Shop) -> None:
    assert shop.value("boss", "revenue") == Decimal(460)
    found = cells(shop.ask("boss", "revenue", **REGION))
    assert found == {("EAST", Decimal(350)), ("WEST", Decimal(75)), (None, Decimal(35))}


def test_a_person_sees_what_would_be_there_without_the_hidden_rows(shop: Shop) -> None:
    assert shop.value("east", "revenue") == Decimal(350)
    assert shop.value("west", "revenue") == Decimal(75)
    answer = shop.ask("east", "revenue", "average", totals=True, **REGION)
    assert cells(answer) == {("EAST", Decimal(350), 350 / 3)}
    assert answer.totals == (None, Decimal(350), 350 / 3)


def test_without_a_policy_there_are_no_rows(shop: Shop) -> None:
    assert shop.value("nobody", "revenue") is None
    assert shop.value("nobody", "orders_count") in {0, None}
    assert shop.ask("nobody", "revenue", **REGION).table.num_rows == 0


def test_a_cached_answer_is_never_somebody_elses(shop: Shop) -> None:
    assert [shop.value(name, "revenue") for name in ("boss", "east", "west", "boss", "east")] == [
        460,
        350,
        75,
        460,
        350,
    ]
    assert shop.ask("boss", "revenue").cached
    assert shop.ask("east", "revenue").cached


def test_people_with_the_same_sight_share_the_answer_and_have_receipts_of_their_own(shop: Shop) -> None:
    first, second = shop.ask("boss", "revenue"), shop.ask("aria", "revenue")
    assert second.cached
    assert second.receipt.id != first.receipt.id
    assert second.receipt.asked_by == "aria"
    assert second.receipt.answer_digest == first.receipt.answer_digest


def test_a_changed_policy_counts_at_the_next_question(shop: Shop) -> None:
    assert shop.value("nobody", "revenue") is None
    boss_policy = next(each for each in shop.policies() if "boss" in each.audience.persons)
    identity.delete_policy(shop.actor("officer"), boss_policy.id)
    assert shop.value("boss", "revenue") is None


def test_new_data_counts_at_the_next_question(shop: Shop) -> None:
    assert shop.value("boss", "revenue") == 460
    more = pa.concat_tables([ORDERS, ORDERS.slice(0, 1).set_column(0, "id", pa.array([107]))])
    integration.load_rows(shop.actor("dana"), "orders", more.to_reader(), origin="test", primary_key=("id",))
    answer = shop.ask("boss", "revenue")
    assert answer.table.column(0)[0].as_py() == 560
    assert answer.receipt.data[0].data_version == "orders@1"


def test_a_new_version_counts_at_the_next_question(shop: Shop) -> None:
    assert shop.value("boss", "revenue") == 460
    shop.publish(metric("revenue", "amount * 2"))
    answer = shop.ask("boss", "revenue")
    assert answer.table.column(0)[0].as_py() == 920
    assert ("metric", "revenue", 2) in {(used.kind, used.code, used.version) for used in answer.receipt.definitions}


def test_sensitive_columns_cannot_be_used_without_a_grant(shop: Shop) -> None:
    for more in ({"dimensions": [{"field": "phone"}]}, where("phone", "2")):
        with pytest.raises(ForbiddenColumn):
            shop.ask("boss", "revenue", **more)


def test_relative_time_ends_at_the_last_day_the_person_may_see(shop: Shop) -> None:
    last_month = {"time": {"kind": "last", "count": 1, "unit": "month"}}
    assert shop.value("boss", "revenue", **last_month) == Decimal(110)
    east = shop.ask("east", "revenue", **last_month)
    assert east.table.column(0)[0].as_py() == Decimal(200)
    assert str(east.receipt.time_start) == "2024-02-01"


def test_the_receipt_proves_the_answer(shop: Shop) -> None:
    answer = shop.ask("east", "average", **REGION)
    kept = receipts.receipt(shop.actor("east"), answer.receipt.id)
    assert kept.model_dump(exclude={"figures"}) == answer.receipt.model_dump()
    assert {(used.kind, used.code) for used in kept.definitions} >= {
        ("metric", "average"), ("metric", "revenue"), ("metric", "orders_count"), ("dataset", "orders"),
    }  # fmt: skip
    assert [used.dataset for used in kept.data if used.row_policy] == ["orders"]
    assert "EAST" not in kept.sql
    assert "EAST" in kept.parameters


def test_a_receipt_is_read_by_its_asker_and_by_auditors_only(shop: Shop) -> None:
    receipt = shop.ask("east", "revenue").receipt
    assert receipts.receipt(shop.actor("auditor"), receipt.id).sql == receipt.sql
    with pytest.raises(NotFound):
        receipts.receipt(shop.actor("west"), receipt.id)


def test_the_receipt_shows_its_number_to_the_asker_only(shop: Shop) -> None:
    receipt = shop.ask("east", "revenue", totals=True, **REGION).receipt
    figures = receipts.receipt(shop.actor("east"), receipt.id).figures
    assert figures is not None
    assert [column.name for column in figures.columns] == ["region", "revenue"]
    assert [(region, Decimal(str(value))) for region, value in figures.rows] == [("EAST", Decimal(350))]
    assert figures.totals is not None
    assert Decimal(str(figures.totals[1])) == 350
    assert receipts.receipt(shop.actor("auditor"), receipt.id).figures is None


def test_who_shares_a_cached_answer_has_its_number_in_the_own_receipt(shop: Shop) -> None:
    shop.ask("boss", "revenue", limit=3)
    shared = shop.ask("aria", "revenue", limit=3)
    assert shared.cached
    kept = receipts.receipt(shop.actor("aria"), shared.receipt.id)
    assert kept.figures is not None
    assert Decimal(str(kept.figures.rows[0][0])) == 460


def test_a_receipt_from_before_figures_were_kept_can_be_read(shop: Shop) -> None:
    receipt = shop.ask("east", "revenue", limit=7).receipt
    ReceiptRecord.objects.filter(id=receipt.id).update(content=receipt.model_dump(mode="json"))
    assert receipts.receipt(shop.actor("east"), receipt.id).figures is None


def test_a_person_without_reading_rights_gets_nothing(shop: Shop) -> None:
    with pytest.raises(NotFound):
        shop.ask("bea", "revenue")
    shop.company.hire("fresh", "retail")
    with pytest.raises(Forbidden):
        shop.ask("fresh", "revenue")


def test_a_dataset_without_data_is_refused_by_name(shop: Shop) -> None:
    empty = {
        "kind": "dataset", "code": "ghosts", "name": {"zh": "空", "en": "Empty"}, "domain": "sales", "shape": "fact",
        "owner": "dana", "source": {"kind": "lake", "table": "ghosts"}, "primary_key": ["id"],
        "columns": [{"name": "id", "type": "integer"}],
    }  # fmt: skip
    shop.publish(empty, by="dana")
    count = {"type": "atomic", "dataset": "ghosts", "measure": {"expression": "*", "aggregation": "count"}}
    shop.publish(metric("ghost_count", definition=count, unit=""))
    with pytest.raises(DataMissing, match="ghosts"):
        shop.ask("boss", "ghost_count")


def test_a_mistyped_metric_is_answered_with_the_nearest_one_that_is_open(shop: Shop) -> None:
    with pytest.raises(NotFound) as refused:
        shop.ask("boss", "revenu")
    assert "revenue" in refused.value.render("en")["remedy"]
    with pytest.raises(NotFound) as elsewhere:
        shop.ask("bea", "revenu")
    assert "revenue" not in elsewhere.value.render("en")["remedy"]


def test_the_metric_page_knows_which_dimensions_are_closed_to_the_reader(shop: Shop) -> None:
    assert catalog.metric_detail(shop.actor("boss"), "revenue").closed_dimensions == ("phone",)


def test_a_join_to_a_key_that_repeats_in_the_data_is_refused(shop: Shop) -> None:
    assert shop.ask("boss", "revenue", **REGION).table.num_rows == 3
    repeated = pa.concat_tables([CUSTOMERS, CUSTOMERS.slice(0, 1)])
    shop.reload("customers", repeated)
    with pytest.raises(KeyNotUnique):
        shop.ask("boss", "revenue", **REGION)
    assert shop.value("boss", "revenue") == 460
    with pytest.raises(KeyNotUnique):
        shop.value("east", "revenue")
    shop.reload("customers", CUSTOMERS)
    assert shop.value("east", "revenue") == 350
