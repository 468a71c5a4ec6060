import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { answer, api } from "@/api/client";
import type { DatasetDef } from "@/api/schema";
import { useMay } from "@/app/session";
import { isGrain, type Level } from "@/format/date";
import type { Period } from "../period";
import { useDatasets } from "../sources";
import { calendarDays, calendarQuestion, type Reading } from "./calendarQuestion";
import type { Calendars } from "./counted";
import { periodStart } from "./days";
import type { CalendarDay } from "./leap";

interface Found extends Calendars {
  isPending: boolean;
}

/** What a picture of this period needs of the company's calendars. */
export function useCalendars(period: Period | null, around: string): Found {
  const shift = period?.shift ?? null;
  const byWorkingDay = shift?.match === "working_day";
  const window = useDays(period?.to_date ?? null, false, around);
  const shifted = useDays(shift?.unit ?? null, byWorkingDay, around);
  return {
    window: window.days,
    shift: shifted.days,
    isPending: window.isPending || shifted.isPending,
  };
}

function readingOf(
  datasets: readonly DatasetDef[],
  unit: Level | null,
  byWorkingDay: boolean,
): Reading | null {
  if (unit === null || (isGrain(unit) && !byWorkingDay)) return null;
  const calendars = datasets.filter((dataset) => dataset.shape === "calendar");
  if (isGrain(unit)) {
    const calendar = calendars.find((dataset) => dataset.working_day);
    return calendar ? { calendar, column: null, position: null } : null;
  }
  for (const calendar of calendars) {
    const level = calendar.levels.find(({ code }) => code === unit);
    if (level) return { calendar, column: level.column, position: level.position ?? null };
  }
  return null;
}

function useDays(unit: Level | null, byWorkingDay: boolean, around: string) {
  const may = useMay();
  const { datasets } = useDatasets();
  const reading = readingOf(
    datasets.map(({ definition }) => definition),
    unit,
    byWorkingDay,
  );
  const found = useQuery({
    queryKey: ["calendar", "picture", unit, byWorkingDay, around],
    queryFn: ({ signal }) =>
      answer(
        api.POST("/api/v1/query/preview", { body: calendarQuestion(reading as Reading, around), signal }),
      ),
    enabled: reading !== null && may("metric.draft"),
    staleTime: 300_000,
    retry: false,
  });
  const { data } = found;
  const days = useMemo((): CalendarDay[] | null => {
    if (!data || unit === null) return null;
    // Working days are counted within weeks that begin on Monday, whatever the company's week is.
    return calendarDays(data, isGrain(unit) ? (day) => periodStart(day, unit, "monday") : null);
  }, [data, unit]);
  return { days, isPending: found.isLoading };
}
