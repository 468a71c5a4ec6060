import "./words";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { DefinitionCard } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import type { TableColumn } from "@/components/DataTable";
import { LinkButton } from "@/components/LinkButton";
import { DataFrame } from "./DataFrame";
import { DefinitionList } from "./DefinitionList";
import styles from "./integration.module.css";
import { useChangeColumn } from "./useChangeColumn";
import { asRelationship } from "./useDefinitions";
import { useNames } from "./useNames";

/** How datasets stand to each other: each line is many rows to one. */
export default function RelationshipsPage() {
  const { t } = useTranslation("integration");
  return (
    <DataFrame action={<LinkButton to="/data/register/relationship">{t("relationship.new")}</LinkButton>}>
      <DefinitionList kind="relationships" columns={useColumns()} />
    </DataFrame>
  );
}

function useColumns(): TableColumn<DefinitionCard>[] {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const names = useNames();
  const changeColumn = useChangeColumn();
  const dataset = (code: string | undefined) =>
    code && <Link to={`/data/datasets/${code}`}>{names.dataset(code)}</Link>;
  return [
    {
      key: "code",
      title: t("relationship.name"),
      width: "minmax(120px, 1.4fr)",
      wideOnly: true,
      render: (card) => (
        <div className={styles.twoLines}>
          <span className="ellipsis">{pick(card.name) || card.code}</span>
          {pick(card.name) && pick(card.name) !== card.code && (
            <code className={`${styles.code} ellipsis`}>{card.code}</code>
          )}
        </div>
      ),
    },
    {
      key: "from",
      title: t("relationship.from"),
      render: (card) => dataset(asRelationship(card)?.from_dataset),
    },
    { key: "to", title: t("relationship.to"), render: (card) => dataset(asRelationship(card)?.to_dataset) },
    {
      key: "columns",
      title: t("relationship.columns"),
      width: "minmax(120px, 1.4fr)",
      render: (card) => (
        <code>
          {asRelationship(card)
            ?.columns.map((pair) => `${pair.many} = ${pair.one}`)
            .join(", ")}
        </code>
      ),
    },
    {
      key: "role",
      title: t("relationship.role"),
      width: "100px",
      wideOnly: true,
      render: (card) => asRelationship(card)?.role ?? <span className="faint">–</span>,
    },
    {
      key: "domain",
      title: t("dataset.domain"),
      width: "minmax(80px, 0.8fr)",
      wideOnly: true,
      render: (card) => pick(card.domain.name),
    },
    ...changeColumn("relationship"),
  ];
}
