"""Tables with what engines disagree about: nulls, empties, ties, decimals, odd texts, the edges of days and zones.

Known answers can be computed by hand; the questions stand beside the compiler.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping

_MONEY: Final = pa.decimal128(18, 2)
_PRICE: Final = pa.decimal128(18, 4)


def _table(schema: dict[str, pa.DataType], rows: list[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(values, kind) for values, kind in zip(columns, schema.values(), strict=True)]
    return pa.Table.from_arrays(arrays, names=list(schema))


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


ORDERS: Final = _table(
    {
        "order_id": pa.int64(),
        "客户": pa.int64(),
        "金额": _MONEY,
        "share": pa.float64(),
        "下单时间": pa.timestamp("us"),
        "order": pa.date32(),
        "状态": pa.string(),
        "is_paid": pa.bool_(),
        'a"b`c': pa.string(),
    },
    [
        (1, 1, _money("100.00"), 0.1, datetime(2024, 3, 10, 1, 59, 59, 999999), date(2024, 3, 10), "已付", True, "x"),
        (2, 1, _money("100.00"), 0.2, datetime(2024, 3, 10, 2, 30), date(2024, 3, 10), "已付", True, "x'y"),
        (3, 2, _money("0.01"), 0.3, datetime(2024, 3, 31, 2, 30), date(2024, 3, 31), "", False, 'x"y'),
        (4, 2, _money("-30.10"), None, datetime(2024, 10, 27, 2, 30), date(2024, 10, 27), None, None, "x\\y"),
        (5, None, _money("50.05"), 0.0, datetime(2024, 11, 3, 1, 30), date(2024, 11, 3), "abc", True, "%s $1 :p"),
        (
            6,
            99,
            _money("70.00"),
            -0.5,
            datetime(2024, 12, 31, 23, 59, 59, 999999),
            date(2024, 12, 31),
            "Abc",
            False,
            "",
        ),
        (7, 3, None, 1.005, datetime(2025, 1, 1), date(2025, 1, 1), "abc ", True, None),
        (8, 3, _money("0.00"), 2.675, datetime(2025, 1, 1, 0, 0, 0, 1), date(2025, 1, 1), " 全角　", None, "😀"),
        (9, 3, _money("169.94"), 1e-7, datetime(2024, 2, 29, 12), date(2024, 2, 29), "it's", False, "é"),
        (10, 1, _money("0.10"), 1e15, None, None, "É", True, "É"),
    ],
)
CUSTOMERS: Final = _table(
    {"id": pa.int64(), "姓名": pa.string(), "group": pa.string(), "城市": pa.string()},
    [
        (1, "王伟", "A", "北京"),
        (2, "李娜", "a", "上海"),
        (3, "O'Brien", "A ", None),
        (4, "无订单", None, "北京"),
    ],
)
STOCK: Final = _table(
    {"day": pa.date32(), "仓库": pa.string(), "件数": pa.int64(), "price": _PRICE},
    [
        (date(2024, 1, 30), "东", 10, Decimal("1.2345")),
        (date(2024, 1, 31), "东", 12, Decimal("1.2355")),
        (date(2024, 1, 30), "西", 5, Decimal("0.0001")),
        (date(2024, 2, 1), "西", 0, None),
        (date(2023, 12, 31), "南", None, Decimal("-99999999999999.9999")),
        (date(2020, 12, 28), "东", 9_007_199_254_740_993, Decimal("0.5000")),
    ],
)
SCORES: Final = _table(
    {"who": pa.string(), "score": pa.float64(), "rank_day": pa.date32()},
    [
        ("a", 3.0, date(2021, 1, 3)),
        ("b", 3.0, date(2021, 1, 4)),
        ("c", 1.0, date(1969, 12, 29)),
        ("d", None, date(1970, 1, 1)),
        ("e", 2.5, None),
        ("f", -0.0, date(2016, 1, 3)),
    ],
)
EMPTY: Final = _table(
    {"id": pa.int64(), "amount": _MONEY, "day": pa.date32(), "name": pa.string(), "at": pa.timestamp("us")}, []
)
TABLES: Final[Mapping[str, pa.Table]] = {
    "orders": ORDERS,
    "customers": CUSTOMERS,
    "stock": STOCK,
    "scores": SCORES,
    "nothing": EMPTY,
}
"""By code: what a model calls them, and what the lake calls them."""

PHYSICAL: Final[Mapping[str, str]] = {"orders": "订单", "customers": "select"}
"""Names of tables in databases that allow any, where they differ from the code."""
