import { describe, expect, it } from "vitest";
import type { Condition } from "@/query/conditionText";
import { conditionOf, linesOf, operatorsFor, typed } from "./condition";

const region: Condition = { kind: "compare", field: "region", op: "eq", value: "EAST" };
const brands: Condition = { kind: "in", field: "brand", values: ["A", "B"], negated: true };
const named: Condition = { kind: "match", field: "name", how: "contains", text: "油", negated: false };
const blank: Condition = { kind: "null", field: "brand", negated: false };

describe("conditions as lines", () => {
  it.each<[string, Condition]>([
    ["one comparison", region],
    ["none of", brands],
    ["contains", named],
    ["empty", blank],
    ["all of several", { kind: "and", items: [region, brands] }],
    ["any of several", { kind: "or", items: [region, named, blank] }],
    ["any of one", { kind: "or", items: [region] }],
  ])("come back unchanged: %s", (_, condition) => {
    const lines = linesOf(condition);
    expect(lines && conditionOf(lines)).toEqual(condition);
  });

  it.each<[string, Condition]>([
    ["nested groups", { kind: "and", items: [region, { kind: "or", items: [brands, named] }] }],
    ["a negation", { kind: "not", item: region }],
    ["a value of the person", { kind: "compare", field: "region", op: "eq", value: { person: "region" } }],
    ["an or over nothing, which lets nothing through", { kind: "or", items: [] }],
    ["a negated text search", { ...named, negated: true }],
  ])("are left alone when lines cannot show them: %s", (_, condition) => {
    expect(linesOf(condition)).toBeNull();
  });

  it("vanish when the last line goes", () => {
    expect(conditionOf({ join: "and", lines: [] })).toBeUndefined();
    expect(linesOf(null)?.lines).toEqual([]);
  });
});

it("types what was typed as the field is, and keeps what does not fit for the check", () => {
  expect(typed("12.5", "decimal")).toBe(12.5);
  expect(typed("007", "string")).toBe("007");
  expect(typed("true", "boolean")).toBe(true);
  expect(typed("a dozen", "integer")).toBe("a dozen");
  expect(typed(" ", "integer")).toBe(" ");
});

it("offers order only where there is one", () => {
  expect(operatorsFor("string")).not.toContain("lt");
  expect(operatorsFor("date")).toContain("ge");
  expect(operatorsFor("date")).not.toContain("contains");
});
