"""The evidence of a change: old beside new on the same data, as the reader may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.governance.house import metric

from metrion.governance import actions as governance
from metrion.governance.errors import EvidenceMissing
from metrion.query import receipts
from metrion.query.backtest import backtest

if TYPE_CHECKING:
    from tests.query.shop import Shop


def test_old_and_new_are_run_on_the_same_data(shop: Shop) -> None:
    change = shop.submit(metric("revenue", "amount * 2"))
    found = backtest(shop.actor("aria"), change.id).metrics[0]
    assert (found.old_total, found.new_total, found.grain) == (460, 920, "month")
    assert found.old_receipt is not None
    assert found.new_receipt is not None
    proofs = [receipts.receipt(shop.actor("aria"), proof) for proof in (found.old_receipt, found.new_receipt)]
    assert [(proof.request.time, proof.draft) for proof in proofs] == [(None, False), (None, True)]
    assert [(point.period[:7], point.old, point.new) for point in found.points] == [
        ("2024-01", 150, 300), ("2024-02", 200, 400), ("2024-04", 110, 220),
    ]  # fmt: skip


def test_looking_at_the_backtest_is_what_allows_the_approval(shop: Shop) -> None:
    change = shop.submit(metric("revenue", "amount * 2"))
    decided = {"digest": change.digest, "comment": "", "idempotency_key": "decide-1"}
    with pytest.raises(EvidenceMissing):
        governance.decide(shop.actor("aria"), change.id, "approve", **decided)
    backtest(shop.actor("abe"), change.id)
    with pytest.raises(EvidenceMissing):
        governance.decide(shop.actor("aria"), change.id, "approve", **decided)
    backtest(shop.actor("aria"), change.id)
    governance.decide(shop.actor("aria"), change.id, "approve", **(decided | {"idempotency_key": "decide-2"}))
    assert shop.value("boss", "revenue") == 920


def test_a_new_version_that_cannot_be_computed_is_no_evidence(shop: Shop) -> None:
    division = metric("broken", "amount / (amount - amount)", zero_division="error")
    change = shop.submit(division)
    found = backtest(shop.actor("aria"), change.id).metrics[0]
    assert found.refusal is not None
    with pytest.raises(EvidenceMissing):
        governance.decide(shop.actor("aria"), change.id, "approve", change.digest, "", idempotency_key="decide-broken")


def test_a_metric_that_is_not_told_by_month_is_compared_at_its_own_grain(shop: Shop) -> None:
    change = shop.submit(metric("revenue", "amount * 2", smallest_grain="quarter"))
    found = backtest(shop.actor("aria"), change.id).metrics[0]
    assert (found.refusal, found.grain) == (None, "quarter")
    assert [(point.period[:7], point.old, point.new) for point in found.points] == [
        ("2024-01", 350, 700), ("2024-04", 110, 220),
    ]  # fmt: skip


def test_an_approver_who_sees_no_number_has_no_evidence(shop: Shop) -> None:
    shop.company.hire("blind", "retail", "approver", scope="retail")
    change = shop.submit(metric("revenue", "amount * 2"))
    found = backtest(shop.actor("blind"), change.id).metrics[0]
    assert found.refusal is not None
    assert found.refusal["code"] == "nothing_visible"
    with pytest.raises(EvidenceMissing):
        governance.decide(shop.actor("blind"), change.id, "approve", change.digest, "", idempotency_key="blind-one")
