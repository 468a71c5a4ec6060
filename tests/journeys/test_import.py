"""A model of another tool comes in: the page says what it becomes and what is lost before anything is saved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tests.journeys.selects import choose

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Visit = Callable[..., Page]

pytestmark = pytest.mark.journey

_PATIENCE = 20_000
MODEL = """
cubes:
  - name: visits_{language}
    sql_table: public.visits
    refresh_key: {{every: 1 hour}}
    dimensions:
      - {{name: id, sql: id, type: number, primary_key: true}}
      - {{name: day, sql: day, type: time}}
    measures:
      - {{name: revenue, sql: amount, type: sum}}
    pre_aggregations:
      - {{name: main, measures: [revenue]}}
"""


@dataclass(frozen=True)
class Words:
    """What the page says in one language."""

    preview: str
    losses: str
    refresh: str
    speed: str
    faulty: str
    drafts: str
    saved: str


SAID = {
    "zh": Words(
        r"预\s?览", "损失 2", "刷新策略不属于定义", "预聚合只影响速度", "口径", "保存为草稿", "已保存 5 份草稿",
    ),
    "en": Words(
        "Preview", "Losses 2", "A refresh key is no part of a definition", "Pre-aggregations are about speed",
        "caliber", "Save as drafts", "5 drafts are saved",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_cube_model_becomes_drafts_after_its_losses_were_read(visit: Visit, language: str) -> None:
    said = SAID[language]
    page = visit("li.na", language=language, path="/import")
    page.get_by_text("Cube", exact=True).click()
    choose(page, page.locator("#import-domain"))
    content = MODEL.format(language=language).encode()
    page.locator("input[type=file]").set_input_files(
        {"name": "visits.yml", "mimeType": "application/yaml", "buffer": content}
    )
    before = page.request.get("/api/v1/drafts").json()["total"]
    page.get_by_role("button", name=re.compile(said.preview)).click()
    report = page.locator("section[aria-labelledby=import-report]")
    expect(report.get_by_text(f"visits_{language}_revenue")).to_be_visible(timeout=_PATIENCE)
    expect(report.get_by_text(re.compile(said.faulty)).first).to_be_visible()
    report.get_by_role("tab", name=said.losses).click()
    expect(report.get_by_text(re.compile(said.refresh))).to_be_visible()
    expect(report.get_by_text(re.compile(said.speed))).to_be_visible()
    expect(report.get_by_text(f"visits.yml: cubes.visits_{language}.pre_aggregations")).to_be_visible()
    assert page.request.get("/api/v1/drafts").json()["total"] == before, "a look saves nothing"
    page.get_by_role("button", name=said.drafts).click()
    expect(page.get_by_role("status").get_by_text(said.saved)).to_be_visible(timeout=_PATIENCE)
    after = page.request.get("/api/v1/drafts").json()
    assert after["total"] == before + 5, "two dimensions, the measure, the count of rows and the dataset"


METRICFLOW = """
semantic_models:
  - name: trips_{language}
    model: ref('trips')
    defaults: {{agg_time_dimension: day}}
    entities:
      - {{name: trip, type: primary, expr: id}}
    dimensions:
      - {{name: day, type: time, type_params: {{time_granularity: day}}}}
      - {{name: city_{language}, type: categorical}}
    measures:
      - {{name: fare_{language}, agg: sum, expr: fare}}
metrics:
  - name: fares_{language}
    label: Fares
    type: simple
    type_params: {{measure: fare_{language}}}
"""
OSSIE = """
version: 0.1.1
semantic_model:
  - name: riders
    datasets:
      - name: rides_{language}
        source: public.rides
        primary_key: [id]
        fields:
          - name: id
            expression: {{dialects: [{{dialect: ANSI_SQL, expression: id}}]}}
          - name: fare
            expression: {{dialects: [{{dialect: ANSI_SQL, expression: fare}}]}}
    metrics:
      - name: ride_fares_{language}
        expression: {{dialects: [{{dialect: ANSI_SQL, expression: SUM(rides_{language}.fare)}}]}}
"""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("tool", "model", "metric"),
    [("MetricFlow / dbt", METRICFLOW, "fares_{}"), ("OSI (Ossie)", OSSIE, "ride_fares_{}")],
    ids=["metricflow", "ossie"],
)
def test_a_pasted_model_becomes_drafts_that_open(
    visit: Visit, tool: str, model: str, metric: str, language: str
) -> None:
    said, code = SAID[language], metric.format(language)
    page = visit("li.na", language=language, path="/import")
    page.get_by_text(tool, exact=True).click()
    choose(page, page.locator("#import-domain"))
    page.locator("textarea").fill(model.format(language=language))
    page.get_by_role("button", name=re.compile(said.preview)).click()
    report = page.locator("section[aria-labelledby=import-report]")
    expect(report.get_by_text(code, exact=True).first).to_be_visible(timeout=_PATIENCE)
    page.get_by_role("button", name=said.drafts).click()
    expect(page.get_by_role("status")).to_be_visible(timeout=_PATIENCE)
    drafts = page.request.get("/api/v1/drafts").json()["items"]
    (draft,) = [one for one in drafts if one["code"] == code]
    page.goto(f"/drafts/{draft['id']}")
    expect(page.get_by_text(code).first).to_be_visible(timeout=_PATIENCE)
