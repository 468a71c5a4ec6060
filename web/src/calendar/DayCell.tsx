import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { DayCard } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useFormat } from "@/format/useFormat";
import styles from "./calendar.module.css";
import { shortLunar, today } from "./days";
import { useDayWords } from "./useNames";

interface Props {
  day: DayCard;
  large: boolean;
  /** Where the first day of a month begins in the week. */
  column: number | undefined;
  reachable: boolean;
  onOpen: (day: string) => void;
}

const CLASSES: Record<DayCard["kind"], string | undefined> = {
  working: styles.working,
  weekend: styles.weekend,
  holiday: styles.holiday,
  adjusted_working: styles.adjusted,
};

/** One day; what it is shows by colour and by a mark, and is said in words to those who see neither. */
export const DayCell = memo(function DayCell({ day, large, column, reachable, onOpen }: Props) {
  const { t } = useTranslation("calendar");
  const pick = usePick();
  const { language } = useFormat();
  const words = useDayWords()(day);
  const event = pick(day.event);
  const kinds = [
    styles.day,
    CLASSES[day.kind],
    day.day === today() && styles.today,
    day.edited && styles.edited,
  ];
  return (
    <button
      type="button"
      data-day={day.day}
      className={kinds.filter(Boolean).join(" ")}
      style={column === undefined ? undefined : { gridColumnStart: column }}
      tabIndex={reachable ? 0 : -1}
      aria-label={words}
      title={words}
      onClick={() => onOpen(day.day)}
    >
      <span className={styles.top}>
        <span className={styles.number}>{Number(day.day.slice(8))}</span>
        {(day.kind === "holiday" || day.kind === "adjusted_working") && (
          <span className={styles.mark}>{t(`mark.${day.kind}`)}</span>
        )}
      </span>
      {large && (
        <>
          <span className={`${styles.lunar} ellipsis`}>
            {pick(day.name)} {language === "zh" && shortLunar(day.lunar.zh ?? "")}
          </span>
          {event && <span className={`${styles.eventName} ellipsis`}>{event}</span>}
        </>
      )}
      {event && !large && (
        <span className={day.promotion ? `${styles.bar2} ${styles.promotion}` : styles.bar2} />
      )}
    </button>
  );
});
