import "./words";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { DefinitionCard } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import type { TableColumn } from "@/components/DataTable";
import { LinkButton } from "@/components/LinkButton";
import { PersonTag } from "@/components/PersonTag";
import { DataFrame } from "./DataFrame";
import { DefinitionList } from "./DefinitionList";
import styles from "./integration.module.css";
import { useChangeColumn } from "./useChangeColumn";
import { asDimension } from "./useDefinitions";
import { useNames } from "./useNames";

/** What metrics can be split by, and where its values are read. */
export default function DimensionsPage() {
  const { t } = useTranslation("integration");
  return (
    <DataFrame action={<LinkButton to="/data/register/dimension">{t("dimension.new")}</LinkButton>}>
      <DefinitionList kind="dimensions" columns={useColumns()} />
    </DataFrame>
  );
}

function useColumns(): TableColumn<DefinitionCard>[] {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const names = useNames();
  const changeColumn = useChangeColumn();
  return [
    {
      key: "name",
      title: t("dimension.name"),
      width: "minmax(110px, 1fr)",
      compare: (one, other) => one.code.localeCompare(other.code),
      render: (card) => (
        <div className={styles.twoLines}>
          <span className="ellipsis">{pick(card.name)}</span>
          <code className={`${styles.code} ellipsis`}>{card.code}</code>
        </div>
      ),
    },
    {
      key: "bindings",
      title: t("dimension.bindings"),
      width: "minmax(140px, 2fr)",
      render: (card) =>
        asDimension(card)?.bindings.map((binding) => (
          <span key={`${binding.dataset}.${binding.column}`} className={styles.gap}>
            <Link to={`/data/datasets/${binding.dataset}`}>{names.dataset(binding.dataset)}</Link>
            <code className="faint"> {binding.column}</code>
          </span>
        )),
    },
    {
      key: "parent",
      title: t("dimension.parent"),
      width: "minmax(80px, 0.7fr)",
      wideOnly: true,
      render: (card) => {
        const parent = asDimension(card)?.parent;
        return parent ? names.dimension(parent) : <span className="faint">–</span>;
      },
    },
    {
      key: "domain",
      title: t("dataset.domain"),
      width: "minmax(80px, 0.8fr)",
      wideOnly: true,
      render: (card) => pick(card.domain.name),
    },
    {
      key: "owner",
      title: t("dataset.owner"),
      width: "minmax(80px, 0.8fr)",
      wideOnly: true,
      render: (card) => (card.owner ? <PersonTag person={card.owner} /> : <span className="faint">–</span>),
    },
    ...changeColumn("dimension"),
  ];
}
