-- Sort by region  [one row: region]
--   Project return_rate  [one row: region]
--     Align  [one row: region]
--       Aggregate 'returns rows': returned=sum  [one row: region]
--         Join customers along returns_customers  [one row: row of returns]
--           Scan returns  [one row: row of returns]
--       Aggregate 'orders rows': revenue=sum  [one row: region]
--         Join customers along orders_customers  [one row: row of orders]
--           Scan orders  [one row: row of orders]
-- parameters: none
WITH "returns rows" AS (
  SELECT
    "customers"."region" AS "region",
    CAST(SUM("returns"."amount") AS BIGINT) AS "returned"
  FROM "s"."returns" AS "returns"
  LEFT JOIN "s"."customers" AS "customers"
    ON "returns"."customer_id" = "customers"."id"
  GROUP BY
    1
), "orders rows" AS (
  SELECT
    "customers"."region" AS "region",
    CAST(SUM("orders"."amount") AS BIGINT) AS "revenue"
  FROM "s"."orders" AS "orders"
  LEFT JOIN "s"."customers" AS "customers"
    ON "orders"."customer_id" = "customers"."id"
  GROUP BY
    1
), "all rows unaligned" AS (
  SELECT
    "returns rows"."region" AS "region",
    "returns rows"."returned" AS "returned",
    NULL AS "revenue"
  FROM "returns rows"
  UNION ALL
  SELECT
    "orders rows"."region" AS "region",
    NULL AS "returned",
    "orders rows"."revenue" AS "revenue"
  FROM "orders rows"
), "all rows" AS (
  SELECT
    "all rows unaligned"."region" AS "region",
    MAX("all rows unaligned"."returned") AS "returned",
    MAX("all rows unaligned"."revenue") AS "revenue"
  FROM "all rows unaligned"
  GROUP BY
    1
)
SELECT
  "all rows"."region" AS "region",
  CAST("all rows"."returned" AS DOUBLE) / NULLIF(CAST("all rows"."revenue" AS DOUBLE), 0) AS "return_rate"
FROM "all rows"
ORDER BY
  "region" ASC
