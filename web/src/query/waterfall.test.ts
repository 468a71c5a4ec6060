import { expect, it } from "vitest";
import type { ReceiptDifference } from "@/api/schema";
import { placer, waterfallOf } from "./waterfall";

type Shares = ReceiptDifference["shares"];

function difference(a: string | null, afters: string[], b: string | null): ReceiptDifference {
  const label = { zh: "", en: "" };
  const side = {
    label,
    receipt: "r",
    created_at: "",
    asked_by: "x",
    metric: "m",
    draft: false,
    time_start: null,
    time_end: null,
  };
  const shares: Shares = afters.map((after, index) => ({ factors: [`f${index}`], amount: "0", after }));
  return {
    a: { ...side, value: a },
    b: { ...side, value: b },
    metrics: ["m"],
    unit: "",
    columns: [],
    rows: [],
    factors: [],
    shares,
  };
}

it("adds up in the digits that are shown", () => {
  const shown = waterfallOf(difference("0.004", ["0.008", "0.012", "0.016"], "0.016"), { decimals: 2 });
  expect(shown?.steps.map((step) => step.amount)).toEqual([0.01, 0, 0.01]);
  expect(shown).toMatchObject({ start: 0, end: 0.02 });
});

it("rounds shares of a hundred where they are shown as such", () => {
  const shown = waterfallOf(difference("0.12344", ["0.12346"], "0.12346"), { unit: "%", decimals: 2 });
  expect(shown?.steps[0]?.amount).toBeCloseTo(0.0001, 12);
});

it("has no steps without numbers", () => {
  expect(waterfallOf(difference(null, [], "1"), {})).toBeNull();
});

it("places values within the track, also negative ones and equal ones", () => {
  const across = waterfallOf(difference("-10", ["30", "20"], "20"), { decimals: 0 });
  if (!across) throw new Error("has numbers");
  const at = placer(across);
  expect([at(-10), at(30), at(10)]).toEqual([4, 96, 50]);
  const flat = waterfallOf(difference("5", [], "5"), {});
  if (!flat) throw new Error("has numbers");
  expect(placer(flat)(5)).toBe(50);
});
