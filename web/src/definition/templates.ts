import { blankDefinition, type MetricType, type Raw, withValue } from "./raw";

/** What a template is written over: a published metric, or a dimension of the first one. */
interface Slot {
  name: "one" | "other";
  kind: "metric" | "dimension";
}

export interface Template {
  word: TemplateWord;
  type: MetricType;
  slots: readonly Slot[];
  write: (one: string, other: string) => Raw;
}

export type TemplateWord = (typeof TEMPLATE_GROUPS)[number]["templates"][number]["word"];

const ONE: readonly Slot[] = [{ name: "one", kind: "metric" }];
const TWO: readonly Slot[] = [...ONE, { name: "other", kind: "metric" }];
const WITH_DIMENSION: readonly Slot[] = [...ONE, { name: "other", kind: "dimension" }];

type Writer = (one: string, other: string) => Raw;

function metric(type: MetricType, fields: Raw, more: Raw = {}): Raw {
  return { kind: "metric", definition: { ...blankDefinition(type), ...fields }, ...more };
}

function atomic<Word extends string>(word: Word, aggregation: string, options: Raw = {}) {
  const expression = aggregation === "count" ? "*" : "";
  const write: Writer = () => metric("atomic", { measure: { expression, aggregation, ...options } });
  return { word, type: "atomic" as const, slots: [] as readonly Slot[], write };
}

function derived<Word extends string>(word: Word, period?: Raw) {
  const write: Writer = (base) => metric("derived", { base, ...(period ? { period } : {}) });
  return { word, type: "derived" as const, slots: ONE, write };
}

function over<Word extends string>(word: Word, type: MetricType, slots: readonly Slot[], write: Writer) {
  return { word, type, slots, write };
}

const growth =
  (shift: Raw): Writer =>
  (one) =>
    metric("growth", { metric: one, shift });

/** What a variant most often keeps of the metric that it is one of. */
const KEPT = ["unit", "decimals", "direction", "dimensions", "smallest_grain", "owner", "steward"];

/** Beginnings that people ask for most, by what they are for, with the definition that each one writes. */
export const TEMPLATE_GROUPS = [
  {
    group: "count",
    templates: [
      atomic("sum", "sum"),
      atomic("count", "count"),
      atomic("distinct", "count_distinct"),
      atomic("mean", "avg"),
      atomic("weighted", "weighted_avg", { weight: "" }),
      atomic("percentile", "percentile", { percentile: 0.9 }),
      atomic("lastValue", "last"),
      atomic("balance", "sum", { semi_additive: { take: "last" } }),
    ],
  },
  {
    group: "restrict",
    templates: [
      derived("filtered"),
      derived("monthToDate", { to_date: "month" }),
      derived("yearToDate", { to_date: "year" }),
      derived("rolling", { trailing: { count: 7, unit: "day" } }),
      derived("everything", { cumulative: true }),
      derived("opening", { point: "year" }),
      derived("previousMonth", { shift: { count: 1, unit: "month" } }),
    ],
  },
  {
    group: "compare",
    templates: [
      over("yearGrowth", "growth", ONE, growth({ count: 1, unit: "year" })),
      over("monthGrowth", "growth", ONE, growth({ count: 1, unit: "month" })),
      over("share", "share", ONE, (one) => metric("share", { metric: one })),
      over("index", "index", ONE, (one) => metric("index", { metric: one })),
      over("target", "difference", TWO, (one, other) => metric("difference", { metric: one, target: other })),
      over("rank", "rank", ONE, (one) => metric("rank", { base: one })),
    ],
  },
  {
    group: "combine",
    templates: [
      over("ratio", "ratio", TWO, (one, other) =>
        metric("ratio", { numerator: { metric: one }, denominator: { metric: other } }),
      ),
      over("difference", "composite", TWO, (one, other) =>
        metric("composite", { formula: `[${one}] - [${other}]` }),
      ),
      over("formula", "composite", ONE, (one) => metric("composite", { formula: `[${one}]` })),
      over("funnel", "conversion", TWO, (one, other) => metric("conversion", { base: one, steps: [other] })),
      over("perDay", "nested", ONE, (one) => metric("nested", { base: one })),
      over("perEach", "nested", WITH_DIMENSION, (one, other) =>
        withValue(metric("nested", { base: one, per: [other] }), "definition.grain", undefined),
      ),
      over("variant", "inherited", ONE, (one) =>
        metric("inherited", {}, { extends: { metric: one, fields: KEPT } }),
      ),
    ],
  },
] as const;

export const TEMPLATES: readonly Template[] = TEMPLATE_GROUPS.flatMap(({ templates }): Template[] => [
  ...templates,
]);
