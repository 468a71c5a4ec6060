"""Names as long as names may be, values of a metric as a dimension, and datasets written in much of SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
from tests.semantic.six_orders import six_orders
from tests.semantic.world import Company, atomic, composite, dataset, derived, dimension, metric, relationship

from metrion.semantic.model import (
    ColumnPair,
    Duration,
    MetricsTable,
    Nested,
    Period,
    Rank,
    RelationshipDef,
    Share,
    SqlQuery,
)

if TYPE_CHECKING:
    from metrion.semantic.model import Definition

LONGEST = 63


def lengthened(name: str, end: str) -> str:
    """Return a name of 63 characters with this end."""
    return f"{name}_{'and_so_on_' * 7}"[: LONGEST - len(end)] + end


SALES, COSTS, PLACES = lengthened("sales", "_1"), lengthened("sales", "_2"), lengthened("sales", "_3")
PLACE = lengthened("place", "_1")
KIND = lengthened("place", "_2")
HOME, WORK = lengthened("place", "_home"), lengthened("place", "_work")
SUM, SUM_TWICE = lengthened("sum", "_1"), lengthened("sum", "_2")
COST = lengthened("sum", "_3")
RATIO = lengthened("sum", "_4")
SO_FAR, BEFORE = lengthened("sum", "_5"), lengthened("sum", "_6")
AVERAGE, PART, RANK = lengthened("sum", "_7"), lengthened("sum", "_8"), lengthened("sum", "_9")


def long() -> Company:
    """Return a company in which names differ in their last character."""
    columns = {"id": "integer", HOME: "integer", WORK: "integer", "amount": "integer", "day": "date"}
    connection = duckdb.connect()
    connection.execute(f"""create schema s;
      create table s."{SALES}" as select * from (values
        (1, 1, 2, 10, date '2024-01-05'), (2, 1, 1, 20, date '2024-01-20'), (3, 2, 1, 40, date '2024-02-05'),
        (4, NULL, 2, 80, date '2024-02-06')) t(id, "{HOME}", "{WORK}", amount, day);
      create table s."{COSTS}" as select * from (values
        (1, 2, 2, 3, date '2024-01-05'), (2, 1, 2, 5, date '2024-03-05')) t(id, "{HOME}", "{WORK}", amount, day);
      create table s."{PLACES}" as select * from (values (1, 'town', 'A'), (2, 'land', 'B')) t(id, "{PLACE}", "{KIND}");
    """)
    return Company(
        (
            dataset(SALES, columns, time="day"),
            dataset(COSTS, columns, time="day"),
            dataset(PLACES, {"id": "integer", PLACE: "string", KIND: "string"}),
            *(
                RelationshipDef(
                    code=f"r{place}",
                    domain="sales",
                    from_dataset=many,
                    to_dataset=PLACES,
                    role=role,
                    columns=(ColumnPair(many=role, one="id"),),
                )
                for place, (many, role) in enumerate((of, role) for of in (SALES, COSTS) for role in (HOME, WORK))
            ),
            dimension(PLACE, (PLACES, PLACE)),
            dimension(KIND, (PLACES, KIND)),
            atomic(SUM, SALES, "sum", "amount"),
            atomic(SUM_TWICE, SALES, "sum", "amount * 2"),
            atomic(COST, COSTS, "sum", "amount"),
            composite(RATIO, f"[{COST}] / [{SUM}]"),
            derived(SO_FAR, SUM, period=Period(cumulative=True)),
            derived(BEFORE, SUM, period=Period(trailing=Duration(count=2, unit="month"))),
            metric(AVERAGE, Nested(base=SUM, per=(f"{HOME}.{PLACE}",))),
            metric(PART, Share(metric=SUM)),
            metric(RANK, Rank(base=SUM)),
        ),
        connection,
    )


WRITTEN: dict[str, tuple[str, dict[str, str]]] = {
    "parts": (
        """with paid as (select * from orders where status = 'done')
        select id, customer_id, amount from paid where customer_id is not null""",
        {"customer_id": "integer", "amount": "integer"},
    ),
    "united": (
        """select id, amount, 'order' as what from orders
        union all select id, -amount, 'return' from returns""",
        {"amount": "integer", "what": "string"},
    ),
    "latest": (
        """select id, amount, place from (select id, amount, row_number() over (
        partition by customer_id order by odate desc, id) as place from orders) as t where place = 1""",
        {"amount": "integer", "place": "integer"},
    ),
    "banded": (
        """select id, amount, case when amount >= 100 then 'large' when amount >= 50 then 'middle' else 'small' end
        as what from orders""",
        {"amount": "integer", "what": "string"},
    ),
    "grouped": (
        """select customer_id as id, sum(amount) as amount, count(*) as many, count(distinct status) as kinds
        from orders where customer_id is not null group by customer_id having count(*) >= 1""",
        {"amount": "integer", "many": "integer", "kinds": "integer"},
    ),
    "joined": (
        """select o.id, coalesce(c.region, '?') || '/' || o.status as what, o.amount
        from orders as o left join customers as c on c.id = o.customer_id""",
        {"what": "string", "amount": "integer"},
    ),
    "halved": ("select id, amount / 4 as part, amount % 4 as rest from orders", {"part": "float", "rest": "integer"}),
    "months": (
        """select id, amount, cast(date_trunc('month', odate) as date) as month, year(odate) as year
        from orders""",
        {"amount": "integer", "month": "date", "year": "integer"},
    ),
    "days": ("select id, amount, odate + 1 as after from orders", {"amount": "integer", "after": "date"}),
    "upper": (
        "select id, amount, upper(status) as what, length(status) as long from orders where status in ('done', 'open')",
        {"amount": "integer", "what": "string", "long": "integer"},
    ),
}
"""SELECTs over the six orders, and the columns that they give beside `id`."""


def written() -> Company:
    """Return the six orders, and datasets written over them."""
    found: list[Definition] = []
    for code, (sql, columns) in WRITTEN.items():
        found.append(dataset(code, {"id": "integer", **columns}, source=SqlQuery(sql=sql)))
        found.append(atomic(f"count_of_{code}", code, "count", "*"))
        found += [
            dimension(f"{code}_{column}", (code, column))
            if kind in {"string", "date"}
            else atomic(f"{column}_of_{code}", code, "sum", column)
            for column, kind in columns.items()
        ]
    spent = dataset(
        "spent",
        {"customer": "integer", "revenue": "integer", "orders_count": "integer"},
        key="customer",
        source=MetricsTable(metrics=("revenue", "orders_count"), dimensions=("customer",)),
    )
    return six_orders().with_(
        *found,
        dimension("customer", ("orders", "customer_id")),
        spent,
        relationship("orders", "spent", ("customer_id", "customer")),
        dimension("customer_revenue", ("spent", "revenue")),
        dimension("customer_orders", ("spent", "orders_count")),
        metric("average_customer", Nested(base="revenue", per=("customer",))),
        metric("median_customer", Nested(base="revenue", per=("customer",), aggregation="median")),
        metric("rank_without", Rank(base="revenue", without=("region",))),
    )
