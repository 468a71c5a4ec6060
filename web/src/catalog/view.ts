import { useSearchParams } from "react-router";
import type { MetricQuery } from "@/api/schema";
import { DAY_GRAINS, GRAINS, isGrain, type Level } from "@/format/date";
import { type Compare, comparisonBy, readCompare } from "./compare";

/** What a person looks at on a metric page; all of it lives in the address. */
export interface View {
  grain: Level;
  /** Number of last periods, or absolute days (either end may be open). */
  range: number | { start: string | null; end: string | null };
  compare: Compare;
  dimension: string | null;
  side: "top" | "bottom";
  /** The table is split by the dimension too. */
  split: boolean;
}

const LENGTHS: Record<string, readonly [number, number, number]> = {
  hour: [24, 72, 168],
  day: [30, 90, 365],
  week: [13, 26, 52],
  month: [6, 12, 24],
  quarter: [4, 8, 12],
  year: [3, 5, 10],
};
const OTHER_LENGTHS = [6, 12, 24] as const;

/** How many last periods are offered. */
export function lengthsOf(grain: Level): readonly [number, number, number] {
  return LENGTHS[grain] ?? OTHER_LENGTHS;
}

const DAY_PATTERN = /^\d{4}-\d{2}-\d{2}$/;
const MOST_PERIODS = 3660;

/** The grains that a metric can be looked at by: finer ones than a day only where it is that fine itself. */
export function grainsFrom(smallest: Level): readonly Level[] {
  return isGrain(smallest) ? GRAINS.slice(GRAINS.indexOf(smallest)) : [smallest, ...DAY_GRAINS];
}

function readRange(text: string | null, grain: Level): View["range"] {
  const count = Number(text);
  if (text && Number.isInteger(count) && count >= 1 && count <= MOST_PERIODS) return count;
  const [start = "", end = ""] = (text ?? "").split("..");
  const day = (part: string) => (DAY_PATTERN.test(part) ? part : null);
  return day(start) || day(end) ? { start: day(start), end: day(end) } : lengthsOf(grain)[1];
}

function isLevel(text: string): boolean {
  return !isGrain(text) && /^[a-z][a-z0-9_]*$/.test(text);
}

/** Read an address; whatever is not understood falls back to the usual view. `smallest` is the finest grain allowed. */
export function readView(params: URLSearchParams, smallest: Level = "day"): View {
  const allowed = grainsFrom(smallest);
  const asked = params.get("grain");
  const usual = isGrain(smallest) && allowed.includes("month") ? "month" : smallest;
  // A level of the company's calendar is for the server to know.
  const grain = asked !== null && (allowed.includes(asked) || isLevel(asked)) ? asked : usual;
  return {
    grain,
    range: readRange(params.get("range"), grain),
    compare: readCompare(params.get("compare"), grain),
    dimension: params.get("by"),
    side: params.get("side") === "bottom" ? "bottom" : "top",
    split: params.get("split") === "1",
  };
}

function writeRange(range: View["range"]): string {
  return typeof range === "number" ? String(range) : `${range.start ?? ""}..${range.end ?? ""}`;
}

export function writeView(view: Partial<View>, params: URLSearchParams): URLSearchParams {
  const after = new URLSearchParams(params);
  const put = (name: string, value: string | null | undefined) => {
    if (value) after.set(name, value);
    else after.delete(name);
  };
  if (view.grain) put("grain", view.grain);
  if ("range" in view) put("range", view.range === undefined ? null : writeRange(view.range));
  if (view.compare) put("compare", view.compare === "none" ? null : view.compare);
  if ("dimension" in view) put("by", view.dimension);
  if (view.side) put("side", view.side === "top" ? null : view.side);
  if ("split" in view) put("split", view.split ? "1" : null);
  return after;
}

export function useView(smallest: Level) {
  const [params, setParams] = useSearchParams();
  const change = (next: Partial<View>) =>
    setParams((before) => writeView(next, before), { replace: true, preventScrollReset: true });
  return { view: readView(params, smallest), change };
}

type Time = NonNullable<MetricQuery["time"]>;

export function timeOf(view: View): Time {
  return typeof view.range === "number"
    ? { kind: "last", count: view.range, unit: view.grain, complete: false }
    : { kind: "absolute", ...view.range };
}

export function comparisonOf(view: View): MetricQuery["comparison"] {
  return comparisonBy(view.compare, view.grain);
}
