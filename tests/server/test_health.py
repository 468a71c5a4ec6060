"""Health, the front end's page and the headers around every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from metrion.server import health

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django import Settings


def test_livez_needs_no_database(client: Client) -> None:
    response = client.get("/livez")
    assert response.status_code == 200
    assert response.content == b"ok\n"


@pytest.fixture
def _built(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><title>built</title>")
    settings.FRONT_END = tmp_path


@pytest.mark.django_db
@pytest.mark.usefixtures("_built")
def test_readyz_holds_when_everything_is_there(client: Client, home: Path) -> None:
    (home / "lake").mkdir(exist_ok=True)
    response = client.get("/readyz")
    assert response.json() == {
        "ready": True,
        "checks": {"database": True, "migrations": True, "lake": True, "front_end": True},
    }


@pytest.mark.django_db
def test_readyz_names_what_is_missing(client: Client, tmp_path: Path, settings: Settings) -> None:
    settings.FRONT_END = tmp_path / "nothing"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["front_end"] is False


def test_every_check_has_a_remedy_in_both_languages() -> None:
    for check in health.CHECKS:
        assert check.remedy.zh
        assert check.remedy.en


@pytest.mark.usefixtures("_built")
@pytest.mark.parametrize("path", ["/", "/library", "/metrics/sales_value"])
def test_the_front_end_answers_its_own_routes(client: Client, path: str) -> None:
    response = client.get(path)
    assert b"built" in response.content
    assert response["Cache-Control"] == "no-cache"
    again = client.get(path, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_a_missing_front_end_says_how_to_build_it(client: Client, tmp_path: Path, settings: Settings) -> None:
    settings.FRONT_END = tmp_path / "nothing"
    response = client.get("/")
    assert response.status_code == 503
    assert "make web" in response.content.decode()


@pytest.mark.parametrize("path", ["/api/v1/no-such-thing", "/api/nothing", "/assets/missing.js", "/.env"])
def test_an_unknown_address_is_a_json_problem(client: Client, path: str) -> None:
    response = client.get(path, headers={"Accept-Language": "en"})
    assert response.status_code == 404
    body = response.json()
    assert body["code"] == "no_such_page"
    assert body["title"] == "There is nothing at this address."
    assert body["correlation_id"] == response["X-Request-Id"]


def test_every_answer_carries_the_safety_headers(client: Client) -> None:
    response = client.get("/livez")
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


def test_a_callers_request_id_is_kept_only_if_harmless(client: Client) -> None:
    assert client.get("/livez", headers={"X-Request-Id": "trace-12345678"})["X-Request-Id"] == "trace-12345678"
    assert client.get("/livez", headers={"X-Request-Id": "a b\tc{}<script>"})["X-Request-Id"] != "a b\tc{}<script>"


def test_a_foreign_host_is_refused(client: Client) -> None:
    response = client.get("/livez/", headers={"Host": "evil.example"})
    assert response.status_code in {400, 404}
