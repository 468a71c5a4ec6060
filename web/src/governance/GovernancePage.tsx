import "./words";
import { PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { answer, api } from "@/api/client";
import type { ChangeCard } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useMay } from "@/app/session";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { LinkButton } from "@/components/LinkButton";
import { PageHeader } from "@/components/PageHeader";
import { PersonTag } from "@/components/PersonTag";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import { GovernanceTabs } from "./GovernanceTabs";
import { CLASS_TONES, STATE_TONES } from "./look";

type Box = "inbox" | "mine" | "all";
const STATES = ["pending", "blocked", "approved", "rejected", "returned", "withdrawn"] as const;

/** What waits for me, what I asked for, and everything that I may see. */
export default function GovernancePage() {
  const { t } = useTranslation("governance");
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const usual: Box = may("change.decide") ? "inbox" : may("metric.draft") ? "mine" : "all";
  const box = (["inbox", "mine", "all"] as const).find((name) => name === params.get("box")) ?? usual;
  const state = STATES.find((name) => name === params.get("state")) ?? null;
  const filter = (next?: string) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      if (next) after.set("state", next);
      else after.delete("state");
      return after;
    });
  return (
    <div className="page">
      <PageHeader
        title={t("page.title")}
        actions={
          may("metric.draft") && (
            <LinkButton to="/drafts/new" type="primary" icon={<PlusOutlined />}>
              {t("page.define")}
            </LinkButton>
          )
        }
      />
      <GovernanceTabs here={box} />
      <section className="card" aria-label={t(`box.${box}`)}>
        {box !== "inbox" && (
          <div className="card-head">
            <Select
              aria-label={t("page.state")}
              placeholder={t("page.state")}
              allowClear
              style={{ width: 160 }}
              value={state ?? undefined}
              onChange={filter}
              options={STATES.map((name) => ({ value: name, label: t(`state.${name}`) }))}
            />
          </div>
        )}
        <Changes box={box} state={box === "inbox" ? null : state} />
      </section>
    </div>
  );
}

function Changes({ box, state }: { box: Box; state: ChangeCard["state"] | null }) {
  const { t } = useTranslation("governance");
  const navigate = useNavigate();
  const columns = useColumns();
  const changes = useInfiniteQuery({
    queryKey: ["changes", "list", box, state],
    queryFn: ({ pageParam }) =>
      answer(api.GET("/api/v1/changes", { params: { query: { box, state, limit: 50, cursor: pageParam } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
  });
  const rows = useMemo(() => changes.data?.pages.flatMap((page) => page.items) ?? [], [changes.data]);
  if (changes.isPending) return <RowsSkeleton rows={6} />;
  if (changes.isError)
    return <ErrorState error={changes.error} onRetry={() => void changes.refetch()} compact />;
  if (rows.length === 0) return <EmptyState title={t(`empty.${box}.title`)} hint={t(`empty.${box}.hint`)} />;
  return (
    <DataTable
      label={t(`box.${box}`)}
      rows={rows}
      columns={columns}
      rowKey={(change) => change.id}
      rowHeight={56}
      onOpen={(change) => void navigate(`/governance/changes/${change.id}`)}
      onEnd={() => {
        if (changes.hasNextPage && !changes.isFetching) void changes.fetchNextPage();
      }}
    />
  );
}

function useColumns(): TableColumn<ChangeCard>[] {
  const { t } = useTranslation("governance");
  const pick = usePick();
  const format = useFormat();
  return [
    {
      key: "title",
      title: t("column.title"),
      width: "minmax(0, 3fr)",
      render: (change) => (
        <div style={{ minWidth: 0 }}>
          <Link to={`/governance/changes/${change.id}`} className="ellipsis" style={{ display: "block" }}>
            {change.title}
          </Link>
          <div className="small faint ellipsis">
            #{change.number} · {change.items.map((item) => pick(item.name)).join(t("value.comma"))}
            {change.item_count > change.items.length && ` ${t("column.more", { count: change.item_count })}`}
          </div>
        </div>
      ),
    },
    {
      key: "class",
      title: t("column.class"),
      width: "110px",
      wideOnly: true,
      render: (change) => (
        <StatusTag tone={CLASS_TONES[change.change_class]}>{t(`class.${change.change_class}`)}</StatusTag>
      ),
    },
    {
      key: "state",
      title: t("column.state"),
      width: "120px",
      render: (change) => (
        <StatusTag tone={STATE_TONES[change.state]}>{t(`state.${change.state}`)}</StatusTag>
      ),
    },
    {
      key: "requester",
      title: t("column.requester"),
      width: "150px",
      wideOnly: true,
      render: (change) => <PersonTag person={change.requester} />,
    },
    {
      key: "when",
      title: t("column.when"),
      width: "120px",
      wideOnly: true,
      render: (change) => <span className="soft">{format.ago(change.created_at)}</span>,
    },
  ];
}
