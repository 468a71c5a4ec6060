import { Tooltip } from "antd";
import type { NumberKind } from "@/format/number";
import { useFormat } from "@/format/useFormat";
import styles from "./MetricValue.module.css";

interface Props {
  value: number | null;
  kind: NumberKind;
  size?: "normal" | "large" | "huge";
  /** Exact figures instead of 万/亿 or K/M/B. */
  exact?: boolean;
}

/** One number of a metric: short form, unit beside it, the exact value on hover and focus. */
export function MetricValue({ value, kind, size = "normal", exact = false }: Props) {
  const format = useFormat();
  if (value === null) return <span className={`${styles.value} ${styles[size]} faint`}>–</span>;
  const full = format.exactText(value, kind);
  const { number, unit } = exact ? format.exact(value, kind) : format.short(value, kind);
  const shown = (
    <span className={`${styles.value} ${styles[size]} num`}>
      {number}
      {unit && <span className={styles.unit}>{unit}</span>}
    </span>
  );
  if (exact) return shown;
  return (
    <Tooltip title={full}>
      <span tabIndex={size === "normal" ? -1 : 0}>{shown}</span>
    </Tooltip>
  );
}
