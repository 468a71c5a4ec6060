import { useTranslation } from "react-i18next";
import type { MetricQuery } from "@/api/schema";
import { type CalendarLevel, useCalendarLevels, useLevelName, useWorkingDaysKnown } from "@/calendar/levels";
import { GRAINS, isGrain, type Level } from "@/format/date";
import { against } from "@/query/ask";

/** Comparisons that go by the civil calendar: every company has them. */
const CIVIL = ["none", "previous", "year"] as const;
/** Those that look for the day that is like this one. */
const ALIKE = ["year_weekday", "year_working_day", "month_working_day"] as const;
const FESTIVALS: readonly string[] = ["spring_festival", "dragon_boat", "mid_autumn"];

type Known = (typeof CIVIL)[number] | (typeof ALIKE)[number];
/** A known comparison, or a level of the company's calendar: the same place in the period before. */
export type Compare = Known | Level;

function isKnown(compare: string): compare is Known {
  return [...CIVIL, ...ALIKE].some((known) => known === compare);
}

/** Tell whether a grain cuts days: moves of whole days say nothing there. */
function isWithinDays(grain: Level): boolean {
  return isGrain(grain) && GRAINS.indexOf(grain) < GRAINS.indexOf("day");
}

/** The comparison that an address asks for, where it means something at this grain. */
export function readCompare(asked: string | null, grain: Level): Compare {
  if (asked === null) return "none";
  // Years are compared with the year before, which is the period before.
  if (asked === "year" && grain === "year") return "previous";
  if (CIVIL.some((known) => known === asked)) return asked;
  const isCode = /^[a-z][a-z0-9_]*$/.test(asked) && !isGrain(asked);
  return isCode && !isWithinDays(grain) ? asked : "none";
}

/** The same as a part of a question. */
export function comparisonBy(compare: Compare, grain: Level): MetricQuery["comparison"] {
  switch (compare) {
    case "none":
      return null;
    case "previous":
      return against(1, grain);
    case "year_weekday":
      return against(1, "year", "weekday");
    case "year_working_day":
      return against(1, "year", "working_day");
    case "month_working_day":
      return against(1, "month", "working_day");
    default:
      return against(1, compare);
  }
}

/** Tell whether days are laid beside each other by something else than their date. */
export function goesByCalendar(compare: Compare): boolean {
  return !CIVIL.some((known) => known === compare);
}

export function useCompareName(): (compare: Compare) => string {
  const { t } = useTranslation("catalog");
  const name = useLevelName();
  return (compare) => {
    if (isKnown(compare)) return t(`control.${compare}`);
    const how = FESTIVALS.includes(compare) ? "control.byFestival" : "control.byLevel";
    return t(how, { name: name(compare) });
  };
}

interface CompareGroup {
  label: string;
  options: Compare[];
}

/** Every comparison that can be chosen at a grain, in groups; those that the company's calendar knows come last. */
export function useCompares(grain: Level): CompareGroup[] {
  const { t } = useTranslation("catalog");
  const levels = useCalendarLevels();
  const hasWorkingDays = useWorkingDaysKnown();
  const civil = CIVIL.filter((compare) => compare !== "year" || grain !== "year");
  if (isWithinDays(grain)) return [{ label: t("control.byDate"), options: civil }];
  const alike = ALIKE.filter((compare) => hasWorkingDays || compare === "year_weekday");
  const placed = levels.filter(({ position }: CalendarLevel) => position !== null).map(({ code }) => code);
  const groups: CompareGroup[] = [
    { label: t("control.byDate"), options: civil },
    { label: t("control.byDay"), options: alike },
    { label: t("control.festivals"), options: placed.filter((code) => FESTIVALS.includes(code)) },
    { label: t("control.calendar"), options: placed.filter((code) => !FESTIVALS.includes(code)) },
  ];
  return groups.filter(({ options }) => options.length > 0);
}
