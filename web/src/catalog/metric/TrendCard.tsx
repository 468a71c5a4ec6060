import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { ComparedDays, MetricDetail, QueryAnswer } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { TrendChart } from "@/components/chart/TrendChart";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { ReceiptLink } from "@/components/ReceiptLink";
import { ChartSkeleton } from "@/components/Skeletons";
import { type Level, periodEnd } from "@/format/date";
import { numberAt, useAsk, valuePlace } from "@/query/ask";
import { useComparedDays, useSpanWords } from "@/query/comparedDays";
import { useCompareName } from "../compare";
import { comparisonOf, timeOf, type View } from "../view";
import { ComparedNote } from "./ComparedNote";

const HEIGHT = 300;

export function TrendCard({ detail, view }: { detail: MetricDetail; view: View }) {
  const { t } = useTranslation("catalog");
  const comparison = comparisonOf(view);
  const trend = useAsk({
    metrics: [detail.code],
    grain: view.grain,
    time: timeOf(view),
    comparison,
    order: [{ by: "time", descending: false }],
    totals: comparison !== null,
  });
  const days = useComparedDays(trend.data).data;
  return (
    <section className="card" aria-labelledby="trend">
      <div className="card-head">
        <h2 id="trend">{t("trend.title")}</h2>
        {trend.data && <ReceiptLink id={trend.data.receipt.id} />}
      </div>
      {trend.isPending && <ChartSkeleton height={HEIGHT} />}
      {trend.isError && <ErrorState error={trend.error} onRetry={() => void trend.refetch()} compact />}
      {trend.data && <Line answer={trend.data} detail={detail} view={view} days={days} />}
      {trend.data && <ComparedNote answer={trend.data} code={detail.code} days={days} />}
    </section>
  );
}

/** Tell whether the last period of an answer goes on after the last day of data. */
function isRunning(answer: QueryAnswer, grain: Level): boolean {
  const last = answer.rows.at(-1)?.[0];
  const end = answer.receipt.time_end;
  const until = typeof last === "string" ? periodEnd(last, grain) : null;
  return until !== null && Boolean(end) && until > String(end);
}

interface LineProps {
  answer: QueryAnswer;
  detail: MetricDetail;
  view: View;
  days: ComparedDays | undefined;
}

function Line({ answer, detail, view, days }: LineProps) {
  const { t } = useTranslation("catalog");
  const pick = usePick();
  const words = useSpanWords();
  const compareName = useCompareName();
  const place = valuePlace(answer, detail.code);
  const points = useMemo(
    () =>
      answer.rows.map((row) => ({
        period: String(row[0]),
        value: numberAt(row, place?.at ?? null),
        compared: numberAt(row, place?.comparedAt ?? null),
      })),
    [answer, place?.at, place?.comparedAt],
  );
  const beside = useMemo(
    () =>
      new Map(days?.periods.flatMap(({ period, compared }) => (compared ? [[period, words(compared)]] : []))),
    [days, words],
  );
  // While new numbers are on the way the old answer is shown, at its own grain.
  const grain = answer.columns[0]?.grain ?? view.grain;
  if (!place || points.every((point) => point.value === null)) {
    return <EmptyState compact title={t("trend.emptyTitle")} hint={t("trend.emptyHint")} />;
  }
  return (
    <TrendChart
      name={pick(detail.name)}
      points={points}
      grain={grain}
      kind={place.column}
      comparedName={place.comparedAt === null ? undefined : compareName(view.compare)}
      comparedDays={beside}
      running={isRunning(answer, grain)}
      height={HEIGHT}
    />
  );
}
