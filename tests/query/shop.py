"""A shop with the six orders in its lake, published metrics and people who see different regions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from tests.governance.house import House, metric

from metrion.identity import actions as identity
from metrion.identity import reads as identity_reads
from metrion.identity.schemas import Audience, BilingualName, PolicyBody, PolicyView
from metrion.integration import actions as integration
from metrion.integration import warehouse
from metrion.query.service import Answer, ask
from metrion.semantic.condition import EVERYTHING, Condition, OneOf, PersonValue
from metrion.semantic.request import MetricQuery

ORDERS = pa.table(
    {
        "id": [101, 102, 103, 104, 105, 106],
        "customer_id": pa.array([1, 1, 2, 3, 99, None], pa.int64()),
        "amount": pa.array([Decimal(each) for each in (100, 50, 200, 75, 30, 5)], pa.decimal128(12, 2)),
        "status": ["done", "open", "done", "done", "done", "done"],
        "day": [
            date(2024, 1, 31),
            date(2024, 1, 30),
            date(2024, 2, 29),
            *[date(2024, 4, 10)],
            *[date(2024, 4, 11)] * 2,
        ],
    }
)
CUSTOMERS = pa.table(
    {
        "id": [1, 2, 3, 4],
        "region": ["EAST", "EAST", "WEST", "NORTH"],
        "phone": ["=1", "2", "3", "4"],
    }
)


def _column(name: str, kind: str, *, sensitive: bool = False) -> dict[str, Any]:
    return {"name": name, "type": kind, "sensitive": sensitive}


def _data(code: str, shape: str, columns: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "kind": "dataset",
        "code": code,
        "name": {"zh": code, "en": code},
        "domain": "sales",
        "shape": shape,
        "owner": "dana",
        "source": {"kind": "lake", "table": code},
        "primary_key": ["id"],
        "columns": columns,
        **more,
    }


def _dimension(code: str, dataset: str, column: str) -> dict[str, Any]:
    return {
        "kind": "dimension",
        "code": code,
        "name": {"zh": code, "en": code},
        "domain": "sales",
        "owner": "dana",
        "bindings": [{"dataset": dataset, "column": column}],
    }


DEFINITIONS = (
    _data(
        "orders",
        "fact",
        [_column("id", "integer"), _column("customer_id", "integer"), _column("amount", "decimal"),
         _column("status", "string"), _column("day", "date")],
        time_columns=["day"],
    ),
    _data(
        "customers",
        "dimension",
        [_column("id", "integer"), _column("region", "string"), _column("phone", "string", sensitive=True)],
        row_access="open",
    ),
    {
        "kind": "relationship",
        "code": "orders_to_customers",
        "domain": "sales",
        "from_dataset": "orders",
        "to_dataset": "customers",
        "columns": [{"many": "customer_id", "one": "id"}],
    },
    _dimension("region", "customers", "region"),
    _dimension("phone", "customers", "phone"),
    _dimension("status", "orders", "status"),
)  # fmt: skip


class Shop(House):
    """east and west see their region, boss sees all, nobody has no policy."""

    def __init__(self) -> None:
        super().__init__()
        for username, department in (("east", "east"), ("west", "west"), ("boss", "retail"), ("nobody", "retail")):
            self.company.hire(username, department, "viewer", scope="retail", regions=(username.upper(),))
        for name, table in (("orders", ORDERS), ("customers", CUSTOMERS)):
            integration.load_rows(self.actor("dana"), name, table.to_reader(), origin="test", primary_key=("id",))
        self.publish(*DEFINITIONS, by="dana")
        self.publish(
            metric("revenue"),
            metric("orders_count", definition=_count(), unit="笔"),
            metric("average", definition={"type": "composite", "formula": "[revenue] / [orders_count]"}, unit="元/笔"),
        )
        self.policy(OneOf(field="region", values=PersonValue(person="regions")), departments=("east", "west"))
        self.company.hire("east_analyst", "east", "analyst", scope="retail", regions=("EAST",))
        self.policy(EVERYTHING, persons=("boss", "aria", "abe", "ann"))

    def policy(self, condition: Condition, **audience: tuple[str, ...]) -> None:
        """Let an audience see the orders that meet the condition."""
        identity.create_policy(
            self.actor("officer"),
            PolicyBody(
                name=BilingualName(zh="策略"),
                dataset="orders",
                condition=condition,
                audience=Audience.model_validate(audience),
            ),
        )

    def reload(self, name: str, table: pa.Table) -> None:
        """Replace a table's rows without the check of its key, as a pipeline outside might."""
        warehouse.lake().write(name, table.to_reader(), "replace")

    def policies(self) -> list[PolicyView]:
        """Return all row policies."""
        return identity_reads.policies(self.actor("officer"))

    def ask(self, username: str, *metrics: str, **more: Any) -> Answer:
        """Ask as a person."""
        return ask(self.actor(username), MetricQuery.model_validate({"metrics": metrics, **more}))

    def value(self, username: str, code: str, **more: Any) -> Decimal | int | float | None:
        """Return the one number of a question without groups."""
        found: Decimal | int | float | None = self.ask(username, code, **more).table.column(0)[0].as_py()
        return found


def _count() -> dict[str, Any]:
    return {"type": "atomic", "dataset": "orders", "measure": {"expression": "*", "aggregation": "count"}}


REGION = {"dimensions": [{"field": "region"}]}


def cells(answer: Answer) -> set[tuple[object, ...]]:
    """Return the rows as a set of tuples."""
    return set(zip(*(column.to_pylist() for column in answer.table.columns), strict=True))


def where(field: str, value: str) -> dict[str, Any]:
    """Return a filter."""
    return {"filters": {"kind": "compare", "field": field, "op": "eq", "value": value}}
