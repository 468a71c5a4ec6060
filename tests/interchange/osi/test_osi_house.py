"""OSI models come in through the gate, and the library leaves as one: by action, over HTTP and with its losses told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from tests.catalog.library import Library, derived
from tests.interchange.osi.shop import metric, model

from metrion.base.errors import Faults, Forbidden, NotFound
from metrion.catalog import reads as catalog
from metrion.interchange import actions, reads
from metrion.interchange.errors import NothingToImport
from metrion.interchange.files import upload_texts
from metrion.interchange.foreign.report import Surroundings
from metrion.interchange.osi.importer import import_osi

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.interchange.schemas import ForeignReport


@pytest.fixture
def library(db: None) -> Library:
    """Return a company with domains and no definitions."""
    del db
    cache.clear()
    return Library()


def brought(library: Library, document: dict[str, Any] | Mapping[str, str], **more: Any) -> ForeignReport:
    files = document if "name" not in document else {"shop.yaml": json.dumps(document)}
    return actions.import_foreign(library.actor("dana"), "osi", files, domain="retail", **more)


def test_a_model_becomes_drafts_and_says_what_is_lost(library: Library) -> None:
    document = model(metric("nested", "AVG(AVG(orders.amount))"))
    seen = brought(library, document)
    assert {item.change for item in seen.items} == {"new"}
    assert [loss.path for loss in seen.losses if loss.kind == "refused"] == ["shop.yaml: metrics.nested"]
    assert catalog.drafts(library.actor("dana")).total == 0
    saved = brought(library, document, outcome="drafts")
    assert len(saved.draft_ids) == len(saved.items) > 10
    assert seen.names["customers.region"] == "customers_region"


def test_a_bad_model_stores_nothing(library: Library) -> None:
    with pytest.raises(Faults):
        brought(library, model(metric("orders", "COUNT(orders.id)")), outcome="drafts")
    assert catalog.drafts(library.actor("dana")).total == 0


def test_the_library_leaves_as_an_osi_model_and_is_nothing_new(library: Library) -> None:
    library.with_metrics()
    exported = reads.export_files(library.actor("dana"), "osi")
    assert set(exported.files) == {"metrion.osi.yaml"}
    with pytest.raises(NothingToImport):
        brought(library, dict(exported.files), outcome="drafts")


def test_a_domain_leaves_with_what_it_rests_on(library: Library) -> None:
    library.with_metrics()
    dana = library.actor("dana")
    own = {each.code for each in catalog.readable_definitions(dana, "retail")}
    (text,) = reads.export_files(dana, "osi", "retail").files.values()
    codes = {each.code for each in import_osi({"x.yaml": text}, Surroundings("retail")).definitions}
    assert own <= codes


def test_losses_stand_in_the_archive(library: Library) -> None:
    library.with_metrics()
    year = {"shift": {"count": 1, "unit": "year"}}
    base = next(each.code for each in catalog.readable_definitions(library.actor("dana")) if each.kind == "metric")
    raw = derived("last_year", "去年", "Last year", base)
    library.publish({**raw, "definition": {**raw["definition"], "period": year}})
    exported = reads.export_files(library.actor("dana"), "osi")
    assert "metric.last_year" in {loss.path for loss in exported.losses if loss.kind == "refused"}
    content = reads.export_zip(library.actor("dana"), "osi")
    assert content == reads.export_zip(library.actor("dana"), "osi")
    assert set(upload_texts("metrics.zip", content)) == {"metrion.osi.yaml"}
    assert b"LOSSES.md" in content


def test_an_unknown_format_and_a_stranger_are_refused(library: Library) -> None:
    with pytest.raises(NotFound):
        reads.export_files(library.actor("dana"), "excel")
    with pytest.raises(Forbidden):
        actions.import_foreign(library.actor("eve"), "osi", {"a.yaml": json.dumps(model())}, domain="retail")
