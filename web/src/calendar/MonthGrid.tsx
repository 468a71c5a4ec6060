import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CalendarYear } from "@/api/schema";
import styles from "./calendar.module.css";
import { DayCell } from "./DayCell";
import { placeInWeek, weekdays } from "./days";
import { useMonthName, useWeekdayName } from "./useNames";

interface Props {
  year: CalendarYear;
  month: number;
  large: boolean;
  /** The day that the Tab key reaches. */
  current: string;
  onOpen: (day: string) => void;
  onTitle: () => void;
}

/** One month: small in the view of a year, large on its own. */
export function MonthGrid({ year, month, large, current, onOpen, onTitle }: Props) {
  const { t } = useTranslation("calendar");
  const monthName = useMonthName();
  const weekdayName = useWeekdayName();
  const prefix = `${year.year}-${String(month).padStart(2, "0")}`;
  const days = useMemo(() => year.days.filter((day) => day.day.startsWith(prefix)), [year, prefix]);
  const first = days[0];
  const name = monthName(month);
  if (!first) return null;
  return (
    <section className={large ? styles.large : styles.small} aria-label={`${year.year} ${name}`}>
      {!large && (
        <h2 className={styles.monthName}>
          <button type="button" onClick={onTitle} title={t("openMonth")}>
            {name}
          </button>
        </h2>
      )}
      <div className={styles.grid}>
        {weekdays(year.week_start).map((weekday) => (
          <span key={weekday} className={styles.weekday} aria-hidden="true">
            {weekdayName(weekday, large ? "short" : "narrow")}
          </span>
        ))}
        {days.map((day) => (
          <DayCell
            key={day.day}
            day={day}
            large={large}
            column={day === first ? placeInWeek(day.day, year.week_start) + 1 : undefined}
            reachable={day.day === current}
            onOpen={onOpen}
          />
        ))}
      </div>
    </section>
  );
}
