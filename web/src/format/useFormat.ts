import { useMemo } from "react";
import { useLanguage } from "@/app/i18n/language";
import { type Change, changeOf, type Direction } from "./change";
import { agoText, dayText, type Level, momentDate, momentDay, momentText, periodText } from "./date";
import {
  axisNumber,
  countText,
  exactText,
  type NumberKind,
  shortText,
  writeExact,
  writeShort,
} from "./number";

/** All formatters in the person's language. */
export function useFormat() {
  const { language } = useLanguage();
  return useMemo(
    () => ({
      language,
      short: (value: number, kind: NumberKind) => writeShort(value, kind, language),
      exact: (value: number, kind: NumberKind) => writeExact(value, kind, language),
      shortText: (value: number, kind: NumberKind) => shortText(value, kind, language),
      exactText: (value: number, kind: NumberKind) => exactText(value, kind, language),
      axis: (value: number, kind: NumberKind) => axisNumber(value, kind, language),
      count: (value: number) => countText(value, language),
      change: (
        now: number | null,
        then: number | null,
        kind: { unit?: string; direction?: Direction },
      ): Change => changeOf(now, then, kind, language),
      day: (day: string) => dayText(day, language),
      period: (day: string, grain: Level | null | undefined) => periodText(day, grain, language),
      moment: (instant: string) => momentText(instant, language),
      momentDay: (instant: string) => momentDay(instant, language),
      date: momentDate,
      ago: (instant: string) => agoText(instant, language),
    }),
    [language],
  );
}
