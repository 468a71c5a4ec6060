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
), "the periods rows found" AS (
  SELECT DISTINCT
    "occurring rows"."time"
  FROM "occurring rows"
  WHERE
    NOT "occurring rows"."time" IS NULL
), "the periods rows" AS (
  SELECT
    "the periods rows"."time",
    CASE
      WHEN (
        "the periods rows"."time" <= $1
      )
      AND (
        CAST("the periods rows"."time" + (
          1 * INTERVAL '1' MONTH
        ) AS DATE) - 1 > $1
      )
      THEN CAST($1 AS DATE)
      ELSE CAST("the periods rows"."time" + (
        1 * INTERVAL '1' MONTH
      ) AS DATE) - 1
    END AS "seen_at"
  FROM "the periods rows found" AS "the periods rows"
), "windows rows by span" AS (
  SELECT
    "the spans"."metrion first" AS "metrion first",
    "the spans"."metrion last" AS "metrion last",
    "orders"."customer_id" AS "metrion value"
  FROM "s"."orders" AS "orders"
  INNER JOIN (
    SELECT
      "the days"."tick",
      MIN("the periods rows"."time") AS "metrion first",
      MAX("the periods rows"."time") AS "metrion last"
    FROM (
      SELECT DISTINCT
        "orders"."odate" AS "tick"
      FROM "s"."orders" AS "orders"
    ) AS "the days"
    INNER JOIN "the periods rows"
      ON (
        CAST("the days"."tick" + (
          12 * INTERVAL '1' MONTH
        ) AS DATE) > "the periods rows"."seen_at"
      )
      AND (
        "the days"."tick" <= "the periods rows"."seen_at"
      )
    GROUP BY
      1
  ) AS "the spans"
    ON "orders"."odate" = "the spans"."tick"
  GROUP BY
    1,
    2,
    3
), "windows rows" AS (
  SELECT
    "the periods rows"."time" AS "time",
    COUNT(DISTINCT "windows rows by span"."metrion value") AS "buyers"
  FROM "windows rows by span"
  INNER JOIN "the periods rows"
    ON (
      "the periods rows"."time" >= "windows rows by span"."metrion first"
    )
    AND (
      "the periods rows"."time" <= "windows rows by span"."metrion last"
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
