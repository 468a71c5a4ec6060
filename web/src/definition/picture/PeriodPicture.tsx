import { Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { today } from "@/calendar/days";
import { useYear } from "@/calendar/useCalendar";
import { DAY_GRAINS, type Grain } from "@/format/date";
import { useFormat } from "@/format/useFormat";
import type { Period } from "../period";
import { type Asked, countedDays } from "./counted";
import { dayCount, lastWhole, type Span } from "./days";
import styles from "./picture.module.css";
import { TimeLine } from "./TimeLine";
import { useCalendars } from "./useCalendars";

/** Which days count for a sample period: on a line, and in words. */
export function PeriodPicture({ period }: { period: Period | null }) {
  const { t } = useTranslation("definition");
  const { t: app } = useTranslation();
  const [grain, setGrain] = useState<Grain>("month");
  const now = today();
  const weekStart = useYear(Number(now.slice(0, 4))).data?.week_start ?? "monday";
  const asked: Asked = { ...lastWhole(now, grain, weekStart), grain, weekStart };
  const calendars = useCalendars(period, asked.end);
  const counted = countedDays(period, asked, calendars);
  const words = useWords(asked);
  const caption = counted === null ? t("picture.unknown") : words(counted);
  return (
    <figure className={styles.picture} aria-busy={calendars.isPending}>
      <div className={styles.head}>
        <strong>{t("picture.title")}</strong>
        <Segmented<Grain>
          size="small"
          disabled={false}
          aria-label={t("picture.grain")}
          value={grain}
          onChange={setGrain}
          options={DAY_GRAINS.map((name) => ({ value: name, label: app(`grain.${name}`) }))}
        />
      </div>
      {counted !== null && <TimeLine asked={asked} counted={counted} label={caption} />}
      <figcaption aria-live="polite">
        {calendars.isPending ? t("picture.reading") : caption}
        {period?.within && WITHIN.has(period.within) && (
          <span className="soft"> {t(`picture.within.${period.within as "avg"}`)}</span>
        )}
      </figcaption>
    </figure>
  );
}

const WITHIN = new Set(["avg", "min", "max", "first"]);

/** The days that count, as a sentence. */
function useWords({ start, grain }: Asked): (counted: readonly Span[]) => string {
  const { t } = useTranslation("definition");
  const format = useFormat();
  return (counted) => {
    const asked = format.period(start, grain);
    const [first] = counted;
    const last = counted.at(-1);
    if (!first || !last) return t("picture.nothing", { asked });
    const from = first.start && format.day(first.start);
    const to = last.end && format.day(last.end);
    if (!from && !to) return t("picture.everything", { asked });
    if (!from) return t("picture.until", { asked, day: to });
    if (!to) return t("picture.after", { asked, day: from });
    const count = counted.reduce((sum, span) => sum + dayCount(span.start ?? "", span.end ?? ""), 0);
    if (count === 1) return t("picture.oneDay", { asked, day: from });
    if (counted.length > 1) return t("picture.scattered", { asked, from, to, count });
    return t("picture.range", { asked, from, to, count });
  };
}
