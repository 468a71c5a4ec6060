import { Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { MetricDetail, QueryAnswer, Ref } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { SplitChart } from "@/components/chart/SplitChart";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { ReceiptLink } from "@/components/ReceiptLink";
import { ChartSkeleton } from "@/components/Skeletons";
import { useFormat } from "@/format/useFormat";
import { numberAt, useAsk, type ValuePlace, valuePlace } from "@/query/ask";
import { timeOf, type View } from "../view";
import styles from "./metric.module.css";

const SHOWN = 10;

interface Props {
  detail: MetricDetail;
  view: View;
  onChange: (next: Partial<View>) => void;
}

/** The dimension of the address when the metric has it, else the first that is open to the reader. */
export function chosenDimension(detail: MetricDetail, view: View): Ref | null {
  const dimensions = detail.facts?.dimensions ?? [];
  const open = dimensions.filter((dimension) => !detail.closed_dimensions.includes(dimension.code));
  return dimensions.find((dimension) => dimension.code === view.dimension) ?? open[0] ?? null;
}

/** Values that belong to one period are split in the last whole one: over many periods they say nothing. */
function splitTime(detail: MetricDetail, view: View) {
  return detail.facts?.periodic
    ? ({ kind: "last", count: 1, unit: view.grain, complete: true } as const)
    : timeOf(view);
}

export function SplitCard({ detail, view, onChange }: Props) {
  const { t } = useTranslation("catalog");
  const pick = usePick();
  const dimension = chosenDimension(detail, view);
  const split = useAsk(
    dimension && {
      metrics: [detail.code],
      dimensions: [{ field: dimension.code }],
      time: splitTime(detail, view),
      order: [{ by: detail.code, descending: view.side === "top" }],
      limit: SHOWN,
      totals: true,
    },
  );
  // The value above is one period, the parts may be of the whole range: say which.
  const { time_start: start, time_end: end } = split.data?.receipt ?? {};
  return (
    <section className="card" aria-labelledby="split">
      <div className="card-head">
        <div className="row">
          <h2 id="split">{t("split.title")}</h2>
          {start && end && <span className="small soft num">{t("now.days", { start, end })}</span>}
        </div>
        {dimension && (
          <div className="row">
            <Select
              aria-label={t("split.dimension")}
              className={styles.dimension}
              popupMatchSelectWidth={false}
              showSearch={{ optionFilterProp: "label" }}
              value={dimension.code}
              onChange={(code) => onChange({ dimension: code })}
              options={detail.facts?.dimensions.map((one) => ({
                value: one.code,
                label: pick(one.name),
                disabled: detail.closed_dimensions.includes(one.code),
                title: detail.closed_dimensions.includes(one.code) ? t("split.closed") : undefined,
              }))}
            />
            <Segmented<View["side"]>
              value={view.side}
              onChange={(side) => onChange({ side })}
              options={[
                { value: "top", label: t("split.top") },
                { value: "bottom", label: t("split.bottom") },
              ]}
            />
            {split.data && <ReceiptLink id={split.data.receipt.id} />}
          </div>
        )}
      </div>
      {!dimension && <EmptyState compact title={t("split.noneTitle")} hint={t("split.noneHint")} />}
      {dimension && split.isPending && <ChartSkeleton height={240} />}
      {split.isError && <ErrorState error={split.error} onRetry={() => void split.refetch()} compact />}
      {split.data && <Parts answer={split.data} detail={detail} />}
    </section>
  );
}

interface Part {
  key: string;
  label: string;
  value: number | null;
  share: number | null;
}

function partsOf(answer: QueryAnswer, place: ValuePlace, blank: string, shares: boolean): Part[] {
  const at = answer.columns.findIndex((column) => column.role === "dimension");
  const total = numberAt(answer.totals, place.at);
  return answer.rows.map((row) => {
    const member = row[at];
    const value = numberAt(row, place.at);
    const share = shares && value !== null && total ? value / total : null;
    const label = member === null || member === "" || member === undefined ? blank : String(member);
    return { key: JSON.stringify(member ?? null), label, value, share };
  });
}

function Parts({ answer, detail }: { answer: QueryAnswer; detail: MetricDetail }) {
  const { t } = useTranslation("catalog");
  const pick = usePick();
  const format = useFormat();
  const place = valuePlace(answer, detail.code);
  if (!place || answer.rows.length === 0) {
    return <EmptyState compact title={t("trend.emptyTitle")} hint={t("trend.emptyHint")} />;
  }
  // Parts of sums and stocks add up to the whole; a share of a rate would mean nothing.
  const shares = detail.facts !== null && detail.facts?.additivity !== "non_additive";
  const parts = partsOf(answer, place, t("split.blank"), shares);
  const dimension = answer.columns.find((column) => column.role === "dimension");
  const columns: TableColumn<Part>[] = [
    {
      key: "member",
      title: dimension ? pick(dimension.label) : t("split.member"),
      render: (part) => part.label,
    },
    {
      key: "value",
      title: pick(place.column.label),
      align: "end",
      render: (part) => (part.value === null ? "–" : format.exactText(part.value, place.column)),
    },
  ];
  if (shares) {
    columns.push({
      key: "share",
      title: t("split.share"),
      align: "end",
      width: "80px",
      render: (part) =>
        part.share === null ? "–" : format.exactText(part.share, { unit: "%", decimals: 1 }),
    });
  }
  const total = numberAt(answer.totals, place.at);
  const foot: Part = {
    key: "total",
    // What is computed anew for everybody is no sum of the members.
    label: t(shares ? "split.total" : "split.overall"),
    value: total,
    share: shares && total !== null ? 1 : null,
  };
  return (
    <div className="two">
      <SplitChart name={pick(detail.name)} parts={parts} kind={place.column} />
      <DataTable
        label={t("split.title")}
        rows={parts}
        columns={columns}
        rowKey={(part) => part.key}
        rowHeight={32}
        foot={foot}
      />
    </div>
  );
}
