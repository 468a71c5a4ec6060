import type { DraftView, MetricDef } from "@/api/schema";

/** A definition as it was typed: it may be incomplete and wrong. */
export type Raw = DraftView["raw"];
type Json = Raw[string];

function isObject(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a dotted path such as `definition.measure.filter`. */
export function valueAt(raw: Raw, path: string): unknown {
  let here: unknown = raw;
  for (const name of path.split(".")) here = isObject(here) ? here[name] : undefined;
  return here;
}

export function textAt(raw: Raw, path: string): string {
  const value = valueAt(raw, path);
  return typeof value === "string" ? value : "";
}

export function listAt(raw: Raw, path: string): string[] {
  const value = valueAt(raw, path);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** A copy with another value at a path; `undefined` takes the field away, so that the default holds. */
export function withValue(raw: Raw, path: string, value: unknown): Raw {
  const [name = "", ...rest] = path.split(".");
  if (rest.length > 0) {
    const inner = raw[name];
    return { ...raw, [name]: withValue(isObject(inner) ? inner : {}, rest.join("."), value) as Json };
  }
  if (value === undefined) {
    const { [name]: _, ...others } = raw;
    return others;
  }
  return { ...raw, [name]: value as Json };
}

export type MetricType = MetricDef["definition"]["type"];

/** The empty definition of each kind of metric. */
const BLANKS: Record<MetricType, Raw> = {
  atomic: { type: "atomic", dataset: "", measure: { expression: "", aggregation: "sum" } },
  derived: { type: "derived", base: "" },
  ratio: { type: "ratio", numerator: { metric: "" }, denominator: { metric: "" } },
  growth: { type: "growth", metric: "", shift: { count: 1, unit: "year" } },
  share: { type: "share", metric: "" },
  index: { type: "index", metric: "", base: { point: "year" } },
  difference: { type: "difference", metric: "", target: "" },
  composite: { type: "composite", formula: "" },
  conversion: {
    type: "conversion",
    base: "",
    steps: [""],
    entity: [],
    window: { count: 7, unit: "day" },
  },
  nested: { type: "nested", base: "", aggregation: "avg", grain: "day" },
  rank: { type: "rank", base: "" },
  inherited: { type: "inherited" },
};

/** Every kind of metric, the most often written first. */
export const METRIC_TYPES = Object.keys(BLANKS) as MetricType[];

export function blankDefinition(type: MetricType): Raw {
  return BLANKS[type];
}

/** The kind of a metric; a new draft without one is atomic, one that this page does not know is null. */
export function typeOf(raw: Raw): MetricType | null {
  const type = valueAt(raw, "definition.type");
  if (type === undefined && valueAt(raw, "definition") === undefined) return "atomic";
  return typeof type === "string" && type in BLANKS ? (type as MetricType) : null;
}

const WORD_BREAK = /[^a-z0-9]+/g;
const MOST_LETTERS = 63;

/** A code made from an English name: "Sales per basket" becomes `sales_per_basket`. */
export function codeFrom(name: string): string {
  const words = name
    .toLowerCase()
    .replace(WORD_BREAK, "_")
    .replace(/^[_\d]+/, "");
  return words.slice(0, MOST_LETTERS).replace(/_+$/, "");
}

/** What each step of the wizard asks for; a fault is shown at the step that can mend it. */
export const STEPS = ["requirement", "caliber", "source", "formula", "metadata", "approval"] as const;
export type Step = (typeof STEPS)[number];

const STEP_OF: Record<string, Step> = {
  requirement: "requirement",
  purpose: "requirement",
  domain: "requirement",
  subject: "requirement",
  name: "caliber",
  code: "caliber",
  aliases: "caliber",
  caliber: "caliber",
  definition: "formula",
  owner: "approval",
  steward: "approval",
};
const SOURCE_FIELDS = [
  "definition.type",
  "definition.dataset",
  "definition.time_column",
  "definition.base",
  "definition.metric",
  "definition.target",
  "definition.numerator.metric",
  "definition.denominator.metric",
  "definition.steps",
  "extends",
];

export function stepOf(field: string, type: MetricType | null): Step {
  // Of an index, the base is no metric but a time.
  const names = type === "index" ? SOURCE_FIELDS.filter((name) => name !== "definition.base") : SOURCE_FIELDS;
  if (names.some((name) => field === name || field.startsWith(`${name}.`))) return "source";
  return STEP_OF[field.split(/[.[]/)[0] ?? ""] ?? "metadata";
}

/** Required fields that the check gets a stand-in for, so that the rest can be judged and previewed already. */
const STAND_INS: readonly (readonly [path: string, value: Json])[] = [
  ["code", "unnamed_draft"],
  ["name", { zh: "草稿", en: "Draft" }],
];

function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return isObject(value) && Object.values(value).every(isBlank);
}

/** The definition as it can be checked now, and what had to be stood in for. */
export function checkable(raw: Raw, anyDomain: string): { raw: Raw; missing: string[] } {
  const places = [...STAND_INS, ["domain", anyDomain] as const];
  const missing = places.filter(([path]) => isBlank(raw[path]));
  return {
    raw: missing.reduce((filled, [path, value]) => withValue(filled, path, value), raw),
    missing: missing.map(([path]) => path),
  };
}

/** Tell whether two definitions say the same, whatever the order of their fields. */
export function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => same(item, other[index]));
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => name in other && same(one[name], other[name]))
  );
}
