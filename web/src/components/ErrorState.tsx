import { DisconnectOutlined, WarningOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, type Problem, Unreachable } from "@/api/problem";
import { NoPermission } from "./NoPermission";
import styles from "./states.module.css";

interface Props {
  error: unknown;
  onRetry?: () => void;
  /** Instead of trying again: where to go when the thing is not there. */
  action?: ReactNode;
  compact?: boolean;
}

/** What went wrong, what to do, and the id that finds it in the log. A refusal by permission says so. */
export function ErrorState({ error, onRetry, action, compact = false }: Props) {
  const { t } = useTranslation();
  const told = useTold(error);
  if (error instanceof ApiError && error.status === 403)
    return <NoPermission problem={error.problem} compact={compact} />;
  const Icon = error instanceof Unreachable ? DisconnectOutlined : WarningOutlined;
  const isMissing = error instanceof ApiError && error.status === 404;
  const retry = onRetry ?? (() => location.reload());
  return (
    <div role="alert" className={compact ? `${styles.state} ${styles.compact}` : styles.state}>
      {!compact && <Icon className={styles.icon} />}
      <div className={styles.title}>{told.title}</div>
      {told.remedy && <div className={styles.hint}>{told.remedy}</div>}
      {told.faults.length > 0 && (
        <ul className={styles.faults}>
          {told.faults.map((fault) => (
            <li key={`${fault.field}/${fault.code}/${fault.title}`}>{fault.title}</li>
          ))}
        </ul>
      )}
      <div className={styles.actions}>
        {action && isMissing ? action : <Button onClick={retry}>{t("state.retry")}</Button>}
      </div>
      {told.trace && <div className={styles.code}>{told.trace}</div>}
    </div>
  );
}

interface Told {
  title: string;
  remedy: string;
  faults: Problem[];
  trace: string;
}

/** Put an error into words. Only the server's own words and ours are shown, never a stack. */
export function useTold(error: unknown): Told {
  const { t } = useTranslation();
  if (error instanceof ApiError) {
    const { code, title, remedy, errors } = error.problem;
    const trace = [code, error.correlation].filter(Boolean).join(" · ");
    return {
      title: title || t("state.serverTitle"),
      remedy: remedy || (title ? "" : t("state.serverRemedy")),
      faults: errors,
      trace,
    };
  }
  if (error instanceof Unreachable) {
    return { title: t("state.offlineTitle"), remedy: t("state.offlineRemedy"), faults: [], trace: "" };
  }
  return { title: t("state.brokenTitle"), remedy: t("state.brokenRemedy"), faults: [], trace: "" };
}
