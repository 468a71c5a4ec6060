import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { MetricCard } from "@/api/schema";
import { useLanguage } from "@/app/i18n/language";
import { usePick } from "@/app/i18n/text";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { PersonTag } from "@/components/PersonTag";
import { StatusTag } from "@/components/StatusTag";
import { unitWord } from "@/format/number";
import { useFormat } from "@/format/useFormat";
import styles from "./LibraryPage.module.css";
import { STATUS_TONES } from "./status";

interface Props {
  rows: readonly MetricCard[];
  onEnd: () => void;
  /** The rows are of the filter before; new ones are on the way. */
  stale: boolean;
}

export function MetricTable({ rows, onEnd, stale }: Props) {
  const { t } = useTranslation("catalog");
  const navigate = useNavigate();
  const columns = useColumns();
  return (
    <div className={stale ? styles.stale : undefined}>
      <DataTable
        label={t("library.title")}
        rows={rows}
        columns={columns}
        rowKey={(metric) => metric.code}
        rowHeight={52}
        maxHeight="calc(100vh - 250px)"
        onOpen={(metric) => void navigate(`/metrics/${metric.code}`)}
        onEnd={onEnd}
      />
    </div>
  );
}

function useColumns(): TableColumn<MetricCard>[] {
  const { t } = useTranslation("catalog");
  const { t: app } = useTranslation();
  const { language } = useLanguage();
  const pick = usePick();
  const format = useFormat();
  return [
    {
      key: "name",
      title: t("column.name"),
      width: "minmax(150px, 2.3fr)",
      render: (metric) => (
        <div className={styles.twoLines}>
          <Link to={`/metrics/${metric.code}`} className={`${styles.name} ellipsis`}>
            {pick(metric.name)}
          </Link>
          <code className={`${styles.code} ellipsis`}>{metric.code}</code>
        </div>
      ),
    },
    {
      key: "domain",
      title: t("column.domain"),
      wideOnly: true,
      render: (metric) => pick(metric.domain.name),
    },
    {
      key: "type",
      title: t("column.type"),
      width: "76px",
      wideOnly: true,
      render: (metric) => <span className="soft">{app(`metricType.${metric.type}`)}</span>,
    },
    {
      key: "unit",
      title: t("column.unit"),
      width: "minmax(52px, 0.8fr)",
      wideOnly: true,
      render: (metric) => (
        <span title={unitWord(metric.unit, language)}>{unitWord(metric.unit, language)}</span>
      ),
    },
    {
      key: "owner",
      title: t("column.owner"),
      wideOnly: true,
      render: (metric) =>
        metric.owner ? <PersonTag person={metric.owner} /> : <span className="faint">–</span>,
    },
    {
      key: "status",
      title: t("column.status"),
      width: "76px",
      render: (metric) => (
        <StatusTag tone={STATUS_TONES[metric.status]}>{app(`status.${metric.status}`)}</StatusTag>
      ),
    },
    {
      key: "published",
      title: t("column.published"),
      width: "92px",
      align: "end",
      wideOnly: true,
      render: (metric) => (metric.published_at ? format.date(metric.published_at) : "–"),
    },
  ];
}
