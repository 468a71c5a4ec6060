import { describe, expect, it } from "vitest";
import { blankDefinition, checkable, codeFrom, stepOf, textAt, typeOf, withValue } from "./raw";

describe("values by path", () => {
  it("sets deep values without touching the rest", () => {
    const raw = { kind: "metric", name: { zh: "销售" } };
    const next = withValue(raw, "name.en", "Sales");
    expect(next).toEqual({ kind: "metric", name: { zh: "销售", en: "Sales" } });
    expect(raw.name).toEqual({ zh: "销售" });
    expect(withValue(next, "definition.measure.expression", "x").definition).toEqual({
      measure: { expression: "x" },
    });
  });

  it("takes a field away for its default", () => {
    expect(withValue({ kind: "metric", unit: "元" }, "unit", undefined)).toEqual({ kind: "metric" });
  });

  it("reads nothing where the shape is another", () => {
    expect(textAt({ kind: "metric", name: "just text" }, "name.en")).toBe("");
  });
});

it("makes codes that the server takes", () => {
  expect(codeFrom("Sales per basket, excluding fuel (B)")).toBe("sales_per_basket_excluding_fuel_b");
  expect(codeFrom("7-day sales")).toBe("day_sales");
  expect(codeFrom("x".repeat(80))).toHaveLength(63);
  expect(codeFrom("销售额")).toBe("");
});

it("shows each fault at the step that can mend it", () => {
  expect(stepOf("definition.dataset", "derived")).toBe("source");
  expect(stepOf("definition.base", "derived")).toBe("source");
  expect(stepOf("definition.measure.filter.field", "derived")).toBe("formula");
  expect(stepOf("definition.base", "index")).toBe("formula");
  expect(stepOf("definition.numerator.metric", "ratio")).toBe("source");
  expect(stepOf("definition.numerator.period.shift", "ratio")).toBe("formula");
  expect(stepOf("extends.metric", "inherited")).toBe("source");
  expect(stepOf("name.zh", "derived")).toBe("caliber");
  expect(stepOf("domain", "derived")).toBe("requirement");
  expect(stepOf("owner", "derived")).toBe("approval");
  expect(stepOf("unit", "derived")).toBe("metadata");
});

it("knows each kind, and says so of one that it does not know", () => {
  expect(typeOf({ kind: "metric" })).toBe("atomic");
  expect(typeOf({ kind: "metric", definition: blankDefinition("conversion") })).toBe("conversion");
  expect(typeOf({ kind: "metric", definition: { type: "of_tomorrow" } })).toBeNull();
  expect(typeOf({ kind: "metric", definition: { formula: "x" } })).toBeNull();
});

it("stands in for what is missing, so that the rest can be checked", () => {
  const { raw, missing } = checkable({ kind: "metric", name: { zh: "" }, code: "known" }, "retail");
  expect(missing).toEqual(["name", "domain"]);
  expect(raw.code).toBe("known");
  expect(raw.domain).toBe("retail");
});
