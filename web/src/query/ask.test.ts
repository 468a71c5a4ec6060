import { describe, expect, it } from "vitest";
import type { QueryAnswer } from "@/api/schema";
import { lastDayOf } from "./ask";

function answered(value: string | number | null): QueryAnswer {
  return {
    columns: [{ name: "sales", role: "metric", metric: "sales" }],
    rows: [[value]],
    receipt: { time_end: "2024-06-30" },
  } as unknown as QueryAnswer;
}

describe("the last day of data", () => {
  it("is the last day of the period up to now", () => {
    expect(lastDayOf(answered("12.50"), "sales")).toBe("2024-06-30");
  });

  it("is not told where no rows may be seen", () => {
    expect(lastDayOf(answered(null), "sales")).toBeNull();
    expect(lastDayOf(answered(0), "sales")).toBeNull();
  });
});
