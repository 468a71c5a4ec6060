import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { TableInfo, TableVersion } from "@/api/schema";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { Who } from "@/components/Who";
import { useFormat } from "@/format/useFormat";

const PAGE = 50;

export function useVersions(name: string) {
  return useInfiniteQuery({
    queryKey: ["tables", "versions", name],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET("/api/v1/tables/{name}/versions", {
          params: { path: { name }, query: { cursor: pageParam, limit: PAGE } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

/** How the table came to be what it is: each load made one version; any of them can be looked at. */
export function Versions({ table, onChoose }: { table: TableInfo; onChoose: (version: number) => void }) {
  const { t } = useTranslation("integration");
  const versions = useVersions(table.name);
  const columns = useColumns(table, onChoose);
  if (versions.isPending) return <RowsSkeleton rows={4} />;
  if (versions.isError)
    return <ErrorState compact error={versions.error} onRetry={() => void versions.refetch()} />;
  const rows = versions.data.pages.flatMap((page) => page.items);
  const more = () => {
    if (versions.hasNextPage && !versions.isFetchingNextPage) void versions.fetchNextPage();
  };
  return (
    <DataTable
      label={t("table.history")}
      rows={rows}
      columns={columns}
      rowKey={(version) => String(version.version)}
      rowHeight={46}
      maxHeight="480px"
      onEnd={more}
    />
  );
}

function useColumns(table: TableInfo, onChoose: (version: number) => void): TableColumn<TableVersion>[] {
  const { t } = useTranslation("integration");
  const format = useFormat();
  const dash = <span className="faint">–</span>;
  return [
    {
      key: "version",
      title: t("version.version"),
      width: "104px",
      render: (one) => (
        <span className="row">
          <code>v{one.version}</code>
          {one.version === table.version && <StatusTag tone="good">{t("version.newest")}</StatusTag>}
        </span>
      ),
    },
    {
      key: "at",
      title: t("version.at"),
      width: "minmax(140px, 1fr)",
      render: (one) => format.moment(one.committed_at),
    },
    {
      key: "mode",
      title: t("version.mode"),
      width: "56px",
      wideOnly: true,
      render: (one) => t(`plan.${one.mode}`),
    },
    {
      key: "rows",
      title: t("version.rows"),
      width: "96px",
      align: "end",
      wideOnly: true,
      render: (one) => (one.rows === null ? dash : format.count(one.rows)),
    },
    {
      key: "file",
      title: t("version.file"),
      width: "minmax(120px, 1.6fr)",
      wideOnly: true,
      render: (one) =>
        one.load ? <span title={`sha256 ${one.load.sha256}`}>{one.load.filename}</span> : dash,
    },
    {
      key: "loaded",
      title: t("version.loaded"),
      width: "110px",
      align: "end",
      wideOnly: true,
      render: (one) =>
        one.load ? `${format.count(one.load.rows_loaded)} / ${format.count(one.load.rows_read)}` : dash,
    },
    {
      key: "by",
      title: t("version.by"),
      width: "minmax(70px, 0.8fr)",
      wideOnly: true,
      render: (one) => (one.load ? <Who username={one.load.actor} /> : dash),
    },
    {
      key: "look",
      title: "",
      width: "76px",
      align: "end",
      render: (one) => (
        <Button size="small" type="link" onClick={() => onChoose(one.version)}>
          {t("version.look")}
        </Button>
      ),
    },
  ];
}
