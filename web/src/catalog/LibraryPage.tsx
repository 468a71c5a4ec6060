import "./words";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, Drawer } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { MetricCard } from "@/api/schema";
import { useMay } from "@/app/session";
import { DomainTree } from "@/components/DomainTree";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { LinkButton } from "@/components/LinkButton";
import { PageHeader } from "@/components/PageHeader";
import { RowsSkeleton } from "@/components/Skeletons";
import { useFormat } from "@/format/useFormat";
import { LibraryFilters } from "./LibraryFilters";
import styles from "./LibraryPage.module.css";
import { MetricTable } from "./MetricTable";
import { type Filters, useFilters } from "./useFilters";

const PAGE = 200;

function useMetrics(filters: Filters) {
  return useInfiniteQuery({
    queryKey: ["metrics", "list", filters],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filters, cursor: pageParam, limit: PAGE };
      return answer(api.GET("/api/v1/metrics", { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: (previous) => previous,
  });
}

/** All metrics that the person may see: by domain, by words, by filter. The address holds what was chosen. */
export default function LibraryPage() {
  const { t } = useTranslation("catalog");
  const { filters, change, clear, chosen } = useFilters();
  const may = useMay();
  const [treeOpen, setTreeOpen] = useState(false);
  const domains = useQuery({ queryKey: ["domains"], queryFn: () => answer(api.GET("/api/v1/domains")) });
  const metrics = useMetrics(filters);
  const rows: MetricCard[] = metrics.data?.pages.flatMap((page) => page.items) ?? [];
  const total = metrics.data?.pages[0]?.total ?? 0;
  const more = () => {
    if (metrics.hasNextPage && !metrics.isFetchingNextPage) void metrics.fetchNextPage();
  };
  const tree = (
    <DomainTree
      domains={domains.data ?? []}
      chosen={filters.domain ?? null}
      onChoose={(domain) => {
        change({ domain: domain ?? undefined });
        setTreeOpen(false);
      }}
    />
  );
  return (
    <div className="page">
      <PageHeader
        title={t("library.title")}
        below={<Count total={total} known={!metrics.isPending} />}
        actions={
          may("metric.draft") && (
            <>
              <LinkButton to="/import">{t("library.import")}</LinkButton>
              <LinkButton to="/drafts/new" type="primary">
                {t("library.define")}
              </LinkButton>
            </>
          )
        }
      />
      <div className={styles.split}>
        <aside className={`card ${styles.tree}`}>
          {domains.isPending && <RowsSkeleton rows={6} />}
          {domains.isError && (
            <ErrorState error={domains.error} onRetry={() => void domains.refetch()} compact />
          )}
          {domains.data && tree}
        </aside>
        <section className={`card ${styles.list}`} aria-label={t("library.title")}>
          <LibraryFilters
            filters={filters}
            onChange={change}
            onClear={clear}
            onDomains={() => setTreeOpen(true)}
          />
          {metrics.isPending && <RowsSkeleton rows={12} />}
          {metrics.isError && <ErrorState error={metrics.error} onRetry={() => void metrics.refetch()} />}
          {metrics.data && total === 0 && <Nothing chosen={chosen} onClear={clear} />}
          {rows.length > 0 && <MetricTable rows={rows} onEnd={more} stale={metrics.isPlaceholderData} />}
        </section>
      </div>
      <Drawer
        placement="left"
        size={300}
        open={treeOpen}
        onClose={() => setTreeOpen(false)}
        title={t("library.domains")}
      >
        {tree}
      </Drawer>
    </div>
  );
}

function Count({ total, known }: { total: number; known: boolean }) {
  const { t } = useTranslation("catalog");
  const format = useFormat();
  return <span>{known ? t("library.count", { shown: format.count(total) }) : " "}</span>;
}

function Nothing({ chosen, onClear }: { chosen: boolean; onClear: () => void }) {
  const { t } = useTranslation("catalog");
  return chosen ? (
    <EmptyState
      title={t("library.noneTitle")}
      hint={t("library.noneHint")}
      action={<Button onClick={onClear}>{t("filter.clear")}</Button>}
    />
  ) : (
    <EmptyState title={t("library.emptyTitle")} hint={t("library.emptyHint")} />
  );
}
