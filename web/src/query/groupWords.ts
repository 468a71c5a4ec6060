import { useTranslation } from "react-i18next";
import type { ComparedRow, ResultColumn } from "@/api/schema";
import { useFormat } from "@/format/useFormat";

/** What a group of a row is called: a period by its name, an empty value as such, the whole in the first column. */
export function useGroupWords(columns: readonly ResultColumn[]): (row: ComparedRow, index: number) => string {
  const { t } = useTranslation("query");
  const format = useFormat();
  return (row, index) => {
    if (row.keys.length === 0) return index === 0 ? t("figures.overall") : "";
    const cell = row.keys[index];
    if (cell === null || cell === undefined || cell === "") return t("figures.blank");
    const grain = columns[index]?.grain;
    return grain ? format.period(String(cell), grain) : String(cell);
  };
}
