-- Sort by time, region  [one row: time, region]
--   Project daily  [one row: time, region]
--     Align  [one row: time, region]
--       Aggregate 'orders rows': daily=sum  [one row: time, region]
--         Join customers along orders_customers  [one row: row of orders]
--           Filter 2024-02-01 <= orders.odate <= 2024-04-30  [one row: row of orders]
--             Scan orders  [one row: row of orders]
--       Members of every day  [one row: time, region]
-- parameters: 2024-02-01, 2024-04-30
WITH "orders rows" AS (
  SELECT
    "orders"."odate" AS "time",
    "customers"."region" AS "region",
    CAST(SUM("orders"."amount") AS BIGINT) AS "daily"
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
), "the periods rows found" AS (
  SELECT DISTINCT
    "orders rows"."time"
  FROM "orders rows"
  WHERE
    NOT "orders rows"."time" IS NULL
), "the periods rows spine" AS (
  SELECT
    CAST(UNNEST(GENERATE_SERIES(CAST($1 AS DATE), CAST($2 AS DATE), 1 * INTERVAL '1' DAY)) AS DATE) AS "time"
), "the periods rows" AS (
  SELECT
    "the periods rows"."time",
    "the periods rows"."time" AS "seen_at"
  FROM "the periods rows spine" AS "the periods rows"
), "every_period rows members" AS (
  SELECT DISTINCT
    "orders rows"."region"
  FROM "orders rows"
), "every_period rows" AS (
  SELECT
    "the periods rows"."time" AS "time",
    "every_period rows members"."region" AS "region"
  FROM "the periods rows"
  CROSS JOIN "every_period rows members"
), "all rows unaligned" AS (
  SELECT
    "orders rows"."time" AS "time",
    "orders rows"."region" AS "region",
    "orders rows"."daily" AS "daily"
  FROM "orders rows"
  UNION ALL
  SELECT
    "every_period rows"."time" AS "time",
    "every_period rows"."region" AS "region",
    NULL AS "daily"
  FROM "every_period rows"
), "all rows" AS (
  SELECT
    "all rows unaligned"."time" AS "time",
    "all rows unaligned"."region" AS "region",
    MAX("all rows unaligned"."daily") AS "daily"
  FROM "all rows unaligned"
  GROUP BY
    1,
    2
)
SELECT
  "all rows"."time" AS "time",
  "all rows"."region" AS "region",
  COALESCE("all rows"."daily", 0) AS "daily"
FROM "all rows"
ORDER BY
  "time" ASC,
  "region" ASC
