"""The catalogue over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.catalog.library import atomic, composite
from tests.identity.organisation import Browser

if TYPE_CHECKING:
    from tests.catalog.library import Library

    from metrion.identity.permissions import RoleCode

API = "/api/v1"


@pytest.fixture
def ann(library: Library) -> Browser:
    """Return ann's browser."""
    del library
    browser = Browser()
    assert browser.sign_in("ann").status_code == 200
    return browser


def get(browser: Browser, path: str) -> Any:
    answer = browser.get(API + path)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.parametrize(
    "path",
    [
        "/domains",
        "/metrics",
        "/metrics/facets",
        "/metrics/sales_value",
        "/metrics/sales_value/versions",
        "/metrics/sales_value/versions/1",
        "/metrics/sales_value/lineage",
        "/metrics/sales_value/document",
        "/library/document",
        "/impact/metric/sales_value",
        "/datasets",
        "/datasets/sales",
        "/dimensions",
        "/dimensions/region",
        "/modifiers",
        "/modifiers/east_only",
        "/relationships",
        "/drafts",
        "/formula/functions",
        "/export",
        "/export?format=osi",
        "/export/osi/losses",
        "/follows",
        "/follows/sales_value",
    ],
)
def test_every_read_answers_the_signed_in_and_nobody_else(ann: Browser, path: str) -> None:
    assert ann.get(API + path).status_code == 200
    assert Browser().get(API + path).status_code == 401


def test_the_library_is_searched_and_filtered(ann: Browser) -> None:
    page = get(ann, "/metrics?search=ml&type=composite&domain=retail&limit=1")
    assert page["items"][0]["code"] == "gross_profit"
    assert (page["total"], page["items"][0]["name"]) == (2, {"zh": "毛利", "en": "Gross profit"})
    assert page["items"][0]["owner"]["username"] == "olga"
    following = get(ann, f"/metrics?search=ml&type=composite&domain=retail&limit=1&cursor={page['next_cursor']}")
    assert [item["code"] for item in following["items"]] == ["gross_margin"]
    assert ann.get(f"{API}/metrics?cursor=nonsense").status_code == 422
    assert ann.get(f"{API}/metrics/nothing").status_code == 404


def test_a_draft_is_written_over_http(ann: Browser, library: Library) -> None:
    raw = atomic("fresh", "新指标", "Fresh")
    made = ann.post(f"{API}/drafts", {"raw": raw})
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    path = f"{API}/drafts/{made.json()['id']}"
    assert ann.send("PUT", path, {"raw": raw | {"decimals": 1}}, **{"If-Match": '"1"'}).headers["ETag"] == '"2"'
    late = ann.send("PUT", path, {"raw": raw, "expected_revision": 1})
    assert late.status_code == 409
    assert late.json()["params"]["other"]["raw"]["decimals"] == 1
    assert ann.send("PUT", path, {"raw": raw}).status_code == 422
    shared = ann.send("PUT", f"{path}/co-authors", {"usernames": ["olga"]})
    assert [person["username"] for person in shared.json()["co_authors"]] == ["olga"]
    assert ann.send("DELETE", path).status_code == 204
    assert ann.get(path).status_code == 404
    assert ann.get(f"{API}/drafts/{uuid4()}").status_code == 404


def test_a_change_of_a_published_metric_begins_with_its_content(ann: Browser) -> None:
    made = ann.post(f"{API}/drafts/from/metric/gross_profit")
    assert made.status_code == 201
    assert made.json()["raw"]["definition"] == {"type": "composite", "formula": "[sales_value] - [cost_value]"}
    assert (made.json()["base_version"], made.json()["faults"]) == (1, [])
    assert get(ann, "/metrics/gross_profit")["my_draft"] == made.json()["id"]


def test_definitions_and_formulas_are_checked(ann: Browser) -> None:
    wrong = composite("ratio", "比", "Ratio", "[sales_value] + [nothing]", unit="元")
    (fault,) = ann.post(f"{API}/definitions/check", {"raw": wrong}).json()["faults"]
    assert (fault["field"], fault["start"], fault["end"]) == ("definition.formula", 16, 25)
    assert ann.post(f"{API}/formula/check", {"text": "amount * ", "dataset": "sales"}).json()["faults"]
    (first, *_) = ann.post(f"{API}/formula/complete", {"text": "amo", "cursor": 3, "dataset": "sales"}).json()
    assert (first["insert"], first["kind"]) == ("amount", "column")


def test_texts_and_archives_go_both_ways(ann: Browser) -> None:
    raw = composite("double", "两倍", "Double", "[sales_value] * 2", unit="元")
    text = ann.post(f"{API}/definitions/yaml", {"raw": raw}).json()["yaml"]
    read = ann.post(f"{API}/definitions/from-yaml", {"text": text}).json()
    assert (read["faults"], read["definition"]["code"]) == ([], "double")
    upload = SimpleUploadedFile("double.yaml", text.encode())
    token = {"X-CSRFToken": ann.client.cookies["metrion_csrf"].value, "Host": "localhost"}
    report = ann.client.post(f"{API}/import", {"file": upload, "dry_run": "true"}, headers=token)
    assert report.status_code == 200, report.content
    assert [item["change"] for item in report.json()["items"]] == ["new"]


def test_documents_are_files_without_scripts(ann: Browser) -> None:
    answer = ann.get(f"{API}/metrics/sales_value/document?format=html&language=zh")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "sales_value.html" in answer.headers["Content-Disposition"]
    whole = b"".join(ann.get(f"{API}/library/document?language=en").streaming_content).decode()
    assert "Gross margin" in whole


def test_following(ann: Browser) -> None:
    assert ann.send("PUT", f"{API}/follows/sales_value").json() == {"following": True, "followers": 1}
    assert [row["metric"]["code"] for row in get(ann, "/follows")["items"]] == ["sales_value"]
    assert ann.send("DELETE", f"{API}/follows/sales_value").status_code == 204
    assert get(ann, "/follows")["total"] == 0


def test_domains_over_http(ann: Browser) -> None:
    assert [node["code"] for node in get(ann, "/domains")] == ["retail"]
    body = {"code": "other", "name": {"zh": "其他"}, "department": "retail"}
    assert ann.post(f"{API}/domains", body).status_code == 403


@pytest.mark.parametrize("role", ["security_officer", "auditor"])
def test_who_writes_or_audits_policies_reads_datasets_but_not_their_rows(library: Library, role: RoleCode) -> None:
    library.company.hire("sid", "bank", role)
    sid = Browser()
    sid.sign_in("sid")
    assert [card["code"] for card in get(sid, "/datasets")["items"]] == ["sales"]
    assert get(sid, "/datasets/sales")["card"]["definition"]["columns"]
    assert sid.get(f"{API}/tables").status_code == 403


def test_a_viewer_reads_no_dataset(library: Library) -> None:
    assert library.actor("eve").may("metric.read")
    eve = Browser()
    eve.sign_in("eve")
    assert eve.get(f"{API}/datasets").status_code == 403
