import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { ChangeView, ItemView, MetricBacktest } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { TrendChart } from "@/components/chart/TrendChart";
import { Delta } from "@/components/Delta";
import { ErrorState } from "@/components/ErrorState";
import { MetricValue } from "@/components/MetricValue";
import { ReceiptLink } from "@/components/ReceiptLink";
import { ChartSkeleton } from "@/components/Skeletons";
import type { NumberKind } from "@/format/number";
import styles from "./governance.module.css";
import { changeKey } from "./steps";

const HEIGHT = 240;

/** What the change does to the numbers: both versions on the same data, as the reader may see it. */
export function BacktestCard({ change }: { change: ChangeView }) {
  const { t } = useTranslation("governance");
  const queries = useQueryClient();
  const metrics = change.items.filter((item) => item.kind === "metric");
  const open = change.state === "pending" || change.state === "blocked";
  // Once it is published, the version in force is the new one: there is nothing left to compare.
  const isNew = change.items.every((item) => item.operation === "create");
  const wanted = metrics.length > 0 && (open || isNew);
  const backtest = useQuery({
    queryKey: ["backtest", change.id, change.digest],
    queryFn: () =>
      answer(api.GET("/api/v1/changes/{change_id}/backtest", { params: { path: { change_id: change.id } } })),
    enabled: wanted,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const unseen = change.evidence.some((proof) => !proof.seen_by_me);
  const seen = backtest.isSuccess;
  useEffect(() => {
    // Having seen the numbers opens the approval: the server says so in the change.
    if (seen && unseen) void queries.invalidateQueries({ queryKey: changeKey(change.id) });
  }, [seen, unseen, queries, change.id]);
  if (!wanted) return null;
  return (
    <section className="card stack" aria-labelledby="backtest">
      <div>
        <h2 id="backtest">{t("backtest.title")}</h2>
        <p className="small soft">{t("backtest.hint")}</p>
      </div>
      {backtest.isPending && <ChartSkeleton height={HEIGHT} />}
      {backtest.isError && (
        <ErrorState error={backtest.error} onRetry={() => void backtest.refetch()} compact />
      )}
      {backtest.data?.metrics.map((metric) => (
        <Comparison
          key={metric.metric}
          metric={metric}
          item={metrics.find((item) => item.code === metric.metric) ?? null}
        />
      ))}
    </section>
  );
}

function Comparison({ metric, item }: { metric: MetricBacktest; item: ItemView | null }) {
  const { t } = useTranslation("governance");
  const pick = usePick();
  const kind = { unit: metric.unit, decimals: metric.decimals ?? null };
  const isNew = metric.old_receipt === null || metric.old_receipt === undefined;
  const points = useMemo(
    () =>
      metric.points.map((point) => ({
        period: point.period,
        value: point.new,
        ...(isNew ? {} : { compared: point.old }),
      })),
    [metric.points, isNew],
  );
  const name = item ? pick(item.name) : metric.metric;
  if (metric.refusal) {
    return (
      <div role="alert" className={styles.failed}>
        <strong>
          {name}: {metric.refusal.title}
        </strong>
        {metric.refusal.remedy && <p>{metric.refusal.remedy}</p>}
      </div>
    );
  }
  return (
    <div>
      <div className={styles.totals}>
        {!isNew && (
          <Total
            label={t("backtest.old")}
            value={metric.old_total}
            kind={kind}
            receipt={metric.old_receipt ?? null}
          />
        )}
        <Total
          label={t(isNew ? "backtest.first" : "backtest.new")}
          value={metric.new_total}
          kind={kind}
          receipt={metric.new_receipt ?? null}
        />
        {!isNew && <Moved metric={metric} kind={kind} />}
      </div>
      {points.length > 0 && (
        <TrendChart
          name={isNew ? name : t("backtest.new")}
          points={points}
          grain={metric.grain}
          kind={kind}
          comparedName={isNew ? undefined : t("backtest.old")}
          height={HEIGHT}
        />
      )}
    </div>
  );
}

interface TotalProps {
  label: string;
  value: number | null | undefined;
  kind: NumberKind;
  receipt: string | null;
}

function Total({ label, value, kind, receipt }: TotalProps) {
  return (
    <div>
      <div className="row small soft">
        {label} {receipt && <ReceiptLink id={receipt} />}
      </div>
      <MetricValue value={value ?? null} kind={kind} size="large" />
    </div>
  );
}

function Moved({ metric, kind }: { metric: MetricBacktest; kind: NumberKind }) {
  const { t } = useTranslation("governance");
  return (
    <div>
      <div className="small soft">{t("backtest.difference")}</div>
      <Delta
        now={metric.new_total ?? null}
        then={metric.old_total ?? null}
        unit={kind.unit}
        direction="neutral"
      />
    </div>
  );
}
