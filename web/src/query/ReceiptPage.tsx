import "./words";
import { CopyOutlined, DiffOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, App, Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { answer, api } from "@/api/client";
import type { DataUsed, DefinitionUsed, KeptReceipt, MetricQuery } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useLevelName } from "@/calendar/levels";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { ErrorState } from "@/components/ErrorState";
import { Facts } from "@/components/Facts";
import { PageHeader } from "@/components/PageHeader";
import { PageSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { Who } from "@/components/Who";
import { isGrain } from "@/format/date";
import { useFormat } from "@/format/useFormat";
import { CompareModal } from "./CompareModal";
import { conditionText } from "./conditionText";
import { FiguresCard } from "./FiguresCard";
import { useFieldNames } from "./fieldNames";
import { formatSql } from "./formatSql";
import styles from "./ReceiptPage.module.css";

const DifferencePage = lazy(() => import("./DifferencePage"));

/** 凭证: everything that made one number. */
export default function ReceiptPage() {
  const { id = "" } = useParams();
  const [params] = useSearchParams();
  const other = params.get("with");
  return other ? (
    <Suspense fallback={<PageSkeleton />}>
      <DifferencePage a={other} b={id} />
    </Suspense>
  ) : (
    <KeptProof id={id} />
  );
}

function KeptProof({ id }: { id: string }) {
  const receipt = useQuery({
    queryKey: ["receipt", id],
    queryFn: () => answer(api.GET("/api/v1/receipts/{receipt_id}", { params: { path: { receipt_id: id } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (receipt.isPending) return <PageSkeleton />;
  if (receipt.isError) return <ErrorState error={receipt.error} onRetry={() => void receipt.refetch()} />;
  return <Proof receipt={receipt.data} />;
}

function Proof({ receipt }: { receipt: KeptReceipt }) {
  const { t } = useTranslation("query");
  const [choosing, setChoosing] = useState(false);
  return (
    <div className="page">
      <PageHeader
        title={t("receipt.title")}
        beside={<code className="faint">{receipt.id}</code>}
        below={t("receipt.hint")}
        actions={
          <Button icon={<DiffOutlined />} onClick={() => setChoosing(true)}>
            {t("why.compareAction")}
          </Button>
        }
      />
      <CompareModal receipt={receipt} open={choosing} onClose={() => setChoosing(false)} />
      {receipt.draft && <Alert type="warning" showIcon title={t("receipt.draft")} />}
      <FiguresCard receipt={receipt} />
      <div className="two">
        <Asked receipt={receipt} />
        <Computed receipt={receipt} />
      </div>
      <Definitions definitions={receipt.definitions} />
      <Data data={receipt.data} />
      <Sql receipt={receipt} />
    </div>
  );
}

function Asked({ receipt }: { receipt: KeptReceipt }) {
  const { t } = useTranslation("query");
  const format = useFormat();
  const { request } = receipt;
  const compared = useComparisonWords();
  const fields = useFieldNames();
  const level = useLevelName();
  const open = t("receipt.open");
  const bounded = receipt.time_start || receipt.time_end;
  const time = bounded
    ? t("receipt.until", {
        start: receipt.time_start ? format.day(receipt.time_start) : open,
        end: receipt.time_end ? format.day(receipt.time_end) : open,
      })
    : t("receipt.allTime");
  return (
    <section className="card">
      <h2>{t("receipt.asked")}</h2>
      <Facts
        facts={[
          [t("receipt.metrics"), <MetricLinks key="metrics" receipt={receipt} />],
          [
            t("receipt.dimensions"),
            request.dimensions.map(({ field }) => fields(field)).join(t("receipt.comma")) ||
              t("receipt.none"),
          ],
          [t("receipt.grain"), request.grain ? level(request.grain) : t("receipt.none")],
          [t("receipt.time"), time],
          [
            t("receipt.filters"),
            request.filters ? conditionText(request.filters, t, fields) : t("receipt.none"),
          ],
          [t("receipt.comparison"), compared(request.comparison)],
          [t("receipt.askedBy"), <Who key="asker" username={receipt.asked_by} />],
          [t("receipt.at"), format.moment(receipt.created_at)],
        ]}
      />
    </section>
  );
}

/** What the values are compared with, as a person says it. */
function useComparisonWords() {
  const { t } = useTranslation("query");
  const level = useLevelName();
  return (comparison: MetricQuery["comparison"]): string => {
    if (!comparison) return t("receipt.none");
    if (comparison.kind === "previous" || !comparison.shift) return t("comparison.previous");
    const { count, unit } = comparison.shift;
    return isGrain(unit)
      ? t(`comparison.${unit}`, { count })
      : t("comparison.level", { count, name: level(unit) });
  };
}

/** The metrics by their names as far as the receipt holds them, else by their codes. */
function MetricLinks({ receipt }: { receipt: KeptReceipt }) {
  const pick = usePick();
  const columns = receipt.figures?.columns ?? [];
  return (
    <span className="row">
      {receipt.request.metrics.map((code) => {
        const name = pick(columns.find((column) => column.metric === code)?.label);
        return (
          <Link key={code} to={`/metrics/${code}`} className={name ? undefined : "mono"} title={code}>
            {name || code}
          </Link>
        );
      })}
    </span>
  );
}

function Computed({ receipt }: { receipt: KeptReceipt }) {
  const { t } = useTranslation("query");
  const format = useFormat();
  return (
    <section className="card">
      <h2>{t("receipt.computed")}</h2>
      <Facts
        facts={[
          [t("receipt.engine"), receipt.engine],
          [
            t("receipt.elapsed"),
            t("receipt.milliseconds", { count: Math.round(receipt.elapsed_ms * 10) / 10 }),
          ],
          [t("receipt.rows"), format.count(receipt.row_count)],
          [t("receipt.zone"), receipt.time_zone],
          [t("receipt.scope"), <Digest key="scope" value={receipt.scope_key} />],
          [t("receipt.answer"), <Digest key="answer" value={receipt.answer_digest} />],
        ]}
      />
    </section>
  );
}

const DIGEST_SHOWN = 16;

function Digest({ value }: { value: string }) {
  return (
    <code className="soft" title={value}>
      {value.slice(0, DIGEST_SHOWN)}
    </code>
  );
}

function Definitions({ definitions }: { definitions: readonly DefinitionUsed[] }) {
  const { t } = useTranslation("query");
  const columns: TableColumn<DefinitionUsed>[] = [
    {
      key: "code",
      title: t("receipt.code"),
      width: "minmax(140px, 2fr)",
      render: (used) =>
        used.kind === "metric" ? (
          <Link to={`/metrics/${used.code}`} className="mono">
            {used.code}
          </Link>
        ) : (
          <code>{used.code}</code>
        ),
    },
    { key: "kind", title: t("receipt.kind"), render: (used) => t(`kind.${used.kind as "metric"}`) },
    {
      key: "version",
      title: t("receipt.version"),
      render: (used) => (used.version === null ? t("receipt.unpublished") : `v${used.version}`),
    },
    {
      key: "digest",
      title: t("receipt.digest"),
      wideOnly: true,
      render: (used) => <Digest value={used.digest} />,
    },
  ];
  return (
    <section className="card">
      <h2 className={styles.title}>{t("receipt.definitions")}</h2>
      <DataTable
        label={t("receipt.definitions")}
        rows={definitions}
        columns={columns}
        rowKey={(used) => `${used.kind}/${used.code}`}
      />
    </section>
  );
}

function Data({ data }: { data: readonly DataUsed[] }) {
  const { t } = useTranslation("query");
  const { t: app } = useTranslation();
  const fields = useFieldNames();
  const columns: TableColumn<DataUsed>[] = [
    {
      key: "dataset",
      title: t("receipt.dataset"),
      width: "minmax(120px, 1fr)",
      render: (used) => <code>{used.dataset}</code>,
    },
    {
      key: "version",
      title: t("receipt.dataVersion"),
      width: "110px",
      render: (used) => <code>{used.data_version}</code>,
    },
    {
      key: "nature",
      title: t("receipt.nature"),
      width: "110px",
      render: (used) => (
        <StatusTag tone={used.real ? "neutral" : "warn"}>
          {app(used.real ? "data.real" : "data.generated")}
        </StatusTag>
      ),
    },
    {
      key: "policy",
      title: t("receipt.policy"),
      width: "minmax(0, 2fr)",
      wideOnly: true,
      render: (used) => {
        const words = used.row_policy ? conditionText(used.row_policy, t, fields) : t("receipt.allRows");
        return <span title={words}>{words}</span>;
      },
    },
  ];
  return (
    <section className="card">
      <h2 className={styles.title}>{t("receipt.data")}</h2>
      <DataTable label={t("receipt.data")} rows={data} columns={columns} rowKey={(used) => used.dataset} />
    </section>
  );
}

function Sql({ receipt }: { receipt: KeptReceipt }) {
  const { t } = useTranslation("query");
  const { message } = App.useApp();
  const copy = async () => {
    await navigator.clipboard.writeText(receipt.sql);
    void message.success(t("receipt.copied"));
  };
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t("receipt.sql")}</h2>
        <Button size="small" icon={<CopyOutlined />} onClick={() => void copy()}>
          {t("receipt.copy")}
        </Button>
      </div>
      <pre className={styles.sql}>{formatSql(receipt.sql)}</pre>
      {receipt.parameters.length > 0 && (
        <p className="soft">
          {t("receipt.parameters")}:{" "}
          <code>{receipt.parameters.map((value) => JSON.stringify(value)).join(", ")}</code>
        </p>
      )}
    </section>
  );
}
