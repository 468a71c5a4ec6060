import type { Condition } from "@/query/conditionText";

export type Operator =
  | "eq"
  | "ne"
  | "in"
  | "not_in"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "contains"
  | "starts"
  | "ends"
  | "null"
  | "not_null";

type Scalar = string | number | boolean;

/** One line of the condition builder. */
export interface Line {
  field: string;
  operator: Operator;
  values: Scalar[];
}

export interface Lines {
  /** All of the lines, or any of them. */
  join: "and" | "or";
  lines: Line[];
}

export type ValueType = "string" | "integer" | "decimal" | "float" | "boolean" | "date" | "timestamp";

const TEXT: readonly Operator[] = [
  "eq",
  "ne",
  "in",
  "not_in",
  "contains",
  "starts",
  "ends",
  "null",
  "not_null",
];
const ORDERED: readonly Operator[] = ["eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "null", "not_null"];

/** The operators that make sense for a column or dimension of that type. */
export function operatorsFor(type: ValueType): readonly Operator[] {
  if (type === "string") return TEXT;
  return type === "boolean" ? ["eq", "null", "not_null"] : ORDERED;
}

export function takesValues(operator: Operator): "none" | "one" | "many" {
  if (operator === "null" || operator === "not_null") return "none";
  return operator === "in" || operator === "not_in" ? "many" : "one";
}

/** What was typed, in the type of the field; text that is no number stays text, and the check says so. */
export function typed(text: string, type: ValueType): Scalar {
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  const isNumber = type === "integer" || type === "decimal" || type === "float";
  const number = Number(text);
  return isNumber && text.trim() !== "" && Number.isFinite(number) ? number : text;
}

function lineOf(condition: Condition): Line | null {
  switch (condition.kind) {
    case "compare":
      return typeof condition.value === "object"
        ? null
        : { field: condition.field, operator: condition.op, values: [condition.value] };
    case "in":
      return Array.isArray(condition.values)
        ? {
            field: condition.field,
            operator: condition.negated ? "not_in" : "in",
            values: [...condition.values],
          }
        : null;
    case "null":
      return { field: condition.field, operator: condition.negated ? "not_null" : "null", values: [] };
    case "match":
      return condition.negated
        ? null
        : { field: condition.field, operator: condition.how, values: [condition.text] };
    default:
      return null;
  }
}

/** Read a condition into lines; null when it is deeper than lines can show. */
export function linesOf(condition: Condition | null | undefined): Lines | null {
  if (!condition) return { join: "and", lines: [] };
  const isGroup = condition.kind === "and" || condition.kind === "or";
  const items = isGroup ? condition.items : [condition];
  // "Or" over nothing lets nothing through: that is no empty list of lines.
  if (isGroup && items.length === 0) return null;
  const lines = items.map(lineOf);
  if (lines.some((line) => line === null)) return null;
  return { join: condition.kind === "or" ? "or" : "and", lines: lines.filter((line) => line !== null) };
}

function conditionOfLine({ field, operator, values }: Line): Condition {
  const first = values[0] ?? "";
  switch (operator) {
    case "in":
    case "not_in":
      return { kind: "in", field, values: [...values], negated: operator === "not_in" };
    case "null":
    case "not_null":
      return { kind: "null", field, negated: operator === "not_null" };
    case "contains":
    case "starts":
    case "ends":
      return { kind: "match", field, how: operator, text: String(first), negated: false };
    default:
      return { kind: "compare", field, op: operator, value: first };
  }
}

/** Write lines as a condition; no lines, no condition. One line stands alone. */
export function conditionOf({ join, lines }: Lines): Condition | undefined {
  const items = lines.map(conditionOfLine);
  if (items.length === 0) return undefined;
  const [only] = items;
  // A single line keeps its "or" only while more lines follow.
  return items.length === 1 && only && join === "and" ? only : { kind: join, items };
}
