-- Sort by time  [one row: time]
--   Project revenue_last_month  [one row: time]
--     Aggregate 'orders rows': revenue=sum by time on month(orders.odate + 1 month)  [one row: time]
--       Filter 2024-01-01 <= orders.odate <= 2024-03-31  [one row: row of orders]
--         Scan orders  [one row: row of orders]
-- parameters: 2024-01-01, 2024-03-31
WITH "orders rows" AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', CAST("orders"."odate" + (
      1 * INTERVAL '1' MONTH
    ) AS DATE)) AS DATE) AS "time",
    CAST(SUM("orders"."amount") AS BIGINT) AS "revenue"
  FROM "s"."orders" AS "orders"
  WHERE
    (
      "orders"."odate" >= $1
    ) AND (
      "orders"."odate" <= $2
    )
  GROUP BY
    1
)
SELECT
  "orders rows"."time" AS "time",
  "orders rows"."revenue" AS "revenue_last_month"
FROM "orders rows"
ORDER BY
  "time" ASC
