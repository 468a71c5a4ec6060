import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { ComparedDays, DaySpan, QueryAnswer } from "@/api/schema";
import { weekdayOf } from "@/calendar/days";
import { useWeekdayName } from "@/calendar/useNames";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The days that an answer compares with which, as the company's calendar lays them beside each other. */
export function useComparedDays(found: QueryAnswer | undefined): UseQueryResult<ComparedDays> {
  const { request, time_start: start, time_end: end } = found?.receipt ?? {};
  const shift = request?.comparison?.shift;
  const body =
    shift && start && end && DAY.test(start) && DAY.test(end)
      ? { start, end, grain: request?.grain ?? null, shift }
      : null;
  return useQuery({
    queryKey: ["compared days", body],
    queryFn: ({ signal }) => {
      if (body === null) throw new Error("nothing is compared by days");
      return answer(api.POST("/api/v1/query/compared-days", { body, signal }));
    },
    enabled: body !== null,
    // Without a calendar the numbers stand all the same; only this note is not there.
    retry: false,
  });
}

const SATURDAY = 6;

/** A single day with its weekday, and what is not plain from that: that people work at a weekend, or do not else. */
export function useDayWords(): (span: DaySpan) => { day: string; note: string } {
  const { t } = useTranslation("query");
  const weekday = useWeekdayName();
  return useCallback(
    ({ first, working_days: working }) => {
      const at = weekdayOf(first);
      const isWeekend = at >= SATURDAY;
      const inLieu = isWeekend && working === 1 ? t("compared.inLieu") : "";
      const off = !isWeekend && working === 0 ? t("compared.off") : "";
      return { day: `${first} ${weekday(at, "short")}`, note: inLieu || off };
    },
    [t, weekday],
  );
}

/** Days in words: one with its weekday and whether people work, several with their number and working days. */
export function useSpanWords(): (span: DaySpan) => string {
  const { t } = useTranslation("query");
  const dayWords = useDayWords();
  return useCallback(
    (span) => {
      const { first, last, days, working_days: working } = span;
      if (first === last) {
        const { day, note } = dayWords(span);
        return note ? t("compared.noted", { day, note }) : day;
      }
      const counted =
        working === null || working === undefined
          ? t("compared.days", { count: days })
          : t("compared.workingDays", { count: days, working });
      return t("compared.span", { first, last, counted });
    },
    [t, dayWords],
  );
}
