import type { TFunction } from "i18next";
import type { Duration, Period as WrittenPeriod, Shift as WrittenShift } from "@/api/schema";
import { isGrain, type Level } from "@/format/date";
import { same } from "./raw";

/** A look at another time as it is typed: what is usual need not be there. */
export type Shift = Pick<WrittenShift, "count" | "unit"> & Partial<WrittenShift>;
/** When a metric looks, as it is typed: what is usual need not be there. */
export type Period = Partial<Omit<WrittenPeriod, "shift">> & { shift?: Shift | null };

export const PERIOD_PARTS = [
  "to_date",
  "trailing",
  "leading",
  "cumulative",
  "remaining",
  "seen_from",
  "point",
  "shift",
  "within",
] as const satisfies readonly (keyof Period)[];

/** Periods that people name by a word of their own, in the order to offer. */
export const USUAL = [
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
  { word: "everything", period: { cumulative: true } },
] as const satisfies readonly { word: string; period: Period }[];

/** What lies before the moment at which a period is seen, and counts. */
export const BACKS = ["none", "to_date", "trailing", "cumulative"] as const;
export type Back = (typeof BACKS)[number];
/** What lies after it. */
export const AHEADS = ["none", "leading", "remaining"] as const;
export type Ahead = (typeof AHEADS)[number];

export function backOf(period: Period | null): Back {
  if (period?.to_date) return "to_date";
  if (period?.trailing) return "trailing";
  return period?.cumulative ? "cumulative" : "none";
}

export function aheadOf(period: Period | null): Ahead {
  if (period?.leading) return "leading";
  return period?.remaining ? "remaining" : "none";
}

export function hasWindow(period: Period | null): boolean {
  return backOf(period) !== "none" || aheadOf(period) !== "none";
}

/** Values that say nothing: where they are left out, the same is meant. */
const SILENT: Partial<Record<string, unknown>> = { seen_from: "end", within: "last", match: "rows" };

function said(name: string, value: unknown): boolean {
  return value !== null && value !== undefined && value !== false && value !== SILENT[name];
}

function saidOf<Parts extends object>(parts: Parts): Parts {
  return Object.fromEntries(Object.entries(parts).filter(([name, value]) => said(name, value))) as Parts;
}

/** The same period without what is usual; null when nothing is left: the period asked for, as it is. */
export function tidy(period: Period | null): Period | null {
  const kept: Period = period ? saidOf(period) : {};
  if (kept.shift) kept.shift = saidOf(kept.shift);
  return Object.keys(kept).length > 0 ? kept : null;
}

/** Without a window nothing hangs on the period's start and there are no values within; with one there is no point. */
function fitting(period: Period): Period | null {
  return tidy(
    hasWindow(period) ? { ...period, point: null } : { ...period, seen_from: "end", within: "last" },
  );
}

export function withBack(period: Period | null, back: Back): Period | null {
  return fitting({
    ...period,
    to_date: back === "to_date" ? (period?.to_date ?? "month") : null,
    trailing: back === "trailing" ? (period?.trailing ?? { count: 7, unit: "day" }) : null,
    cumulative: back === "cumulative",
  });
}

export function withAhead(period: Period | null, ahead: Ahead): Period | null {
  return fitting({
    ...period,
    leading: ahead === "leading" ? (period?.leading ?? { count: 7, unit: "day" }) : null,
    remaining: ahead === "remaining",
  });
}

type Naming = (level: Level) => string;
type Words = TFunction<"definition">;

/** A number of units in words: 3 个月, 3 month(s). */
export function spanWords({ count, unit }: Duration, t: Words, name: Naming): string {
  return isGrain(unit)
    ? t(`period.span.${unit}`, { count })
    : t("period.span.level", { count, name: name(unit) });
}

/** A shift in words: 向前推 1 年，按星期对齐. */
export function shiftWords(shift: Shift, t: Words, name: Naming): string {
  const span = spanWords({ ...shift, count: Math.abs(shift.count) }, t, name);
  const moved = t(shift.count < 0 ? "period.later" : "period.shifted", { span });
  const match = shift.match ?? "rows";
  return match === "rows" ? moved : `${moved}${t("period.join")}${t(`period.matched.${match}`)}`;
}

/** A period in words, as people say it: the usual word, or its parts. */
export function periodWords(period: Period | null, t: Words, name: Naming): string {
  const tidied = tidy(period);
  if (!tidied) return t("period.whole");
  const usual = USUAL.find((known) => same(known.period, tidied));
  if (usual) return t(`period.usual.${usual.word}`);
  const { to_date: unit } = tidied;
  return [
    unit && (isGrain(unit) ? t(`period.toDate.${unit}`) : t("period.toDate.level", { name: name(unit) })),
    tidied.trailing && t("period.trailing", { span: spanWords(tidied.trailing, t, name) }),
    tidied.cumulative && t("period.usual.everything"),
    tidied.leading && t("period.leading", { span: spanWords(tidied.leading, t, name) }),
    tidied.remaining && t("period.remaining"),
    tidied.point && t("period.point", { name: name(tidied.point) }),
    tidied.seen_from === "start" && t("period.fromStart"),
    tidied.within && tidied.within !== "last" && t(`period.within.${tidied.within}`),
    tidied.shift && shiftWords(tidied.shift, t, name),
  ]
    .filter(Boolean)
    .join(t("period.join"));
}
