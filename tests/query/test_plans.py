"""Plans are kept for the world that they were made in, and for no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.query.shop import ORDERS

from metrion.integration import warehouse
from metrion.query import plans, service
from metrion.query.cache import BoundedCache
from metrion.semantic.condition import OneOf

if TYPE_CHECKING:
    from tests.query.shop import Shop

    from metrion.query.asked import Asked
    from metrion.query.world import World
    from metrion.semantic.prepared import Prepared
    from metrion.semantic.request import MetricQuery


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch, own_caches: None) -> list[MetricQuery]:
    """Return the questions that were compiled, with caches of the test's own."""
    monkeypatch.setattr(plans, "_plans", BoundedCache(2**22))
    prepare, seen = plans._prepare, []

    def noted(asked: Asked, limit: int | None, world: World) -> Prepared:
        seen.append(asked.request)
        return prepare(asked, limit, world)

    monkeypatch.setattr(plans, "_prepare", noted)
    return seen


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch, compiled: list[MetricQuery]) -> list[MetricQuery]:
    """Keep no answers, so that only plans can be known; return the questions that were compiled."""
    monkeypatch.setattr(service, "_cache", BoundedCache(0))
    return compiled


def test_a_question_whose_answer_is_gone_is_not_compiled_again(shop: Shop, forgetful: list[MetricQuery]) -> None:
    assert [shop.value("boss", "revenue") for _ in range(3)] == [460, 460, 460]
    assert shop.value("aria", "revenue") == 460
    assert len(forgetful) == 1


def test_another_sight_has_another_plan(shop: Shop, forgetful: list[MetricQuery]) -> None:
    assert [shop.value(name, "revenue") for name in ("boss", "east", "west", "boss", "east")] == [
        460,
        350,
        75,
        460,
        350,
    ]
    assert len(forgetful) == 3


def test_new_data_has_another_plan(shop: Shop, forgetful: list[MetricQuery]) -> None:
    assert shop.value("boss", "revenue") == 460
    shop.reload("orders", ORDERS.slice(0, 1))
    assert shop.value("boss", "revenue") == 100
    assert len(forgetful) == 2


def test_a_kept_plan_names_tables_that_the_engine_forgot(shop: Shop, forgetful: list[MetricQuery]) -> None:
    assert shop.value("boss", "revenue") == 460
    warehouse.engine.cache_clear()
    assert shop.value("boss", "revenue") == 460
    assert len(forgetful) == 1


def test_other_values_have_the_same_plan_and_their_own_answer(shop: Shop, forgetful: list[MetricQuery]) -> None:
    def of(*regions: str) -> object:
        return shop.value("boss", "revenue", filters=OneOf(field="region", values=regions))

    assert [of("EAST"), of("WEST"), of("NORTH"), of("EAST")] == [350, 75, None, 350]
    assert len(forgetful) == 1
    assert of("EAST", "WEST") == 425
    assert len(forgetful) == 2
