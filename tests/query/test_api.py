"""Questions over HTTP: the same number in every form, and nothing without a session."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
from tests.governance.house import metric
from tests.identity.organisation import Browser
from tests.query.shop import REGION, Shop, where


def _as(username: str) -> Browser:
    browser = Browser()
    assert browser.sign_in(username).status_code == 200
    return browser


pytestmark = pytest.mark.usefixtures("own_caches")


@pytest.fixture
def boss(shop: Shop) -> Browser:
    """Return a browser of the boss."""
    del shop
    return _as("boss")


def test_json_csv_and_arrow_say_the_same(boss: Browser) -> None:
    body = {"metrics": ["revenue"], **REGION}
    rows = boss.post("/api/v1/query", body).json()["rows"]
    text = b"".join(boss.post("/api/v1/query?format=csv", body)).decode("utf-8-sig")
    table = pa.ipc.open_stream(boss.post("/api/v1/query?format=arrow", body).content).read_all()
    assert rows == [["EAST", 350.0], ["WEST", 75.0], [None, 35.0]]
    assert [[row[0] or None, float(row[1])] for row in list(csv.reader(io.StringIO(text)))[1:]] == rows
    assert [[region, float(value)] for region, value in zip(*table.to_pydict().values(), strict=True)] == rows


def test_an_answer_links_to_its_receipt(boss: Browser) -> None:
    answer = boss.post("/api/v1/query", {"metrics": ["revenue"]})
    receipt = answer.json()["receipt"]
    assert answer["X-Receipt-Id"] == receipt["id"]
    kept = boss.get(f"/api/v1/receipts/{receipt['id']}").json()
    assert float(kept.pop("figures")["rows"][0][0]) == 460
    assert kept == receipt


def test_an_unchanged_answer_is_not_sent_again(boss: Browser) -> None:
    first = boss.post("/api/v1/query", {"metrics": ["revenue"]})
    again = boss.send("POST", "/api/v1/query", {"metrics": ["revenue"]}, **{"If-None-Match": first["ETag"]})
    other = boss.send("POST", "/api/v1/query", {"metrics": ["orders_count"]}, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200


def test_each_channel_shows_a_region_only_its_own(shop: Shop) -> None:
    del shop
    east = _as("east")
    body = {"metrics": ["revenue"], "totals": True, **REGION}
    assert east.post("/api/v1/query", body).json()["totals"] == [None, 350.0]
    text = b"".join(east.post("/api/v1/query?format=csv", body)).decode("utf-8-sig")
    assert "WEST" not in text
    values = east.get("/api/v1/dimensions/region/values?metric=revenue").json()
    assert values == {"field": "region", "values": ["EAST"], "complete": True}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"metrics": []}, "nothing_asked"),
        ({"metrics": ["revenue"], "grain": "hour"}, "no_such_grain"),
        ({"metrics": ["revenue"], "dimensions": [{"field": "nowhere"}]}, "unknown_name"),
        ({"metrics": ["revenue"], "order": [{"by": "nothing"}]}, "unknown_order"),
        ({"metrics": ["no_such"]}, "not_found"),
        ({"metrics": ["revenue"], **where("phone", "2")}, "forbidden_column"),
    ],
)
def test_bad_questions_are_refused_with_a_code(boss: Browser, body: dict[str, object], code: str) -> None:
    answer = boss.post("/api/v1/query", body)
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == code


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"limit": 10**30}, "faults"),
        ({"as_of": "9999-12-31T23:59:59-14:00"}, "faults"),
        ({"as_of": "0001-01-01T00:00:00+14:00"}, "faults"),
        (where("region", float("nan")), "malformed"),  # type: ignore[arg-type]  # what a caller might send
        (where("region", "\ud800"), "malformed"),
        ({"dimensions": [{"field": "\ud800"}]}, "malformed"),
    ],
    ids=["limit", "late", "early", "nan", "half a character", "half a name"],
)
def test_values_at_the_edges_are_refused_as_the_callers_fault(boss: Browser, more: dict[str, Any], code: str) -> None:
    answer = boss.post("/api/v1/query", json.dumps({"metrics": ["revenue"], **more}).encode())
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == code


def test_strangers_get_nothing(shop: Shop) -> None:
    del shop
    for path in ("/api/v1/query", "/api/v1/query/preview"):
        assert Browser().post(path, {"metrics": ["revenue"]}).status_code == 401


def test_a_preview_needs_the_right_to_draft_and_says_that_it_is_one(shop: Shop) -> None:
    body = {"definitions": [metric("tripled", "amount * 3")], "query": {"metrics": ["tripled"]}}
    answer = _as("ann").post("/api/v1/query/preview", body).json()
    assert answer["rows"] == [[1380.0]]
    assert answer["receipt"]["draft"] is True
    assert _as("boss").post("/api/v1/query/preview", body).status_code == 403
    assert shop.value("boss", "revenue") == 460


def test_cancelling_what_is_not_running_is_harmless(boss: Browser) -> None:
    assert boss.send("DELETE", f"/api/v1/query/{uuid4()}").status_code == 204


def test_two_receipts_are_compared(boss: Browser) -> None:
    a = boss.post("/api/v1/query", {"metrics": ["revenue"], **REGION}).json()["receipt"]["id"]
    b = boss.post("/api/v1/query", {"metrics": ["revenue"], **REGION, **where("status", "done")}).json()["receipt"][
        "id"
    ]
    found = boss.get(f"/api/v1/receipts/{a}/difference/{b}?at=region%3DEAST").json()
    assert [(share["factors"], share["amount"]) for share in found["shares"]] == [(["filters"], "-50.00")]
    assert (found["a"]["value"], found["b"]["value"], found["amount"]) == ("350.00", "300.00", "-50.00")
    backwards = boss.get(f"/api/v1/receipts/{b}/difference/{a}?at=region%3DEAST&metric=revenue").json()
    assert backwards["amount"] == "50.00"
    assert _as("east").get(f"/api/v1/receipts/{a}/difference/{b}").status_code == 404


def test_two_questions_are_compared(boss: Browser) -> None:
    body = {"a": {"metrics": ["revenue"]}, "b": {"metrics": ["revenue"], **where("region", "WEST")}}
    found = boss.post("/api/v1/query/difference", body).json()
    assert [share["amount"] for share in found["shares"]] == ["-385.00"]
    assert boss.get(f"/api/v1/receipts/{found['a']['receipt']}").status_code == 200
    bad = {**body, "b": {"metrics": ["no_such"]}}
    assert boss.post("/api/v1/query/difference", bad).json()["code"] == "not_found"
    assert boss.post("/api/v1/query/difference", {**body, "pinned": {}}).json()["code"] == "faults"


def test_own_receipts_are_found_by_metric(boss: Browser) -> None:
    asked = boss.post("/api/v1/query", {"metrics": ["orders_count", "revenue"], "limit": 77}).json()["receipt"]["id"]
    other = boss.post("/api/v1/query", {"metrics": ["average"], "limit": 77}).json()["receipt"]["id"]
    whole = boss.post("/api/v1/query", {"metrics": ["revenue"], "totals": True, **REGION}).json()["receipt"]["id"]
    found = {card["id"]: card["value"] for card in boss.get("/api/v1/receipts?metric=revenue").json()}
    assert found == {asked: "460.00", whole: "460.00"}
    assert other not in found
    assert len(boss.get("/api/v1/receipts?metric=revenue&limit=1").json()) == 1
    assert _as("east").get("/api/v1/receipts?metric=revenue").json() == []
