"""What keeps the catalogue quick at any size: what is read, never how long it takes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.catalog.library import atomic, dataset

from metrion.base.clock import now
from metrion.base.errors import MetrionError
from metrion.base.text import Text
from metrion.catalog import actions, reads, snapshot
from metrion.catalog.models import Card
from metrion.catalog.schemas import DomainChange
from metrion.identity.actions import move_department

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.catalog.library import Library


EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}


def plans(read: Callable[[], object]) -> list[str]:
    """Return how the database finds the cards of a read."""
    with CaptureQueriesContext(connection) as captured:
        read()
    steps: list[str] = []
    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            if "catalog_card" in query["sql"]:
                cursor.execute(f"{EXPLAIN[connection.vendor]} {query['sql']}")
                steps += [str(row[-1]) for row in cursor.fetchall()]
    return steps


def test_a_publication_leaves_the_rest_of_the_catalogue_alone(library: Library) -> None:
    snapshot._shelf.pending.clear()  # as after a commit
    before = reads.catalogue()
    kept, replaced = before.metric("cost_value"), before.metric("sales_value")
    assert not before.relationships_from("sales")
    library.publish(atomic("sales_value", "销售收入", "Sales value"), by="olga")
    snapshot._shelf.pending.clear()
    with CaptureQueriesContext(connection) as captured:
        after = reads.catalogue()
    assert len(captured) <= 5
    assert after.metric("cost_value") is kept
    assert after.metric("sales_value") is not replaced
    assert after.metric("sales_value").name.zh == "销售收入"
    assert before.metric("sales_value").name.zh == "销售额"  # a catalogue never changes
    assert after.codes("metric") == before.codes("metric")


def test_lists_of_names_follow_what_comes_and_goes(library: Library) -> None:
    before = reads.catalogue().codes("metric")
    library.publish(dataset("stores"), atomic("new_one", "新指标", "New one"))
    assert "stores" in reads.catalogue().codes("dataset")
    assert reads.catalogue().codes("metric") == tuple(sorted([*before, "new_one"]))
    actions.archive(library.actor("aria"), "metric", "new_one")
    assert reads.catalogue().codes("metric") == before
    assert not reads.catalogue().has("metric", "new_one")


def test_an_item_keeps_only_the_cards_that_lists_show(library: Library) -> None:
    cards = Card.objects.filter(code="cost_value")
    library.publish(atomic("cost_value", "成本二", "Cost two", "cost"), by="olga")
    assert [(card.number, card.valid_to) for card in cards] == [(2, None)]
    later = now() + timedelta(days=2)
    library.publish(atomic("cost_value", "成本三", "Cost three", "cost"), by="olga", valid_from=later)
    assert [(card.number, card.valid_to) for card in cards.order_by("number")] == [(2, later), (3, None)]
    assert reads.metric_cards(library.actor("ann"), "成本三").total == 0
    assert reads.metric_cards(library.actor("ann"), "成本二").total == 1


def test_cards_say_what_became_of_their_item(library: Library) -> None:
    ann, aria = library.actor("ann"), library.actor("aria")

    def status(code: str, asked: reads.ListStatus) -> bool:
        page = reads.metric_cards(ann, filters=reads.MetricFilters(status=asked))
        return any((card.code, card.status) == (code, asked) for card in page.items)

    actions.deprecate(aria, "metric", "east_sales")
    assert status("east_sales", "deprecated")
    actions.archive(aria, "metric", "east_sales")
    assert status("east_sales", "archived")
    assert {each.value: each.count for each in reads.metric_facets(ann).statuses} == {"published": 4, "archived": 1}
    library.publish(atomic("east_sales", "东区", "East"), by="olga")
    assert status("east_sales", "published")
    assert Card.objects.filter(code="east_sales").count() == 1


def test_domains_are_remembered_until_they_change(library: Library) -> None:
    eve = library.actor("eve")
    reads.domain_tree(eve)
    actions.change_domain(library.actor("dana"), "retail_sales", DomainChange(name=Text(zh="营收")))
    (retail,) = reads.domain_tree(eve)
    assert [child.name.zh for child in retail.children] == ["营收"]
    assert reads.metric_cards(library.actor("ben")).total == 0
    move_department(library.actor("admin"), "retail", "bank")
    assert reads.metric_cards(library.actor("ben")).total == 5


def test_every_page_of_a_search_has_the_total_and_no_row_twice(library: Library) -> None:
    library.publish(*(atomic(f"m_{n}", f"毛利{n % 3}", f"M {n}") for n in range(7)))
    ann = library.actor("ann")
    for search in ("毛利", ""):
        whole = reads.metric_cards(ann, search)
        found, cursor = [], None
        for _ in range(whole.total):
            page = reads.metric_cards(ann, search, limit=2, cursor=cursor)
            assert page.total == whole.total
            found += [card.code for card in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert found == [card.code for card in whole.items]


@pytest.mark.parametrize("wrong", ["sales_valeu", "sale_value", "xx_profit"])
def test_a_wrong_name_finds_the_nearest_open_one(library: Library, wrong: str) -> None:
    with pytest.raises(MetrionError) as refusal:
        reads.require_readable(library.actor("ann"), [wrong])
    nearest = refusal.value.params["nearest"]
    assert isinstance(nearest, (list, tuple))
    assert {"sales_value", "gross_profit"} & set(nearest)
    with pytest.raises(MetrionError) as refusal:
        reads.require_readable(library.actor("ben"), [wrong])
    assert "nearest" not in refusal.value.params


def test_lists_are_found_by_index_and_never_sorted(library: Library) -> None:
    ann = library.actor("ann")
    for read in (
        lambda: reads.metric_cards(ann),
        lambda: reads.metric_cards(ann, sort="code"),
        lambda: reads.metric_cards(ann, "毛利"),
        lambda: reads.domain_tree(ann),
    ):
        steps = plans(read)
        assert steps
        assert not [step for step in steps if "JOIN" in step or "Join" in step or "Nested Loop" in step]
        if connection.vendor == "sqlite":  # PostgreSQL plans by its statistics, which a small table does not have
            assert not [step for step in steps if step.startswith("SCAN catalog_card ")]
    if connection.vendor == "sqlite":
        assert not [step for step in plans(lambda: reads.metric_cards(ann)) if "TEMP B-TREE" in step]
        searched = plans(lambda: reads.metric_cards(ann, "毛利"))
        assert "SEARCH catalog_card USING INTEGER PRIMARY KEY (rowid=?)" in searched
