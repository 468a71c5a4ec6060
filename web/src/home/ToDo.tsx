import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { answer, api } from "@/api/client";
import type { ChangeCard } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useMay } from "@/app/session";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import styles from "./ToDo.module.css";

const SHOWN = 5;

function useChanges(box: "inbox" | "mine") {
  return useQuery({
    queryKey: ["changes", box, "home"],
    queryFn: () => answer(api.GET("/api/v1/changes", { params: { query: { box, limit: SHOWN } } })),
  });
}

/** What waits for the person: changes to decide, and own requests on their way. */
export function ToDo() {
  const may = useMay();
  const decides = may("change.decide");
  const drafts = may("metric.draft");
  if (!decides && !drafts) return null;
  return (
    <div className={decides && drafts ? "two" : undefined}>
      {decides && <Box box="inbox" />}
      {drafts && <Box box="mine" />}
    </div>
  );
}

function Box({ box }: { box: "inbox" | "mine" }) {
  const { t } = useTranslation("home");
  const changes = useChanges(box);
  const total = changes.data?.total ?? 0;
  return (
    <section className="card" aria-labelledby={`todo-${box}`}>
      <div className="card-head">
        <h2 id={`todo-${box}`}>
          {t(`todo.${box}`)} {total > 0 && <span className={styles.count}>{total}</span>}
        </h2>
        {total > SHOWN && (
          <Link to={`/governance?box=${box}`} className="small">
            {t("todo.all")}
          </Link>
        )}
      </div>
      {changes.isPending && <RowsSkeleton rows={3} />}
      {changes.isError && <ErrorState error={changes.error} onRetry={() => void changes.refetch()} compact />}
      {changes.data && total === 0 && (
        <EmptyState compact title={t(`todo.${box}Empty`)} hint={t(`todo.${box}Hint`)} />
      )}
      <ul>
        {changes.data?.items.map((change) => (
          <Row key={change.id} change={change} />
        ))}
      </ul>
    </section>
  );
}

const TONES = {
  pending: "accent",
  blocked: "warn",
  approved: "good",
  rejected: "bad",
  returned: "warn",
  withdrawn: "neutral",
} as const;

function Row({ change }: { change: ChangeCard }) {
  const { t } = useTranslation("home");
  const pick = usePick();
  const format = useFormat();
  return (
    <li>
      <Link to={`/governance/changes/${change.id}`} className={styles.row}>
        <span className={`${styles.title} ellipsis`}>{change.title}</span>
        <StatusTag tone={TONES[change.state]}>{t(`todo.state.${change.state}`)}</StatusTag>
        <span className={`${styles.who} small faint ellipsis`}>
          {pick(change.requester.name)} · {format.ago(change.created_at)}
        </span>
      </Link>
    </li>
  );
}
