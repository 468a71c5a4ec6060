"""The pictures in `docs/pictures/`, taken from a running demo: `make demo`, then `python scripts/pictures.py`.

The address is taken from `--url` (default: the port of the settings), the passwords from the demo's home folder.
Each page is taken in both languages, 1280 wide, and made small enough for a README.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playwright.sync_api import sync_playwright

from steps import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

FOLDER: Final = ROOT / "docs" / "pictures"
LIMIT: Final = 250_000
_SIZE: Final = {"width": 1280, "height": 860}
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS: Final = ("--no-sandbox", "--disable-background-networking", "--disable-gpu")


def _metric(page: Page) -> None:
    page.goto("/metrics/average_basket_value")


def _library(page: Page) -> None:
    page.goto("/library")


def _receipt(page: Page) -> None:
    question = {"metrics": ["sales_value"], "dimensions": [{"field": "region"}], "grain": "month"}
    page.goto(f"/receipts/{_post(page, '/api/v1/query', question)['receipt']['id']}")


def _wizard(page: Page) -> None:
    draft = _post(page, "/api/v1/drafts/from/metric/discount_rate", {})
    page.goto(f"/drafts/{draft['id']}?step=formula")


def _approval(page: Page) -> None:
    changes = page.request.get("/api/v1/changes?box=inbox").json()["items"]
    if not changes:
        message = "no change waits for liu.yang: `make demo-reset`, then `make demo`"
        raise SystemExit(message)
    page.goto(f"/governance/changes/{changes[-1]['id']}")


SCENES: Final[tuple[tuple[str, str, Callable[[Page], None], str], ...]] = (
    ("metric", "wang.fang", _metric, "[_echarts_instance_] svg"),
    ("library", "wang.fang", _library, "main a[href^='/metrics/']"),
    ("receipt", "wang.fang", _receipt, "h2"),
    ("wizard", "wang.fang", _wizard, "[_echarts_instance_] svg"),
    ("approval", "liu.yang", _approval, "h2"),
)
"""(picture, who looks, how to get there, what must have appeared)."""


def _token(page: Page) -> str:
    return next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "metrion_csrf")


def _post(page: Page, path: str, body: object) -> dict[str, dict[str, str]]:
    answer = page.request.post(path, data=body, headers={"X-CSRFToken": _token(page)})
    if not answer.ok:
        raise SystemExit(answer.text())
    return answer.json()  # type: ignore[no-any-return]  # what the API returns


def _sign_in(page: Page, username: str, password: str, language: str) -> None:
    page.goto("/login")
    page.locator("input[autocomplete=username]").fill(username)
    page.locator("input[autocomplete=current-password]").fill(password)
    page.locator("button[type=submit]").click()
    page.wait_for_url(lambda address: "/login" not in address)
    page.request.put("/api/v1/session/language", data={"language": language}, headers={"X-CSRFToken": _token(page)})


def take(browser: Browser, url: str, passwords: dict[str, str]) -> Iterator[Path]:
    """Take every scene in both languages and yield the files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for language, locale in (("zh", "zh-CN"), ("en", "en-GB")):
        for name, username, go, shown in SCENES:
            context = browser.new_context(base_url=url, locale=locale, viewport=_SIZE)  # type: ignore[arg-type]
            page = context.new_page()
            _sign_in(page, username, passwords[username], language)
            go(page)
            page.locator(shown).first.wait_for()
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(1500)  # charts draw their last frame
            file = FOLDER / f"{name}.{language}.png"
            page.screenshot(path=file)
            context.close()
            yield file


def main() -> int:
    """Take the pictures and say how large they are."""
    parser = argparse.ArgumentParser(description="Take the pictures of the documentation from a running demo.")
    parser.add_argument("--url", default=f"http://127.0.0.1:{os.environ.get('METRION_PORT', '8000')}")
    parser.add_argument("--home", default=os.environ.get("METRION_HOME", str(Path.home() / ".metrion-demo")))
    told = parser.parse_args()
    passwords = json.loads((Path(told.home) / "demo-accounts.json").read_text("utf-8"))
    system = next((found for found in map(shutil.which, _NAMES) if found), None)
    large = False
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=list(_ARGUMENTS))
        for file in take(browser, told.url, passwords):
            size = file.stat().st_size
            large = large or size > LIMIT
            print(f"{file.relative_to(ROOT)}  {size // 1000} kB{'  TOO LARGE' if size > LIMIT else ''}")
        browser.close()
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main())
