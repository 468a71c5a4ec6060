import { expect, it } from "vitest";
import { formatSql } from "./formatSql";

const SQL =
  `WITH "rows" AS (SELECT SUM("t"."from") AS "from" FROM "t" LEFT JOIN "s" ON "t"."id" = "s"."id" ` +
  `WHERE ("t"."day" >= $1) AND "s"."name" IN ($2, $3)) SELECT 'it''s (FROM here)' AS "x" FROM "rows" LIMIT $4`;

it("gives each clause a line and each inner query a depth", () => {
  expect(formatSql(SQL)).toBe(
    [
      `WITH "rows" AS (`,
      `  SELECT SUM("t"."from") AS "from"`,
      `  FROM "t"`,
      `  LEFT JOIN "s" ON "t"."id" = "s"."id"`,
      `  WHERE ("t"."day" >= $1) AND "s"."name" IN ($2, $3)`,
      `)`,
      `SELECT 'it''s (FROM here)' AS "x"`,
      `FROM "rows"`,
      `LIMIT $4`,
    ].join("\n"),
  );
});

it("changes nothing but blanks", () => {
  expect(formatSql(SQL).replace(/\s/g, "")).toBe(SQL.replace(/\s/g, ""));
});
