"""Taking an option of a select as a person does: until it is taken."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_ANY = re.compile("")
_TRIES = 3


def choose(page: Page, box: Locator, option: str | re.Pattern[str] = _ANY) -> None:
    """Open a select by the keyboard and take its last option with these words.

    A list that is still being placed can move away under the mouse of a slow machine: then once more.
    """
    shown = box.locator("xpath=ancestor::div[contains(concat(' ', @class, ' '), ' ant-select ')][1]")
    before = shown.inner_text()
    for attempt in range(1, _TRIES + 1):
        box.press("ArrowDown")
        page.locator(".ant-select-item-option:visible", has_text=option).last.click()
        try:
            expect(shown).not_to_have_text(before, use_inner_text=True)
        except AssertionError:
            if attempt == _TRIES:
                raise
        else:
            return
