"""A small shop as a dbt project writes it: every kind of entity, dimension, measure and metric once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrion.interchange.foreign.report import Surroundings
from metrion.interchange.metricflow.importer import import_metricflow

if TYPE_CHECKING:
    from metrion.interchange.foreign.report import Imported
    from metrion.semantic.model import DataType

TABLES: dict[str, dict[str, DataType]] = {
    "orders": {
        "order_id": "integer", "buyer_id": "integer", "seller_id": "integer", "shop_id": "integer", "day": "date",
        "paid_at": "timestamp", "amount": "decimal", "is_gift": "boolean", "part": "date",
    },
    "people": {"person_id": "integer", "city": "string", "part": "date", "born": "string"},
    "shops": {"shop_id": "integer", "since": "date", "until": "date", "level": "string"},
    "visits": {"visit_id": "integer", "person_id": "integer", "day": "date", "page": "string"},
    "balances": {"account_id": "integer", "day": "date", "balance": "decimal"},
    "days": {"day": "date", "season": "date"},
}  # fmt: skip

MODELS = """
semantic_models:
  - name: orders
    description: One row for each order.
    model: ref('orders')
    defaults: {agg_time_dimension: day}
    entities:
      - {name: order, type: primary, expr: order_id}
      - {name: buyer, type: foreign, expr: buyer_id}
      - {name: shop, type: foreign, expr: shop_id}
    dimensions:
      - {name: day, type: time, type_params: {time_granularity: day}}
      - {name: paid, type: time, expr: paid_at, type_params: {time_granularity: hour}}
      - {name: part, type: time, is_partition: true, type_params: {time_granularity: day}}
      - {name: is_gift, type: categorical}
      - {name: size, type: categorical, expr: "case when amount >= 100 then 'large' else 'small' end"}
    measures:
      - {name: orders, agg: sum, expr: 1, create_metric: true}
      - {name: amount, agg: sum}
      - {name: gifts, agg: sum_boolean, expr: is_gift}
      - {name: mean_amount, agg: average, expr: amount}
      - {name: p90, agg: percentile, expr: amount,
         agg_params: {percentile: 0.9, use_discrete_percentile: true, use_approximate_percentile: true}}
      - {name: buyers, agg: count_distinct, expr: buyer_id}
      - {name: paid_amount, agg: sum, expr: amount, agg_time_dimension: paid}
  - name: people
    model: ref('people')
    entities:
      - {name: buyer, type: primary, expr: person_id}
    dimensions:
      - {name: city, type: categorical}
      - {name: part, type: time, is_partition: true, type_params: {time_granularity: day}}
      - {name: born, type: time, type_params: {time_granularity: day}}
  - name: shops
    node_relation: {alias: shops, schema_name: public}
    primary_entity: shop
    entities:
      - {name: shop, type: natural, expr: shop_id}
    dimensions:
      - {name: since, type: time, type_params: {time_granularity: day, validity_params: {is_start: true}}}
      - {name: until, type: time, type_params: {time_granularity: day, validity_params: {is_end: true}}}
      - {name: level, type: categorical}
  - name: visits
    model: ref('visits')
    defaults: {agg_time_dimension: day}
    entities:
      - {name: visit, type: primary, expr: visit_id}
      - {name: buyer, type: foreign, expr: person_id}
    dimensions:
      - {name: day, type: time, type_params: {time_granularity: day}}
      - {name: page, type: categorical}
    measures:
      - {name: visits, agg: count, expr: "1"}
  - name: balances
    model: ref('balances')
    defaults: {agg_time_dimension: day}
    primary_entity: balance
    entities:
      - {name: account, type: foreign, expr: account_id}
    dimensions:
      - {name: day, type: time, type_params: {time_granularity: day}}
    measures:
      - name: balance
        agg: sum
        non_additive_dimension: {name: day, window_choice: max, window_groupings: [account]}
"""

METRICS = """
metrics:
  - {name: amount, type: simple, label: 销售额, description: 全部订单, type_params: {measure: amount}}
  - name: gift_amount
    type: simple
    type_params: {measure: {name: amount, fill_nulls_with: 0, join_to_timespine: true,
                            filter: "{{ Dimension('order__is_gift') }}"}}
    filter: "{{ Dimension('buyer__city') }} = 'Paris' AND {{ TimeDimension('metric_time', 'month') }} >= '2024-01-01'"
  - {name: gifts, type: simple, type_params: {measure: gifts}}
  - {name: p90, type: simple, type_params: {measure: p90}}
  - {name: buyers, type: simple, type_params: {measure: buyers}}
  - {name: paid_amount, type: simple, type_params: {measure: paid_amount}}
  - {name: balance, type: simple, type_params: {measure: balance}}
  - name: amount_per_buyer
    type: ratio
    type_params:
      numerator: {name: amount, filter: "{{ Dimension('shop__level') }} IN ('A', 'B')"}
      denominator: buyers
  - name: growth
    type: derived
    filter: "{{ Entity('buyer') }} IS NOT NULL"
    type_params:
      expr: (amount - before) / NULLIF(before, 0)
      metrics:
        - amount
        - {name: amount, alias: before, offset_window: 2 weeks}
  - name: at_start_of_month
    type: derived
    type_params: {expr: amount, metrics: [{name: amount, offset_to_grain: month}]}
  - name: season_ago
    type: derived
    type_params: {expr: amount, metrics: [{name: amount, offset_window: 1 season}]}
  - name: trailing
    type: cumulative
    type_params: {measure: amount, cumulative_type_params: {window: 2 months, period_agg: average}}
  - {name: month_to_date, type: cumulative, type_params: {measure: amount, grain_to_date: month}}
  - {name: so_far, type: cumulative, type_params: {measure: amount, cumulative_type_params: {period_agg: last}}}
  - name: bought_after_visit
    type: conversion
    filter: "{{ Dimension('visit__page') }} = 'home'"
    type_params:
      conversion_type_params:
        base_measure: visits
        conversion_measure: orders
        entity: buyer
        window: 7 days
        constant_properties: [{base_property: buyer, conversion_property: buyer}]
  - name: regulars
    type: simple
    type_params: {measure: orders}
    filter: "{{ Metric('visits', ['buyer']) }} > 2"
  - {name: visits, type: simple, type_params: {measure: visits}}
  - name: own_aggregation
    type: simple
    type_params: {metric_aggregation_params: {semantic_model: orders, agg: max, expr: amount}}
"""

QUERIES = """
saved_queries:
  - name: by_city
    query_params:
      metrics: [amount, growth]
      group_by: ["TimeDimension('metric_time', 'month')", "Dimension('buyer__city')"]
      where: ["{{ Dimension('order__is_gift') }}"]
      order_by: ["Metric('amount').descending(True)"]
      limit: 5
"""

SPINE = """
models:
  - name: days
    time_spine:
      standard_granularity_column: day
      custom_granularities: [{name: season}]
    columns:
      - {name: day, granularity: day}
"""

FILES = {"models.yml": MODELS, "metrics.yml": METRICS, "queries.yml": QUERIES, "spine.yml": SPINE}


def shop(**more: str) -> Imported:
    """Return the shop as imported, with further or other files."""
    return import_metricflow({**FILES, **more}, Surroundings("retail", TABLES.get))
