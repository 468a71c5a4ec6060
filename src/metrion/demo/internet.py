"""The internet line, generated: sessions of a web shop with their steps from view to payment."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

import pyarrow as pa

from metrion.demo.story import (
    CHANNEL_BREAKS,
    FIRST_DAY,
    SEED,
    day_kind,
    days,
    days_from_spring_festival,
    in_promotion,
    in_spring_festival,
)

CHANNELS = (
    ("search", "搜索引擎", "Search", "paid"),
    ("social", "社交媒体", "Social", "paid"),
    ("direct", "直接访问", "Direct", "owned"),
    ("mail", "邮件", "Mail", "owned"),
    ("affiliate", "联盟", "Affiliate", "paid"),
)
_WEIGHTS = (34, 24, 22, 8, 12)
_CART = {"search": 0.34, "social": 0.28, "direct": 0.41, "mail": 0.38, "affiliate": 0.25}
DEVICES = ("mobile", "desktop", "tablet")


def channels() -> pa.Table:
    """Return the five channels."""
    codes, names_zh, names_en, types = zip(*CHANNELS, strict=True)
    return pa.table({"channel_id": codes, "name_zh": names_zh, "name_en": names_en, "channel_type": types})


def _pay_rate(day: date, channel: str, device: str) -> float:
    broken = CHANNEL_BREAKS.end is not None and CHANNEL_BREAKS.start <= day <= CHANNEL_BREAKS.end
    return 0.12 if broken and channel == "social" and device == "mobile" else 0.55


def _crowd(day: date) -> float:
    """Return how busy a day is: fewer come at weekends, hardly anybody on New Year's Eve, more in the holiday after."""
    offset = days_from_spring_festival(day)
    if offset in (-1, 0):
        return 0.5 if offset == -1 else 0.75
    if in_spring_festival(day):
        return 1.3
    usual = {"working": 1.0, "adjusted_working": 1.0, "weekend": 0.85, "holiday": 1.1}[day_kind(day)]
    return usual * (4 / 3 if in_promotion(day) else 1.0)


def sessions() -> pa.Table:
    """Return about 125,000 sessions, growing a quarter a year, with the rhythm of working days and holidays."""
    dice = Random(SEED + 2)
    names = [channel[0] for channel in CHANNELS]
    rows: list[tuple[object, ...]] = []
    for day in days():
        size = 90 * (1 + (day - FIRST_DAY).days / 1460) * _crowd(day)
        for _ in range(max(1, int(dice.gauss(size, size * 0.08)))):
            channel = dice.choices(names, _WEIGHTS)[0]
            device = dice.choices(DEVICES, (64, 30, 6))[0]
            at = datetime(day.year, day.month, day.day) + timedelta(seconds=dice.randrange(86_400))
            cart = dice.random() < _CART[channel]
            checkout = cart and dice.random() < 0.7
            paid = checkout and dice.random() < _pay_rate(day, channel, device)
            revenue = Decimal(int(dice.lognormvariate(4.6, 0.6) * 100)) / 100 if paid else Decimal(0)
            rows.append(
                (len(rows) + 1, day, at, f"U{dice.randint(1, 30_000):05d}", channel, device, dice.random() < 0.37,
                 cart, checkout, paid, revenue)
            )  # fmt: skip
    columns = [list(column) for column in zip(*rows, strict=True)]
    names = [
        "session_id", "session_date", "started_at", "user_id", "channel_id", "device", "is_new_user",
        "added_to_cart", "checked_out", "paid", "revenue",
    ]  # fmt: skip
    arrays = [pa.array(column) for column in columns[:-1]] + [pa.array(columns[-1], pa.decimal128(12, 2))]
    return pa.Table.from_arrays(arrays, names=names)
