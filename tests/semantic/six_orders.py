"""The six orders: true revenue 460, EAST 350, WEST 75, none 35."""

from __future__ import annotations

import duckdb
from tests.semantic.world import Company, atomic, composite, dataset, derived, dimension, relationship

from metrion.semantic.model import Duration, Period, Shift

_TABLES = """
create schema s;
create table s.customers as select * from (values
  (1,'EAST',100,date '2024-01-01'),(2,'EAST',100,date '2024-01-01'),
  (3,'WEST',50,date '2024-01-01'),(4,'NORTH',70,date '2024-01-01')) t(id,region,credit_limit,joined);
create table s.orders as select * from (values
  (101,1,100,'done',date '2024-01-31'),(102,1,50,'open',date '2024-01-30'),(103,2,200,'done',date '2024-02-29'),
  (104,3,75,'done',date '2024-04-10'),(105,99,30,'done',date '2024-04-11'),(106,NULL,5,'done',date '2024-04-11'))
  t(id,customer_id,amount,status,odate);
create table s.returns as select * from (values
  (201,1,10,date '2024-02-01'),(202,3,5,date '2024-04-20'),(203,4,15,date '2024-05-01')) t(id,customer_id,amount,rdate);
"""


def six_orders() -> Company:
    """Return the company of the six orders, three returns and four customers."""
    connection = duckdb.connect()
    connection.execute(_TABLES)
    key = {"id": "integer", "customer_id": "integer", "amount": "integer"}
    return Company(
        (
            dataset("orders", {**key, "status": "string", "odate": "date"}, time="odate"),
            dataset("returns", {**key, "rdate": "date"}, time="rdate"),
            dataset("customers", {"id": "integer", "region": "string", "credit_limit": "integer", "joined": "date"}),
            relationship("orders", "customers", ("customer_id", "id")),
            relationship("returns", "customers", ("customer_id", "id")),
            dimension("region", ("customers", "region")),
            dimension("status", ("orders", "status")),
            dimension("order_date", ("orders", "odate")),
            dimension("joined", ("customers", "joined")),
            atomic("revenue", "orders", "sum", "amount"),
            atomic("orders_count", "orders", "count", "*"),
            atomic("buyers", "orders", "count_distinct", "customer_id"),
            atomic("returned", "returns", "sum", "amount"),
            atomic("credit", "customers", "sum", "credit_limit"),
            composite("net", "[revenue] - [returned]"),
            composite("return_rate", "[returned] / [revenue]"),
            derived("revenue_last_month", "revenue", period=Period(shift=Shift(count=1, unit="month"))),
            derived("revenue_mtd", "revenue", period=Period(to_date="month")),
            derived("revenue_ytd", "revenue", period=Period(to_date="year")),
            derived("revenue_3m", "revenue", period=Period(trailing=Duration(count=3, unit="month"))),
        ),
        connection,
    )
