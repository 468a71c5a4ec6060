-- Sort by nothing  [one row: everything]
--   Project revenue  [one row: everything]
--     Aggregate 'orders rows': revenue=sum  [one row: everything]
--       Scan orders  [one row: row of orders]
-- parameters: none
WITH "orders rows" AS (
  SELECT
    CAST(SUM("orders"."amount") AS BIGINT) AS "revenue"
  FROM "s"."orders" AS "orders"
)
SELECT
  "orders rows"."revenue" AS "revenue"
FROM "orders rows"
