import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { MetricDetail } from "@/api/schema";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { ChartSkeleton } from "@/components/Skeletons";
import { useSeen } from "./useSeen";

const LineageGraph = lazy(() => import("./LineageGraph"));
const HEIGHT = 380;

/** Where it comes from and who uses it. The graph is loaded when the person scrolls near it. */
export function LineageCard({ detail }: { detail: MetricDetail }) {
  const { t } = useTranslation("catalog");
  const { ref, seen } = useSeen<HTMLElement>();
  const lineage = useQuery({
    queryKey: ["metrics", "lineage", detail.code],
    queryFn: () =>
      answer(api.GET("/api/v1/metrics/{code}/lineage", { params: { path: { code: detail.code } } })),
    enabled: seen,
  });
  return (
    <section className="card" aria-labelledby="lineage" ref={ref}>
      <div className="card-head">
        <h2 id="lineage">{t("lineage.title")}</h2>
        <span className="small soft">
          {detail.dependants.total > 0 && t("lineage.usedBy", { total: detail.dependants.total })}
        </span>
      </div>
      {lineage.isPending && <ChartSkeleton height={HEIGHT} />}
      {lineage.isError && <ErrorState error={lineage.error} onRetry={() => void lineage.refetch()} compact />}
      {lineage.data && lineage.data.nodes.length <= 1 && (
        <EmptyState compact title={t("lineage.emptyTitle")} hint={t("lineage.emptyHint")} />
      )}
      {lineage.data && lineage.data.nodes.length > 1 && (
        <Suspense fallback={<ChartSkeleton height={HEIGHT} />}>
          <LineageGraph lineage={lineage.data} />
        </Suspense>
      )}
      {lineage.data?.truncated && <p className="small faint">{t("lineage.truncated")}</p>}
    </section>
  );
}
