import { useTranslation } from "react-i18next";
import styles from "./calendar.module.css";

/** What the colours and marks mean. */
export function Legend() {
  const { t } = useTranslation("calendar");
  return (
    <ul className={`${styles.legend} small soft`} aria-label={t("legend")}>
      <li>
        <span className={`${styles.sample} ${styles.holiday}`}>{t("mark.holiday")}</span>
        {t("kind.holiday")}
      </li>
      <li>
        <span className={`${styles.sample} ${styles.adjusted}`}>{t("mark.adjusted_working")}</span>
        {t("kind.adjusted_working")}
      </li>
      <li>
        <span className={`${styles.sample} ${styles.weekend}`} />
        {t("kind.weekend")}
      </li>
      <li>
        <span className={styles.sample}>
          <span className={`${styles.bar2} ${styles.promotion}`} />
        </span>
        {t("eventKind.promotion")}
      </li>
      <li>
        <span className={styles.sample}>
          <span className={styles.bar2} />
        </span>
        {t("otherEvents")}
      </li>
      <li>
        <span className={`${styles.sample} ${styles.edited}`} />
        {t("edited")}
      </li>
    </ul>
  );
}
