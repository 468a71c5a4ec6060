"""The model of another tool comes in through the house: previewed, as drafts, or as one change request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from django.core.cache import cache
from tests.catalog.library import Library, dataset
from tests.identity.organisation import Browser

from metrion.base.errors import Faults, Forbidden, NotFound
from metrion.catalog import reads as catalog
from metrion.governance import reads as governance
from metrion.integration import actions as integration
from metrion.interchange import actions, reads
from metrion.interchange.errors import NoModelFound, NothingToImport, UnsoundImport
from metrion.interchange.yaml_text import to_yaml
from metrion.semantic.model import DatasetDef

if TYPE_CHECKING:
    from metrion.interchange.schemas import ForeignReport

MODEL = """
semantic_models:
  - name: tickets
    model: ref('tickets')
    defaults: {agg_time_dimension: day}
    entities: [{name: ticket, type: primary, expr: id}]
    dimensions:
      - {name: day, type: time, type_params: {time_granularity: day}}
      - {name: city, type: categorical}
    measures: [{name: amount, agg: sum}]
metrics:
  - {name: amount, type: simple, label: 票款, description: 全部票款, type_params: {measure: amount}}
  - {name: wordless, type: simple, type_params: {measure: amount}}
"""
SOUND = MODEL.replace("  - {name: wordless, type: simple, type_params: {measure: amount}}\n", "")


@pytest.fixture
def library(db: None) -> Library:
    """Return a company with domains and no definitions."""
    del db
    cache.clear()
    return Library()


def bring(library: Library, model: str = MODEL, *, by: str = "dana", **more: str) -> ForeignReport:
    told = {"outcome": "preview", **more}
    return actions.import_foreign(library.actor(by), "metricflow", {"a.yml": model}, domain="retail", **told)  # type: ignore[arg-type]


def test_a_preview_tells_definitions_faults_and_losses_and_stores_nothing(library: Library) -> None:
    report = bring(library)
    assert {(item.kind, item.code): item.change for item in report.items}["metric", "amount"] == "new"
    faults = {item.code: [fault.code for fault in item.faults] for item in report.items if item.faults}
    assert faults == {"wordless": ["caliber_missing"]}
    assert [loss.kind for loss in report.losses] == ["changed"]
    assert (report.draft_ids, report.change_id) == ((), None)
    assert catalog.drafts(library.actor("dana")).total == 0


def test_drafts_keep_also_what_is_unfinished_and_importing_twice_is_importing_once(library: Library) -> None:
    first = bring(library, outcome="drafts")
    assert len(first.draft_ids) == len(first.items)
    assert bring(library, outcome="drafts").draft_ids == first.draft_ids
    drafts = {draft.code: draft for draft in catalog.drafts(library.actor("dana"), limit=50).items}
    assert {"tickets", "amount", "wordless"} <= set(drafts)


def test_the_importing_person_answers_for_what_has_no_owner(library: Library) -> None:
    report = bring(library, outcome="drafts")
    held = catalog.draft(library.actor("dana"), report.draft_ids[-1])
    assert held.raw["owner"] == "dana"
    assert held.raw["name"] == {"zh": "wordless", "en": "wordless"}


def test_a_sound_model_becomes_one_change_request(library: Library) -> None:
    report = bring(library, SOUND, outcome="change", title="t", reason="r")
    assert report.change_id is not None
    change = governance.change(library.actor("dana"), report.change_id)
    assert (change.number, len(change.items)) == (report.change_number, len(report.items))


def test_a_faulty_model_is_not_submitted(library: Library) -> None:
    with pytest.raises(UnsoundImport):
        bring(library, outcome="change", title="t", reason="r")
    assert catalog.drafts(library.actor("dana")).total == 0


def test_types_come_from_the_table_that_is_there(library: Library) -> None:
    table = pa.table({"id": ["t1"], "day": pa.array(["2024-01-01"]), "city": ["x"], "amount": [1]})
    integration.load_rows(library.actor("dana"), "tickets", table.to_reader(), origin="test")
    report = bring(library, outcome="drafts")
    assert report.losses == ()
    held = catalog.draft(library.actor("dana"), report.draft_ids[0])
    columns = {column.name: column for column in DatasetDef.model_validate(held.raw).columns}
    assert columns["amount"].type == "integer"
    assert columns["day_value"].expression == "to_date(day)"


def test_our_own_yaml_is_a_format_too_and_what_is_published_is_left_out(library: Library) -> None:
    library.publish(dataset())
    with pytest.raises(NothingToImport):
        actions.import_foreign(
            library.actor("dana"), "yaml", {"a.yaml": to_yaml(dataset())}, domain="retail", outcome="drafts"
        )
    with pytest.raises(Faults) as refusal:
        actions.import_foreign(library.actor("dana"), "yaml", {"a.yaml": "kind: metric\ncode: Bad!\n"}, domain="x")
    assert {each["params"]["line"] for each in refusal.value.render("en")["errors"]} == {1, 2}


def test_every_fault_of_the_files_is_told(library: Library) -> None:
    with pytest.raises(Faults) as refusal:
        bring(library, MODEL.replace("agg: sum", "agg: sums").replace("type: categorical", "type: odd"))
    assert len(refusal.value.render("zh")["errors"]) == 2


@pytest.mark.parametrize("tool", ["cube", "metricflow", "osi", "yaml"])
def test_files_without_a_definition_are_refused_in_words(library: Library, tool: str) -> None:
    text = "semantic_model: []\n" if tool == "osi" else ""
    with pytest.raises(NoModelFound):
        actions.import_foreign(library.actor("dana"), tool, {"a.yaml": text}, domain="retail")


def test_importing_needs_the_permission_to_draft_and_a_known_format(library: Library) -> None:
    with pytest.raises(Forbidden):
        bring(library, by="eve")
    with pytest.raises(NotFound):
        actions.import_foreign(library.actor("dana"), "excel", {"a": "b"}, domain="retail")


def test_the_api_previews_and_saves(library: Library) -> None:
    browser = Browser()
    browser.sign_in("dana")
    assert "metricflow" in browser.get("/api/v1/import/formats").json()
    body = {"files": {"a.yml": MODEL}, "domain": "retail"}
    seen = browser.post("/api/v1/import/metricflow", body)
    assert seen.status_code == 200
    assert seen.json()["draft_ids"] == []
    kept = browser.post("/api/v1/import/metricflow", body | {"outcome": "drafts"}).json()
    assert len(kept["draft_ids"]) == len(kept["items"])
    wrong = browser.post("/api/v1/import/metricflow", body | {"files": {"a.yml": "a: ["}})
    assert (wrong.status_code, wrong.json()["errors"][0]["params"]["file"]) == (422, "a.yml")
    assert Browser().post("/api/v1/import/metricflow", body).status_code in {401, 403}


def test_the_library_is_exported_for_metricflow(library: Library) -> None:
    library.with_metrics()
    exported = reads.export_files(library.actor("dana"), "metricflow")
    assert "name: sales_value" in exported.files["metrics.yml"]
    assert any(loss.path == "metric.sales_value" for loss in exported.losses)
