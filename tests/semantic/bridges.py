"""Orders with several tags (a bridge) and several lines: 187 in all, 150 with Alpha, 130 with Beta, 30 with Gamma."""

from __future__ import annotations

import duckdb
from tests.semantic.world import Company, atomic, dataset, derived, dimension, modifier, relationship

from metrion.semantic.condition import Compare
from metrion.semantic.model import Period

ALPHA = Compare(field="tag", op="eq", value="Alpha")
_TABLES = """
create schema s;
create table s.orders as select * from (values
  (1,100,date '2024-01-05'),(2,50,date '2024-01-20'),(3,30,date '2024-02-01'),(4,7,date '2024-02-02')) t(id,amount,day);
create table s.order_tags as select * from (values
  (1,'a',0.5),(1,'b',0.5),(2,'a',1.0),(3,'b',0.25),(3,'c',0.75),(99,'a',1.0)) t(order_id,tag_id,share);
create table s.tags as select * from (values ('a','Alpha'),('b','Beta'),('c','Gamma'),('d','Delta')) t(id,name);
create table s.lines as select * from (values
  (1,1,'x',3),(2,1,'x',4),(3,1,'y',1),(4,2,'y',2),(5,NULL,'z',9)) t(id,order_id,sku,qty);
"""


def tagged(backwards: str = "once", weight: str | None = None) -> Company:
    """Return the company; order 4 has no tag, order 99 is only in the bridge, one line has no order."""
    connection = duckdb.connect()
    connection.execute(_TABLES)
    return Company(
        (
            dataset("orders", {"id": "integer", "amount": "integer", "day": "date"}, time="day"),
            dataset(
                "order_tags",
                {"order_id": "integer", "tag_id": "string", "share": "float"},
                key=("order_id", "tag_id"),
                shape="bridge",
            ),
            dataset("tags", {"id": "string", "name": "string"}),
            dataset("lines", {"id": "integer", "order_id": "integer", "sku": "string", "qty": "integer"}),
            relationship("order_tags", "orders", ("order_id", "id"), backwards=backwards, weight=weight),
            relationship("order_tags", "tags", ("tag_id", "id")),
            relationship("lines", "orders", ("order_id", "id"), backwards="once"),
            dimension("tag", ("tags", "name")),
            dimension("sku", ("lines", "sku")),
            modifier("alpha", ALPHA),
            atomic("revenue", "orders", "sum", "amount"),
            atomic("orders_count", "orders", "count", "*"),
            atomic("average", "orders", "avg", "amount"),
            atomic("middle", "orders", "median", "amount"),
            atomic("amounts", "orders", "count_distinct", "amount"),
            atomic("quantity", "lines", "sum", "qty"),
            derived("with_alpha", "revenue", where=ALPHA),
            derived("alpha_modified", "revenue", "alpha"),
            derived("so_far", "revenue", period=Period(to_date="year")),
        ),
        connection,
    )
