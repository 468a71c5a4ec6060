import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import { type BrowserSession, endSessions, readSessions } from "../auth";
import { useFormWords } from "../useFormWords";
import styles from "./account.module.css";
import { useConfirmed } from "./useConfirmed";

const KEY = ["account", "sessions"] as const;

export function SessionsCard() {
  const { t } = useTranslation("identity");
  const words = useFormWords();
  const queries = useQueryClient();
  const { run, dialog } = useConfirmed();
  const sessions = useQuery({ queryKey: KEY, queryFn: readSessions });
  const end = useMutation({
    mutationFn: (ids: readonly number[]) =>
      run(async () => {
        await endSessions(ids);
        await queries.invalidateQueries({ queryKey: KEY });
      }),
  });
  const others = sessions.data?.filter((session) => !session.is_current) ?? [];
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t("sessions.title")}</h2>
        {others.length > 0 && (
          <Button
            danger
            size="small"
            loading={end.isPending}
            onClick={() => end.mutate(others.map((one) => one.id))}
          >
            {t("sessions.endOthers")}
          </Button>
        )}
      </div>
      <p className="small soft">{t("sessions.hint")}</p>
      {sessions.isPending && <RowsSkeleton rows={2} />}
      {sessions.isError && (
        <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} compact />
      )}
      {end.isError && <Alert type="error" showIcon title={words(end.error, t("password.refused"))} />}
      <ul className={styles.list}>
        {sessions.data?.map((session) => (
          <Row key={session.id} session={session} onEnd={() => end.mutate([session.id])} />
        ))}
      </ul>
      {dialog}
    </section>
  );
}

const BROWSERS = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;
const SYSTEMS = [
  ["Windows", "Windows"],
  ["Android", "Android"],
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Mac OS", "macOS"],
  ["Linux", "Linux"],
] as const;

/** "Chrome · Windows" of what a browser says of itself; the whole text when it is none that we know. */
export function browserName(agent: string): string {
  const find = (known: readonly (readonly [string, string])[]) =>
    known.find(([mark]) => agent.includes(mark))?.[1];
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)];
  return browser ? [browser, system].filter(Boolean).join(" · ") : agent;
}

function Row({ session, onEnd }: { session: BrowserSession; onEnd: () => void }) {
  const { t } = useTranslation("identity");
  const format = useFormat();
  return (
    <li className={styles.item}>
      <span className="ellipsis" title={session.user_agent}>
        {browserName(session.user_agent)}
      </span>
      <code className="soft">{session.ip}</code>
      <span className="small faint">{format.moment(new Date(session.created_at * 1000).toISOString())}</span>
      {session.is_current ? (
        <StatusTag tone="good">{t("sessions.current")}</StatusTag>
      ) : (
        <Button size="small" onClick={onEnd}>
          {t("sessions.end")}
        </Button>
      )}
    </li>
  );
}
