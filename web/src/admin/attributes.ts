import type { PersonView } from "@/api/schema";

type Attributes = NonNullable<PersonView["private"]>["attributes"];
type AttributeValue = Attributes[string];
export type AttributeKind = "list" | "text" | "number" | "yesno";

/** One attribute as it is edited: always texts. */
export interface AttributeLine {
  name: string;
  kind: AttributeKind;
  texts: string[];
}

function lineOf(name: string, value: AttributeValue): AttributeLine {
  if (Array.isArray(value)) return { name, kind: "list", texts: value.map(String) };
  if (typeof value === "boolean") return { name, kind: "yesno", texts: [value ? "true" : "false"] };
  return { name, kind: typeof value === "number" ? "number" : "text", texts: [String(value)] };
}

export function linesOf(attributes: Attributes): AttributeLine[] {
  return Object.entries(attributes)
    .map(([name, value]) => lineOf(name, value))
    .sort((one, other) => one.name.localeCompare(other.name));
}

function valueOfLine(line: AttributeLine): AttributeValue {
  const first = line.texts[0] ?? "";
  if (line.kind === "list") return line.texts;
  if (line.kind === "yesno") return first === "true";
  return line.kind === "number" ? Number(first) : first;
}

/** The attributes that the lines stand for; lines without a name are nothing. */
export function attributesOf(lines: readonly AttributeLine[]): Attributes {
  return Object.fromEntries(
    lines.filter((line) => line.name.trim() !== "").map((line) => [line.name.trim(), valueOfLine(line)]),
  );
}

const NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** What is wrong with a line; null when nothing is. */
export function faultOf(
  line: AttributeLine,
  lines: readonly AttributeLine[],
): "name" | "taken" | "number" | null {
  const name = line.name.trim();
  if (!NAME.test(name)) return "name";
  if (lines.some((other) => other !== line && other.name.trim() === name)) return "taken";
  if (line.kind === "number" && !/^-?\d+$/.test(line.texts[0] ?? "")) return "number";
  return null;
}

export function attributeText(value: unknown, comma: string): string {
  if (Array.isArray(value)) return value.map(String).join(comma);
  return String(value);
}
