import styles from "./AppShell.module.css";

export function Brand() {
  return (
    <span className={styles.brandRow}>
      <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="var(--accent)" />
        <path
          d="M8 10h16M11 10v12M21 10v7M16 10v9.5"
          stroke="var(--on-accent)"
          strokeWidth="2.6"
          strokeLinecap="round"
          fill="none"
        />
      </svg>
      <span className={styles.brandName}>
        Metrion <span className={styles.brandZh}>度衡</span>
      </span>
    </span>
  );
}
