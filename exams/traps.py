"""The traps exam: six orders and three returns on which well-known engines give a wrong number.

The folder holds `TRAPS.sql` (or its parent does): tables `s.customers`, `s.orders`, `s.returns`. Each case is a
question with every row that the answer must have, so a lost group or a row too many is a failure.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

import duckdb
from pydantic import TypeAdapter

from exams.score import Case
from metrion.semantic.catalogue import Catalogue
from metrion.semantic.compile import compile_query
from metrion.semantic.model import Definition
from metrion.semantic.request import MetricQuery
from metrion.semantic.scope import DataScope, TimeContext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Question = dict[str, object]
Rows = set[tuple[object, ...]]
_READER: TypeAdapter[Definition] = TypeAdapter(Definition)
_TIME = TimeContext(zone="UTC", today=date(2024, 6, 1))
_TABLES = {name: f"s.{name}" for name in ("customers", "orders", "returns")}
_BY_REGION: dict[str, dict[str | None, int | None]] = {
    "revenue": {"EAST": 350, "WEST": 75, None: 35},
    "orders_count": {"EAST": 3, "WEST": 1, None: 2},
    "buyers": {"EAST": 2, "WEST": 1, None: 1},
    "returned": {"EAST": 10, "WEST": 5, "NORTH": 15},
    "net": {"EAST": 340, "WEST": 70},
}
_TOTAL = {"revenue": 460, "orders_count": 6, "buyers": 4, "returned": 30, "net": 430}
_NOTHING = {"orders_count": 0, "buyers": 0}
"""What a count is where there is no row; sums and formulas over nothing are null."""


def cases(folder: Path) -> Iterator[Case]:
    """Yield the cases, or nothing when the folder has no traps."""
    script = next((place / "TRAPS.sql" for place in (folder, folder.parent) if (place / "TRAPS.sql").is_file()), None)
    if script is None:
        return
    connection = duckdb.connect()
    connection.execute(script.read_text(encoding="utf-8"))
    catalogue = Catalogue.of(_definitions())

    def ask(question: Question) -> Rows:
        compiled = compile_query(MetricQuery.model_validate(question), catalogue, DataScope(), _TIME, _TABLES)
        return {tuple(map(_plain, row)) for row in connection.execute(compiled.sql, compiled.parameters).fetchall()}

    region = {"dimensions": [{"field": "region"}]}
    for size in range(1, len(_TOTAL) + 1):
        for chosen in combinations(_TOTAL, size):
            name = "+".join(chosen)
            yield Case(f"{name} in total", {tuple(_TOTAL[code] for code in chosen)}, partial(ask, {"metrics": chosen}))
            yield Case(f"{name} by region", _by_region(chosen), partial(ask, {"metrics": chosen, **region}))
    yield Case("the previous month by day totals what moved", {(460,)}, lambda: {(_moved(ask),)})
    yield Case(
        "the previous month by month; March of 2024 is empty",
        {(date(2024, 2, 1), 150), (date(2024, 3, 1), 200), (date(2024, 5, 1), 110)},
        lambda: {row for row in ask({"metrics": ["last_month"], "grain": "month"}) if row[1] is not None},
    )
    yield Case(
        "a month without orders is no row",
        {(date(2024, 1, 1), 150), (date(2024, 2, 1), 200), (date(2024, 4, 1), 110)},
        lambda: ask({"metrics": ["revenue"], "grain": "month"}),
    )


def _moved(ask: Callable[[Question], Rows]) -> object:
    return sum(int(str(row[1])) for row in ask({"metrics": ["last_month"], "grain": "day"}) if row[1] is not None)


def _by_region(chosen: tuple[str, ...]) -> set[tuple[object, ...]]:
    parts = {"net": ("revenue", "returned")}
    regions: set[str | None] = set()
    for code in chosen:
        for part in parts.get(code, (code,)):
            regions |= set(_BY_REGION[part])
    return {(region, *(_BY_REGION[code].get(region, _NOTHING.get(code)) for code in chosen)) for region in regions}


def _plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _definitions() -> list[Definition]:
    name = {"zh": "考题", "en": "exam"}
    column = {"id": "integer", "customer_id": "integer", "amount": "integer"}

    def dataset(code: str, shape: str, columns: dict[str, str], **more: object) -> dict[str, object]:
        listed = [{"name": key, "type": kind} for key, kind in columns.items()]
        source = {"kind": "lake", "table": code}
        return {"kind": "dataset", "code": code, "name": name, "domain": "exam", "shape": shape, "source": source,
                "columns": listed, "primary_key": ["id"], **more}  # fmt: skip

    def joined(fact: str) -> dict[str, object]:
        return {"kind": "relationship", "code": f"{fact}_to_customers", "domain": "exam", "from_dataset": fact,
                "to_dataset": "customers", "columns": [{"many": "customer_id", "one": "id"}]}  # fmt: skip

    def metric(code: str, definition: dict[str, object]) -> dict[str, object]:
        return {"kind": "metric", "code": code, "name": name, "domain": "exam", "definition": definition}

    def atomic(code: str, fact: str, aggregation: str, expression: str) -> dict[str, object]:
        measure = {"expression": expression, "aggregation": aggregation}
        return metric(code, {"type": "atomic", "dataset": fact, "measure": measure})

    raws = [
        dataset("orders", "fact", {**column, "status": "string", "odate": "date"}, time_columns=["odate"]),
        dataset("returns", "fact", {**column, "rdate": "date"}, time_columns=["rdate"]),
        dataset("customers", "dimension", {"id": "integer", "region": "string"}),
        joined("orders"),
        joined("returns"),
        {"kind": "dimension", "code": "region", "name": name, "domain": "exam",
         "bindings": [{"dataset": "customers", "column": "region"}]},
        atomic("revenue", "orders", "sum", "amount"),
        atomic("orders_count", "orders", "count", "*"),
        atomic("buyers", "orders", "count_distinct", "customer_id"),
        atomic("returned", "returns", "sum", "amount"),
        metric("net", {"type": "composite", "formula": "[revenue] - [returned]"}),
        metric("last_month",
               {"type": "derived", "base": "revenue", "period": {"shift": {"count": 1, "unit": "month"}}}),
    ]  # fmt: skip
    return [_READER.validate_python(raw) for raw in raws]
