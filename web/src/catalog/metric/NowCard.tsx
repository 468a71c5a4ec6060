import { useTranslation } from "react-i18next";
import type { MetricDef, MetricDetail, QueryAnswer } from "@/api/schema";
import { useLevelName } from "@/calendar/levels";
import { Delta } from "@/components/Delta";
import { ErrorState } from "@/components/ErrorState";
import { MetricValue } from "@/components/MetricValue";
import { ReceiptLink } from "@/components/ReceiptLink";
import { Bar } from "@/components/Skeletons";
import { StatusTag, type Tone } from "@/components/StatusTag";
import { verdictOf } from "@/format/change";
import { isGrain, type Level } from "@/format/date";
import type { NumberKind } from "@/format/number";
import { useFormat } from "@/format/useFormat";
import { conditionText } from "@/query/conditionText";
import "@/query/words";
import { type Ask, against, lastDayOf, numberAt, useAsk, valuePlace } from "@/query/ask";
import { useComparedDays } from "@/query/comparedDays";
import { type Compare, comparisonBy, goesByCalendar, useCompareName } from "../compare";
import { ComparedDaysText } from "./ComparedNote";
import styles from "./metric.module.css";

interface Props {
  detail: MetricDetail;
  definition: MetricDef;
  grain: Level;
  compare: Compare;
}

/** The last whole period against the one before, the same a year ago, and days alike where they are chosen. */
export function NowCard({ detail, definition, grain, compare }: Props) {
  const { t } = useTranslation("catalog");
  const time = { kind: "last", count: 1, unit: grain, complete: true } as const;
  const ask = (unit: Level): Ask => ({
    metrics: [detail.code],
    time,
    comparison: against(1, unit),
  });
  const alike = useAsk(
    goesByCalendar(compare)
      ? { metrics: [detail.code], time, comparison: comparisonBy(compare, grain) }
      : null,
  );
  const compareName = useCompareName();
  const name = useLevelName();
  const previous = isGrain(grain)
    ? t(`now.previous.${grain}`)
    : t("now.previous.level", { name: name(grain) });
  const before = useAsk(ask(grain));
  const running = useAsk({ metrics: [detail.code], time: { kind: "to_date", unit: grain } });
  const yearAgo = useAsk(grain === "year" ? null : ask("year"));
  const lastDay = running.data && lastDayOf(running.data, detail.code);
  return (
    <section className={`card ${styles.now}`} aria-label={t("now.title")}>
      {before.isPending && (
        <div className="stack">
          <Bar width={220} height={44} />
          <Bar width={320} />
        </div>
      )}
      {before.isError && <ErrorState error={before.error} onRetry={() => void before.refetch()} compact />}
      {before.data && (
        <>
          <Headline answer={before.data} code={detail.code} grain={grain} definition={definition} />
          <div className={styles.compares}>
            <Compared answer={before.data} code={detail.code} label={previous} />
            {yearAgo.data && <Compared answer={yearAgo.data} code={detail.code} label={t("now.year")} />}
            {alike.data && goesByCalendar(compare) && (
              <Compared answer={alike.data} code={detail.code} label={compareName(compare)} withDays />
            )}
            {running.data && isFurther(running.data, before.data) && (
              <SoFar answer={running.data} code={detail.code} grain={grain} />
            )}
          </div>
          <Provenance answer={before.data} lastDay={lastDay} real={detail.real} />
        </>
      )}
    </section>
  );
}

interface AnswerProps {
  answer: QueryAnswer;
  code: string;
}

const TONES: Record<string, Tone> = { good: "good", bad: "bad" };

function useVerdict(now: number | null, then: number | null, direction: MetricDef["direction"]) {
  if (now === null || then === null) return "unknown";
  const sign = Math.sign(now - then);
  return sign === 0 ? "flat" : verdictOf(sign, direction);
}

function Headline({
  answer,
  code,
  grain,
  definition,
}: AnswerProps & { grain: Level; definition: MetricDef }) {
  const { t } = useTranslation("catalog");
  const format = useFormat();
  const place = valuePlace(answer, code);
  const row = answer.rows[0];
  const value = place ? numberAt(row, place.at) : null;
  const then = place ? numberAt(row, place.comparedAt) : null;
  const verdict = useVerdict(value, then, definition.direction);
  const start = answer.receipt.time_start;
  const exact = place && value !== null ? exactIfLonger(value, place.column, format) : "";
  return (
    <div className={styles.headline}>
      <div className="row small soft">
        <span>{start ? format.period(start, grain) : t("now.title")}</span>
        <StatusTag tone={TONES[verdict] ?? "neutral"} title={t(`now.better.${definition.direction}`)}>
          {t(`now.verdict.${verdict}`)}
        </StatusTag>
      </div>
      {place && value !== null ? (
        <MetricValue value={value} kind={place.column} size="huge" />
      ) : (
        <p className="soft">{t("now.noValue")}</p>
      )}
      {exact && <div className="small faint num">{exact}</div>}
    </div>
  );
}

