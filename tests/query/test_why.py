"""`metrion why`: the same comparison in a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.governance.house import metric
from tests.query.shop import where

from metrion.cli.main import main

if TYPE_CHECKING:
    from tests.query.shop import Shop

pytestmark = pytest.mark.usefixtures("own_caches")


@pytest.fixture(autouse=True)
def _settings_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command name the settings for this test only."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "metrion.server.settings")


def test_two_receipts_as_a_table(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    a = shop.ask("boss", "revenue").receipt.id
    measure = {"expression": "amount * 2", "aggregation": "sum", "filter": where("status", "done")["filters"]}
    changed = {"type": "atomic", "dataset": "orders", "measure": measure}
    shop.publish(metric("revenue", definition=changed, caliber={"zh": "已完成", "en": "What is done"}))
    b = shop.ask("boss", "revenue", **where("region", "EAST")).receipt.id
    assert main(["why", str(a), str(b), "--as", "boss", "--language", "en"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Metric revenue (CNY)                    +/-       =",
        "----------------------------------  -------  ------",
        "A                                            460.00",
        "Definition · metric Metric revenue  +360.00  820.00",
        "Filters                             -220.00  600.00",
        "B                                   +140.00  600.00",
        "",
        "Definition · metric Metric revenue",
        "  Version: v1 -> v2",
        "  Caliber: All orders -> What is done",
        "  Measure · Measure expression: amount -> amount * 2",
        "  Measure · Measure filter: - -> status is “done”",
        "Filters",
        "  Filters: none -> region is “EAST”",
    ]


def test_two_questions_as_json(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--metric", "revenue", "--from", "2024-02-01", "--b-where", "region=EAST", "--as", "boss"]
    assert main(["why", *asked, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["a"]["time_start"], found["b"]["time_start"]) == ("2024-02-01", "2024-02-01")
    assert [(share["factors"], share["amount"]) for share in found["shares"]] == [(["filters"], "-110.00")]
    assert shop.value("boss", "revenue") == 460


def test_why_there_are_no_numbers_is_said(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = shop.ask("boss", "revenue").receipt.id, shop.ask("boss", "orders_count").receipt.id
    assert main(["why", str(a), str(b), "--as", "boss", "--language", "en"]) == 0
    told = capsys.readouterr()
    assert "units_differ" in told.err
    assert "460" not in told.out


def test_nothing_to_compare_is_refused(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "--as", "boss"]) == 1
    assert "--metric" in capsys.readouterr().err
    assert main(["why", str(shop.ask("boss", "revenue").receipt.id), "--as", "boss"]) == 2
