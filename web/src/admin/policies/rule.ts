import type { PolicyView } from "@/api/schema";

export type Condition = PolicyView["condition"];
type Scalar = string | number | boolean;
export type FieldType = "string" | "integer" | "decimal" | "float" | "boolean" | "date" | "timestamp";

const COMPARE = ["eq", "ne", "lt", "le", "gt", "ge"] as const;
const MATCH = ["contains", "starts", "ends"] as const;
export const OPERATORS = ["in", "not_in", ...COMPARE, ...MATCH, "null", "not_null"] as const;
export type Operator = (typeof OPERATORS)[number];

/** One comparison as it is edited: with fixed values, or with an attribute of the person who asks. */
export interface Line {
  field: string;
  operator: Operator;
  /** Name of the attribute; null: the fixed values count. */
  person: string | null;
  texts: string[];
}

export interface Rule {
  join: "and" | "or";
  /** None: all rows. */
  lines: Line[];
}

/** Which operators can be answered with an attribute of a person. */
export function takesPerson(operator: Operator): boolean {
  return operator === "in" || operator === "not_in" || isCompare(operator);
}

/** How many fixed values an operator takes. */
export function takes(operator: Operator): "none" | "one" | "many" {
  if (operator === "null" || operator === "not_null") return "none";
  return operator === "in" || operator === "not_in" ? "many" : "one";
}

function isCompare(operator: Operator): operator is (typeof COMPARE)[number] {
  return (COMPARE as readonly string[]).includes(operator);
}

function isMatch(operator: Operator): operator is (typeof MATCH)[number] {
  return (MATCH as readonly string[]).includes(operator);
}

function typed(text: string, type: FieldType): Scalar {
  if (type === "boolean") return text === "true";
  const number = type === "integer" || type === "decimal" || type === "float";
  return number && text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function conditionOfLine(line: Line, type: FieldType): Condition {
  const { field, operator, person } = line;
  const values = line.texts.map((text) => typed(text, type));
  if (operator === "null" || operator === "not_null")
    return { kind: "null", field, negated: operator === "not_null" };
  if (operator === "in" || operator === "not_in")
    return {
      kind: "in",
      field,
      values: person === null ? values : { person },
      negated: operator === "not_in",
    };
  if (isMatch(operator))
    return { kind: "match", field, how: operator, text: line.texts[0] ?? "", negated: false };
  return { kind: "compare", field, op: operator, value: person === null ? (values[0] ?? "") : { person } };
}

/** The condition that the lines stand for; no line at all is every row. */
export function conditionOf(rule: Rule, typeOf: (field: string) => FieldType): Condition {
  const items = rule.lines.map((line) => conditionOfLine(line, typeOf(line.field)));
  const [only] = items;
  if (items.length === 1 && only) return only;
  // An empty "or" would be no row at all.
  return { kind: items.length === 0 ? "and" : rule.join, items };
}

function lineOf(condition: Condition): Line | null {
  switch (condition.kind) {
    case "null":
      return {
        field: condition.field,
        operator: condition.negated ? "not_null" : "null",
        person: null,
        texts: [],
      };
    case "in": {
      const operator = condition.negated ? "not_in" : "in";
      const { field, values } = condition;
      if (Array.isArray(values)) return { field, operator, person: null, texts: values.map(String) };
      return { field, operator, person: (values as { person: string }).person, texts: [] };
    }
    case "match":
      if (condition.negated) return null;
      return { field: condition.field, operator: condition.how, person: null, texts: [condition.text] };
    case "compare": {
      const { field, op, value } = condition;
      if (typeof value === "object" && "today" in value) return null;
      if (typeof value === "object") return { field, operator: op, person: value.person, texts: [] };
      return { field, operator: op, person: null, texts: [String(value)] };
    }
    default:
      return null;
  }
}

/** The lines of a condition; null when it is nested deeper than lines can say. */
export function ruleOf(condition: Condition): Rule | null {
  if (condition.kind !== "and" && condition.kind !== "or") {
    const line = lineOf(condition);
    return line && { join: "and", lines: [line] };
  }
  if (condition.kind === "or" && condition.items.length === 0) return null;
  const lines = condition.items.map(lineOf);
  return lines.every((line) => line !== null) ? { join: condition.kind, lines } : null;
}

export function isComplete(line: Line): boolean {
  if (line.field === "") return false;
  if (takes(line.operator) === "none") return true;
  if (line.person !== null) return line.person !== "";
  return takes(line.operator) === "many" ? line.texts.length > 0 : (line.texts[0] ?? "") !== "";
}
