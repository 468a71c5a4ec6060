import "../words";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { LinkButton } from "@/components/LinkButton";
import { PageHeader } from "@/components/PageHeader";
import { PageSkeleton } from "@/components/Skeletons";
import { useDefinitions } from "../useDefinitions";
import { DatasetForm } from "./DatasetForm";
import { DimensionForm } from "./DimensionForm";
import { RelationshipForm } from "./RelationshipForm";

const KINDS = { dataset: "datasets", relationship: "relationships", dimension: "dimensions" } as const;

/** Register a dataset, a relationship or a dimension, or change one: through the gate, as a metric. */
export default function RegisterPage() {
  const { t } = useTranslation("integration");
  const { kind = "" } = useParams();
  const [params] = useSearchParams();
  const change = params.get("change");
  const table = params.get("table");
  const known = kind in KINDS ? (kind as keyof typeof KINDS) : null;
  const all = useDefinitions(KINDS[known ?? "dataset"]);
  if (known === null)
    return (
      <EmptyState
        title={t("register.unknown")}
        hint={t("register.unknownHint")}
        action={<LinkButton to="/data">{t("table.toTables")}</LinkButton>}
      />
    );
  if (all.isPending) return <PageSkeleton />;
  if (all.isError) return <ErrorState error={all.error} onRetry={() => void all.refetch()} />;
  const base = all.data.find((card) => card.code === change)?.definition;
  const title = t(base ? `${known}.change` : `${known}.new`);
  return (
    <div className="page">
      <PageHeader
        title={title}
        below={t(`register.${known}Hint`)}
        crumbs={[
          { label: t("data.title"), to: "/data" },
          { label: t(`data.${KINDS[known]}`), to: `/data/${KINDS[known]}` },
          { label: title },
        ]}
      />
      {known === "dataset" && (
        <DatasetForm
          base={base?.kind === "dataset" ? base : null}
          place={table === null ? null : { connection: params.get("connection") ?? "", table }}
        />
      )}
      {known === "relationship" && (
        <RelationshipForm base={base?.kind === "relationship" ? base : null} from={params.get("from")} />
      )}
      {known === "dimension" && <DimensionForm base={base?.kind === "dimension" ? base : null} />}
    </div>
  );
}