/** Tell whether there is a period after the last whole one. */
function isFurther(running: QueryAnswer, whole: QueryAnswer): boolean {
  const [start, end] = [running.receipt.time_start, whole.receipt.time_end];
  return Boolean(start && end) && String(start) > String(end);
}

/** The period that still runs: its value up to the last day of data. */
function SoFar({ answer, code, grain }: AnswerProps & { grain: Level }) {
  const { t } = useTranslation("catalog");
  const name = useLevelName();
  const place = valuePlace(answer, code);
  const { time_start: start, time_end: end, id } = answer.receipt;
  if (!place || !start || !end) return null;
  return (
    <div className={styles.compared}>
      <div className="small soft">
        {isGrain(grain) ? t(`now.toDate.${grain}`) : t("now.toDate.level", { name: name(grain) })}
      </div>
      <div className={styles.delta}>
        <MetricValue value={numberAt(answer.rows[0], place.at)} kind={place.column} size="large" />
      </div>
      <div className="row small faint">
        <span className="num">{t("now.days", { start, end })}</span>
        <ReceiptLink id={id} quiet />
      </div>
    </div>
  );
}

/** The exact value, when the short one above leaves something out. */
function exactIfLonger(value: number, kind: NumberKind, format: ReturnType<typeof useFormat>): string {
  const exact = format.exactText(value, kind);
  return exact === format.shortText(value, kind) ? "" : exact;
}

interface ComparedProps extends AnswerProps {
  label: string;
  /** Say which days are compared with which: they are not plain from the label. */
  withDays?: boolean;
}

function Compared({ answer, code, label, withDays = false }: ComparedProps) {
  const { t } = useTranslation("catalog");
  const format = useFormat();
  const days = useComparedDays(withDays ? answer : undefined).data;
  const place = valuePlace(answer, code);
  if (!place) return null;
  const now = numberAt(answer.rows[0], place.at);
  const then = numberAt(answer.rows[0], place.comparedAt);
  return (
    <div className={styles.compared}>
      <div className="small soft">{label}</div>
      <div className={styles.delta}>
        <Delta now={now} then={then} unit={place.column.unit} direction={place.column.direction} />
      </div>
      <div className="row small faint">
        {then === null && <span>{t("now.noThen")}</span>}
        {then !== null && (
          <span title={format.exactText(then, place.column)}>
            {t("now.was", { value: format.shortText(then, place.column) })}
          </span>
        )}
        <ReceiptLink id={answer.receipt.id} quiet />
      </div>
      <ComparedDaysText days={days} />
    </div>
  );
}

/** Says that the numbers are of the reader's own rows only, and of which. */
function ScopeTag({ answer }: { answer: QueryAnswer }) {
  const { t } = useTranslation("catalog");
  const { t: query } = useTranslation("query");
  const rules = answer.receipt.data.flatMap((data) => (data.row_policy ? [data.row_policy] : []));
  if (rules.length === 0) return null;
  const words = rules.map((rule) => conditionText(rule, query)).join(" · ");
  return (
    <StatusTag tone="accent" title={words}>
      {t("now.scope")}
    </StatusTag>
  );
}

interface ProvenanceProps {
  answer: QueryAnswer;
  /** The last day that has data. */
  lastDay: string | null | undefined;
  real: boolean;
}

function Provenance({ answer, lastDay, real }: ProvenanceProps) {
  const { t } = useTranslation("catalog");
  const { t: app } = useTranslation();
  const format = useFormat();
  return (
    <div className={styles.provenance}>
      <StatusTag tone={real ? "neutral" : "warn"} title={app(real ? "data.realHint" : "data.generatedHint")}>
        {app(real ? "data.real" : "data.generated")}
      </StatusTag>
      <ScopeTag answer={answer} />
      {lastDay && <span className="small soft">{t("now.dataTo", { day: format.day(lastDay) })}</span>}
      <ReceiptLink id={answer.receipt.id} />
    </div>
  );
}
