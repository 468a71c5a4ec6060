-- Sort by time  [one row: time]
--   Project buyers_year  [one row: time]
--     Aggregate 'windows rows': buyers=count_distinct  [one row: time]
--       Window trailing 1 year  [one row: row of orders, time]
--         Scan orders  [one row: row of orders]
-- parameters: 2024-05-31
WITH "occurring rows" AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', "orders"."odate") AS DATE) AS "time"
  FROM "s"."orders" AS "orders"
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
    CASE
      WHEN (
        "the periods found"."time" <= $1
      )
      AND (
        CAST("the periods found"."time" + (
          1 * INTERVAL '1' MONTH
        ) AS DATE) - 1 > $1
      )
      THEN CAST($1 AS DATE)
      ELSE CAST("the periods found"."time" + (
        1 * INTERVAL '1' MONTH
      ) AS DATE) - 1
    END AS "seen_at"
  FROM "the periods found"
), "windows rows" AS (
  SELECT
    "the periods"."time" AS "time",
    COUNT(DISTINCT "orders"."customer_id") AS "buyers"
  FROM "s"."orders" AS "orders"
  INNER JOIN "the periods"
    ON (
      "orders"."odate" <= "the periods"."seen_at"
    )
    AND (
      CAST("orders"."odate" + (
        12 * INTERVAL '1' MONTH
      ) AS DATE) > "the periods"."seen_at"
    )
  GROUP BY
    1
)
SELECT
  "windows rows"."time" AS "time",
  "windows rows"."buyers" AS "buyers_year"
FROM "windows rows"
ORDER BY
  "time" ASC
