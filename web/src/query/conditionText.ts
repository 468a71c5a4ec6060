import type { TFunction } from "i18next";
import type { DataUsed } from "@/api/schema";

export type Condition = NonNullable<DataUsed["row_policy"]>;

const SIGNS = { eq: "=", ne: "≠", lt: "<", le: "≤", gt: ">", ge: "≥" } as const;

/** A day that moves with the calendar. */
function relativeDay(days: number, t: TFunction<"query">): string {
  if (days === 0) return t("condition.today");
  return t(days < 0 ? "condition.daysAgo" : "condition.daysAhead", { count: Math.abs(days) });
}

function valueText(value: unknown, t: TFunction<"query">): string {
  if (typeof value === "object" && value !== null) {
    if ("person" in value) return `⟨${String(value.person)}⟩`;
    if ("today" in value) return relativeDay(Number(value.today), t);
  }
  return typeof value === "string" ? `“${value}”` : String(value);
}

type Naming = (field: string) => string;

function join(items: readonly Condition[], word: string, t: TFunction<"query">, name: Naming): string {
  return items
    .map((item) => {
      const text = conditionText(item, t, name);
      return item.kind === "and" || item.kind === "or" ? `(${text})` : text;
    })
    .join(` ${word} `);
}

const asWritten: Naming = (field) => field;

/**
 * A condition as a sentence. An empty "or" lets nothing through, an empty "and" everything. Fields are told by
 * what `name` calls them.
 */
export function conditionText(condition: Condition, t: TFunction<"query">, name: Naming = asWritten): string {
  const field = "field" in condition ? name(condition.field) : "";
  switch (condition.kind) {
    case "compare":
      return `${field} ${SIGNS[condition.op]} ${valueText(condition.value, t)}`;
    case "in": {
      const values = Array.isArray(condition.values)
        ? condition.values.map((value) => valueText(value, t)).join(", ")
        : valueText(condition.values, t);
      return `${field} ${t(condition.negated ? "condition.notIn" : "condition.in")} (${values})`;
    }
    case "null":
      return `${field} ${t(condition.negated ? "condition.notNull" : "condition.null")}`;
    case "match": {
      const text = `${field} ${t(`condition.${condition.how}`)} ${valueText(condition.text, t)}`;
      return condition.negated ? `${t("condition.not")} (${text})` : text;
    }
    case "formula":
      return condition.formula;
    case "and":
      return condition.items.length === 0
        ? t("condition.everything")
        : join(condition.items, t("condition.and"), t, name);
    case "or":
      return condition.items.length === 0
        ? t("condition.nothing")
        : join(condition.items, t("condition.or"), t, name);
    case "not":
      return `${t("condition.not")} (${conditionText(condition.item, t, name)})`;
  }
}
