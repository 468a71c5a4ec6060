import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { MetricCard, QueryAnswer } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useFollows } from "@/catalog/useFollow";
import { Delta } from "@/components/Delta";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState, useTold } from "@/components/ErrorState";
import { MetricValue } from "@/components/MetricValue";
import { ReceiptLink } from "@/components/ReceiptLink";
import { Bar, RowsSkeleton } from "@/components/Skeletons";
import { Sparkline } from "@/components/Sparkline";
import { useFormat } from "@/format/useFormat";
import { numberAt, useAsk, valuePlace } from "@/query/ask";
import styles from "./Followed.module.css";

/** The metrics that the person follows: last whole month, how it moved, thirteen months as a line. */
export function Followed() {
  const { t } = useTranslation("home");
  const follows = useFollows();
  return (
    <section className="card" aria-labelledby="followed">
      <div className="card-head">
        <h2 id="followed">{t("followed.title")}</h2>
        <Link to="/library" className="small">
          {t("followed.more")}
        </Link>
      </div>
      {follows.isPending && <RowsSkeleton rows={4} />}
      {follows.isError && <ErrorState error={follows.error} onRetry={() => void follows.refetch()} compact />}
      {follows.data?.items.length === 0 && (
        <EmptyState
          compact
          title={t("followed.emptyTitle")}
          hint={t("followed.emptyHint")}
          action={
            <Link to="/library">
              <Button type="primary">{t("followed.emptyAction")}</Button>
            </Link>
          }
        />
      )}
      {follows.data && follows.data.items.length > 0 && (
        <ul className={styles.grid}>
          {follows.data.items.map(({ metric }) => (
            <li key={metric.code}>
              <Tile metric={metric} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Tile({ metric }: { metric: MetricCard }) {
  const pick = usePick();
  const numbers = useAsk({
    metrics: [metric.code],
    grain: "month",
    time: { kind: "last", count: 13, unit: "month", complete: true },
  });
  return (
    <article className={styles.tile}>
      <Link to={`/metrics/${metric.code}`} className={`${styles.name} ellipsis`} title={pick(metric.name)}>
        {pick(metric.name)}
      </Link>
      {numbers.isPending && <Bar height={64} />}
      {numbers.isError && <Refusal error={numbers.error} onRetry={() => void numbers.refetch()} />}
      {numbers.data && <Numbers answer={numbers.data} metric={metric} />}
    </article>
  );
}

function Refusal({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t: app } = useTranslation();
  const told = useTold(error);
  return (
    <div role="alert" className={styles.refusal}>
      <p className="small soft">
        {told.title} {told.remedy}
      </p>
      <Button size="small" onClick={onRetry}>
        {app("state.retry")}
      </Button>
    </div>
  );
}

function Numbers({ answer, metric }: { answer: QueryAnswer; metric: MetricCard }) {
  const { t } = useTranslation("home");
  const pick = usePick();
  const format = useFormat();
  const place = valuePlace(answer, metric.code);
  const last = answer.rows.at(-1);
  if (!place || !last) return <p className="small soft">{t("followed.noData")}</p>;
  const values = answer.rows.map((row) => numberAt(row, place.at));
  const name = pick(metric.name);
  return (
    <>
      <div className={styles.value}>
        <MetricValue value={values.at(-1) ?? null} kind={place.column} size="large" />
        <Delta
          now={values.at(-1) ?? null}
          then={values.at(-2) ?? null}
          unit={place.column.unit}
          direction={place.column.direction}
        />
      </div>
      <div className={styles.spark}>
        <Sparkline values={values} label={t("followed.spark", { name })} />
      </div>
      <div className={`${styles.foot} small faint`}>
        <span>{format.period(String(last[0]), "month")}</span>
        <ReceiptLink id={answer.receipt.id} />
      </div>
    </>
  );
}
