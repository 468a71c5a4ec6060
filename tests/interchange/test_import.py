"""A folder of definitions becomes one change request, and the library becomes a folder again."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.cache import cache
from tests.catalog.library import Library, atomic, composite, dataset, dimension

from metrion.base.errors import Faults, Forbidden
from metrion.catalog import reads as catalog
from metrion.governance import reads as governance
from metrion.interchange import actions, reads
from metrion.interchange.errors import BadArchive, NothingToImport
from metrion.interchange.files import MAX_BYTES, upload_texts
from metrion.interchange.yaml_text import to_yaml

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def library(db: None) -> Library:
    """Return a company with domains and no definitions."""
    del db
    cache.clear()
    return Library()


def files() -> dict[str, str]:
    return {
        "data/sales.yaml": to_yaml(dataset()) + "---\n" + to_yaml(dimension()),
        "metrics/sales_value.yaml": to_yaml(atomic("sales_value", "销售额", "Sales value")),
        "metrics/double.yml": to_yaml(composite("double", "两倍", "Double", "[sales_value] * 2", unit="元")),
    }


def write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_a_folder_becomes_one_change_request(library: Library, tmp_path: Path) -> None:
    write(tmp_path, files())
    report = actions.import_folder(library.actor("dana"), tmp_path, title="t", reason="r")
    assert [(item.kind, item.code, item.change) for item in report.items] == [
        ("dataset", "sales", "new"), ("dimension", "region", "new"), ("metric", "double", "new"),
        ("metric", "sales_value", "new"),
    ]  # fmt: skip
    assert report.change_id is not None
    assert len(governance.change(library.actor("dana"), report.change_id).items) == 4
    assert not catalog.catalogue().has("metric", "double")


def test_a_dry_run_stores_nothing(library: Library) -> None:
    report = actions.import_texts(library.actor("dana"), files(), title="", reason="", dry_run=True)
    assert (len(report.items), report.faults, report.change_id) == (4, (), None)
    assert catalog.drafts(library.actor("dana")).total == 0


def test_all_faults_of_all_files_are_told_with_their_places(library: Library, tmp_path: Path) -> None:
    texts = files()
    texts["metrics/bad.yaml"] = "kind: metric\ncode: Bad!\n"
    texts["metrics/twice.yaml"] = texts["metrics/sales_value.yaml"]
    texts["metrics/worse.yaml"] = "a: [\n"
    report = actions.import_texts(library.actor("dana"), texts, title="t", reason="r")
    assert {(fault.file, fault.line, fault.code) for fault in report.faults} >= {
        ("metrics/bad.yaml", 2, "string_pattern_mismatch"),
        ("metrics/twice.yaml", 2, "code_twice"),
        ("metrics/worse.yaml", 2, "yaml_syntax"),
    }
    assert {item.file: item.faults > 0 for item in report.items}["metrics/bad.yaml"]
    write(tmp_path, texts)
    with pytest.raises(Faults) as refusal:
        actions.import_folder(library.actor("dana"), tmp_path, title="t", reason="r")
    assert any(problem["title"].startswith("metrics/bad.yaml:2:1 ") for problem in refusal.value.render("en")["errors"])
    assert catalog.drafts(library.actor("dana")).total == 0


def test_faults_between_files_are_placed_too(library: Library) -> None:
    texts = files()
    texts["metrics/double.yml"] = texts["metrics/double.yml"].replace("[sales_value]", "[sales_valu]")
    report = actions.import_texts(library.actor("dana"), texts, title="t", reason="r")
    (fault,) = report.faults
    line = texts["metrics/double.yml"].split("\n").index("  formula: '[sales_valu] * 2'") + 1
    assert (fault.file, fault.line, fault.field) == ("metrics/double.yml", line, "definition.formula")


def test_what_is_published_already_is_left_out(library: Library) -> None:
    library.publish(dataset(), dimension(), atomic("sales_value", "销售额", "Sales value"))
    report = actions.import_texts(library.actor("dana"), files(), title="t", reason="r")
    assert {item.code: item.change for item in report.items} == {
        "sales": "same", "region": "same", "sales_value": "same", "double": "new",
    }  # fmt: skip
    assert len(report.draft_ids) == 1
    same = {name: text for name, text in files().items() if "double" not in name}
    with pytest.raises(NothingToImport):
        actions.import_texts(library.actor("dana"), same, title="t", reason="r")


def test_importing_needs_the_permission_to_draft(library: Library) -> None:
    with pytest.raises(Forbidden):
        actions.import_texts(library.actor("eve"), files(), title="t", reason="r", dry_run=True)
    with pytest.raises(Forbidden):
        actions.import_texts(library.actor("ann"), files(), title="t", reason="r")


def test_an_export_is_imported_as_nothing_new(library: Library) -> None:
    library.with_metrics()
    content = reads.export_zip(library.actor("dana"))
    assert content == reads.export_zip(library.actor("dana"))
    texts = upload_texts("metrics.zip", content)
    assert "retail/metric/gross_profit.yaml" in texts
    with pytest.raises(NothingToImport):
        actions.import_texts(library.actor("dana"), texts, title="t", reason="r")
    assert upload_texts("metrics.zip", reads.export_zip(library.actor("ben"))) == {}


def test_hostile_archives_are_refused() -> None:
    with pytest.raises(BadArchive):
        upload_texts("a.zip", b"no zip")
    with pytest.raises(BadArchive):
        upload_texts("a.yaml", b"\xff\xfe")
    bomb = BytesIO()
    with ZipFile(bomb, "w", ZIP_DEFLATED) as archive:
        archive.writestr("a.yaml", b"a" * (MAX_BYTES + 1))
    with pytest.raises(BadArchive):
        upload_texts("a.zip", bomb.getvalue())


def test_the_expert_view_reads_one_definition(library: Library) -> None:
    library.with_metrics()
    ann = library.actor("ann")
    good = reads.read_yaml(ann, to_yaml(composite("double", "两倍", "Double", "[sales_value] * 2", unit="元")))
    assert (good.faults, good.facts.unit if good.facts else "") == ((), "元")
    bad = reads.read_yaml(ann, to_yaml(composite("double", "两倍", "Double", "[sales_value] + [nothing]", unit="元")))
    assert [fault.field for fault in bad.faults][:1] == ["definition.formula"]
    assert reads.read_yaml(ann, "").faults[0].code == "yaml_count"
