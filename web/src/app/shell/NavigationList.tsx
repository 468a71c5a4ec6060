import { useTranslation } from "react-i18next";
import { NavLink, useLocation } from "react-router";
import { PLACES, type Place } from "@/app/navigation";
import { useMay } from "@/app/session";
import styles from "./AppShell.module.css";
import { useInboxCount } from "./useInboxCount";

function isHere(place: Place, path: string): boolean {
  if (place.path === "/") return path === "/";
  if (place.path === "/library") return path.startsWith("/library") || path.startsWith("/metrics");
  if (place.path === "/governance") return path.startsWith("/governance") || path.startsWith("/drafts");
  return path.startsWith(place.path);
}

export function NavigationList({ onChoose }: { onChoose?: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const { pathname } = useLocation();
  const waiting = useInboxCount();
  return (
    <nav aria-label={t("shell.navigation")}>
      <ul className={styles.places}>
        {PLACES.filter((place) => place.any.some(may) && !(place.unless && may(place.unless))).map(
          (place) => {
            const here = isHere(place, pathname);
            const Icon = place.icon;
            return (
              <li key={place.path}>
                <NavLink
                  to={place.path}
                  className={here ? `${styles.place} ${styles.here}` : styles.place}
                  aria-current={here ? "page" : undefined}
                  onClick={onChoose}
                >
                  <Icon />
                  <span className={styles.placeName}>{t(`nav.${place.word}`)}</span>
                  {place.path === "/governance" && waiting > 0 && (
                    <span className={styles.badge} title={t("nav.waiting", { count: waiting })}>
                      {waiting}
                    </span>
                  )}
                </NavLink>
              </li>
            );
          },
        )}
      </ul>
    </nav>
  );
}
