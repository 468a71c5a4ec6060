-- Sort by revenue desc, time, region, first 10  [one row: time, region]
--   Project revenue, done_revenue, buyers  [one row: time, region]
--     Aggregate 'orders rows': revenue=sum, revenue_2=sum where compare[status=orders.status], buyers=count_distinct  [one row: time, region]
--       Filter compare[region=customers.region]  [one row: row of orders]
--         Join customers along orders_customers  [one row: row of orders]
--           Filter 2024-02-01 <= orders.odate <= 2024-04-30  [one row: row of orders]
--             Scan orders  [one row: row of orders]
-- parameters: 2024-02-01, 2024-04-30, EAST, done, 10
WITH "orders rows" AS (
  SELECT
    "orders"."metrion key 1" AS "time",
    "customers"."region" AS "region",
    CAST(SUM("orders"."amount") AS BIGINT) AS "revenue",
    CAST(SUM("orders"."amount") FILTER(WHERE
      "orders"."status" = $4) AS BIGINT) AS "revenue_2",
    COUNT(DISTINCT "orders"."customer_id") AS "buyers"
  FROM (
    SELECT
      *,
      CAST(DATE_TRUNC('MONTH', "orders"."odate") AS DATE) AS "metrion key 1"
    FROM "s"."orders" AS "orders"
  ) AS "orders"
  LEFT JOIN "s"."customers" AS "customers"
    ON "orders"."customer_id" = "customers"."id"
  WHERE
    (
      "orders"."odate" >= $1
    )
    AND (
      "orders"."odate" <= $2
    )
    AND (
      "customers"."region" = $3
    )
  GROUP BY
    1,
    2
)
SELECT
  "orders rows"."time" AS "time",
  "orders rows"."region" AS "region",
  "orders rows"."revenue" AS "revenue",
  "orders rows"."revenue_2" AS "done_revenue",
  "orders rows"."buyers" AS "buyers"
FROM "orders rows"
ORDER BY
  "revenue" DESC,
  "time" ASC,
  "region" ASC
LIMIT $5
