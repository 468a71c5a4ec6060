import { NavLink } from "react-router";
import styles from "./LinkTabs.module.css";

interface Tab {
  to: string;
  label: string;
  /** The tab is open only at exactly this address, not below it. */
  exact?: boolean;
}

/** Parts of one place, each with an address of its own. */
export function LinkTabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  return (
    <nav aria-label={label} className={styles.tabs}>
      {tabs.map((tab) => (
        <NavLink
          key={tab.to}
          to={tab.to}
          end={tab.exact}
          className={({ isActive }) => (isActive ? `${styles.tab} ${styles.here}` : styles.tab)}
        >
          {tab.label}
        </NavLink>
      ))}
    </nav>
  );
}
