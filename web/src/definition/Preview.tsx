import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { DefinitionFault, DerivedFacts, MetricDef, QueryAnswer } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useLevelName } from "@/calendar/levels";
import { TrendChart } from "@/components/chart/TrendChart";
import { useTold } from "@/components/ErrorState";
import { MetricValue } from "@/components/MetricValue";
import { ReceiptLink } from "@/components/ReceiptLink";
import { Bar, ChartSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { GRAINS, isGrain, type Level, periodEnd } from "@/format/date";
import { unitWord } from "@/format/number";
import { useFormat } from "@/format/useFormat";
import { type Ask, complete, numberAt, useAsk, valuePlace } from "@/query/ask";
import styles from "./definition.module.css";
import { stepOf, typeOf } from "./raw";
import { useWizard } from "./wizard";

const HEIGHT = 168;
const PERIODS = 12;
const MOST_TOLD = 3;

/** By months, or by the smallest grain where that is coarser or the company's own. */
function grainOf(smallest: Level): Level {
  if (!isGrain(smallest)) return smallest;
  return GRAINS[Math.max(GRAINS.indexOf(smallest), GRAINS.indexOf("month"))] ?? "month";
}

function questionOf(definition: MetricDef): Ask {
  const grain = grainOf(definition.smallest_grain);
  return {
    metrics: [definition.code],
    grain,
    time: { kind: "last", count: PERIODS, unit: grain, complete: false },
    order: [{ by: "time", descending: false }],
    totals: true,
  };
}

/** The number that this definition gives now, while it is still being written. */
export function Preview() {
  const { t } = useTranslation("definition");
  const { checked, stored, raw } = useWizard();
  const type = typeOf(raw);
  const definition = checked.definition?.kind === "metric" ? checked.definition : null;
  const blocking = checked.faults.filter(
    ({ field }) => field.startsWith("definition") || stepOf(field, type) === "metadata",
  );
  const ready = definition !== null && blocking.length === 0;
  const preview = useQuery({
    queryKey: ["preview", definition],
    queryFn: ({ signal }) =>
      answer(
        api.POST("/api/v1/query/preview", {
          body: {
            definitions: definition ? [definition] : [],
            query: complete(questionOf(definition as MetricDef)),
          },
          signal,
        }),
      ),
    enabled: ready,
    placeholderData: (previous) => previous,
  });
  const isChange = stored.base_version !== null;
  const inForce = useAsk(isChange && ready ? { ...questionOf({ ...definition, code: stored.code }) } : null);
  return (
    <aside className={`card ${styles.preview}`} aria-labelledby="preview">
      <div className="card-head">
        <h2 id="preview">{t("preview.title")}</h2>
        <StatusTag tone="warn" title={t("preview.draftHint")}>
          {t("preview.draft")}
        </StatusTag>
      </div>
      {!ready && <Waiting blocking={blocking} />}
      {ready && preview.isPending && (
        <div className="stack">
          <Bar width={140} height={34} />
          <ChartSkeleton height={HEIGHT} />
        </div>
      )}
      {ready && preview.isError && <Refused error={preview.error} onRetry={() => void preview.refetch()} />}
      {ready && !preview.isError && preview.data && (
        <div style={{ opacity: preview.isPlaceholderData ? 0.55 : 1 }} aria-busy={preview.isPlaceholderData}>
          <Figure
            key={String(raw.code)}
            answer={preview.data}
            inForce={isChange ? inForce.data : undefined}
            code={definition.code}
            facts={checked.facts}
          />
        </div>
      )}
      <Meaning />
    </aside>
  );
}

/** Nothing to compute yet: what stands in the way, beyond what is simply not filled in. */
function Waiting({ blocking }: { blocking: readonly DefinitionFault[] }) {
  const { t } = useTranslation("definition");
  const pick = usePick();
  const { checked } = useWizard();
  if (checked.isPending) return <ChartSkeleton height={HEIGHT} />;
  const told = blocking.filter((fault) => fault.code !== "missing").slice(0, MOST_TOLD);
  if (told.length === 0) return <p className={`soft ${styles.waiting}`}>{t("preview.waiting")}</p>;
  return (
    <div className={styles.refused}>
      <strong>{t("preview.faults")}</strong>
      {told.map((fault) => (
        <p key={`${fault.field}/${fault.code}/${fault.start}`}>
          {pick(fault.text)} <span className="soft">{pick(fault.remedy)}</span>
        </p>
      ))}
    </div>
  );
}

/** Why there is no number, and what to do about it: in the place of the number. */
function Refused({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation("definition");
  const told = useTold(error);
  return (
    <div role="alert" className={styles.refused}>
      <strong>{told.title}</strong>
      {told.remedy && <p>{told.remedy}</p>}
      {told.faults.map((fault) => (
        <p key={`${fault.field}/${fault.code}/${fault.title}`}>
          {fault.title} {fault.remedy}
        </p>
      ))}
      <Button size="small" onClick={onRetry}>
        {t("preview.again")}
      </Button>
    </div>
  );
}

interface FigureProps {
  answer: QueryAnswer;
  inForce: QueryAnswer | undefined;
  code: string;
  facts: DerivedFacts | null | undefined;
}

function Figure({ answer: result, inForce, code, facts }: FigureProps) {
  const { t } = useTranslation("definition");
  const format = useFormat();
  const pick = usePick();
  const name = useLevelName();
  const metric = result.columns.find((column) => column.role === "metric")?.metric ?? code;
  const place = valuePlace(result, metric);
  const points = useMemo(() => pointsOf(result, inForce), [result, inForce]);
  const grain = result.columns[0]?.grain ?? "month";
  const end = result.receipt.time_end;
  const until = periodEnd(points.at(-1)?.period ?? "", grain);
  const running = until !== null && Boolean(end) && until > String(end);
  const known = points.filter((point) => point.value !== null);
  // The last whole period says more than one that has just begun.
  const last = (running && known.length > 1 ? known.slice(0, -1) : known).at(-1);
  if (!place || !last) return <p className={`soft ${styles.waiting}`}>{t("preview.empty")}</p>;
  // Of a value that belongs to one period there is none over all of them; a ratio has one that is no sum.
  const total = facts && !facts.periodic ? numberAt(result.totals, place.at) : null;
  const whole = facts?.additivity === "additive" ? "total" : "overall";
  return (
    <>
      <div className="small faint">{format.period(last.period, grain)}</div>
      <MetricValue value={last.value} kind={place.column} size="large" />
      {inForce && typeof last.compared === "number" && (
        <div className="small soft">
          {t("preview.inForce", { value: format.shortText(last.compared, place.column) })}
        </div>
      )}
      <TrendChart
        name={pick(place.column.label)}
        points={points}
        grain={grain}
        kind={place.column}
        comparedName={inForce ? t("preview.versionInForce") : undefined}
        running={running}
        height={HEIGHT}
      />
      <div className={styles.previewFoot}>
        <span className="small soft">
          {total !== null &&
            t(`preview.${whole}`, {
              value: format.shortText(total, place.column),
              count: points.length,
              unit: isGrain(grain) ? t(`preview.periods.${grain}`) : name(grain),
            })}
        </span>
        <ReceiptLink id={result.receipt.id} />
      </div>
    </>
  );
}

function pointsOf(result: QueryAnswer, inForce: QueryAnswer | undefined) {
  const byPeriod = (answered: QueryAnswer) => {
    const at = answered.columns.findIndex((column) => column.role === "metric");
    return new Map(answered.rows.map((row) => [String(row[0]), numberAt(row, at)]));
  };
  const values = byPeriod(result);
  const old = inForce ? byPeriod(inForce) : null;
  return [...values].map(([period, value]) => ({
    period,
    value,
    ...(old ? { compared: old.get(period) ?? null } : {}),
  }));
}

/** What follows from the definition: unit, how it adds up, where it comes from, what it can be split by. */
function Meaning() {
  const { t } = useTranslation("definition");
  const pick = usePick();
  const { language } = useFormat();
  const { facts } = useWizard().checked;
  if (!facts) return null;
  const names = (refs: typeof facts.datasets) =>
    refs.map((ref) => pick(ref.name) || ref.code).join(t("list.comma"));
  const rows: [string, string][] = [
    [t("facts.unit"), unitWord(facts.unit, language) || "–"],
    [t("facts.adds"), t(`facts.additivity.${facts.additivity}`)],
    [t("facts.data"), names(facts.datasets)],
    [t("facts.split"), names(facts.dimensions) || t("facts.noSplit")],
  ];
  return (
    <dl className={styles.meaning}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
