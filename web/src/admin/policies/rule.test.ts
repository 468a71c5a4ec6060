import { describe, expect, it } from "vitest";
import { type Condition, conditionOf, type FieldType, isComplete, ruleOf } from "./rule";

const types: Record<string, FieldType> = { amount: "decimal", active: "boolean" };
const typeOf = (field: string) => types[field] ?? "string";

const CONDITIONS: Condition[] = [
  { kind: "and", items: [] },
  { kind: "in", field: "region", values: { person: "regions" }, negated: false },
  { kind: "in", field: "region", values: ["东区", "West"], negated: true },
  { kind: "compare", field: "amount", op: "ge", value: 10.5 },
  { kind: "compare", field: "active", op: "eq", value: true },
  { kind: "compare", field: "branch", op: "eq", value: { person: "branch" } },
  { kind: "null", field: "branch", negated: true },
  {
    kind: "or",
    items: [
      { kind: "match", field: "name", how: "starts", text: "华", negated: false },
      { kind: "null", field: "name", negated: false },
    ],
  },
];

describe("the lines of a row policy", () => {
  it.each(CONDITIONS)("say the same as the condition they were made from: %j", (condition) => {
    const rule = ruleOf(condition);
    expect(rule).not.toBeNull();
    if (rule) expect(conditionOf(rule, typeOf)).toEqual(condition);
  });

  it("give up on what they cannot say, rather than say something else", () => {
    expect(ruleOf({ kind: "or", items: [] })).toBeNull();
    expect(ruleOf({ kind: "not", item: { kind: "null", field: "a", negated: false } })).toBeNull();
    expect(ruleOf({ kind: "and", items: [{ kind: "and", items: [] }] })).toBeNull();
    expect(ruleOf({ kind: "match", field: "a", how: "ends", text: "x", negated: true })).toBeNull();
  });

  it("never turn no line into no row, however they are joined", () => {
    expect(conditionOf({ join: "or", lines: [] }, typeOf)).toEqual({ kind: "and", items: [] });
  });

  it("are complete only with a field and what it is compared with", () => {
    const line = { field: "region", operator: "in", person: null, texts: [] } as const;
    expect(isComplete({ ...line, texts: [] })).toBe(false);
    expect(isComplete({ ...line, texts: ["East"] })).toBe(true);
    expect(isComplete({ ...line, person: "", texts: [] })).toBe(false);
    expect(isComplete({ ...line, person: "regions", texts: [] })).toBe(true);
    expect(isComplete({ ...line, operator: "null", texts: [] })).toBe(true);
    expect(isComplete({ ...line, field: "", texts: ["East"] })).toBe(false);
  });
});
