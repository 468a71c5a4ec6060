import type { ReceiptDifference } from "@/api/schema";
import { type NumberKind, shownFactor } from "@/format/number";

/** One step of the way from A to B, as it is shown. */
export interface Step {
  factors: readonly string[];
  before: number;
  after: number;
  amount: number;
  refusal: ReceiptDifference["shares"][number]["refusal"];
}

export interface Waterfall {
  start: number;
  end: number;
  steps: readonly Step[];
}

const MOST_DECIMALS = 6;

/**
 * The numbers as people read them. Each level is rounded as it is written and the steps are taken between rounded
 * levels: so what stands on the page adds up to the last digit. The exact amounts are in the answer.
 */
export function waterfallOf(difference: ReceiptDifference, kind: NumberKind): Waterfall | null {
  const { a, b } = difference;
  if (typeof a.value !== "string" || typeof b.value !== "string") return null;
  const scale = 10 ** (kind.decimals ?? MOST_DECIMALS) * shownFactor(kind.unit);
  const units = (text: string) => Math.round(Number(text) * scale);
  const start = units(a.value);
  let before = start;
  const steps = difference.shares.map((share): Step => {
    const after = units(share.after);
    const step = { before: before / scale, after: after / scale, amount: (after - before) / scale };
    before = after;
    return { ...step, factors: share.factors, refusal: share.refusal };
  });
  return { start: start / scale, end: units(b.value) / scale, steps };
}

/** Where a value stands between the smallest and the largest, in per cent; a margin is left at both ends. */
export function placer({ start, end, steps }: Waterfall): (value: number) => number {
  const values = [start, end, ...steps.map(({ after }) => after)];
  const low = Math.min(...values);
  const width = Math.max(...values) - low;
  const margin = 4;
  return (value) => (width === 0 ? 50 : margin + ((value - low) / width) * (100 - 2 * margin));
}

/** A plus where a number grew; the minus sign has the width of a plus. */
export function signed(amount: number, text: string): string {
  if (amount === 0) return text;
  return `${amount < 0 ? "−" : "+"}${text}`;
}
