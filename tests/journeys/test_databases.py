"""A steward defines a dataset over a table that stays in PostgreSQL, and its numbers are those of the table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyarrow as pa
import pytest
from playwright.sync_api import expect
from tests.engines.conformance.loaders import load
from tests.journeys.conftest import csrf_token
from tests.journeys.selects import choose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page
    from tests.engines.conformance.loaders import Loaded

    Visit = Callable[..., Page]

pytestmark = pytest.mark.journey

_PATIENCE = 20_000
ROWS = [(1, date(2026, 2, 14), Decimal("10.50")), (2, date(2026, 2, 15), Decimal("20.25")), (3, None, Decimal(4))]
INVOICES = pa.table(
    {
        "id": [row[0] for row in ROWS],
        "issued_on": pa.array([row[1] for row in ROWS], pa.date32()),
        "amount": pa.array([row[2] for row in ROWS], pa.decimal128(12, 2)),
    }
)


@dataclass(frozen=True)
class Words:
    """What the pages say in one language."""

    tables: str
    search: str
    define: str
    submit: str


SAID = {
    "zh": Words("查看表", "搜索表名", "定义数据集", "提交审批"),
    "en": Words("Tables", "Search tables", "Define a dataset", "Submit for approval"),
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """Give a PostgreSQL with the invoices, under an account that only reads."""
    with load("postgres", {"invoices": INVOICES}, tmp_path_factory.mktemp("postgres")) as loaded:
        yield loaded


def _post(page: Page, path: str, body: dict[str, Any]) -> Any:
    answer = page.request.post(path, data=body, headers={"X-CSRFToken": csrf_token(page)})
    assert answer.ok, answer.text()
    return answer.json()


def _connect(visit: Visit, database: Loaded, code: str) -> None:
    account = database.account
    assert account is not None
    body = {
        "code": code, "name": {"zh": f"财务库 {code}", "en": f"Finance {code}"}, "kind": "postgres",
        "host": account.host, "port": account.port, "database": account.database, "user": account.user,
        "password": account.password, "department": "group",
    }  # fmt: skip
    page = visit("zhou.ming")
    _post(page, "/api/v1/connections", body)
    assert _post(page, f"/api/v1/connections/{code}/test", {})["health"]["problem"] is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_steward_defines_a_dataset_over_a_table_of_a_database(visit: Visit, database: Loaded, language: str) -> None:
    said, code = SAID[language], f"invoices_{language}"
    connection = f"finance_{language}"
    table = ".".join(database.tables["invoices"])
    _connect(visit, database, connection)

    page = visit("li.na", language=language, path="/data/connections")
    card = page.locator("section.card").filter(has_text=connection)
    card.get_by_role("button", name=re.compile(said.tables)).click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_label(said.search).fill("invoices")
    drawer.get_by_role("listitem").filter(has_text=table).get_by_text(said.define).click()
    page.wait_for_url(re.compile(f"connection={connection}"))
    expect(page.locator("#code")).to_have_value("invoices", timeout=_PATIENCE)
    page.locator("#code").fill(code)
    page.locator("#name_zh").fill("发票")
    page.locator("#name_en").fill("Invoices")
    choose(page, page.locator("#domain"), first=True)
    choose(page, page.locator("#primary_key"), re.compile("^id"))
    page.keyboard.press("Escape")
    page.locator("input[type=radio][value=open]").check()
    page.locator("#title").fill("登记发票数据集")
    page.locator("#reason").fill("发票留在财务库中，直接查询。")
    page.get_by_role("button", name=said.submit).click()
    page.wait_for_url(re.compile(r"/governance/changes/[0-9a-f-]{36}"))
    change = page.request.get(f"/api/v1/changes/{page.url.rsplit('/', 1)[1]}").json()
    content = change["items"][0]["content"]
    assert content["source"] == {"kind": "database", "connection": connection, "table": table}
    assert [(column["name"], column["type"]) for column in content["columns"]] == [
        ("id", "integer"), ("issued_on", "date"), ("amount", "decimal"),
    ]  # fmt: skip
    assert (content["primary_key"], content["time_columns"]) == (["id"], ["issued_on"])

    decision = {"decision": "approve", "digest": change["digest"], "idempotency_key": str(uuid4())}
    _post(visit("chen.yu"), f"/api/v1/changes/{change['id']}/decision", decision)
    metric = {
        "kind": "metric", "code": "invoiced", "name": {"zh": "开票额"}, "domain": content["domain"], "owner": "li.na",
        "definition": {
            "type": "atomic", "dataset": code, "measure": {"expression": "amount", "aggregation": "sum"},
        },
    }  # fmt: skip
    answer = _post(page, "/api/v1/query/preview", {"definitions": [metric], "query": {"metrics": ["invoiced"]}})
    assert answer["rows"] == [[float(sum(row[2] for row in ROWS))]]
    page.goto(f"/data/datasets/{code}")
    expect(page.get_by_text(f"{connection}/{table}")).to_be_visible()
