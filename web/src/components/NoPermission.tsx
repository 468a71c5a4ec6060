import { LockOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { Problem } from "@/api/problem";
import styles from "./states.module.css";

/** The person is known and may not see this; says whom to ask. */
export function NoPermission({ problem, compact = false }: { problem?: Problem; compact?: boolean }) {
  const { t } = useTranslation();
  return (
    <div role="alert" className={compact ? `${styles.state} ${styles.compact}` : styles.state}>
      {!compact && <LockOutlined className={styles.icon} />}
      <div className={styles.title}>{problem?.title || t("state.noPermissionTitle")}</div>
      <div className={styles.hint}>{problem?.remedy || t("state.noPermissionHint")}</div>
    </div>
  );
}
