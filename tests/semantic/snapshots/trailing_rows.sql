-- Sort by time  [one row: time]
--   Project buyers_year  [one row: time]
--     Aggregate 'windows rows': buyers=count_distinct  [one row: time]
--       Spread over each month of the span  [one row: metrion first, metrion last, metrion value, time]
--         Aggregate 'windows rows by span': keys only  [one row: metrion first, metrion last, metrion value]
--           Span trailing 1 year  [one row: row of orders]
--             Scan orders  [one row: row of orders]
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
), "windows rows by span" AS (
  SELECT
    "the spans"."metrion first" AS "metrion first",
    "the spans"."metrion last" AS "metrion last",
    "orders"."customer_id" AS "metrion value"
  FROM "s"."orders" AS "orders"
  INNER JOIN (
    SELECT
      "the days"."day",
      MIN("the periods"."time") AS "metrion first",
      MAX("the periods"."time") AS "metrion last"
    FROM (
      SELECT DISTINCT
        "orders"."odate" AS "day"
      FROM "s"."orders" AS "orders"
    ) AS "the days"
    INNER JOIN "the periods"
      ON (
        "the days"."day" <= "the periods"."seen_at"
      )
      AND (
        CAST("the days"."day" + (
          12 * INTERVAL '1' MONTH
        ) AS DATE) > "the periods"."seen_at"
      )
    GROUP BY
      1
  ) AS "the spans"
    ON "orders"."odate" = "the spans"."day"
  GROUP BY
    1,
    2,
    3
), "windows rows" AS (
  SELECT
    "the periods"."time" AS "time",
    COUNT(DISTINCT "windows rows by span"."metrion value") AS "buyers"
  FROM "windows rows by span"
  INNER JOIN "the periods"
    ON "the periods"."time" BETWEEN "windows rows by span"."metrion first" AND "windows rows by span"."metrion last"
  GROUP BY
    1
)
SELECT
  "windows rows"."time" AS "time",
  "windows rows"."buyers" AS "buyers_year"
FROM "windows rows"
ORDER BY
  "time" ASC
