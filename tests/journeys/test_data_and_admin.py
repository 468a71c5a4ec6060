"""Data comes in and is registered, access is given and explained, and the auditor reads it all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.journeys.selects import choose

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    Visit = Callable[..., Page]

pytestmark = pytest.mark.journey


@dataclass(frozen=True)
class Words:
    """What the pages say in one language."""

    decimal: str
    type_of_amount: str
    load: str
    faults: str
    register: str
    sensitive_of_store: str
    submit: str
    drafted: str
    create_policy: str
    create_person: str
    save: str
    kept: str
    verify: str
    intact: str
    writing: str


SAID = {
    "zh": Words(
        "定点小数",
        "列 金额 的类型",
        "加载",
        "文件中的错误",
        "登记为数据集",
        "列 门店 是敏感列",
        "提交审批",
        "#",
        "新建策略",
        "新建人员",
        "保存",
        "我已保存",
        "校验",
        "完整",
        "新建|修改|移动|删除|编辑|授予|收回|停用|重置|撤销",
    ),
    "en": Words(
        "Decimal",
        "Type of column 金额",
        "Load rows",
        "Faults of the file",
        "Register as dataset",
        "门店 is sensitive",
        "Submit for approval",
        "#",
        "Create a policy",
        "Create a person",
        "Save",
        "I have kept it",
        "Verify",
        "Intact",
        "Create|Change|Move|Delete|Edit|Give|Take|Close|Revoke",
    ),
}
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
HEADER = "订单号,下单日期,金额,门店\n"
GOOD = HEADER + "".join(f"A{number:03},2024-01-{number % 28 + 1:02},{number}.50,东店\n" for number in range(1, 40))
BAD = GOOD + "A041,2024-02-01,约十元,西店\nA042,2024-02-02,无,西店\n"


def bring(page: Page, name: str, text: str) -> None:
    """Stage a file as an old Chinese spreadsheet program writes it."""
    page.goto("/data/upload")
    content = text.encode("gb18030")
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.wait_for_url(re.compile(r"/data/upload/[0-9a-f-]{36}"))


def spaced(words: str) -> str:
    """Return a pattern of these words; antd sets a space between two Chinese characters."""
    return "|".join(r"\s?".join(word) if len(word) == 2 else word for word in words.split("|"))


def button(page: Page | Locator, words: str) -> Locator:
    """Return the first button with these words in its name."""
    return page.get_by_role("button", name=re.compile(spaced(words))).first


@LANGUAGES
def test_a_bad_file_is_refused_whole_and_a_good_one_becomes_a_dataset_at_the_gate(visit: Visit, language: str) -> None:
    said = SAID[language]
    table = f"orders_{language}"
    page = visit("li.na", language=language)

    bring(page, "坏订单.csv", BAD)
    expect(page.get_by_text("GB18030")).to_be_visible()
    choose(page, page.get_by_label(said.type_of_amount, exact=True), said.decimal)
    page.locator("#plan-table").fill(table)
    button(page, said.load).click()
    faults = page.get_by_role("table", name=said.faults)
    expect(faults.get_by_role("row")).to_have_count(3)
    expect(faults).to_contain_text("41")
    expect(faults).to_contain_text("约十元")
    expect(faults).to_contain_text("无")
    assert page.request.get(f"/api/v1/tables/{table}").status == 404

    bring(page, "订单.csv", GOOD)
    page.locator("#plan-table").fill(table)
    choose(page, page.locator("#plan-key"), "订单号")
    page.keyboard.press("Escape")
    button(page, said.load).click()
    page.wait_for_url(f"**/data/tables/{table}")
    expect(page.locator("li", has_text="金额").first).to_contain_text("39")

    page.get_by_role("link", name=said.register).click()
    page.locator("#name_zh").fill("订单")
    page.locator("#name_en").fill("Orders")
    choose(page, page.locator("#domain"), first=True)
    page.get_by_label(said.sensitive_of_store, exact=True).check()
    page.locator("#title").fill("登记订单数据集")
    page.locator("#reason").fill("线上订单需要进入指标库。")
    button(page, said.submit).click()
    page.wait_for_url(re.compile(r"/governance/changes/[0-9a-f-]{36}"))
    change = page.request.get(f"/api/v1/changes/{page.url.rsplit('/', 1)[1]}").json()
    content = change["items"][0]["content"]
    assert (change["state"], content["code"], content["primary_key"]) == ("pending", table, ["订单号"])
    assert content["time_columns"] == ["下单日期"]
    assert [column["name"] for column in content["columns"] if column["sensitive"]] == ["门店"]
    assert page.request.get(f"/api/v1/datasets/{table}").status == 404, "nothing is published unread"


@LANGUAGES
def test_masked_columns_show_no_value_to_who_has_no_grant(visit: Visit, language: str) -> None:
    page = visit("li.na", language=language, path="/data/tables/households?tab=rows")
    expect(page.get_by_role("cell", name="•••").first).to_be_visible()
    granted = visit("wang.fang", language=language, path="/data/tables/households?tab=rows")
    expect(granted.get_by_role("columnheader").first).to_be_visible()
    expect(granted.get_by_role("cell", name="•••")).to_have_count(0)


@LANGUAGES
def test_a_policy_is_written_in_lines_and_explained_for_a_person(visit: Visit, language: str) -> None:
    said = SAID[language]
    page = visit("wu.jing", language=language, path="/admin?tab=policies")
    button(page, said.create_policy).click()
    dialog = page.get_by_role("dialog")
    dialog.locator("#name_zh").fill(f"滨江支行试点 {language}")
    choose(page, dialog.locator("#dataset"), "(loans)")
    boxes = dialog.get_by_role("combobox")
    choose(page, boxes.nth(1), "(branch_id)")
    boxes.nth(4).fill("branches")
    choose(page, dialog.locator("#audience_persons"), "wang.fang", typed="wang.fang")
    button(dialog, said.save).click()
    expect(dialog).to_be_hidden()

    page.goto("/admin?tab=visibility&person=wang.fang&dataset=loans")
    expect(page.get_by_text(f"滨江支行试点 {language}")).to_be_visible()
    expect(page.get_by_text(re.compile("branches")).first).to_be_visible()
    page.goto("/admin?tab=visibility&person=ma.qiang&dataset=households")
    hidden = page.get_by_text({"zh": "隐藏", "en": "Hidden"}[language], exact=True)
    expect(hidden.first).to_be_visible()


@LANGUAGES
def test_a_new_person_gets_a_password_once_and_can_sign_in(visit: Visit, language: str) -> None:
    said = SAID[language]
    username = f"new.{language}"
    page = visit("zhou.ming", language=language, path="/admin?tab=people")
    button(page, said.create_person).click()
    page.locator("#username").fill(username)
    page.locator("#name_zh").fill("新人")
    choose(page, page.locator("#department"), first=True)
    # The list has closed, so that nothing lies over the button.
    expect(page.locator(".ant-select-tree-title").first).to_be_hidden()
    button(page, said.save).click()
    password = page.locator("pre").inner_text()
    button(page, said.kept).click()
    expect(page.locator("pre")).to_have_count(0)

    arrived = visit(None, language=language, path="/login")
    arrived.locator("input[autocomplete=username]").fill(username)
    arrived.locator("input[autocomplete=current-password]").fill(password)
    arrived.locator("button[type=submit]").click()
    arrived.wait_for_url("**/account")


@LANGUAGES
def test_the_auditor_verifies_the_trail_and_finds_nothing_to_press(visit: Visit, language: str) -> None:
    said = SAID[language]
    writing = re.compile(f"^({spaced(said.writing)})")
    officer = visit("wu.jing", language=language, path="/admin?tab=policies")
    expect(officer.locator("main").get_by_role("button", name=writing).first).to_be_visible()
    page = visit("sun.lan", language=language, path="/audit?action=policy.")
    button(page, said.verify).click()
    expect(page.get_by_text(re.compile(said.intact)).first).to_be_visible()
    page.get_by_role("row").nth(1).get_by_role("button").click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("policy.")
    expect(drawer).to_contain_text(re.compile("[0-9a-f]{64}"))
    for path in (
        "/admin?tab=people",
        "/admin?tab=policies",
        "/admin?tab=grants",
        "/admin/people/li.na",
        "/data/datasets/households",
    ):
        page.goto(path)
        expect(page.locator("main .card").first).to_be_visible()
        expect(page.locator("main").get_by_role("button", name=writing)).to_have_count(0)
        expect(page.locator("main").get_by_role("switch")).to_have_count(0)


def test_places_are_shown_only_to_people_who_may_open_them(visit: Visit) -> None:
    viewer = visit("huang.mei", language="en")
    navigation = viewer.get_by_role("navigation").first
    expect(navigation.get_by_role("link", name="Library")).to_be_visible()
    for place in ("Data", "Admin", "Audit"):
        expect(navigation.get_by_role("link", name=place, exact=True)).to_have_count(0)
    viewer.goto("/audit")
    expect(viewer.get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("li.na", "/data"),
        ("li.na", "/data/tables/transactions"),
        ("li.na", "/data/datasets/transactions"),
        ("wu.jing", "/admin?tab=policies"),
        ("zhou.ming", "/admin?tab=people"),
        ("sun.lan", "/audit"),
    ],
)
def test_a_phone_shows_the_page_without_scrolling_sideways(visit: Visit, person: str, path: str) -> None:
    page = visit(person, language="zh", path=path, phone=True)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main .card").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
