"""A metric from the first word to the number that somebody else reads: draft, refusal, decision, search, record."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import csrf_token
from tests.journeys.selects import choose

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Visit = Callable[..., Page]

pytestmark = pytest.mark.journey


class Words(NamedTuple):
    """What the pages say in one language, as far as the journey reads or presses it."""

    composite: str
    blank: str
    requirement: str
    sales: str
    name_zh: str
    name_en: str
    caliber_zh: str
    caliber_en: str
    step_caliber: str
    step_formula: str
    step_approval: str
    owner: str
    reason: str
    submit: str
    not_yourself: str
    approve: str
    published: str
    your_decision: str


_WORDS = {
    "zh": Words(
        composite="复合指标",
        blank="从零开始",
        requirement="业务需求",
        sales="销售",
        name_zh="指标名称 中文",
        name_en="指标名称 英文",
        caliber_zh="业务口径 中文",
        caliber_en="业务口径 英文",
        step_caliber="口径",
        step_formula="公式",
        step_approval="归属与审批",
        owner="负责人",
        reason="变更原因",
        submit="提交审批",
        not_yourself="不能审批",
        approve="通过",
        published="已发布",
        your_decision="您的决定",
    ),
    "en": Words(
        composite="Composite",
        blank="Begin from scratch",
        requirement="Requirement",
        sales="Sales",
        name_zh="Name Chinese",
        name_en="Name English",
        caliber_zh="Caliber Chinese",
        caliber_en="Caliber English",
        step_caliber="Caliber",
        step_formula="Formula",
        step_approval="Approval",
        owner="Owner",
        reason="Reason",
        submit="Submit for approval",
        not_yourself="you cannot decide it",
        approve="Approve",
        published="Published",
        your_decision="Your decision",
    ),
}
_PATIENCE = 60_000
"""Milliseconds to wait for a number: a busy machine computes it late, never wrongly."""
_FORMULA = "([sales_value] - [fuel_sales]) / [basket_count]"


def _saved(page: Page) -> None:
    expect(page.locator("[data-saving]")).to_have_attribute("data-saving", "saved")


def _step(page: Page, name: str) -> None:
    page.get_by_role("navigation", name=re.compile("定义步骤|Steps of the definition")).get_by_role(
        "button", name=re.compile(name)
    ).click()


def _begin(page: Page, words: Words) -> None:
    blank = page.get_by_role("region", name=words.blank)
    blank.get_by_role("button", name=words.composite).click()
    page.wait_for_url(re.compile(r"/drafts/[0-9a-f]{8}-"))


def _value(page: Page, code: str) -> tuple[object, list[list[object]]]:
    """Return the number that this person gets, whole and by region."""
    headers = {"X-CSRFToken": csrf_token(page)}
    whole = page.request.post("/api/v1/query", data={"metrics": [code]}, headers=headers).json()
    split = page.request.post(
        "/api/v1/query", data={"metrics": [code], "dimensions": [{"field": "region"}]}, headers=headers
    ).json()
    return whole["rows"][0][0], split["rows"]


def _define(page: Page, words: Words, suffix: str) -> str:
    """Walk the wizard to the change page and return the code of the new metric."""
    _begin(page, words)
    page.get_by_role("textbox", name=words.requirement, exact=True).fill(
        "Compare baskets between regions without fuel."
    )
    choose(page, page.get_by_role("combobox").last, words.sales, first=True)
    _step(page, words.step_caliber)
    page.get_by_label(words.name_zh).fill(f"剔除燃油的客单价{suffix}")
    page.get_by_label(words.name_en).fill(f"Sales per basket excluding fuel {suffix}")
    page.get_by_label(words.caliber_zh).fill("销售额减去燃油销售额，再除以购物篮数。")
    page.get_by_label(words.caliber_en).fill("Sales minus fuel sales, divided by baskets.")
    # A half-filled form survives a reload at any moment.
    page.reload()
    expect(page.get_by_label(words.caliber_en)).to_have_value("Sales minus fuel sales, divided by baskets.")
    _step(page, words.step_formula)
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.type("([sales_value] - [fuel_sales]) / [basket_countt]")
    expect(page.locator(".cm-lintRange-error").first).to_be_visible()
    page.keyboard.press("Escape")
    editor.fill(_FORMULA)
    expect(page.locator(".cm-lintRange-error")).to_have_count(0)
    expect(page.get_by_role("complementary").filter(has_text="27.38")).to_be_visible(timeout=_PATIENCE)
    _step(page, words.step_approval)
    choose(page, page.get_by_label(words.owner, exact=True), re.compile("赵磊|Zhao Lei"), typed="zhao")
    page.get_by_role("textbox", name=re.compile(words.reason)).fill("Asked for at the quarterly review.")
    _saved(page)
    page.get_by_role("button", name=words.submit, exact=True).click()
    page.wait_for_url(re.compile("/governance/changes/"))
    return f"sales_per_basket_excluding_fuel_{suffix.lower()}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_the_first_word_to_somebody_elses_number(visit: Visit, language: str) -> None:
    words = _WORDS[language]
    author = visit("wang.fang", language=language, path="/drafts/new")
    code = _define(author, words, "Cn" if language == "zh" else "Eg")
    change = author.url

    # Its author reads why he may not decide it and who may; the server refuses the decision too.
    expect(author.locator("[data-code]")).to_contain_text(words.not_yourself)
    expect(author.get_by_role("button", name=words.approve, exact=True)).to_have_count(0)
    change_id = change.rsplit("/", 1)[-1]
    digest = author.request.get(f"/api/v1/changes/{change_id}").json()["digest"]
    refused = author.request.post(
        f"/api/v1/changes/{change_id}/decision",
        data={"decision": "approve", "digest": digest, "comment": "", "idempotency_key": f"own-{change_id}"},
        headers={"X-CSRFToken": csrf_token(author)},
    )
    assert refused.status == 403

    approver = visit("liu.yang", language=language, path="/governance")
    approver.get_by_role("link", name=re.compile("excluding fuel Eg|剔除燃油的客单价Cn")).click()
    expect(approver.get_by_role("heading", name=words.your_decision)).to_be_visible()
    expect(approver.get_by_text(_FORMULA)).to_be_visible()
    expect(approver.get_by_role("region", name=re.compile("试算|Backtest"))).to_contain_text("27.38", timeout=_PATIENCE)
    approver.get_by_role("button", name=words.approve, exact=True).click()
    expect(
        approver.get_by_role("banner").or_(approver.locator("header")).filter(has_text=words.published)
    ).to_be_visible()

    reader = visit("huang.mei", language=language, path="/")
    for typed in ("剔除燃油", "basket excluding fuel"):
        reader.get_by_role("combobox").first.fill(typed)
        expect(reader.get_by_role("option").filter(has_text=code)).to_be_visible()
    reader.goto(f"/metrics/{code}")
    expect(reader.get_by_role("heading", level=1)).to_contain_text(
        "excluding fuel Eg" if language == "en" else "剔除燃油"
    )

    # The author sees the company, the reader of one region exactly the author's row of that region.
    _, regions = _value(author, code)
    whole, own = _value(reader, code)
    assert len(regions) > 1
    assert len(own) == 1
    assert own[0] in regions
    assert own[0][1] == whole


def test_two_pages_of_one_draft_lose_neither_text(visit: Visit) -> None:
    words = _WORDS["en"]
    one = visit("wang.fang", language="en", path="/drafts/new")
    _begin(one, words)
    _step(one, words.step_caliber)
    other = visit("wang.fang", language="en", path=one.url)
    one.get_by_label(words.name_en).fill("Written here")
    _saved(one)
    other.get_by_label(words.name_en).fill("Written there")
    conflict = other.get_by_role("alert")
    expect(conflict).to_contain_text("Written here")
    expect(conflict).to_contain_text("Written there")
    other.get_by_role("button", name="Keep mine, overwrite the saved one").click()
    _saved(other)
    one.reload()
    expect(one.get_by_label(words.name_en)).to_have_value("Written there")


def test_wizard_and_text_are_one_definition(visit: Visit) -> None:
    words = _WORDS["en"]
    page = visit("wang.fang", language="en", path="/drafts/new")
    _begin(page, words)
    page.get_by_text("Expert (YAML)").click()
    editor = page.locator(".cm-content")
    expect(editor).to_contain_text("kind: metric")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("aliases:\n- Basket\nbogus: 1\n")
    expect(page.get_by_text("bogus", exact=True)).to_be_visible()
    editor.click()
    page.keyboard.press("Control+End")
    for _ in range(len("bogus: 1\n")):
        page.keyboard.press("Backspace")
    expect(page.get_by_text("bogus", exact=True)).to_have_count(0)
    _saved(page)
    _step(page, words.step_caliber)
    expect(page.get_by_title("Basket")).to_be_visible()


def test_people_who_draft_and_decide_nothing_are_not_led_there(visit: Visit) -> None:
    page = visit("huang.mei", language="en", path="/drafts/new")
    expect(page.get_by_text("You do not have permission")).to_be_visible()
    expect(page.get_by_role("link", name="Governance")).to_have_count(0)
