import type { MetricType, Raw } from "./raw";

export interface Template {
  word:
    | "ratio"
    | "average"
    | "share"
    | "growth"
    | "difference"
    | "yearToDate"
    | "monthToDate"
    | "previousMonth"
    | "rolling"
    | "filtered"
    | "sum"
    | "distinct";
  type: MetricType;
  /** How many published metrics it starts from. */
  metrics: 0 | 1 | 2;
  write: (one: string, other: string) => Raw;
}

const composite = (formula: string, unit?: string): Raw => ({
  kind: "metric",
  definition: { type: "composite", formula },
  ...(unit ? { unit } : {}),
});

const derived = (base: string, period?: Raw): Raw => ({
  kind: "metric",
  definition: { type: "derived", base, ...(period ? { period } : {}) },
});

const atomic = (aggregation: string): Raw => ({
  kind: "metric",
  definition: { type: "atomic", dataset: "", measure: { expression: "", aggregation } },
});

/** Beginnings that people ask for most, with the definition that each one writes. */
export const TEMPLATES: readonly Template[] = [
  { word: "ratio", type: "composite", metrics: 2, write: (one, other) => composite(`[${one}] / [${other}]`) },
  {
    word: "average",
    type: "composite",
    metrics: 2,
    write: (one, other) => composite(`[${one}] / [${other}]`),
  },
  {
    word: "share",
    type: "composite",
    metrics: 2,
    write: (one, other) => composite(`[${one}] / [${other}]`, "%"),
  },
  {
    word: "growth",
    type: "composite",
    metrics: 2,
    write: (one, other) => ({
      ...composite(`([${one}] - [${other}]) / [${other}]`, "%"),
      direction: "higher",
    }),
  },
  {
    word: "difference",
    type: "composite",
    metrics: 2,
    write: (one, other) => composite(`[${one}] - [${other}]`),
  },
  { word: "yearToDate", type: "derived", metrics: 1, write: (one) => derived(one, { to_date: "year" }) },
  { word: "monthToDate", type: "derived", metrics: 1, write: (one) => derived(one, { to_date: "month" }) },
  {
    word: "previousMonth",
    type: "derived",
    metrics: 1,
    write: (one) => derived(one, { shift: { count: 1, unit: "month" } }),
  },
  {
    word: "rolling",
    type: "derived",
    metrics: 1,
    write: (one) => derived(one, { trailing: { count: 7, unit: "day" } }),
  },
  { word: "filtered", type: "derived", metrics: 1, write: (one) => derived(one) },
  { word: "sum", type: "atomic", metrics: 0, write: () => atomic("sum") },
  { word: "distinct", type: "atomic", metrics: 0, write: () => atomic("count_distinct") },
];
