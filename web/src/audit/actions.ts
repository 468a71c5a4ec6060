import type { Permission } from "@/app/session";

/** Families of actions in the trail, in the order of the filter. */
export const FAMILIES = [
  "session",
  "person",
  "second_factor",
  "role",
  "department",
  "policy",
  "column",
  "token",
  "upload",
  "data",
  "calendar",
  "draft",
  "change",
  "version",
  "definition",
  "domain",
  "company",
] as const;

export type Family = (typeof FAMILIES)[number];

export function familyOf(action: string): Family | null {
  const head = action.split(".")[0] ?? "";
  return FAMILIES.find((family) => family === head) ?? null;
}

/** Where a target can be looked at; null when it has no page, or none that an auditor may open. */
export function placeOf(
  target: { kind: string; id: string },
  may: (permission: Permission) => boolean,
): string | null {
  const id = encodeURIComponent(target.id);
  switch (target.kind) {
    case "person":
      return `/admin/people/${id}`;
    case "department":
      return `/admin?tab=people&department=${id}`;
    case "policy":
      return "/admin?tab=policies";
    case "column":
      return "/admin?tab=grants";
    case "metric":
      return `/metrics/${id}`;
    case "dataset":
      return `/data/datasets/${id}`;
    case "table":
      return may("data.read") ? `/data/tables/${id}` : null;
    case "calendar":
      return target.id.startsWith("day:")
        ? `/data/calendar?at=${target.id.slice(4)}&day=${target.id.slice(4)}`
        : "/data/calendar";
    case "change":
      return `/governance/changes/${id}`;
    default:
      return null;
  }
}

export interface Difference {
  path: string;
  before: unknown;
  after: unknown;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What an entry says: fields that became other ones, and what else was written down. */
export function told(detail: Record<string, unknown>): {
  differences: Difference[];
  facts: [string, unknown][];
} {
  const { before, after, ...rest } = detail;
  const differences = isRecord(before) || isRecord(after) ? compare(before, after, "") : [];
  return { differences, facts: Object.entries(rest) };
}

function compare(before: unknown, after: unknown, path: string): Difference[] {
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) =>
      compare(before[name], after[name], path === "" ? name : `${path}.${name}`),
    );
  }
  if (path === "") {
    // Only one side is there: each of its fields came or went.
    const whole = isRecord(after) ? after : isRecord(before) ? before : {};
    return Object.entries(whole).map(([name, value]) => ({
      path: name,
      before: isRecord(after) ? undefined : value,
      after: isRecord(after) ? value : undefined,
    }));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

export function written(value: unknown): string {
  if (value === undefined || value === null || value === "") return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}
