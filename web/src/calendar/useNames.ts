import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { CalendarEditView, DayCard } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useFormat } from "@/format/useFormat";
import { weekdayOf } from "./days";

const LOCALES = { zh: "zh-CN", en: "en-GB" };

export function useMonthName(): (month: number) => string {
  const { language } = useFormat();
  return (month) =>
    new Date(Date.UTC(2026, month - 1, 1)).toLocaleDateString(LOCALES[language], {
      month: "long",
      timeZone: "UTC",
    });
}

export function useWeekdayName(): (weekday: number, width: "narrow" | "short" | "long") => string {
  const { language } = useFormat();
  // 5 January 2026 was a Monday.
  return useCallback(
    (weekday, width) =>
      new Date(Date.UTC(2026, 0, 4 + weekday)).toLocaleDateString(LOCALES[language], {
        weekday: width,
        timeZone: "UTC",
      }),
    [language],
  );
}

/** All that a cell shows by colour and mark, in words. */
export function useDayWords(): (day: DayCard) => string {
  const { t } = useTranslation("calendar");
  const pick = usePick();
  const format = useFormat();
  const weekday = useWeekdayName();
  return (day) =>
    [
      format.day(day.day),
      weekday(weekdayOf(day.day), "long"),
      t(`kind.${day.kind}`),
      pick(day.name),
      pick(day.lunar),
      pick(day.event),
      day.edited ? t("edited") : "",
    ]
      .filter(Boolean)
      .join(t("comma"));
}

/** What an edit was about and what it made of it. */
export function useEditWords(): (edit: CalendarEditView) => {
  subject: string;
  before: string;
  after: string;
} {
  const { t } = useTranslation("calendar");
  const pick = usePick();
  const format = useFormat();
  const said = (edit: CalendarEditView, value: CalendarEditView["after"]): string => {
    if (value === null) return t(`nothing.${edit.subject}`);
    if ("first" in value)
      return t("edit.range", { first: format.day(value.first), last: format.day(value.last) });
    if ("country" in value)
      return t("edit.rules", {
        country: value.country ?? "",
        month: value.fiscal_start_month ?? 1,
        retail: value.retail_start_month ?? 1,
        pattern: patternText(value.retail_pattern),
      });
    if (!("kind" in value)) return "";
    const name = pick(value.name);
    return name ? t("edit.named", { kind: t(`kind.${value.kind}`), name }) : t(`kind.${value.kind}`);
  };
  const subject = (edit: CalendarEditView): string => {
    if (edit.subject === "day" && edit.day) return format.day(edit.day);
    if (edit.subject === "rules") return t("rules.title");
    const event = edit.after ?? edit.before;
    return event !== null && "name" in event ? pick(event.name) : t("events.title");
  };
  return (edit) => ({
    subject: subject(edit),
    before: said(edit, edit.before),
    after: said(edit, edit.after),
  });
}

/** `445` as it is spoken of: 4-4-5. */
export function patternText(pattern: string | undefined): string {
  return [...(pattern ?? "")].join("-");
}
