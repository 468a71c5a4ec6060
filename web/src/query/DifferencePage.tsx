import "./words";
import "@/governance/words";
import { SwapOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Select } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { answer, api } from "@/api/client";
import type { ReceiptDifference } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { ErrorState } from "@/components/ErrorState";
import { LinkButton } from "@/components/LinkButton";
import { PageHeader } from "@/components/PageHeader";
import { ReceiptLink } from "@/components/ReceiptLink";
import { PageSkeleton } from "@/components/Skeletons";
import { Who } from "@/components/Who";
import type { NumberKind } from "@/format/number";
import { useFormat } from "@/format/useFormat";
import { ComparedRows } from "./ComparedRows";
import styles from "./DifferencePage.module.css";
import { Factors } from "./Factors";
import { useGroupWords } from "./groupWords";
import { WaterfallTable } from "./WaterfallTable";
import { signed, waterfallOf } from "./waterfall";

/** Why the number of one receipt (B) is not that of another (A): what differs, and how much each factor explains. */
export default function DifferencePage({ a, b }: { a: string; b: string }) {
  const [params] = useSearchParams();
  const metric = params.get("metric");
  const at = params.getAll("at");
  const found = useQuery({
    queryKey: ["difference", a, b, metric, at],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/receipts/{receipt_id}/difference/{other_id}", {
          params: { path: { receipt_id: a, other_id: b }, query: { at, ...(metric ? { metric } : {}) } },
          signal,
        }),
      ),
    placeholderData: (previous) => previous,
  });
  if (found.isPending) return <PageSkeleton />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  return <Compared difference={found.data} />;
}

function Compared({ difference }: { difference: ReceiptDifference }) {
  const { t } = useTranslation("query");
  const pick = usePick();
  const { a, b } = difference;
  const kind = { unit: difference.unit, decimals: difference.decimals ?? null };
  const waterfall = waterfallOf(difference, kind);
  return (
    <div className="page">
      <PageHeader
        crumbs={[{ label: t("receipt.title"), to: `/receipts/${b.receipt}` }, { label: t("why.crumb") }]}
        title={t("why.title")}
        beside={<span className="soft">{pick(b.label)}</span>}
        below={t("why.hint")}
        actions={
          <LinkButton to={`/receipts/${a.receipt}?with=${b.receipt}`} icon={<SwapOutlined />}>
            {t("why.swap")}
          </LinkButton>
        }
      />
      {(a.draft || b.draft) && <Alert type="warning" showIcon title={t("receipt.draft")} />}
      <Sides difference={difference} kind={kind} />
      {difference.refusal && (
        <Alert
          type="info"
          showIcon
          title={difference.refusal.title}
          description={difference.refusal.remedy || undefined}
        />
      )}
      {waterfall && waterfall.steps.length > 0 && (
        <section className="card" aria-labelledby="shares">
          <h2 id="shares" className={styles.title}>
            {t("why.shares")}
          </h2>
          <p className="small soft">{t("why.order")}</p>
          <WaterfallTable difference={difference} waterfall={waterfall} kind={kind} />
        </section>
      )}
      <Factors factors={difference.factors} />
      {difference.rows.length > 1 && <ComparedRows difference={difference} kind={kind} />}
    </div>
  );
}

function Sides({ difference, kind }: { difference: ReceiptDifference; kind: NumberKind }) {
  const { t } = useTranslation("query");
  const format = useFormat();
  const waterfall = waterfallOf(difference, kind);
  const moved = waterfall && waterfall.end - waterfall.start;
  return (
    <section className="card stack" aria-label={t("why.numbers")}>
      <MetricChoice difference={difference} />
      <div className={styles.sides}>
        <SideOf name="A" difference={difference} side={difference.a}>
          {waterfall && format.exactText(waterfall.start, kind)}
        </SideOf>
        <span className={styles.sign} aria-hidden="true">
          →
        </span>
        <SideOf name="B" difference={difference} side={difference.b}>
          {waterfall && format.exactText(waterfall.end, kind)}
        </SideOf>
        {moved !== null && (
          <>
            <span className={styles.sign} aria-hidden="true">
              =
            </span>
            <div>
              <div className="small soft">{t("why.difference")}</div>
              <div className={styles.number} title={difference.amount ?? undefined}>
                {signed(moved, format.exactText(Math.abs(moved), kind))}
              </div>
              <div className="small faint">
                <RowWords difference={difference} />
              </div>
            </div>
          </>
        )}
      </div>
    </section>
  );
}

/** Which row the numbers are of. */
function RowWords({ difference }: { difference: ReceiptDifference }) {
  const { t } = useTranslation("query");
  const words = useGroupWords(difference.columns);
  const row = difference.rows.find((each) => each.at.join() === difference.at?.join());
  if (!row || row.keys.length === 0) return <>{t("why.whole")}</>;
  return <>{row.keys.map((_, index) => words(row, index)).join(" · ")}</>;
}

interface SideProps {
  name: "A" | "B";
  difference: ReceiptDifference;
  side: ReceiptDifference["a"];
  children: ReactNode;
}

function SideOf({ name, difference, side, children }: SideProps) {
  const format = useFormat();
  const pick = usePick();
  const twoMetrics = difference.a.metric !== difference.b.metric;
  return (
    <div>
      <div className="row small soft">
        {name}
        {twoMetrics && <span>{pick(side.label)}</span>}
        <ReceiptLink id={side.receipt} />
      </div>
      {children && (
        <div className={styles.number} title={side.value ?? undefined}>
          {children}
        </div>
      )}
      <div className="row small faint">
        <Who username={side.asked_by} /> {format.moment(side.created_at)}
      </div>
    </div>
  );
}

function MetricChoice({ difference }: { difference: ReceiptDifference }) {
  const { t } = useTranslation("query");
  const [, setParams] = useSearchParams();
  if (difference.metrics.length < 2) return null;
  const choose = (metric: string) =>
    setParams((old) => {
      const params = new URLSearchParams(old);
      params.set("metric", metric);
      return params;
    });
  return (
    <div className="row small soft">
      <span id="compared-metric">{t("why.metric")}</span>
      <Select
        aria-labelledby="compared-metric"
        value={difference.b.metric}
        onChange={choose}
        options={difference.metrics.map((code) => ({ value: code, label: code }))}
        style={{ minWidth: 220 }}
      />
    </div>
  );
}
