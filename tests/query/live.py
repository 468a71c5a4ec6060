"""The shop with its six orders a second time: the same rows in a database that somebody else writes."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr
from tests.governance.house import metric
from tests.query.shop import CUSTOMERS, DEFINITIONS, ORDERS, Shop

from metrion.identity import actions as identity
from metrion.identity.schemas import Audience, BilingualName, PolicyBody
from metrion.integration import actions as integration
from metrion.integration.schemas import ConnectionNew
from metrion.semantic.condition import EVERYTHING, Condition, OneOf, PersonValue

if TYPE_CHECKING:
    from tests.engines.conformance.loaders import Loaded

TABLES = {"orders": ORDERS, "customers": CUSTOMERS}


class LiveShop(Shop):
    """Everything that is in the lake is also in the database, as `live_...`, with the same row policies."""

    def __init__(self, kind: str, loaded: Loaded) -> None:
        super().__init__()
        self.kind, self.loaded = kind, loaded
        integration.register_connection(self.actor("admin"), self.connection("sales_db"))
        self.publish(*_live_definitions(self), by="dana")
        self.publish(
            _metric("live_revenue"),
            _metric("live_count", definition=_measure("*", "count"), unit="笔"),
            metric(
                "live_average",
                definition={"type": "composite", "formula": "[live_revenue] / [live_count]"},
                unit="元/笔",
            ),
        )
        self.live_policy(OneOf(field="region", values=PersonValue(person="regions")), departments=("east", "west"))
        self.live_policy(EVERYTHING, persons=("boss", "aria", "abe", "ann"))

    def connection(self, code: str, **more: Any) -> ConnectionNew:
        """Return the database as an administrator registers it."""
        account = self.loaded.account
        assert account is not None
        return ConnectionNew.model_validate(
            {
                "code": code,
                "name": BilingualName(zh="销售库", en="Sales"),
                "kind": self.kind,
                "host": account.host,
                "port": account.port,
                "database": account.database,
                "user": account.user,
                "password": SecretStr(account.password),
                "department": "retail",
                **more,
            }
        )

    def place(self, table: str) -> str:
        """Return the name by which a dataset reads a table of the database."""
        parts = self.loaded.tables[table]
        return parts[-1] if self.kind == "mysql" else ".".join(parts)

    def administer(self, statement: str, table: str = "orders") -> None:
        """Run a statement as the owner of the data; `{table}` is the table."""
        assert self.loaded.administer is not None
        self.loaded.administer(statement.format(table=self.loaded.sql(table, self.kind)))

    def live_policy(self, condition: Condition, **audience: tuple[str, ...]) -> None:
        """Let an audience see the live orders that meet the condition."""
        identity.create_policy(
            self.actor("officer"),
            PolicyBody(
                name=BilingualName(zh="策略"),
                dataset="live_orders",
                condition=condition,
                audience=Audience.model_validate(audience),
            ),
        )


def _live_definitions(shop: LiveShop) -> list[dict[str, Any]]:
    """Return the definitions of the shop over the database: datasets, their join, and where dimensions are found."""
    found = []
    definitions: list[dict[str, Any]] = [copy.deepcopy(dict(each)) for each in DEFINITIONS]
    for definition in definitions:
        match definition["kind"]:
            case "dataset":
                table = definition["code"]
                source = {"kind": "database", "connection": "sales_db", "table": shop.place(table)}
                definition |= {"code": f"live_{table}", "source": source}
            case "relationship":
                definition |= {
                    "code": "live_orders_to_customers",
                    "from_dataset": "live_orders",
                    "to_dataset": "live_customers",
                }
            case _:
                (binding,) = definition["bindings"]
                definition["bindings"] = [binding, {**binding, "dataset": f"live_{binding['dataset']}"}]
        found.append(definition)
    return found


def _measure(expression: str, aggregation: str) -> dict[str, Any]:
    return {
        "type": "atomic",
        "dataset": "live_orders",
        "measure": {"expression": expression, "aggregation": aggregation},
    }


def _metric(code: str, **more: Any) -> dict[str, Any]:
    return metric(code, **{"definition": _measure("amount", "sum"), **more})
