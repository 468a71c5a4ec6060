import type { TFunction } from "i18next";
import type { DataUsed } from "@/api/schema";

export type Condition = NonNullable<DataUsed["row_policy"]>;

const SIGNS = { eq: "=", ne: "≠", lt: "<", le: "≤", gt: ">", ge: "≥" } as const;

function valueText(value: unknown): string {
  if (typeof value === "object" && value !== null && "person" in value) return `⟨${String(value.person)}⟩`;
  return typeof value === "string" ? `“${value}”` : String(value);
}

function join(items: readonly Condition[], word: string, t: TFunction<"query">): string {
  return items
    .map((item) =>
      item.kind === "and" || item.kind === "or" ? `(${conditionText(item, t)})` : conditionText(item, t),
    )
    .join(` ${word} `);
}

/** A condition as a sentence. An empty "or" lets nothing through, an empty "and" everything. */
export function conditionText(condition: Condition, t: TFunction<"query">): string {
  switch (condition.kind) {
    case "compare":
      return `${condition.field} ${SIGNS[condition.op]} ${valueText(condition.value)}`;
    case "in": {
      const values = Array.isArray(condition.values)
        ? condition.values.map(valueText).join(", ")
        : valueText(condition.values);
      return `${condition.field} ${t(condition.negated ? "condition.notIn" : "condition.in")} (${values})`;
    }
    case "null":
      return `${condition.field} ${t(condition.negated ? "condition.notNull" : "condition.null")}`;
    case "match": {
      const text = `${condition.field} ${t(`condition.${condition.how}`)} ${valueText(condition.text)}`;
      return condition.negated ? `${t("condition.not")} (${text})` : text;
    }
    case "and":
      return condition.items.length === 0
        ? t("condition.everything")
        : join(condition.items, t("condition.and"), t);
    case "or":
      return condition.items.length === 0
        ? t("condition.nothing")
        : join(condition.items, t("condition.or"), t);
    case "not":
      return `${t("condition.not")} (${conditionText(condition.item, t)})`;
  }
}
