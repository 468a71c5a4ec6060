import { useTranslation } from "react-i18next";
import { usePick } from "@/app/i18n/text";
import { useDatasets } from "@/definition/sources";
import { isGrain, type Level } from "@/format/date";

/** A level of a company's calendar, with what its calendar knows about days. */
export interface CalendarLevel {
  code: Level;
  name: string;
  /** Column of the calendar that tells the periods apart, and that with a day's place in its period. */
  column: string;
  position: string | null;
  calendar: string;
}

/** The periods that the company's calendars add to those that everybody has. */
export function useCalendarLevels(): CalendarLevel[] {
  const pick = usePick();
  const { datasets } = useDatasets();
  return datasets.flatMap(({ definition }) =>
    definition.levels.map((level) => ({
      code: level.code,
      name: pick(level.name) || level.code,
      column: level.column,
      position: level.position ?? null,
      calendar: definition.code,
    })),
  );
}

/** Tell whether a calendar of the company knows on which days people work. */
export function useWorkingDaysKnown(): boolean {
  const { datasets } = useDatasets();
  return datasets.some(({ definition }) => Boolean(definition.working_day));
}

/** What people call a grain or a level; one that is not known keeps its code. */
export function useLevelName(): (level: Level) => string {
  const { t } = useTranslation();
  const levels = useCalendarLevels();
  return (level) =>
    isGrain(level) ? t(`grain.${level}`) : (levels.find(({ code }) => code === level)?.name ?? level);
}
