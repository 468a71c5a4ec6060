import { InboxOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import styles from "./states.module.css";

interface Props {
  title: string;
  /** What to do next. */
  hint: ReactNode;
  action?: ReactNode;
  icon?: ReactNode;
  /** Inside a card rather than as a whole page. */
  compact?: boolean;
}

/** Nothing is here yet, and this is what to do about it. */
export function EmptyState({ title, hint, action, icon = <InboxOutlined />, compact = false }: Props) {
  return (
    <div className={compact ? `${styles.state} ${styles.compact}` : styles.state}>
      {!compact && <div className={styles.icon}>{icon}</div>}
      <div className={styles.title}>{title}</div>
      <div className={styles.hint}>{hint}</div>
      {action && <div className={styles.actions}>{action}</div>}
    </div>
  );
}
