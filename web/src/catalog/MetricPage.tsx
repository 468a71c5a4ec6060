import "./words";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { answer, api } from "@/api/client";
import type { MetricDef, MetricDetail } from "@/api/schema";
import { ErrorState } from "@/components/ErrorState";
import { PageSkeleton, RowsSkeleton } from "@/components/Skeletons";
import { DefinitionCard } from "./metric/DefinitionCard";
import { LineageCard } from "./metric/LineageCard";
import { MetricHead } from "./metric/MetricHead";
import { NowCard } from "./metric/NowCard";
import { SplitCard } from "./metric/SplitCard";
import { TableCard } from "./metric/TableCard";
import { TrendCard } from "./metric/TrendCard";
import { useClosedView } from "./metric/useClosedView";
import { VersionsCard } from "./metric/VersionsCard";
import { ViewBar } from "./metric/ViewBar";
import { useView } from "./view";

/** What is it now and is that good, how did it move, what does it mean, where does it come from, what changed. */
export default function MetricPage() {
  const { t } = useTranslation("catalog");
  const { code = "" } = useParams();
  const detail = useQuery({
    queryKey: ["metrics", "detail", code],
    queryFn: () => answer(api.GET("/api/v1/metrics/{code}", { params: { path: { code } } })),
  });
  if (detail.isPending) return <PageSkeleton />;
  if (detail.isError) {
    const toLibrary = (
      <Link to="/library">
        <Button type="primary">{t("metric.toLibrary")}</Button>
      </Link>
    );
    return <ErrorState error={detail.error} onRetry={() => void detail.refetch()} action={toLibrary} />;
  }
  if (detail.data.definition.kind !== "metric") return <ErrorState error={null} />;
  return <Loaded key={code} detail={detail.data} definition={detail.data.definition} />;
}

function Loaded({ detail, definition }: { detail: MetricDetail; definition: MetricDef }) {
  const { view, change } = useView(definition.smallest_grain);
  const closed = useClosedView(detail.code, view);
  return (
    <div className="page">
      <MetricHead detail={detail} definition={definition} />
      <ViewBar view={view} smallest={definition.smallest_grain} onChange={change} />
      <NowCard detail={detail} definition={definition} grain={view.grain} compare={view.compare} />
      {closed ? (
        <>
          <TrendCard detail={detail} view={closed} />
          <SplitCard detail={detail} view={closed} onChange={change} />
          <TableCard detail={detail} view={closed} onChange={change} />
        </>
      ) : (
        <RowsSkeleton />
      )}
      <DefinitionCard detail={detail} definition={definition} />
      <LineageCard detail={detail} />
      <VersionsCard detail={detail} />
    </div>
  );
}
