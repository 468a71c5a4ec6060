"""The company calendar: a viewer looks a day up, the data engineer edits it by keyboard and takes it back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Visit = Callable[..., Page]

pytestmark = pytest.mark.journey

_PATIENCE = 20_000
"""Milliseconds: the first edit of a server reads the public sources, on a machine that may be busy."""


@dataclass(frozen=True)
class Words:
    """What the page says in one language."""

    in_lieu: str
    why: str
    edit: str
    kind: str
    holiday: str
    name: str
    reason: str
    save: str
    edited: str
    undo: str
    day: str


SAID = {
    "zh": Words(
        "2026年2月28日，星期六，调休上班，春节，正月十二", "按公布的放假安排，为春节调休上班。", "修改这一天", "日类型",
        "节假日", "名称（中文）", "原因", "保存", "企业修改", "撤销", "2026-03-09",
    ),
    "en": Words(
        "28 Feb 2026, Saturday, working day in lieu, Spring Festival, month 1, day 12",
        "As announced: people work today in lieu of Spring Festival.", "Edit this day", "Kind of day", "holiday",
        "Name (Chinese)", "Reason", "Save", "edited by the company", "Undo", "2026-03-16",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everybody_can_look_a_day_up(visit: Visit, language: str) -> None:
    words = SAID[language]
    page = visit("huang.mei", language=language, path="/data/calendar?at=2026-02-01", phone=True)
    page.get_by_role("button", name=words.in_lieu).click()
    expect(page.get_by_text(words.why)).to_be_visible(timeout=_PATIENCE)
    expect(page.get_by_text(words.edit)).to_have_count(0)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_day_is_edited_and_the_edit_taken_back(visit: Visit, language: str) -> None:
    words = SAID[language]
    page = visit("li.na", language=language, path=f"/data/calendar?at={words.day}")
    day = page.locator(f"[data-day='{words.day}']")
    day.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(day).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_text(words.edit).click()
    page.get_by_label(words.kind).click()
    page.get_by_title(words.holiday, exact=True).last.click()
    page.get_by_label(words.name).fill("司庆")
    page.get_by_label(words.reason).fill("周年庆")
    page.get_by_role("button", name=words.save).click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text(words.edited)).to_be_visible(timeout=_PATIENCE)
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    page.get_by_role("button", name=words.undo).first.click()
    page.get_by_label(words.reason).fill("推迟")
    drawer.get_by_role("button", name=words.undo).click()
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=_PATIENCE)
    expect(day).not_to_have_attribute("title", re.compile("司庆"))
