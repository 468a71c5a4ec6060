"""The plan and the SQL of a few questions, as files to be read: a change of them is seen in review.

`WRITE_SNAPSHOTS=1 pytest tests/semantic/test_snapshots.py` writes them anew.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
import sqlglot
from tests.semantic.six_orders import six_orders
from tests.semantic.world import atomic, derived, modifier

from metrion.semantic.condition import Compare, OneOf
from metrion.semantic.explain import explain
from metrion.semantic.model import SemiAdditive
from metrion.semantic.scope import DataScope

FOLDER = Path(__file__).parent / "snapshots"
REGION = [{"field": "region"}]
SPRING = {"kind": "absolute", "start": date(2024, 2, 1), "end": date(2024, 4, 30)}
EAST = {"kind": "compare", "field": "region", "op": "eq", "value": "EAST"}
QUESTIONS: dict[str, dict[str, object]] = {
    "one_number": {"metrics": ["revenue"]},
    "split_and_filtered": {
        "metrics": ["revenue", "done_revenue", "buyers"],
        "dimensions": REGION,
        "grain": "month",
        "time": SPRING,
        "filters": EAST,
        "order": [{"by": "revenue", "descending": True}],
        "limit": 10,
    },
    "ratio_of_two_facts": {"metrics": ["return_rate"], "dimensions": REGION},
    "shift": {"metrics": ["revenue_last_month"], "grain": "month", "time": SPRING},
    "to_date": {"metrics": ["revenue_ytd"], "dimensions": REGION, "grain": "day", "time": SPRING},
    "trailing_rows": {"metrics": ["buyers_year"], "grain": "month"},
    "spine": {"metrics": ["daily"], "dimensions": REGION, "grain": "day", "time": SPRING},
    "stock": {"metrics": ["balance"], "dimensions": REGION, "grain": "month"},
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_plan_and_sql(name: str) -> None:
    firm = six_orders().with_(
        modifier("done", Compare(field="status", op="eq", value="done")),
        derived("done_revenue", "revenue", "done"),
        derived("buyers_year", "buyers", period={"trailing": {"count": 1, "unit": "year"}}),  # type: ignore[arg-type]
        atomic("daily", "orders", "sum", "amount", row_set="spine", fill="zero"),
        atomic("balance", "orders", "sum", "amount", stock=SemiAdditive(entity=("customer_id",))),
    )
    if name == "stock":
        firm = firm.seen_by(DataScope(rows={"orders": OneOf(field="region", values=("EAST", "WEST"))}))
    compiled = firm.compiled(**QUESTIONS[name])
    firm.connection.execute(compiled.sql, list(compiled.parameters))
    pretty = sqlglot.parse_one(compiled.sql, dialect="duckdb").sql("duckdb", pretty=True)
    parameters = ", ".join(map(str, compiled.parameters))
    plan = "\n".join(f"-- {line}" for line in explain(compiled.plan).splitlines())
    text = f"{plan}\n-- parameters: {parameters or 'none'}\n{pretty}\n"
    path = FOLDER / f"{name}.sql"
    if os.environ.get("WRITE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
