"""Taking an option of a select as a person does: until it is taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_ANY = re.compile("")
_TRIES = 3
_OPTION = ".ant-select-item-option:visible, .ant-select-tree-title:visible"


def choose(
    page: Page, box: Locator, option: str | re.Pattern[str] = _ANY, *, typed: str = "", first: bool = False
) -> None:
    """Open a select or a tree by the keyboard and take its last (or first) option with these words.

    What is typed first narrows the list. A list that is still being placed can move away under the mouse of a
    slow machine: then once more.
    """
    shown = box.locator("xpath=ancestor::div[contains(concat(' ', @class, ' '), ' ant-select ')][1]")
    before = shown.inner_text()
    for attempt in range(1, _TRIES + 1):
        box.press("ArrowDown")
        if typed:
            box.fill(typed)
        found = page.locator(_OPTION).filter(has_text=option)
        (found.first if first else found.last).click()
        try:
            expect(shown).not_to_have_text(before, use_inner_text=True)
        except AssertionError:
            if attempt == _TRIES:
                raise
        else:
            return
