"""Following metrics."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.catalog.library import Library

from metrion.base.errors import NotFound
from metrion.catalog import actions as catalog
from metrion.collaboration import actions, reads
from metrion.collaboration.errors import TooManyFollows


@pytest.fixture
def library(db: None) -> Library:
    """Return a company with a small published library."""
    del db
    cache.clear()
    return Library().with_metrics()


def followed(library: Library, who: str) -> list[str]:
    return [row.metric.code for row in reads.follows(library.actor(who)).items]


def test_the_list_is_mine_and_newest_first(library: Library) -> None:
    eve = library.actor("eve")
    for code in ("sales_value", "gross_margin", "sales_value"):
        actions.follow(eve, code)
    assert followed(library, "eve") == ["gross_margin", "sales_value"]
    assert followed(library, "ann") == []
    state = actions.follow(library.actor("ann"), "sales_value")
    assert (state.following, state.followers) == (True, 2)
    actions.unfollow(eve, "sales_value")
    actions.unfollow(eve, "sales_value")
    assert followed(library, "eve") == ["gross_margin"]
    assert not reads.follow_state(eve, "sales_value").following


def test_what_cannot_be_seen_cannot_be_followed(library: Library) -> None:
    for who, code in (("ben", "sales_value"), ("eve", "nothing")):
        with pytest.raises(NotFound):
            actions.follow(library.actor(who), code)
        with pytest.raises(NotFound):
            reads.follow_state(library.actor(who), code)


def test_an_archived_metric_leaves_the_list(library: Library) -> None:
    eve = library.actor("eve")
    actions.follow(eve, "east_sales")
    catalog.archive(library.actor("aria"), "metric", "east_sales")
    assert reads.follows(eve).total == 0


def test_pages_join_to_the_whole(library: Library) -> None:
    eve = library.actor("eve")
    for code in ("sales_value", "cost_value", "gross_profit", "gross_margin", "east_sales"):
        actions.follow(eve, code)
    joined, cursor = [], None
    while True:
        page = reads.follows(eve, cursor=cursor, limit=2)
        assert page.total == 5
        joined += [row.metric.code for row in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
        if len(joined) == 2:
            actions.unfollow(eve, joined[0])
            actions.follow(eve, joined[0])
    assert sorted(joined) == sorted(["sales_value", "cost_value", "gross_profit", "gross_margin", "east_sales"])
    with CaptureQueriesContext(connection) as captured:
        reads.follows(eve)
    assert len(captured) <= 7


def test_a_list_has_an_end(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MAX_FOLLOWS", 1)
    eve = library.actor("eve")
    actions.follow(eve, "sales_value")
    actions.follow(eve, "sales_value")
    with pytest.raises(TooManyFollows):
        actions.follow(eve, "cost_value")
