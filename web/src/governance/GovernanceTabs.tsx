import "./words";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { useMay } from "@/app/session";
import { useInboxCount } from "@/app/shell/useInboxCount";
import styles from "./governance.module.css";

export type Place = "inbox" | "mine" | "all" | "drafts";

/** The lists of the gate; which of them a person has follows from what the person may do. */
export function GovernanceTabs({ here }: { here: Place }) {
  const { t } = useTranslation("governance");
  const may = useMay();
  const count = useInboxCount();
  const places: Place[] = [
    ...(may("change.decide") ? (["inbox"] as const) : []),
    ...(may("metric.draft") ? (["mine"] as const) : []),
    "all",
    ...(may("metric.draft") ? (["drafts"] as const) : []),
  ];
  return (
    <nav aria-label={t("box.label")} className={styles.tabs}>
      {places.map((place) => (
        <NavLink
          key={place}
          to={place === "drafts" ? "/drafts" : `/governance?box=${place}`}
          className={place === here ? `${styles.tab} ${styles.here}` : styles.tab}
          aria-current={place === here ? "page" : undefined}
        >
          {t(`box.${place}`)}
          {place === "inbox" && count > 0 && <span className={styles.count}>{count}</span>}
        </NavLink>
      ))}
    </nav>
  );
}
