"""Deny by default: every route of the API refuses a stranger, except those listed here with a reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest

from metrion.server.api import openapi

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.test import Client

OPEN: Final[dict[tuple[str, str], str]] = {}
"""(method, path) -> why strangers may call it."""

_METHODS: Final = {"get", "post", "put", "patch", "delete"}


def _routes() -> list[tuple[str, str]]:
    paths = openapi()["paths"]
    assert isinstance(paths, dict)
    return [(method, path) for path, operations in paths.items() for method in operations if method in _METHODS]


def _filled(path: str) -> str:
    """Put an id into the places of a path; whether it exists must not matter to a stranger."""
    return re.sub(r"\{[^}]*id\}", "01900000-0000-7000-8000-000000000000", re.sub(r"\{(?![^}]*id\})[^}]+\}", "x", path))


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), _routes())
def test_a_stranger_is_refused(client: Client, method: str, path: str) -> None:
    response = client.generic(method.upper(), _filled(path), headers={"Accept-Language": "en"})
    if (method, path) in OPEN:
        assert response.status_code < 500
        return
    body: Mapping[str, object] = response.json()
    assert (response.status_code, body["code"]) == (401, "not_signed_in")


def test_the_list_of_open_routes_is_true() -> None:
    assert set(OPEN) <= set(_routes())
