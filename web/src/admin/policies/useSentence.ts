import { useTranslation } from "react-i18next";
import { type Line, type Rule, takes } from "./rule";
import type { FieldChoice } from "./useFields";

/** A rule as a sentence, with the names that people read. */
export function useSentence(fields: readonly FieldChoice[]): (rule: Rule) => string {
  const { t } = useTranslation("admin");
  const name = (field: string) => fields.find((one) => one.name === field)?.label || field || "…";
  const value = (line: Line) => {
    if (takes(line.operator) === "none") return "";
    if (line.person !== null) return t("rule.personValue", { name: line.person || "…" });
    return line.texts.map((text) => t("rule.quoted", { text })).join(t("rule.comma")) || "…";
  };
  return (rule) => {
    if (rule.lines.length === 0) return t("rule.everything");
    return rule.lines
      .map((line) => [name(line.field), t(`rule.${line.operator}`), value(line)].filter(Boolean).join(" "))
      .join(` ${t(`rule.${rule.join}Word`)} `);
  };
}
