import { useTranslation } from "react-i18next";
import styles from "./Skeletons.module.css";

/** One grey bar; sizes in CSS units. */
export function Bar({ width = "100%", height = 14 }: { width?: number | string; height?: number | string }) {
  return <span className={styles.bar} style={{ width, height }} />;
}

/** The shape of a page while its first data is on the way. */
export function PageSkeleton() {
  const { t } = useTranslation();
  return (
    <div className="page" role="status" aria-label={t("state.loading")}>
      <Bar width="32%" height={26} />
      <div className="card stack">
        <Bar width="24%" height={40} />
        <Bar width="60%" />
      </div>
      <div className="card stack">
        <Bar height={260} />
      </div>
    </div>
  );
}

/** Rows of a list or table. */
export function RowsSkeleton({ rows = 8 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <div className="stack" role="status" aria-label={t("state.loading")}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: grey bars have no identity
        <Bar key={row} width={`${96 - ((row * 13) % 30)}%`} height={18} />
      ))}
    </div>
  );
}

/** A chart's place; keeps the height so that nothing jumps. */
export function ChartSkeleton({ height = 280 }: { height?: number }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("state.loading")}>
      <Bar height={height} />
    </div>
  );
}
