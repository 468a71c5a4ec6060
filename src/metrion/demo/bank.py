"""The bank-risk line, generated: branches, loans, balances at day end, repayments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pyarrow as pa

from metrion.demo.story import BRANCH_OVERDUE, FIRST_DAY, LAST_DAY, SEED, is_working_day

BRANCHES = (
    ("B01", "中心支行", "Central", "Hangzhou"),
    ("B02", "城西支行", "West City", "Hangzhou"),
    ("B03", "滨江支行", "Binjiang", "Hangzhou"),
    ("B04", "湖滨支行", "Lakeside", "Suzhou"),
)
PRODUCTS = ("mortgage", "consumer", "small_business")
_AMOUNTS = {"mortgage": (400, 1800), "consumer": (10, 200), "small_business": (100, 900)}
_MONTHS = {"mortgage": 240, "consumer": 24, "small_business": 12}
_MONEY = pa.decimal128(16, 2)
_LOANS = 320


@dataclass(frozen=True, slots=True)
class Loan:
    """One loan; `principal` in whole yuan."""

    id: str
    branch: str
    product: str
    id_number: str
    principal: int
    start: date
    months: int
    overdue_from: date | None


def _open_from(day: date) -> date:
    """Return the day, or the next one on which the branches are open."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def _loans() -> tuple[Loan, ...]:
    dice = Random(SEED + 1)
    span = (LAST_DAY - FIRST_DAY).days
    made = []
    for number in range(1, _LOANS + 1):
        branch = dice.choice(BRANCHES)[0]
        product = dice.choices(PRODUCTS, (30, 40, 30))[0]
        low, high = _AMOUNTS[product]
        start = _open_from(FIRST_DAY + timedelta(days=int(span * dice.random() ** 1.5) - 120))
        risk = 0.05 + (0.04 if product == "small_business" else 0.0)
        first_due = max(start + timedelta(days=35), FIRST_DAY)
        overdue = first_due + timedelta(days=dice.randint(0, 500)) if dice.random() < risk else None
        if branch == "B03" and product == "small_business" and dice.random() < 0.75:
            overdue = max(first_due, BRANCH_OVERDUE.start + timedelta(days=dice.randint(0, 120)))
        made.append(
            Loan(
                f"L{number:05d}", branch, product, f"3301{dice.randint(10**13, 10**14 - 1)}",
                dice.randint(low, high) * 1000, start, _MONTHS[product], overdue,
            )
        )  # fmt: skip
    return tuple(made)


def branches() -> pa.Table:
    """Return the four branches."""
    codes, names_zh, names_en, cities = zip(*BRANCHES, strict=True)
    return pa.table({"branch_id": codes, "name_zh": names_zh, "name_en": names_en, "city": cities})


def loans_and_balances() -> tuple[pa.Table, pa.Table]:
    """Return the loans and, per loan and day from its start to its end, what is owed and what is overdue."""
    loans = _loans()
    table = pa.table(
        {
            "loan_id": [loan.id for loan in loans],
            "branch_id": [loan.branch for loan in loans],
            "product": [loan.product for loan in loans],
            "id_number": [loan.id_number for loan in loans],
            "principal": pa.array([Decimal(loan.principal) for loan in loans], _MONEY),
            "start_date": pa.array([loan.start for loan in loans], pa.date32()),
        }
    )
    days: list[date] = []
    ids: list[str] = []
    owed: list[Decimal] = []
    late: list[Decimal] = []
    for loan in loans:
        day = max(loan.start, FIRST_DAY)
        while day <= LAST_DAY:
            stopped = loan.overdue_from if loan.overdue_from and loan.overdue_from <= day else None
            paid_months = min(((stopped or day) - loan.start).days // 30, loan.months)
            balance = loan.principal * (loan.months - paid_months) // loan.months
            if balance == 0:
                break
            missed = (day - stopped).days // 30 + 1 if stopped else 0
            overdue = min(balance, loan.principal * missed // loan.months)
            days.append(day)
            ids.append(loan.id)
            owed.append(Decimal(balance))
            late.append(Decimal(overdue))
            day += timedelta(days=1)
    balances = pa.table(
        {
            "balance_date": pa.array(days, pa.date32()),
            "loan_id": ids,
            "balance": pa.array(owed, _MONEY),
            "overdue_balance": pa.array(late, _MONEY),
        }
    )
    return table, balances.sort_by([("balance_date", "ascending"), ("loan_id", "ascending")])


def loans() -> pa.Table:
    """Return the loans."""
    return loans_and_balances()[0]


def loan_balances() -> pa.Table:
    """Return what is owed and overdue per loan and day end."""
    return loans_and_balances()[1]
