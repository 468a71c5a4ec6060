"""Every refusal has one shape; a fault of ours shows its correlation id and nothing else."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import Http404
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, Throttled, ValidationError
from pydantic import BaseModel
from pydantic import ValidationError as PydanticValidationError

from metrion.base.errors import NotFound
from metrion.base.text import speaking
from metrion.server import failures
from metrion.server.validation import faults_of

if TYPE_CHECKING:
    from django.test import Client, RequestFactory


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound(kind_zh="指标", kind_en="metric", key="x"), 404, "not_found"),
        (Http404(), 404, "no_such_page"),
        (HttpError(404, "secret"), 404, "no_such_page"),
        (HttpError(400, "secret"), 400, "malformed"),
        (AuthenticationError(), 401, "not_signed_in"),
        (AuthorizationError(), 403, "refused"),
        (Throttled(wait=1), 429, "too_many"),
        (PermissionDenied("secret"), 403, "refused"),
        (RequestDataTooBig("secret"), 413, "too_big"),
        (SuspiciousOperation("secret"), 400, "malformed"),
        (DataError("secret"), 400, "malformed"),
        (RuntimeError("secret"), 500, "internal"),
    ],
)
def test_each_exception_has_its_problem(rf: RequestFactory, error: Exception, status: int, code: str) -> None:
    response = failures.render(rf.get("/api/v1/x"), error)
    body = orjson.loads(response.content)
    assert response["Content-Type"] == "application/problem+json"
    assert (response.status_code, body["status"], body["code"]) == (status, status, code)
    assert "secret" not in response.content.decode()


def test_the_cause_of_a_fault_is_in_the_log_only(rf: RequestFactory, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        failures.render(rf.get("/api/v1/x"), RuntimeError("the cause"))
    assert "the cause" in caplog.text or any("the cause" in str(record.exc_info) for record in caplog.records)


def test_findings_of_the_validator_name_the_field_in_both_languages(rf: RequestFactory) -> None:
    findings: list[dict[str, Any]] = [
        {"type": "missing", "loc": ("body", "payload", "definition", "code"), "msg": "Field required"},
        {"type": "literal_error", "loc": ("query", "format"), "msg": "…", "ctx": {"expected": "'json' or 'csv'"}},
    ]
    for language, first in (("zh", "definition.code 必填。"), ("en", "definition.code is required.")):
        with speaking(language):  # type: ignore[arg-type]  # a parametrised literal
            body = orjson.loads(failures.render(rf.get("/x"), ValidationError(findings)).content)
        assert (body["status"], body["code"]) == (422, "faults")
        assert [part["field"] for part in body["errors"]] == ["definition.code", "format"]
        assert body["errors"][0]["title"] == first
        assert "'json' or 'csv'" in body["errors"][1]["title"]


class _Shape(BaseModel):
    count: int
    name: str


def test_findings_of_pydantic_itself_are_read_too() -> None:
    with pytest.raises(PydanticValidationError) as caught:
        _Shape.model_validate({"count": "many"})
    assert [(fault.field, fault.render("en")["title"]) for fault in faults_of(caught.value.errors())] == [
        ("count", "count must be a whole number."),
        ("name", "name is required."),
    ]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/metrics?search=a%00b", None, 400),
        ("/api/v1/metrics/a%00b", None, 400),
        ("/api/v1/query", rb'{"metrics": ["a\u0000b"]}', 400),
        ("/api/v1/query", rb'{"metrics": ["a\\\u0000b"]}', 400),
        ("/api/v1/query", rb'{"metrics": ["a\\u0000b"]}', 401),  # a backslash and letters: plain text
        ("/api/v1/query", b'{"metrics": []}', 401),
    ],
)
def test_the_character_that_no_database_keeps_is_refused_at_the_door(
    client: Client, db: None, path: str, body: bytes | None, status: int
) -> None:
    response = client.get(path) if body is None else client.post(path, body, content_type="application/json")
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == {400: "malformed", 401: "not_signed_in"}[status]


def test_a_sign_in_with_a_long_name_is_refused_before_any_search(client: Client, db: None) -> None:
    body = b'{"username": "' + b"a" * 60_000 + b'", "password": "x"}'
    response = client.post("/_allauth/browser/v1/auth/login", body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (413, "too_big")
