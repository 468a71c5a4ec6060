import { expect, it } from "vitest";
import { safeNext } from "./LoginPage";

it("goes back only to places of this product", () => {
  expect(safeNext("/metrics/sales_value?grain=day")).toBe("/metrics/sales_value?grain=day");
  expect(safeNext("//elsewhere.example")).toBe("/");
  expect(safeNext("/\\elsewhere.example")).toBe("/");
  expect(safeNext("https://elsewhere.example")).toBe("/");
  expect(safeNext(null)).toBe("/");
});
