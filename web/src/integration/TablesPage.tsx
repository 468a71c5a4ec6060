import "./words";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Input } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { answer, api } from "@/api/client";
import type { TableInfo } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useMay } from "@/app/session";
import { useDebounced } from "@/app/useDebounced";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { LinkButton } from "@/components/LinkButton";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { Who } from "@/components/Who";
import { useFormat } from "@/format/useFormat";
import { DataFrame } from "./DataFrame";
import styles from "./integration.module.css";
import { OriginTag } from "./OriginTag";
import { sizeText } from "./size";
import { asDataset, useDefinitions } from "./useDefinitions";

const PAGE = 100;

function useTables(search: string) {
  return useInfiniteQuery({
    queryKey: ["tables", "list", search],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/tables", { params: { query: { search, cursor: pageParam, limit: PAGE } }, signal }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: (previous) => previous,
  });
}

/** The tables of the lake. */
export default function TablesPage() {
  const { t } = useTranslation("integration");
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const search = params.get("q") ?? "";
  const tables = useTables(useDebounced(search, 200));
  const columns = useColumns();
  const rows = tables.data?.pages.flatMap((page) => page.items) ?? [];
  const more = () => {
    if (tables.hasNextPage && !tables.isFetchingNextPage) void tables.fetchNextPage();
  };
  return (
    <DataFrame>
      <section className="card stack">
        <div className="row">
          <Input
            className={styles.search}
            allowClear
            aria-label={t("tables.search")}
            placeholder={t("tables.search")}
            value={search}
            onChange={(event) =>
              setParams(event.target.value ? { q: event.target.value } : {}, { replace: true })
            }
          />
          {tables.data && (
            <span className="soft">{t("tables.count", { shown: tables.data.pages[0]?.total ?? 0 })}</span>
          )}
        </div>
        {tables.isPending && <RowsSkeleton rows={10} />}
        {tables.isError && <ErrorState error={tables.error} onRetry={() => void tables.refetch()} />}
        {tables.data && rows.length === 0 && <Nothing searched={search !== ""} />}
        {rows.length > 0 && (
          <DataTable
            label={t("data.tables")}
            rows={rows}
            columns={columns}
            rowKey={(table) => table.name}
            rowHeight={48}
            maxHeight="calc(100vh - 290px)"
            onOpen={(table) => void navigate(`/data/tables/${table.name}`)}
            onEnd={more}
          />
        )}
      </section>
    </DataFrame>
  );
}

function Nothing({ searched }: { searched: boolean }) {
  const { t } = useTranslation("integration");
  const may = useMay();
  if (searched) return <EmptyState title={t("tables.noneTitle")} hint={t("tables.noneHint")} />;
  const bring = (
    <LinkButton to="/data/upload" type="primary">
      {t("upload.bring")}
    </LinkButton>
  );
  return (
    <EmptyState
      title={t("tables.emptyTitle")}
      hint={t("tables.emptyHint")}
      action={may("data.manage") ? bring : undefined}
    />
  );
}

function useColumns(): TableColumn<TableInfo>[] {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const format = useFormat();
  const datasets = useDefinitions("datasets");
  const known = useMemo(
    () => new Map(datasets.data?.flatMap((card) => asDataset(card) ?? []).map((one) => [one.code, one])),
    [datasets.data],
  );
  const origin = (table: TableInfo) => {
    const found = table.datasets.flatMap((code) => known.get(code) ?? []);
    if (found.length === 0) return <StatusTag>{t("tables.unregistered")}</StatusTag>;
    return <OriginTag real={found.every((dataset) => dataset.real !== false)} />;
  };
  return [
    {
      key: "name",
      title: t("tables.name"),
      width: "minmax(140px, 1.6fr)",
      compare: (one, other) => one.name.localeCompare(other.name),
      render: (table) => (
        <Link to={`/data/tables/${table.name}`} className="mono">
          {table.name}
        </Link>
      ),
    },
    {
      key: "datasets",
      title: t("tables.dataset"),
      width: "minmax(110px, 1.6fr)",
      wideOnly: true,
      render: (table) =>
        table.datasets.length === 0 ? (
          <span className="faint">–</span>
        ) : (
          table.datasets.map((code) => (
            <Link key={code} to={`/data/datasets/${code}`} className={styles.gap}>
              {pick(known.get(code)?.name) || code}
            </Link>
          ))
        ),
    },
    { key: "origin", title: t("tables.origin"), width: "96px", render: origin },
    {
      key: "rows",
      title: t("tables.rows"),
      width: "92px",
      align: "end",
      compare: (one, other) => (one.rows ?? -1) - (other.rows ?? -1),
      render: (table) =>
        table.rows === null ? (
          <span className="faint" title={t("tables.partHint")}>
            {t("tables.part")}
          </span>
        ) : (
          format.count(table.rows)
        ),
    },
    {
      key: "columns",
      title: t("tables.columns"),
      width: "64px",
      align: "end",
      wideOnly: true,
      render: (table) => table.columns.length,
    },
    {
      key: "size",
      title: t("tables.size"),
      width: "80px",
      align: "end",
      wideOnly: true,
      compare: (one, other) => (one.size ?? -1) - (other.size ?? -1),
      render: (table) => (table.size === null ? <span className="faint">–</span> : sizeText(table.size)),
    },
    {
      key: "versions",
      title: t("tables.versions"),
      width: "64px",
      align: "end",
      wideOnly: true,
      render: (table) => table.version + 1,
    },
    {
      key: "loaded",
      title: t("tables.loaded"),
      width: "104px",
      align: "end",
      wideOnly: true,
      compare: (one, other) => one.committed_at.localeCompare(other.committed_at),
      render: (table) => (
        <span title={format.moment(table.committed_at)}>{format.ago(table.committed_at)}</span>
      ),
    },
    {
      key: "by",
      title: t("tables.by"),
      width: "minmax(80px, 0.7fr)",
      wideOnly: true,
      render: (table) => <Who username={table.committed_by} />,
    },
  ];
}
