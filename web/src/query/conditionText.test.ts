import i18next from "i18next";
import { beforeAll, expect, it } from "vitest";
import { setLanguage } from "@/app/i18n/language";
import { type Condition, conditionText } from "./conditionText";
import "./words";

beforeAll(() => setLanguage("en"));
const words = (condition: Condition) => conditionText(condition, i18next.getFixedT("en", "query"));

it("writes nested conditions with their brackets", () => {
  const east: Condition = { kind: "compare", field: "region", op: "eq", value: "East" };
  const big: Condition = { kind: "compare", field: "amount", op: "ge", value: 100 };
  const either: Condition = { kind: "or", items: [east, big] };
  expect(words({ kind: "and", items: [either, { kind: "null", field: "store", negated: true }] })).toBe(
    "(region = “East” or amount ≥ 100) and store is not empty",
  );
});

it("tells everything from nothing", () => {
  expect(words({ kind: "or", items: [] })).toBe("No row is visible");
  expect(words({ kind: "and", items: [] })).toBe("All rows");
});

it("calls fields by their names, also inside", () => {
  const east: Condition = { kind: "compare", field: "region", op: "eq", value: "East" };
  const named = conditionText(
    { kind: "not", item: { kind: "and", items: [east, { kind: "null", field: "amount" }] } } as Condition,
    i18next.getFixedT("en", "query"),
    (field) => (field === "region" ? "Region" : field),
  );
  expect(named).toBe("not (Region = “East” and amount is empty)");
});
