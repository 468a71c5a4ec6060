-- Sort by time, region  [one row: time, region]
--   Project revenue_ytd  [one row: time, region]
--     Aggregate 'windows rows': revenue=sum  [one row: time, region]
--       Window year to date  [one row: region, metrion day, time]
--         Aggregate 'windows rows by day': revenue=sum  [one row: region, metrion day]
--           Join customers along orders_customers  [one row: row of orders]
--             Filter 2024-01-01 <= orders.odate <= 2024-04-30  [one row: row of orders]
--               Scan orders  [one row: row of orders]
-- parameters: 2024-02-01, 2024-04-30, 2024-01-01
WITH "occurring rows" AS (
  SELECT
    "orders"."odate" AS "time"
  FROM "s"."orders" AS "orders"
  WHERE
    (
      "orders"."odate" >= $1
    ) AND (
      "orders"."odate" <= $2
    )
  GROUP BY
    1
), "the periods found" AS (
  SELECT DISTINCT
    "occurring rows"."time"
  FROM "occurring rows"
  WHERE
    NOT "occurring rows"."time" IS NULL
), "the periods" AS (
  SELECT
    "the periods found"."time",
    "the periods found"."time" AS "seen_at"
  FROM "the periods found"
), "windows rows by day" AS (
  SELECT
    "customers"."region" AS "region",
    "orders"."odate" AS "metrion day",
    CAST(SUM("orders"."amount") AS BIGINT) AS "revenue"
  FROM "s"."orders" AS "orders"
  LEFT JOIN "s"."customers" AS "customers"
    ON "orders"."customer_id" = "customers"."id"
  WHERE
    (
      "orders"."odate" >= $3
    ) AND (
      "orders"."odate" <= $2
    )
  GROUP BY
    1,
    2
), "windows rows" AS (
  SELECT
    "the periods"."time" AS "time",
    "windows rows by day"."region" AS "region",
    CAST(SUM("windows rows by day"."revenue") AS BIGINT) AS "revenue"
  FROM "windows rows by day"
  INNER JOIN "the periods"
    ON (
      "windows rows by day"."metrion day" <= "the periods"."seen_at"
    )
    AND (
      "windows rows by day"."metrion day" >= CAST(DATE_TRUNC('YEAR', "the periods"."seen_at") AS DATE)
    )
  GROUP BY
    1,
    2
)
SELECT
  "windows rows"."time" AS "time",
  "windows rows"."region" AS "region",
  "windows rows"."revenue" AS "revenue_ytd"
FROM "windows rows"
ORDER BY
  "time" ASC,
  "region" ASC
