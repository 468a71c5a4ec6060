import "./words";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { DefinitionCard } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import type { TableColumn } from "@/components/DataTable";
import { LinkButton } from "@/components/LinkButton";
import { PersonTag } from "@/components/PersonTag";
import { StatusTag } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import { DataFrame } from "./DataFrame";
import { DefinitionList } from "./DefinitionList";
import styles from "./integration.module.css";
import { OriginTag } from "./OriginTag";
import { asDataset } from "./useDefinitions";

/** The datasets: tables with a meaning, that metrics are built on. */
export default function DatasetsPage() {
  const { t } = useTranslation("integration");
  const navigate = useNavigate();
  return (
    <DataFrame action={<LinkButton to="/data/register/dataset">{t("dataset.new")}</LinkButton>}>
      <DefinitionList
        kind="datasets"
        columns={useColumns()}
        onOpen={(card) => void navigate(`/data/datasets/${card.code}`)}
      />
    </DataFrame>
  );
}

function useColumns(): TableColumn<DefinitionCard>[] {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const format = useFormat();
  return [
    {
      key: "name",
      title: t("dataset.name"),
      width: "minmax(140px, 1.6fr)",
      compare: (one, other) => one.code.localeCompare(other.code),
      render: (card) => (
        <div className={styles.twoLines}>
          <Link to={`/data/datasets/${card.code}`} className="ellipsis">
            {pick(card.name)}
          </Link>
          <code className={`${styles.code} ellipsis`}>{card.code}</code>
        </div>
      ),
    },
    { key: "domain", title: t("dataset.domain"), wideOnly: true, render: (card) => pick(card.domain.name) },
    {
      key: "shape",
      title: t("dataset.shape"),
      width: "84px",
      render: (card) => {
        const dataset = asDataset(card);
        return dataset && t(`shape.${dataset.shape}`);
      },
    },
    {
      key: "real",
      title: t("tables.origin"),
      width: "96px",
      render: (card) => <OriginTag real={asDataset(card)?.real !== false} />,
    },
    {
      key: "access",
      title: t("dataset.access"),
      width: "112px",
      wideOnly: true,
      render: (card) => {
        const policy = asDataset(card)?.row_access !== "open";
        return (
          <StatusTag tone={policy ? "accent" : "neutral"}>
            {t(policy ? "access.policy" : "access.open")}
          </StatusTag>
        );
      },
    },
    {
      key: "sensitive",
      title: t("dataset.sensitive"),
      width: "80px",
      align: "end",
      wideOnly: true,
      render: (card) => asDataset(card)?.columns.filter((column) => column.sensitive).length,
    },
    {
      key: "owner",
      title: t("dataset.owner"),
      width: "minmax(80px, 0.8fr)",
      wideOnly: true,
      render: (card) => (card.owner ? <PersonTag person={card.owner} /> : <span className="faint">–</span>),
    },
    {
      key: "published",
      title: t("dataset.published"),
      width: "96px",
      align: "end",
      wideOnly: true,
      render: (card) => format.date(card.published_at),
    },
  ];
}
