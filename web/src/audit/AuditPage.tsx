import "./words";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, DatePicker, Input, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { answer, api } from "@/api/client";
import type { EntryView } from "@/api/schema";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { PageHeader } from "@/components/PageHeader";
import { PeopleSelect } from "@/components/PeopleSelect";
import { PersonTag } from "@/components/PersonTag";
import { RowsSkeleton } from "@/components/Skeletons";
import { useFormat } from "@/format/useFormat";
import { FAMILIES } from "./actions";
import styles from "./audit.module.css";
import { EntryDrawer } from "./EntryDrawer";
import { useActionWord } from "./useActionWord";
import { VerifyCard } from "./VerifyCard";

const PAGE = 100;
const NAMES = ["actor", "action", "target_kind", "target_id", "since", "until"] as const;
type Filters = Partial<Record<(typeof NAMES)[number], string>>;

/** Who did what, when, to what: read and verified here, never changed. */
export default function AuditPage() {
  const { t } = useTranslation("audit");
  const [params, setParams] = useSearchParams();
  const [open, setOpen] = useState<EntryView | null>(null);
  const filters: Filters = Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = params.get(name);
      return value ? [[name, value]] : [];
    }),
  );
  const change = (next: Filters) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(next)) {
          if (value) after.set(name, value);
          else after.delete(name);
        }
        return after;
      },
      { replace: true },
    );
  const entries = useInfiniteQuery({
    queryKey: ["audit", "entries", filters],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/audit", {
          params: { query: { ...filters, cursor: pageParam, limit: PAGE } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: (previous) => previous,
  });
  const rows = entries.data?.pages.flatMap((page) => page.items) ?? [];
  const columns = useColumns(setOpen);
  const more = () => {
    if (entries.hasNextPage && !entries.isFetchingNextPage) void entries.fetchNextPage();
  };
  return (
    <div className="page">
      <PageHeader title={t("title")} below={t("hint")} />
      <VerifyCard />
      <section className="card stack">
        <FilterBar filters={filters} onChange={change} onClear={() => setParams({}, { replace: true })} />
        {entries.data && (
          <p className="soft small">{t("count", { shown: entries.data.pages[0]?.total ?? 0 })}</p>
        )}
        {entries.isPending && <RowsSkeleton rows={12} />}
        {entries.isError && <ErrorState error={entries.error} onRetry={() => void entries.refetch()} />}
        {entries.data && rows.length === 0 && <EmptyState title={t("noneTitle")} hint={t("noneHint")} />}
        {rows.length > 0 && (
          <DataTable
            label={t("title")}
            rows={rows}
            columns={columns}
            rowKey={(entry) => String(entry.seq)}
            rowHeight={44}
            maxHeight="calc(100vh - 340px)"
            onOpen={setOpen}
            onEnd={more}
          />
        )}
      </section>
      <EntryDrawer entry={open} onClose={() => setOpen(null)} />
    </div>
  );
}

interface FilterProps {
  filters: Filters;
  onChange: (next: Filters) => void;
  onClear: () => void;
}

function FilterBar({ filters, onChange, onClear }: FilterProps) {
  const { t } = useTranslation("audit");
  const day = (instant: string | undefined) => (instant ? dayjs(instant) : null);
  const last = filters.until ? dayjs(filters.until).subtract(1, "day") : null;
  return (
    <div className={styles.filters}>
      <PeopleSelect
        label={t("filter.actor")}
        value={filters.actor ?? null}
        onChange={(actor) => onChange({ actor: actor ?? "" })}
      />
      <Select
        aria-label={t("filter.action")}
        placeholder={t("filter.action")}
        allowClear
        value={filters.action ?? null}
        options={FAMILIES.map((family) => ({ value: `${family}.`, label: t(`family.${family}`) }))}
        onChange={(action: string | null) => onChange({ action: action ?? "" })}
      />
      <Input
        key={filters.target_id ?? ""}
        aria-label={t("filter.target")}
        placeholder={t("filter.target")}
        allowClear
        defaultValue={filters.target_id}
        onPressEnter={(event) => onChange({ target_id: event.currentTarget.value.trim() })}
        onBlur={(event) => onChange({ target_id: event.currentTarget.value.trim() })}
        onClear={() => onChange({ target_id: "" })}
      />
      <DatePicker.RangePicker
        aria-label={t("filter.time")}
        placeholder={[t("filter.since"), t("filter.until")]}
        allowEmpty={[true, true]}
        value={[day(filters.since), last]}
        onChange={(days) =>
          onChange({
            since: days?.[0]?.startOf("day").toISOString() ?? "",
            until: days?.[1]?.add(1, "day").startOf("day").toISOString() ?? "",
          })
        }
      />
      {Object.keys(filters).length > 0 && (
        <Button type="text" onClick={onClear}>
          {t("filter.clear")}
        </Button>
      )}
    </div>
  );
}

function useColumns(onOpen: (entry: EntryView) => void): TableColumn<EntryView>[] {
  const { t } = useTranslation("audit");
  const format = useFormat();
  const word = useActionWord();
  return [
    {
      key: "seq",
      title: "#",
      width: "60px",
      align: "end",
      wideOnly: true,
      render: (entry) => <span className="faint">{entry.seq}</span>,
    },
    {
      key: "at",
      title: t("column.at"),
      width: "minmax(96px, 150px)",
      render: (entry) => <span title={entry.at}>{format.moment(entry.at)}</span>,
    },
    {
      key: "who",
      title: t("column.who"),
      width: "minmax(80px, 0.8fr)",
      render: (entry) =>
        entry.person ? (
          <PersonTag person={entry.person} />
        ) : (
          <span className="soft">{entry.actor || t("system")}</span>
        ),
    },
    {
      key: "action",
      title: t("column.action"),
      width: "minmax(96px, 1fr)",
      render: (entry) => (
        <Button
          type="link"
          size="small"
          title={entry.action}
          onClick={() => onOpen(entry)}
          style={{ padding: 0 }}
        >
          {word(entry.action)}
        </Button>
      ),
    },
    {
      key: "target",
      title: t("column.target"),
      width: "minmax(100px, 1.6fr)",
      wideOnly: true,
      render: (entry) => (
        <span title={`${entry.target.kind} ${entry.target.id}`}>{entry.target.label || entry.target.id}</span>
      ),
    },
    {
      key: "via",
      title: t("column.via"),
      width: "88px",
      wideOnly: true,
      render: (entry) => <span className="soft">{t(`source.${entry.source}`)}</span>,
    },
    {
      key: "reason",
      title: t("column.reason"),
      width: "minmax(60px, 1fr)",
      wideOnly: true,
      render: (entry) => <span title={entry.reason}>{entry.reason}</span>,
    },
  ];
}
