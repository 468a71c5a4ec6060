"""Somebody arrives: the log-in page, a wrong password, the first number, in both languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import csrf_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Visit = Callable[..., Page]

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(("language", "words"), [("zh", "登录"), ("en", "Log in|Sign in")])
def test_the_log_in_page_speaks_the_browsers_language(visit: Visit, language: str, words: str) -> None:
    page = visit(None, language=language)
    expect(page.locator("button[type=submit]")).to_have_text(re.compile(words))


def test_a_wrong_password_is_refused_in_words(visit: Visit) -> None:
    page = visit(None, language="en")
    page.locator("input[autocomplete=username]").fill("huang.mei")
    page.locator("input[autocomplete=current-password]").fill("not the password")
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page).to_have_url(re.compile("/login"))


@pytest.mark.parametrize(("language", "name"), [("zh", "销售额"), ("en", "Sales value")])
def test_a_governed_number_is_on_its_page_to_the_cent(visit: Visit, language: str, name: str) -> None:
    page = visit("wang.fang", language=language, path="/")
    with page.expect_response(lambda response: "/api/v1/query" in response.url and response.ok):
        page.goto("/metrics/sales_value")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    answer = page.request.post(
        "/api/v1/query",
        data={"metrics": ["sales_value"]},
        headers={"X-CSRFToken": csrf_token(page)},
    )
    assert answer.json()["rows"] == [[4596039.58]]
