import "../words";
import { LockOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { answer, api } from "@/api/client";
import type { Column, DatasetDef, DefinitionDetail } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useMay } from "@/app/session";
import { DataTable } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { Facts } from "@/components/Facts";
import { LinkButton } from "@/components/LinkButton";
import { PageHeader } from "@/components/PageHeader";
import { PersonTag } from "@/components/PersonTag";
import { PageSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import styles from "../integration.module.css";
import { OriginTag } from "../OriginTag";
import { asDataset } from "../useDefinitions";
import { Joins } from "./Joins";

/** One dataset: what its rows are, its columns, what it joins, what is built on it. */
export default function DatasetPage() {
  const { t } = useTranslation("integration");
  const { code = "" } = useParams();
  const detail = useQuery({
    queryKey: ["datasets", "one", code],
    queryFn: () => answer(api.GET("/api/v1/datasets/{code}", { params: { path: { code } } })),
  });
  if (detail.isPending) return <PageSkeleton />;
  if (detail.isError)
    return (
      <ErrorState
        error={detail.error}
        onRetry={() => void detail.refetch()}
        action={<LinkButton to="/data/datasets">{t("dataset.toAll")}</LinkButton>}
      />
    );
  const dataset = asDataset(detail.data.card);
  return dataset && <Shown detail={detail.data} dataset={dataset} />;
}

function Shown({ detail, dataset }: { detail: DefinitionDetail; dataset: DatasetDef }) {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const format = useFormat();
  const { card } = detail;
  const policy = dataset.row_access !== "open";
  return (
    <div className="page">
      <PageHeader
        title={pick(card.name)}
        beside={
          <>
            <StatusTag tone="accent">{t(`shape.${dataset.shape}`)}</StatusTag>
            <OriginTag real={dataset.real !== false} />
          </>
        }
        below={
          <span className="row">
            <code>{card.code}</code>
            <span>v{card.version}</span>
            <span>{format.momentDay(card.published_at)}</span>
          </span>
        }
        crumbs={[
          { label: t("data.title"), to: "/data" },
          { label: t("data.datasets"), to: "/data/datasets" },
          { label: detail.domain_path.map((domain) => pick(domain.name)).join(" · ") },
        ]}
        actions={
          detail.may_draft && (
            <LinkButton type="primary" to={`/data/register/dataset?change=${card.code}`}>
              {t("dataset.change")}
            </LinkButton>
          )
        }
      />
      <section className="card stack">
        {pick(dataset.description) && <p>{pick(dataset.description)}</p>}
        <div className={styles.facts}>
          <Facts
            facts={[
              [t(`source.${dataset.source.kind}`), <SourceOf key="source" dataset={dataset} />],
              [t("dataset.key"), <code key="key">{(dataset.primary_key ?? []).join(", ") || "–"}</code>],
              [t("dataset.time"), <code key="time">{(dataset.time_columns ?? []).join(", ") || "–"}</code>],
            ]}
          />
          <Facts
            facts={[
              [t("dataset.anchor"), t(`anchor.${dataset.anchor ?? "latest_data"}`)],
              [t("dataset.access"), t(policy ? "access.policyLong" : "access.openLong")],
              [t("dataset.owner"), card.owner ? <PersonTag key="owner" person={card.owner} /> : "–"],
            ]}
          />
        </div>
      </section>
      <section className="card">
        <div className="card-head">
          <h2>{t("dataset.columns", { shown: dataset.columns.length })}</h2>
        </div>
        <Columns dataset={dataset} />
      </section>
      <div className="two">
        <Joins dataset={dataset.code} mayDraft={detail.may_draft} />
        <Users detail={detail} />
      </div>
    </div>
  );
}

/** Where the rows come from: a table of the lake, a table elsewhere, a query, or other metrics. */
function SourceOf({ dataset }: { dataset: DatasetDef }) {
  const may = useMay();
  const { source } = dataset;
  switch (source.kind) {
    case "lake":
      return may("data.read") ? (
        <Link to={`/data/tables/${source.table}`} className="mono">
          {source.table}
        </Link>
      ) : (
        <code>{source.table}</code>
      );
    case "database":
      return (
        <code>
          {source.connection}/{source.table}
        </code>
      );
    case "sql":
      return <code>{source.sql}</code>;
    case "metrics":
      return (
        <span className="row">
          {source.metrics.map((code) => (
            <Link key={code} to={`/metrics/${code}`}>
              {code}
            </Link>
          ))}
        </span>
      );
  }
}

function Columns({ dataset }: { dataset: DatasetDef }) {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const keys = dataset.primary_key ?? [];
  const times = dataset.time_columns ?? [];
  return (
    <DataTable<Column>
      label={t("data.columns")}
      rows={dataset.columns}
      rowKey={(column) => column.name}
      maxHeight="520px"
      columns={[
        {
          key: "name",
          title: t("column.name"),
          width: "minmax(120px, 1fr)",
          render: (column) => <code>{column.name}</code>,
        },
        { key: "label", title: t("column.label"), render: (column) => pick(column.label) },
        { key: "type", title: t("column.type"), width: "84px", render: (column) => t(`type.${column.type}`) },
        {
          key: "part",
          title: t("column.part"),
          width: "minmax(90px, 0.8fr)",
          render: (column) => (
            <span className="row">
              {keys.includes(column.name) && <StatusTag tone="accent">{t("profile.key")}</StatusTag>}
              {times.includes(column.name) && <StatusTag>{t("column.time")}</StatusTag>}
              {column.sensitive && (
                <StatusTag tone="warn" title={t("rows.maskedHint")}>
                  <LockOutlined /> {t("column.sensitive")}
                </StatusTag>
              )}
            </span>
          ),
        },
        {
          key: "description",
          title: t("column.description"),
          width: "minmax(0, 1.6fr)",
          wideOnly: true,
          render: (column) => <span className="soft">{pick(column.description)}</span>,
        },
      ]}
    />
  );
}

/** What rests on the dataset: metrics first, dimensions after them. */
function Users({ detail }: { detail: DefinitionDetail }) {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const direct = detail.dependants.direct;
  const metrics = direct.filter((ref) => ref.kind === "metric");
  const dimensions = direct.filter((ref) => ref.kind === "dimension");
  return (
    <section className="card stack">
      <h2>{t("dataset.metrics", { shown: metrics.length })}</h2>
      {metrics.length === 0 && (
        <EmptyState compact title={t("dataset.noMetrics")} hint={t("dataset.noMetricsHint")} />
      )}
      <div className={styles.tags}>
        {metrics.map((ref) => (
          <Link key={ref.code} to={`/metrics/${ref.code}`}>
            <StatusTag tone="accent">{pick(ref.name) || ref.code}</StatusTag>
          </Link>
        ))}
      </div>
      {dimensions.length > 0 && (
        <>
          <h2>{t("dataset.dimensions", { shown: dimensions.length })}</h2>
          <div className={styles.tags}>
            {dimensions.map((ref) => (
              <Link key={ref.code} to={`/data/dimensions?q=${ref.code}`}>
                <StatusTag>{pick(ref.name) || ref.code}</StatusTag>
              </Link>
            ))}
          </div>
        </>
      )}
      <p className="small soft">{t("dataset.total", { shown: detail.dependants.total })}</p>
    </section>
  );
}
