"""A Cube project through the house: preview, drafts, and definitions that the catalogue finds sound."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from tests.catalog.library import Library
from tests.interchange.cube.shop import FILES

from metrion.base.errors import Forbidden
from metrion.catalog import reads as catalog
from metrion.interchange import actions


@pytest.fixture
def library(db: None) -> Library:
    """Return a company with domains and no definitions."""
    del db
    cache.clear()
    return Library()


def test_every_definition_of_a_project_is_sound(library: Library) -> None:
    """What a model cannot say is left to its people: in which words a metric is counted."""
    report = actions.import_foreign(library.actor("dana"), "cube", FILES, domain="retail")
    faults = {f"{item.kind}.{item.code}": [fault.field for fault in item.faults] for item in report.items}
    assert {code: fields for code, fields in faults.items() if set(fields) - {"caliber"}} == {}
    assert {loss.kind for loss in report.losses} == {"dropped", "changed", "refused"}
    assert not report.draft_ids


def test_drafts_wait_for_their_approval(library: Library) -> None:
    report = actions.import_foreign(library.actor("dana"), "cube", FILES, domain="retail", outcome="drafts")
    assert len(report.draft_ids) == len(report.items)
    assert not catalog.catalogue().has("metric", "orders_amount")


def test_who_may_not_draft_may_not_import(library: Library) -> None:
    with pytest.raises(Forbidden):
        actions.import_foreign(library.actor("eve"), "cube", FILES, domain="retail")
