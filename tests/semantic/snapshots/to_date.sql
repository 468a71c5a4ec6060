-- Sort by time, region  [one row: time, region]
--   Project revenue_ytd  [one row: time, region]
--     Aggregate 'windows rows': revenue=sum  [one row: time, region]
--       Window year to date  [one row: region, metrion tick, time]
--         Aggregate 'windows rows by tick': revenue=sum  [one row: region, metrion tick]
--           Aggregate 'orders once': revenue=sum, rows=count where 2024-02-01 <= orders.odate <= 2024-04-30  [one row: region, metrion tick]
--             Filter 2024-01-01 <= orders.odate <= 2024-04-30  [one row: row of orders]
--               Join customers along orders_customers  [one row: row of orders]
--                 Scan orders  [one row: row of orders]
-- parameters: 2024-01-01, 2024-04-30, 2024-02-01, 0
WITH "orders once" AS (
  SELECT
    "customers"."region" AS "region",
    "orders"."odate" AS "metrion tick",
    CAST(SUM("orders"."amount") AS BIGINT) AS "revenue",
    COUNT(*) FILTER(WHERE
      (
        "orders"."odate" >= $3
      ) AND (
        "orders"."odate" <= $2
      )) AS "rows"
  FROM "s"."orders" AS "orders"
  LEFT JOIN "s"."customers" AS "customers"
    ON "orders"."customer_id" = "customers"."id"
  WHERE
    (
      "orders"."odate" >= $1
    ) AND (
      "orders"."odate" <= $2
    )
  GROUP BY
    1,
    2
), "occurring rows" AS (
  SELECT
    "orders once"."metrion tick" AS "time"
  FROM "orders once"
  WHERE
    "orders once"."rows" > $4
  GROUP BY
    1
), "the periods rows found" AS (
  SELECT DISTINCT
    "occurring rows"."time"
  FROM "occurring rows"
  WHERE
    NOT "occurring rows"."time" IS NULL
), "the periods rows" AS (
  SELECT
    "the periods rows"."time",
    "the periods rows"."time" AS "seen_at"
  FROM "the periods rows found" AS "the periods rows"
), "windows rows by tick" AS (
  SELECT
    "orders once"."region" AS "region",
    "orders once"."metrion tick" AS "metrion tick",
    "orders once"."revenue" AS "revenue"
  FROM "orders once"
), "windows rows" AS (
  SELECT
    "the periods rows"."time" AS "time",
    "windows rows by tick"."region" AS "region",
    CAST(SUM("windows rows by tick"."revenue") AS BIGINT) AS "revenue"
  FROM "windows rows by tick"
  INNER JOIN "the periods rows"
    ON (
      "windows rows by tick"."metrion tick" >= CAST(DATE_TRUNC('YEAR', "the periods rows"."seen_at") AS DATE)
    )
    AND (
      "windows rows by tick"."metrion tick" <= "the periods rows"."seen_at"
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
