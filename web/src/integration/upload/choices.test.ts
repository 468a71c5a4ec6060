import { describe, expect, it } from "vitest";
import type { FileColumn } from "@/api/schema";
import { asFound, type Choice, faultsOf, isFaultless, type Plan, requestOf } from "./choices";

const column = (position: number, name: string, more: Partial<FileColumn> = {}): FileColumn => ({
  position,
  name,
  suggested_name: name,
  type: "string",
  reason: { zh: "", en: "" },
  supported: true,
  nulls: 0,
  distinct: 1,
  distinct_exact: true,
  samples: [],
  whole_digits: 0,
  ...more,
});

const choice = (position: number, name: string, more: Partial<Choice> = {}): Choice => ({
  position,
  kept: true,
  name,
  type: "string",
  scale: null,
  ...more,
});

const plan = (choices: Choice[], more: Partial<Plan> = {}): Plan => ({
  table: "sales",
  mode: "replace",
  choices,
  key: [],
  order: [],
  ...more,
});

describe("a plan of a load", () => {
  it("begins with what was found, without columns that no table can hold", () => {
    const found = asFound([column(1, "day", { type: "date" }), column(2, "nested", { supported: false })]);
    expect(found.map((one) => [one.name, one.type, one.kept])).toEqual([
      ["day", "date", true],
      ["nested", "string", false],
    ]);
  });

  it("tells empty and repeated names, but not those of columns left out", () => {
    const faults = faultsOf(
      plan([choice(1, "a"), choice(2, "a "), choice(3, " "), choice(4, "a", { kept: false })]),
    );
    expect([...faults.columns]).toEqual([
      [2, "taken"],
      [3, "missing"],
    ]);
    expect(isFaultless(faults)).toBe(false);
  });

  it("tells a table name that no table can have, and a load of nothing", () => {
    expect(faultsOf(plan([choice(1, "a")], { table: "" })).table).toBe("missing");
    expect(faultsOf(plan([choice(1, "a")], { table: "2024 Sales" })).table).toBe("form");
    expect(faultsOf(plan([choice(1, "a", { kept: false })])).nothingKept).toBe(true);
    expect(isFaultless(faultsOf(plan([choice(1, "a")])))).toBe(true);
  });

  it("names the key by the new names and forgets a key column that is left out", () => {
    const request = requestOf(
      plan([choice(1, "id"), choice(2, "店 "), choice(3, "x", { kept: false })], { key: [2, 3, 1] }),
    );
    expect(request.primary_key).toEqual(["店", "id"]);
    expect(request.columns?.map((one) => one.position)).toEqual([1, 2]);
  });

  it("sends digits only with decimals", () => {
    const request = requestOf(
      plan([choice(1, "a", { type: "decimal", scale: 2 }), choice(2, "b", { type: "integer", scale: 2 })]),
    );
    expect(request.columns?.map((one) => one.scale)).toEqual([2, null]);
  });
});
