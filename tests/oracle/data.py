"""The tables of the oracle's shop: four months, invented from a fixed seed.

They hold what real tables hold: days without rows, NULL keys, keys that lead nowhere, NULL amounts, and a history
of listings with holes in it. Amounts are whole quarters, so that no sum depends on its order.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import duckdb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

Row = tuple[object, ...]

FIRST: Final = date(2024, 1, 1)
LAST: Final = date(2024, 4, 30)
_SEED: Final = 20240101
_CUSTOMERS: Final = 24
_LISTINGS: Final = 12
_SELLERS: Final = 5
_STATES: Final = ("Ohio", "Iowa", "Utah", None)
_COUNTRIES: Final = ("fr", "it", "jp")
_COLUMNS: Final[Mapping[str, str]] = {
    "orders": "order_id bigint, day date, paid_on date, customer_id bigint, listing_id bigint, amount double, "
    "channel varchar, is_gift boolean",
    "customers": "customer_id bigint, joined date, state varchar, tier varchar",
    "listings": "listing_id bigint, created date, country varchar, is_lux boolean, capacity bigint, seller_id bigint",
    "listing_history": "listing_id bigint, valid_from date, valid_to date, country varchar, is_lux boolean, "
    "capacity bigint, seller_id bigint",
    "sellers": "seller_id bigint, region varchar",
    "views": "view_id bigint, day date, listing_id bigint, customer_id bigint",
    "visits": "visit_id bigint, day date, customer_id bigint, session_id bigint, page varchar",
    "buys": "buy_id bigint, day date, customer_id bigint, session_id bigint",
    "balances": "day date, customer_id bigint, kind varchar, balance double",
    "days": "day date, season date",
}


def tables() -> duckdb.DuckDBPyConnection:
    """Return a connection with every table in the schema `s`."""
    connection = duckdb.connect()
    connection.execute("create schema s")
    dice = random.Random(_SEED)
    for name, columns in _COLUMNS.items():
        connection.execute(f"create table s.{name} ({columns})")
        rows = list(_ROWS[name](dice))
        places = ", ".join("?" for _ in rows[0])
        connection.executemany(f"insert into s.{name} values ({places})", rows)
    return connection


def written(connection: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, str]:
    """Write every table as a Parquet file; return the files by name."""
    files = {name: str(folder / f"{name}.parquet") for name in _COLUMNS}
    for name, file in files.items():
        connection.execute(f"copy s.{name} to '{file}' (format parquet)")
    return files


def _orders(dice: random.Random) -> Iterator[Row]:
    for number in range(1, 321):
        day = _day(dice, closed=True)
        paid = None if dice.random() < 0.1 else day + timedelta(days=dice.randrange(12))
        amount = None if dice.random() < 0.05 else dice.randrange(20, 900) / 4
        gift = dice.choice((True, False, False, None))
        yield number, day, paid, _customer(dice), _listing(dice), amount, dice.choice(("web", "app", None)), gift


def _customers(dice: random.Random) -> Iterator[Row]:
    for number in range(1, _CUSTOMERS + 1):
        yield number, FIRST + timedelta(days=dice.randrange(90)), dice.choice(_STATES), dice.choice(("gold", "plain"))


def _listings(dice: random.Random) -> Iterator[Row]:
    for number in range(1, _LISTINGS + 1):
        created = FIRST + timedelta(days=dice.randrange(60))
        yield number, created, *_house(dice)


def _listing_history(dice: random.Random) -> Iterator[Row]:
    for number in range(1, _LISTINGS + 1):
        start = FIRST - timedelta(days=dice.randrange(30))
        for _ in range(dice.randrange(3)):
            end = start + timedelta(days=dice.randrange(15, 50))
            yield number, start, end, *_house(dice)
            start = end + timedelta(days=dice.choice((0, 0, 9)))
        yield number, start, None, *_house(dice)


def _house(dice: random.Random) -> Row:
    lux = dice.choice((True, False, None))
    return dice.choice(_COUNTRIES), lux, dice.randrange(1, 6), dice.randrange(1, _SELLERS + 2)


def _sellers(_: random.Random) -> Iterator[Row]:
    for number in range(1, _SELLERS + 1):
        yield number, ("north", "south", None)[number % 3]


def _views(dice: random.Random) -> Iterator[Row]:
    for number in range(1, 501):
        yield number, _day(dice), _listing(dice), _customer(dice)


def _visits(dice: random.Random) -> Iterator[Row]:
    """Yield visits, at most one of a customer on a day: MetricFlow takes any one of several as the last."""
    seen: set[tuple[date, int | None]] = set()
    for number in range(1, 241):
        day, customer = _day(dice), _customer(dice)
        if (day, customer) not in seen:
            seen.add((day, customer))
            yield number, day, customer, dice.randrange(1, 90), dice.choice(("home", "offer", None))


def _buys(dice: random.Random) -> Iterator[Row]:
    for number in range(1, 121):
        yield number, _day(dice), _customer(dice), dice.randrange(1, 90)


def _balances(dice: random.Random) -> Iterator[Row]:
    for customer in range(1, 9):
        for day in range(0, (LAST - FIRST).days + 1, dice.randrange(3, 8)):
            for kind in ("cash", "points"):
                yield FIRST + timedelta(days=day), customer, kind, dice.randrange(400) / 4


def _days(_: random.Random) -> Iterator[Row]:
    first, last = date(2023, 10, 1), date(2024, 7, 31)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield day, first + timedelta(days=number - number % 45)


def _day(dice: random.Random, *, closed: bool = False) -> date:
    """Return a day; a shop that is `closed` at times has no rows on Sundays and in one week of March."""
    while True:
        day = FIRST + timedelta(days=dice.randrange((LAST - FIRST).days + 1))
        if not closed or (day.isoweekday() != 7 and not date(2024, 3, 4) <= day <= date(2024, 3, 10)):
            return day


def _customer(dice: random.Random) -> int | None:
    return None if dice.random() < 0.06 else dice.randrange(1, _CUSTOMERS + 3)


def _listing(dice: random.Random) -> int | None:
    return None if dice.random() < 0.06 else dice.randrange(1, _LISTINGS + 2)


_ROWS: Final[Mapping[str, Callable[[random.Random], Iterator[Row]]]] = {
    "orders": _orders,
    "customers": _customers,
    "listings": _listings,
    "listing_history": _listing_history,
    "sellers": _sellers,
    "views": _views,
    "visits": _visits,
    "buys": _buys,
    "balances": _balances,
    "days": _days,
}
