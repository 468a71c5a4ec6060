"""The routes of uploads and tables, as the data page uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from metrion.integration import actions

if TYPE_CHECKING:
    from tests.identity.organisation import Browser

    from metrion.identity.schemas import Actor


def upload(browser: Browser, content: bytes, name: str = "sales.csv", **headers: str) -> Any:
    headers |= {"Host": "localhost"}
    if "metrion_csrf" in browser.client.cookies:
        headers["X-CSRFToken"] = browser.client.cookies["metrion_csrf"].value
    return browser.client.post("/api/v1/uploads", {"file": SimpleUploadedFile(name, content)}, headers=headers)


def test_from_the_file_to_the_table(browser: Browser, engineer: Actor) -> None:
    browser.sign_in(engineer.username)
    answer = upload(browser, "日期,金额\n2024-01-02,1.50\n".encode("gb18030"), "销售 2024.csv")
    assert answer.status_code == 201, answer.content
    staged = answer.json()
    assert (staged["filename"], staged["read_as"]["encoding"], staged["row_count"]) == ("销售 2024.csv", "gb18030", 1)
    address = f"/api/v1/uploads/{staged['id']}"
    assert browser.get(address).json() == staged
    assert [item["id"] for item in browser.get("/api/v1/uploads").json()["items"]] == [staged["id"]]
    body = {
        "table": "sales",
        "columns": [
            {"position": 1, "name": "day", "type": "date"},
            {"position": 2, "name": "amount", "type": "decimal"},
        ],
    }
    loaded = browser.post(f"{address}/load", body).json()
    assert (loaded["load"]["rows_loaded"], loaded["table"]["name"], loaded["table"]["rows"]) == (1, "sales", 1)
    assert browser.get("/api/v1/tables").json()["total"] == 1
    rows = browser.get("/api/v1/tables/sales/rows?limit=5").json()
    assert rows["rows"] == [["2024-01-02", "1.50"]]
    profile = browser.get("/api/v1/tables/sales/profile").json()
    assert profile["columns"][1]["maximum"] == "1.50"
    versions = browser.get("/api/v1/tables/sales/versions").json()
    assert versions["items"][0]["load"]["filename"] == "销售 2024.csv"
    assert browser.get("/api/v1/tables/sales").json()["committed_by"] == engineer.username


def test_a_bad_file_is_answered_with_its_faults(browser: Browser, engineer: Actor) -> None:
    browser.sign_in(engineer.username)
    answer = upload(browser, b"a,b\n1,2,3\n")
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["code"] == "file_refused"
    assert problem["errors"][0]["params"] == {"line": 2, "actual": 3, "expected": 2}
    assert browser.get("/api/v1/uploads").json()["total"] == 0


def test_one_key_one_load(browser: Browser, engineer: Actor) -> None:
    browser.sign_in(engineer.username)
    staged = upload(browser, b"a\n1\n").json()
    path, body = f"/api/v1/uploads/{staged['id']}/load", {"table": "t"}
    key = {"Idempotency-Key": "one"}
    first, second = (browser.send("POST", path, body, **key).json() for _ in range(2))
    assert first["load"] == second["load"]
    assert browser.send("POST", path, body, **{"Idempotency-Key": "two"}).status_code == 409


def test_discarding(browser: Browser, engineer: Actor) -> None:
    browser.sign_in(engineer.username)
    staged = upload(browser, b"a\n1\n").json()
    assert browser.send("DELETE", f"/api/v1/uploads/{staged['id']}").status_code == 204
    assert browser.post(f"/api/v1/uploads/{staged['id']}/load", {"table": "t"}).status_code == 409


def test_reading_in_another_way(browser: Browser, engineer: Actor) -> None:
    browser.sign_in(engineer.username)
    staged = upload(browser, b"a\n1\n").json()
    again = browser.post(f"/api/v1/uploads/{staged['id']}/read-as", {"header": False}).json()
    assert [column["name"] for column in again["columns"]] == ["column_1"]
    refused = browser.post(f"/api/v1/uploads/{staged['id']}/read-as", {"encoding": "klingon"})
    assert refused.status_code == 422


def test_strangers_get_nothing(browser: Browser, engineer: Actor, company: object) -> None:
    company.hire("vi", "retail", "viewer")  # type: ignore[attr-defined]
    assert browser.get("/api/v1/tables").status_code == 401
    browser.sign_in("vi")
    assert browser.get("/api/v1/tables").status_code == 403
    assert upload(browser, b"a\n1\n").status_code == 403
    assert browser.get("/api/v1/tables/../uploads").status_code in {403, 404}
    del engineer


def test_names_of_tables_are_codes(browser: Browser, engineer: Actor) -> None:
    browser.sign_in(engineer.username)
    staged = upload(browser, b"a\n1\n").json()
    for name in ("../etc", "Sales", "a b", ""):
        assert browser.post(f"/api/v1/uploads/{staged['id']}/load", {"table": name}).status_code == 422
    assert browser.get("/api/v1/tables/..%2Fetc").status_code == 404
    assert actions.reconcile() == 0


def test_a_file_that_cannot_be_read_as_found_is_read_as_told(browser: Browser, engineer: Actor) -> None:
    browser.sign_in(engineer.username)
    content = b"region;note\nEast;a,b\nWest;c\n"
    headers = {"Host": "localhost", "X-CSRFToken": browser.client.cookies["metrion_csrf"].value}
    form = {"file": SimpleUploadedFile("notes.csv", content), "delimiter": ";", "encoding": "utf-8", "header": "true"}
    answer = browser.client.post("/api/v1/uploads", form, headers=headers)
    assert answer.status_code == 201, answer.content
    assert answer.json()["read_as"]["delimiter"] == ";"
    assert answer.json()["rows"] == [["East", "a,b"], ["West", "c"]]
    form = {"file": SimpleUploadedFile("notes.csv", content), "encoding": "latin-1"}
    assert browser.client.post("/api/v1/uploads", form, headers=headers).status_code == 422


def test_a_search_without_end_is_the_callers_fault(browser: Browser, engineer: Actor) -> None:
    browser.sign_in(engineer.username)
    for path in ("tables", "people"):
        assert browser.get(f"/api/v1/{path}?search={'a' * 60_000}").status_code == 422
