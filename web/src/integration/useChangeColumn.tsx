import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { DefinitionCard } from "@/api/schema";
import { useMay } from "@/app/session";
import type { TableColumn } from "@/components/DataTable";

/** A last column that leads to the change of a definition, for people who may draft one. */
export function useChangeColumn(): (kind: "relationship" | "dimension") => TableColumn<DefinitionCard>[] {
  const { t } = useTranslation("integration");
  const may = useMay();
  return (kind) =>
    may("data.manage")
      ? [
          {
            key: "change",
            title: <span className="sr-only">{t("list.change")}</span>,
            width: "64px",
            align: "end",
            wideOnly: true,
            render: (card) => (
              <Link to={`/data/register/${kind}?change=${card.code}`}>{t("list.change")}</Link>
            ),
          },
        ]
      : [];
}
