import type { TFunction } from "i18next";
import type { Duration, Period } from "@/api/schema";
import type { Grain } from "@/format/date";
import { same } from "./raw";

export type { Period };

/** Periods that people name by a word of their own, in the order to offer. */
export const USUAL: readonly { word: UsualWord; period: Period }[] = [
  { word: "weekToDate", period: { to_date: "week" } },
  { word: "monthToDate", period: { to_date: "month" } },
  { word: "quarterToDate", period: { to_date: "quarter" } },
  { word: "yearToDate", period: { to_date: "year" } },
  { word: "last7Days", period: { trailing: { count: 7, unit: "day" } } },
  { word: "last30Days", period: { trailing: { count: 30, unit: "day" } } },
  { word: "last12Months", period: { trailing: { count: 12, unit: "month" } } },
  { word: "previousDay", period: { shift: { count: 1, unit: "day" } } },
  { word: "previousWeek", period: { shift: { count: 1, unit: "week" } } },
  { word: "previousMonth", period: { shift: { count: 1, unit: "month" } } },
  { word: "yearBefore", period: { shift: { count: 1, unit: "year" } } },
  { word: "yearToDateBefore", period: { to_date: "year", shift: { count: 1, unit: "year" } } },
];

type UsualWord =
  | "weekToDate"
  | "monthToDate"
  | "quarterToDate"
  | "yearToDate"
  | "last7Days"
  | "last30Days"
  | "last12Months"
  | "previousDay"
  | "previousWeek"
  | "previousMonth"
  | "yearBefore"
  | "yearToDateBefore";

export type Window = "whole" | "to_date" | "trailing";

export function windowOf(period: Period | null): Window {
  if (period?.to_date) return "to_date";
  return period?.trailing ? "trailing" : "whole";
}

const present = (period: Period): Period =>
  Object.fromEntries(Object.entries(period).filter(([, value]) => value !== null && value !== undefined));

/** The same period without empty parts; null when nothing is left: the period asked for, as it is. */
export function tidy(period: Period | null): Period | null {
  const kept = period ? present(period) : {};
  return Object.keys(kept).length > 0 ? kept : null;
}

export function withWindow(period: Period | null, window: Window, grain: Grain = "month"): Period | null {
  const shift = period?.shift;
  if (window === "to_date") return tidy({ to_date: grain, shift });
  if (window === "trailing") return tidy({ trailing: period?.trailing ?? { count: 7, unit: "day" }, shift });
  return tidy({ shift });
}

/** A period in words, as people say it: the usual word, or its parts. */
export function periodWords(period: Period | null, t: TFunction<"definition">): string {
  const tidied = tidy(period);
  if (!tidied) return t("period.whole");
  const usual = USUAL.find((known) => same(known.period, tidied));
  if (usual) return t(`period.usual.${usual.word}`);
  const span = ({ count, unit }: Duration) => t(`period.span.${unit}`, { count });
  return [
    tidied.to_date && t(`period.toDate.${tidied.to_date}`),
    tidied.trailing && t("period.trailing", { span: span(tidied.trailing) }),
    tidied.shift && t("period.shifted", { span: span(tidied.shift) }),
  ]
    .filter(Boolean)
    .join(t("period.join"));
}
