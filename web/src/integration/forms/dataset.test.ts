import { describe, expect, it } from "vitest";
import type { DatasetDef } from "@/api/schema";
import { columnsOf, datasetOf, firstFields, placeOf } from "./dataset";
import { readable, type SourceTable } from "./useSource";

const table: SourceTable = {
  columns: [
    { name: "id", type: "string" },
    { name: "paid_on", type: "date" },
    { name: "amount", type: "decimal" },
  ],
  primary_key: ["id"],
  unreadable: [],
};
const orders = { connection: "", table: "orders" };

const base = {
  columns: [
    { name: "id", type: "integer", label: { zh: "订单", en: "Order" }, sensitive: true },
    { name: "gone", type: "string" },
  ],
} as unknown as DatasetDef;

describe("a dataset from a table", () => {
  it("proposes the table's key and its first time column; with time it is a fact", () => {
    const fields = firstFields(orders, table);
    expect([fields.primary_key, fields.time_columns, fields.shape]).toEqual([["id"], ["paid_on"], "fact"]);
    const plain = { ...table, columns: table.columns.slice(0, 1) };
    expect(firstFields({ connection: "", table: "stores" }, plain).shape).toBe("dimension");
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
    const fields = { ...firstFields(orders, table), primary_key: ["id", "gone"], name: {}, domain: "d" };
    const raw = datasetOf(fields as never, columnsOf(table, null), "li.na", null);
    expect([raw.primary_key, raw.owner, raw.source]).toEqual([
      ["id"],
      "li.na",
      { kind: "lake", table: "orders" },
    ]);
  });

  it("reads a table where it is, in its database, and leaves out what cannot be read", () => {
    const place = { connection: "erp", table: "sales.Orders" };
    const found = readable({
      connection: "erp",
      table: "sales.Orders",
      columns: [
        { name: "id", type: "integer" },
        { name: "place", type: null },
      ],
      datasets: [],
    });
    expect([found.unreadable, found.columns]).toEqual([["place"], [{ name: "id", type: "integer" }]]);
    const fields = { ...firstFields(place, found), name: {}, domain: "d" };
    expect(fields.code).toBe("orders");
    expect(firstFields({ connection: "erp", table: "sales.订单" }, found).code).toBe("");
    const raw = datasetOf(fields as never, columnsOf(found, null), "li.na", null, "erp");
    expect(raw.source).toEqual({ kind: "database", connection: "erp", table: "sales.Orders" });
    expect(placeOf(raw as unknown as DatasetDef)).toEqual(place);
  });
});
