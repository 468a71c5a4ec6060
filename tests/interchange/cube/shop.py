"""A small Cube project with one of everything, and what it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.interchange.cube.importer import import_cube
from metrion.interchange.foreign.report import Surroundings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrion.interchange.foreign.report import Imported
    from metrion.semantic.model import DataType

CUSTOMERS: Final = """
cubes:
  - name: Customers
    title: Buyers
    description: Who buys.
    access_policy: [{role: '*'}]
    sql_table: shop.customers
    joins:
      - name: orders
        relationship: one_to_many
        sql: "{CUBE}.id = {orders.customer_id}"
    dimensions:
      - {name: id, type: number, sql: id, primary_key: true}
      - {name: city, type: string, sql: "{CUBE}.city"}
      - {name: region, type: string, sql: region}
      - name: place
        type: geo
        latitude: {sql: "{CUBE}.lat"}
        longitude: {sql: "{CUBE}.lng"}
      - {name: orders_made, type: number, sql: "{orders.count}", sub_query: true}
      - {name: secret, type: string, sql: secret, mask: "x"}
    measures:
      - {name: count, type: count}
      - {name: best, type: max, sql: score}
    segments:
      - {name: in_paris, sql: "{CUBE}.city = 'Paris'"}
      - {name: buyers, sql: "{orders_made} > 0"}
    hierarchies:
      - {name: where, levels: [region, city]}
"""

ORDERS: Final = """
cubes:
  - name: orders
    sql: SELECT * FROM orders
    pre_aggregations:
      - {name: daily, measures: [count]}
    joins:
      - {name: rates, relationship: belongsTo, sql: "{orders}.currency = {rates.currency}"}
    dimensions:
      - {name: id, type: number, sql: id, primaryKey: true}
      - {name: customer_id, type: number, sql: customer_id}
      - {name: status, type: string, sql: status}
      - {name: shouted, type: string, sql: "UPPER({CUBE.status})"}
      - name: size
        type: string
        case:
          when:
            - {sql: "{CUBE}.amount >= 100", label: large}
            - {sql: "{CUBE}.amount >= 10", label: it's medium}
          else: {label: small}
      - name: created_at
        type: time
        sql: created_at
        granularities:
          - {name: half_year, interval: 6 months, origin: "2024-04-01"}
          - {name: sprint, interval: 2 weeks}
      - {name: in_euro, type: number, sql: "{CUBE}.amount / {rates.rate}"}
      - {name: their_rate, type: number, sql: "{rates.rate}"}
      - name: window
        type: switch
        values: [week, month]
    measures:
      - {name: count, type: count}
      - {name: amount, type: sum, sql: amount}
      - {name: done, type: count, filters: [{sql: "{CUBE}.status = 'done'"}]}
      - {name: buyers, type: countDistinct, sql: customer_id}
      - {name: about, type: countDistinctApprox, sql: customer_id}
      - {name: mean, type: number, sql: "{amount} / NULLIF({count}, 0)"}
      - {name: span, type: number, sql: "MAX({CUBE}.amount) - MIN({CUBE}.amount)"}
      - {name: first, type: time, sql: "MIN({CUBE}.created_at)"}
      - {name: amount_again, type: number, sql: "{amount}"}
      - {name: any, type: boolean, sql: "{amount} > 0"}
      - {name: word, type: string, sql: "CASE WHEN {count} > 3 THEN 'many' ELSE 'few' END"}
      - {name: week_amount, type: sum, sql: amount, rolling_window: {trailing: 7 day, offset: start}}
      - {name: around, type: sum, sql: amount, rolling_window: {trailing: unbounded, leading: 1 day}}
      - {name: half_amount, type: sum, sql: amount, rolling_window: {type: to_date, granularity: half_year}}
      - {name: lasting, type: avg, sql: amount, rolling_window: {trailing: 3 month}}
      - name: by_window
        type: number
        multi_stage: true
        case:
          switch: "{CUBE.window}"
          when:
            - {value: week, sql: "{week_amount}"}
          else: {sql: "{lasting} * 2"}

  - name: rates
    sql: "SELECT currency, rate FROM fx WHERE rate > 0"
    dimensions:
      - {name: currency, type: string, sql: currency, primary_key: true}
      - {name: rate, type: number, sql: rate}
"""

VIEWS: Final = """
views:
  - name: sales
    cubes:
      - join_path: orders
        includes:
          - count
          - {name: amount, alias: value}
          - status
        excludes: [status]
      - join_path: orders.rates
        prefix: true
        includes: "*"
    default_filters:
      - {member: sales.rates_currency, operator: equals, values: [EUR]}
"""

FILES: Final = {"customers.yml": CUSTOMERS, "orders.yml": ORDERS, "views.yml": VIEWS}


def shop(files: Mapping[str, str] = FILES, tables: Mapping[str, Mapping[str, DataType]] | None = None) -> Imported:
    """Return the project as imported."""
    return import_cube(files, Surroundings("sales", (tables or {}).get))


def cube(members: str) -> Imported:
    """Return a project of one cube `t` with a key, a status, a kind, a time, and some members more."""
    text = f"""
cubes:
  - name: t
    sql_table: t
    dimensions:
      - {{name: id, type: number, sql: id, primary_key: true}}
      - {{name: status, type: string, sql: status}}
      - {{name: kind, type: string, sql: kind}}
      - {{name: at, type: time, sql: at}}
    measures:
      - {{name: count, type: count}}
      - {{name: amount, type: sum, sql: amount}}
{members}
"""
    return shop({"t.yml": text})
