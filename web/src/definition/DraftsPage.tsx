import "./words";
import { PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { answer, api } from "@/api/client";
import type { DraftCard } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { LinkButton } from "@/components/LinkButton";
import { PageHeader } from "@/components/PageHeader";
import { PersonTag } from "@/components/PersonTag";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import { GovernanceTabs } from "@/governance/GovernanceTabs";

/** What the person is writing or helps to write. */
export default function DraftsPage() {
  const { t } = useTranslation("definition");
  const navigate = useNavigate();
  const columns = useColumns();
  const drafts = useInfiniteQuery({
    queryKey: ["drafts", "list"],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET("/api/v1/drafts", { params: { query: { kind: "metric", limit: 50, cursor: pageParam } } }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
  });
  const rows = useMemo(() => drafts.data?.pages.flatMap((page) => page.items) ?? [], [drafts.data]);
  const fresh = (
    <LinkButton to="/drafts/new" type="primary" icon={<PlusOutlined />}>
      {t("drafts.new")}
    </LinkButton>
  );
  return (
    <div className="page">
      <PageHeader title={t("drafts.page")} actions={fresh} />
      <GovernanceTabs here="drafts" />
      <section className="card" aria-label={t("drafts.title")}>
        {drafts.isPending && <RowsSkeleton rows={6} />}
        {drafts.isError && <ErrorState error={drafts.error} onRetry={() => void drafts.refetch()} compact />}
        {drafts.data && rows.length === 0 && (
          <EmptyState title={t("drafts.emptyTitle")} hint={t("drafts.emptyHint")} action={fresh} />
        )}
        {rows.length > 0 && (
          <DataTable
            label={t("drafts.title")}
            rows={rows}
            columns={columns}
            rowKey={(draft) => draft.id}
            rowHeight={48}
            onOpen={(draft) => void navigate(`/drafts/${draft.id}`)}
            onEnd={() => {
              if (drafts.hasNextPage && !drafts.isFetching) void drafts.fetchNextPage();
            }}
          />
        )}
      </section>
    </div>
  );
}

function useColumns(): TableColumn<DraftCard>[] {
  const { t } = useTranslation("definition");
  const pick = usePick();
  const format = useFormat();
  return [
    {
      key: "name",
      title: t("drafts.name"),
      width: "minmax(0, 2fr)",
      render: (draft) => (
        <Link to={`/drafts/${draft.id}`}>{pick(draft.name) || draft.code || t("wizard.untitled")}</Link>
      ),
    },
    {
      key: "kind",
      title: t("drafts.kind"),
      width: "150px",
      render: (draft) =>
        draft.base_version === null
          ? t("wizard.new")
          : t("drafts.newVersion", { version: draft.base_version }),
    },
    {
      key: "state",
      title: t("drafts.state"),
      width: "110px",
      render: (draft) => (
        <StatusTag tone={draft.state === "open" ? "neutral" : "accent"}>
          {t(`drafts.states.${draft.state}`)}
        </StatusTag>
      ),
    },
    {
      key: "author",
      title: t("drafts.author"),
      width: "150px",
      wideOnly: true,
      render: (draft) => <PersonTag person={draft.author} />,
    },
    {
      key: "updated",
      title: t("drafts.updated"),
      width: "130px",
      wideOnly: true,
      render: (draft) => <span className="soft">{format.ago(draft.updated_at)}</span>,
    },
  ];
}
