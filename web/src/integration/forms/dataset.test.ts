import { describe, expect, it } from "vitest";
import type { DatasetDef, TableInfo } from "@/api/schema";
import { columnsOf, datasetOf, firstFields } from "./dataset";

const table = {
  name: "orders",
  columns: [
    { name: "id", type: "string", masked: false },
    { name: "paid_on", type: "date", masked: false },
    { name: "amount", type: "decimal", masked: false },
  ],
  primary_key: ["id"],
} as unknown as TableInfo;

const base = {
  columns: [
    { name: "id", type: "integer", label: { zh: "订单", en: "Order" }, sensitive: true },
    { name: "gone", type: "string" },
  ],
} as unknown as DatasetDef;

describe("a dataset from a table", () => {
  it("proposes the table's key and its first time column; with time it is a fact", () => {
    const fields = firstFields("orders", table);
    expect([fields.primary_key, fields.time_columns, fields.shape]).toEqual([["id"], ["paid_on"], "fact"]);
    const plain = { ...table, columns: table.columns.slice(0, 1) };
    expect(firstFields("stores", plain).shape).toBe("dimension");
  });

  it("keeps what was said about columns that are still there, with the table's own types", () => {
    const columns = columnsOf(table, base);
    expect(columns.map((column) => [column.name, column.type, column.sensitive === true])).toEqual([
      ["id", "string", true],
      ["paid_on", "date", false],
      ["amount", "decimal", false],
    ]);
    expect(columns[0]?.label).toEqual({ zh: "订单", en: "Order" });
  });

  it("keeps what the form does not ask", () => {
    const said = {
      ...base,
      source: { kind: "sql", sql: "select 1" },
      levels: [{ code: "fiscal_year", name: { zh: "财年", en: "" }, column: "id" }],
      columns: [{ name: "id", type: "integer", expression: "a + b" }],
    } as unknown as DatasetDef;
    const fields = { ...firstFields(null, null), name: {}, domain: "d" };
    const raw = datasetOf(fields as never, columnsOf(null, said), "li.na", said);
    expect(raw).toMatchObject({ source: said.source, levels: said.levels });
    expect(raw.columns[0]).toMatchObject({ expression: "a + b" });
  });

  it("names no key that is no column", () => {
    const fields = { ...firstFields("orders", table), primary_key: ["id", "gone"], name: {}, domain: "d" };
    const raw = datasetOf(fields as never, columnsOf(table, null), "li.na", null);
    expect([raw.primary_key, raw.owner, raw.source]).toEqual([
      ["id"],
      "li.na",
      { kind: "lake", table: "orders" },
    ]);
  });
});
