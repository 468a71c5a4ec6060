"""Tables that are loaded with other columns than the dataset says: a refusal, never a fault or a wrong number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from tests.query.shop import ORDERS, REGION

from metrion.semantic.errors import ColumnUnfit

if TYPE_CHECKING:
    from tests.query.shop import Shop


def test_a_question_that_needs_a_column_that_is_gone_is_refused(shop: Shop) -> None:
    shop.reload("orders", ORDERS.drop_columns(["amount"]))
    with pytest.raises(ColumnUnfit) as refused:
        shop.ask("boss", "revenue")
    assert refused.value.status == 409
    assert shop.value("boss", "orders_count") == 6


def test_a_join_by_a_column_that_is_gone_is_refused(shop: Shop) -> None:
    shop.reload("orders", ORDERS.drop_columns(["customer_id"]))
    with pytest.raises(ColumnUnfit):
        shop.ask("boss", "revenue", **REGION)
    with pytest.raises(ColumnUnfit):
        shop.ask("east", "revenue")
    assert shop.value("boss", "revenue") == 460


def test_days_that_became_instants_are_refused_since_a_range_would_lose_rows(shop: Shop) -> None:
    place = ORDERS.column_names.index("day")
    shop.reload("orders", ORDERS.set_column(place, "day", ORDERS["day"].cast(pa.timestamp("us"))))
    with pytest.raises(ColumnUnfit):
        shop.ask("boss", "revenue", time={"kind": "absolute", "start": "2024-01-01", "end": "2024-04-11"})


def test_one_kind_of_number_may_stand_for_another(shop: Shop) -> None:
    place = ORDERS.column_names.index("amount")
    shop.reload("orders", ORDERS.set_column(place, "amount", ORDERS["amount"].cast(pa.float64())))
    assert shop.value("boss", "revenue") == 460
