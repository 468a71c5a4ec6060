import { useTranslation } from "react-i18next";
import type { ComparedDays, QueryAnswer } from "@/api/schema";
import { Delta } from "@/components/Delta";
import { useFormat } from "@/format/useFormat";
import { numberAt, valuePlace } from "@/query/ask";
import { useSpanWords } from "@/query/comparedDays";
import styles from "./metric.module.css";

/** Which days were laid beside which, in words; nothing while that is not known. */
export function ComparedDaysText({ days }: { days: ComparedDays | undefined }) {
  const { t } = useTranslation("catalog");
  const words = useSpanWords();
  if (!days?.days) return null;
  const own = words(days.days);
  return (
    <span className="small soft">
      {days.compared
        ? t("trend.compared", { days: own, compared: words(days.compared) })
        : t("trend.noneBeside", { days: own })}
    </span>
  );
}

interface Props {
  answer: QueryAnswer;
  code: string;
  days: ComparedDays | undefined;
}

/** The whole range against what it is compared with: the days, both numbers and the change. */
export function ComparedNote({ answer, code, days }: Props) {
  const { t } = useTranslation("catalog");
  const format = useFormat();
  const place = valuePlace(answer, code);
  if (!place || place.comparedAt === null || !answer.totals) return null;
  const now = numberAt(answer.totals, place.at);
  const then = numberAt(answer.totals, place.comparedAt);
  return (
    <div className={styles.note}>
      <ComparedDaysText days={days} />
      {now !== null && (
        <span className="row small">
          <span className="soft">{t("trend.whole")}</span>
          <span className="num">{format.exactText(now, place.column)}</span>
          <Delta now={now} then={then} unit={place.column.unit} direction={place.column.direction} />
          <span className="faint num">
            {then === null ? t("now.noThen") : t("now.was", { value: format.exactText(then, place.column) })}
          </span>
        </span>
      )}
    </div>
  );
}
