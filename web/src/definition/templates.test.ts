import { expect, it } from "vitest";
import { blankDefinition, type MetricType, typeOf, valueAt } from "./raw";
import { TEMPLATES } from "./templates";

const TYPES: MetricType[] = [
  "atomic",
  "derived",
  "composite",
  "ratio",
  "growth",
  "share",
  "index",
  "difference",
  "conversion",
  "nested",
  "rank",
  "inherited",
];

it("has a template for each kind, each with a word of its own", () => {
  expect(new Set(TEMPLATES.map(({ type }) => type))).toEqual(new Set(TYPES));
  expect(new Set(TEMPLATES.map(({ word }) => word)).size).toBe(TEMPLATES.length);
});

it.each(TEMPLATES)("$word writes a $type over what was chosen", ({ type, slots, write }) => {
  const raw = write("sales", "orders");
  const written = JSON.stringify(raw);
  expect(typeOf(raw)).toBe(type);
  expect(raw.kind).toBe("metric");
  for (const slot of slots) expect(written).toContain(slot.name === "one" ? "sales" : "orders");
  // Nothing that the kind asks for is forgotten.
  const known = Object.keys(valueAt(raw, "definition") as object);
  const blank = Object.keys(blankDefinition(type)).filter((name) => name !== "grain");
  expect(known).toEqual(expect.arrayContaining(blank));
});
