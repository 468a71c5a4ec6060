"""What is in force, when, and what no code may ever change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.catalog.library import atomic, composite, dataset

from metrion.base.canonical import digest
from metrion.base.clock import frozen_at, now
from metrion.base.errors import Faults, NotFound
from metrion.catalog import actions, reads, snapshot
from metrion.catalog.errors import NotAsRead, NotInReview, ScheduleTaken, StillUsed
from metrion.catalog.models import Item, Publication, Version
from metrion.catalog.schemas import Approved
from metrion.semantic.model import MetricDef

if TYPE_CHECKING:
    from tests.catalog.library import Library

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def decimals(as_of: datetime | None = None) -> int:
    return reads.catalogue(as_of).metric("sales_value").decimals


def sales(count: int) -> dict[str, object]:
    return atomic("sales_value", "销售额", "Sales value", decimals=count)


def test_what_is_published_is_what_was_frozen(library: Library) -> None:
    published = reads.catalogue()
    assert published.version("metric", "gross_profit") == 1
    assert published.metric("gross_profit").name.zh == "毛利"
    stored = Version.objects.get(item__code="gross_profit")
    assert (
        stored.digest == digest(MetricDef.model_validate(stored.content)) == published.digest("metric", "gross_profit")
    )


def test_history_is_kept(library: Library) -> None:
    before = now()
    library.publish(sales(0), by="ann")
    assert (decimals(), decimals(before)) == (0, 2)
    cards = reads.versions(library.actor("ann"), "metric", "sales_value")
    assert [(card.number, card.state) for card in cards] == [(2, "current"), (1, "superseded")]
    assert cards[1].valid_to == cards[0].valid_from
    assert reads.version(library.actor("ann"), "metric", "sales_value", 1).definition.name.zh == "销售额"


def test_a_scheduled_version_appears_at_its_instant(library: Library) -> None:
    library.publish(sales(0), by="ann", valid_from=NOON)
    assert decimals() == 2
    assert [card.state for card in reads.versions(library.actor("ann"), "metric", "sales_value")] == [
        "scheduled",
        "current",
    ]
    with frozen_at(NOON - timedelta(seconds=1)):
        assert decimals() == 2
        assert reads.metric_cards(library.actor("ann"), "sales_value").items[0].version == 1
    with frozen_at(NOON):
        assert decimals() == 0
        assert reads.metric_cards(library.actor("ann"), "sales_value").items[0].version == 2
    assert decimals() == 2


def test_an_earlier_change_ends_where_a_scheduled_one_begins(library: Library) -> None:
    library.publish(sales(0), by="ann", valid_from=NOON)
    library.publish(sales(1), by="ann")
    assert decimals() == 1
    with frozen_at(NOON):
        assert decimals() == 0


def test_two_versions_cannot_begin_together(library: Library) -> None:
    library.publish(sales(0), by="ann", valid_from=NOON)
    with pytest.raises(ScheduleTaken):
        library.publish(sales(1), by="ann", valid_from=NOON)


def test_only_what_was_read_is_published(library: Library) -> None:
    (frozen,) = library.freeze(sales(0), by="ann")
    with pytest.raises(NotAsRead):
        actions.publish_versions(library.actor("aria"), [Approved(version_id=frozen.id, digest="0" * 64)])
    approved = [Approved(version_id=frozen.id, digest=frozen.digest)]
    actions.publish_versions(library.actor("aria"), approved)
    with pytest.raises(NotInReview):
        actions.publish_versions(library.actor("aria"), approved)
    with pytest.raises(NotInReview):
        actions.reject_versions(library.actor("aria"), [frozen.id])


def test_a_rejected_version_is_never_in_force_and_its_draft_lives_on(library: Library) -> None:
    (frozen,) = library.freeze(sales(0), by="ann")
    actions.reject_versions(library.actor("aria"), [frozen.id])
    assert decimals() == 2
    assert frozen.draft_id is not None
    assert reads.draft(library.actor("ann"), frozen.draft_id).state == "open"
    with pytest.raises(NotInReview):
        actions.publish_versions(None, [Approved(version_id=frozen.id, digest=frozen.digest)])
    with pytest.raises(NotFound):
        reads.version(library.actor("olga"), "metric", "sales_value", frozen.number)


def test_publishing_checks_again_against_what_is_in_force_by_then(library: Library) -> None:
    (frozen,) = library.freeze(composite("ratio", "比", "Ratio", "[east_sales] / [sales_value]", unit=""), by="ann")
    actions.archive(library.actor("aria"), "metric", "east_sales")
    with pytest.raises(Faults):
        actions.publish_versions(None, [Approved(version_id=frozen.id, digest=frozen.digest)])
    assert not reads.catalogue().has("metric", "ratio")


def test_archiving_is_refused_while_something_rests_on_it(library: Library) -> None:
    with pytest.raises(StillUsed) as refusal:
        actions.archive(library.actor("aria"), "metric", "gross_profit")
    assert "gross_margin" in refusal.value.render("en")["title"]
    actions.archive(library.actor("aria"), "metric", "gross_margin")
    assert not reads.catalogue().has("metric", "gross_margin")
    detail = reads.metric_detail(library.actor("ann"), "gross_margin")
    assert detail.status == "archived"
    filters = reads.MetricFilters(status="archived")
    assert [card.code for card in reads.metric_cards(library.actor("ann"), "", filters).items] == ["gross_margin"]
    actions.archive(library.actor("aria"), "metric", "gross_profit", successor="sales_value")
    assert reads.metric_detail(library.actor("ann"), "gross_profit").successor is not None


def test_a_deprecated_metric_stays_in_force_and_says_so(library: Library) -> None:
    actions.deprecate(library.actor("aria"), "metric", "east_sales", successor="sales_value")
    detail = reads.metric_detail(library.actor("ann"), "east_sales")
    assert (detail.status, detail.successor.code if detail.successor else None) == ("deprecated", "sales_value")
    assert reads.catalogue().has("metric", "east_sales")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalog_version SET digest = 'x'",
        "UPDATE catalog_version SET number = 9",
        "UPDATE catalog_version SET content = '{}'",
        "UPDATE catalog_version SET state = 'in_review'",
        "UPDATE catalog_publication SET valid_from = '2001-01-01 00:00:00+00:00'",
    ],
)
def test_the_database_refuses_to_rewrite_what_was_published(library: Library, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_two_versions_at_one_instant(library: Library) -> None:
    version = Version.objects.get(item__code="sales_value")
    held = Publication.objects.get(version=version)
    for valid_from, valid_to in (
        (held.valid_from + timedelta(days=1), None),
        (held.valid_from - timedelta(days=1), None),
        (held.valid_from - timedelta(days=1), held.valid_from + timedelta(seconds=1)),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Publication.objects.create(item=version.item, version=version, valid_from=valid_from, valid_to=valid_to)


def test_the_database_refuses_an_unapproved_or_foreign_version(library: Library) -> None:
    (frozen,) = library.freeze(atomic("fresh", "新指标", "Fresh"), by="ann")
    fresh, other = Item.objects.get(code="fresh"), Version.objects.get(item__code="sales_value")
    for version_id in (frozen.id, other.id):
        with pytest.raises(IntegrityError), transaction.atomic():
            Publication.objects.create(item=fresh, version_id=version_id, valid_from=now())


def test_a_rolled_back_publication_is_never_seen(library: Library) -> None:
    class Stop(Exception):
        pass

    before = decimals()

    def publish_and_stop() -> None:
        with transaction.atomic():
            library.publish(sales(0), by="ann")
            assert decimals() == 0
            raise Stop

    with pytest.raises(Stop):
        publish_and_stop()
    assert decimals() == before
    library.publish(sales(1), by="ann")
    assert decimals() == 1


def test_an_incremental_refresh_equals_a_full_read(library: Library) -> None:
    snapshot.current()
    library.publish(sales(1), composite("double", "两倍", "Double", "[sales_value] * 2", unit="元"), by="ann")
    library.publish(composite("double", "两倍", "Double", "[cost_value] * 2", unit="元"), by="ann")
    actions.archive(library.actor("aria"), "metric", "east_sales")
    refreshed = snapshot.current()
    full = snapshot.at(now())
    assert refreshed.heads == full.heads
    assert {key: users for key, users in refreshed.used_by.items() if users} == full.used_by


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 20), min_size=1, max_size=6, unique=True))
def test_one_version_is_in_force_at_every_instant(empty: Library, days: list[int]) -> None:
    with transaction.atomic():
        start = now()
        empty.publish(dataset(), sales(8))
        published = []
        for count, day in enumerate(days):
            instant = start + timedelta(days=day + 1)
            empty.publish(sales(count), by="ann", valid_from=instant)
            published.append((instant, count))
        for day in range(1, 23):
            instant = start + timedelta(days=day, hours=1)
            reached = [each for each in sorted(published) if each[0] <= instant]
            expected = reached[-1][1] if reached else 8
            assert decimals(instant) == expected
            assert Publication.objects.filter(snapshot.in_force(instant), item__code="sales_value").count() == 1
        transaction.set_rollback(True)
