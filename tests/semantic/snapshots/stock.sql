-- Sort by time, region  [one row: time, region]
--   Project balance  [one row: time, region]
--     Aggregate 'orders rows': balance=sum  [one row: time, region]
--       Join customers along orders_customers  [one row: row of orders]
--         Snapshot last within month(orders.odate), orders.customer_id  [one row: row of orders]
--           Scan orders visible by in[region=customers.region]  [one row: row of orders]
-- parameters: EAST, WEST
WITH "orders rows" AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', "orders"."odate") AS DATE) AS "time",
    "customers"."region" AS "region",
    CAST(SUM("orders"."amount") AS BIGINT) AS "balance"
  FROM (
    SELECT
      "orders".*,
      "orders"."odate" = MAX("orders"."odate") OVER (
        PARTITION BY CAST(DATE_TRUNC('MONTH', "orders"."odate") AS DATE), "orders"."customer_id"
      ) AS "metrion latest"
    FROM (
      SELECT
        "orders".*
      FROM "s"."orders" AS "orders"
      LEFT JOIN "s"."customers" AS "customers"
        ON "orders"."customer_id" = "customers"."id"
      WHERE
        "customers"."region" IN ($1, $2)
    ) AS "orders"
  ) AS "orders"
  LEFT JOIN "s"."customers" AS "customers"
    ON "orders"."customer_id" = "customers"."id"
  WHERE
    "orders"."metrion latest"
  GROUP BY
    1,
    2
)
SELECT
  "orders rows"."time" AS "time",
  "orders rows"."region" AS "region",
  "orders rows"."balance" AS "balance"
FROM "orders rows"
ORDER BY
  "time" ASC,
  "region" ASC
