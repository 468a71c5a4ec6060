import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { answer, api } from "@/api/client";
import type { PersonCard, RoleView } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useMay } from "@/app/session";
import { useDebounced } from "@/app/useDebounced";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { PersonTag } from "@/components/PersonTag";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import styles from "../admin.module.css";
import { useRoles } from "../useOrganisation";
import { PersonModal } from "./PersonModal";

const PAGE = 100;
type Role = RoleView["code"];

/** People of a department's subtree, or of the whole company. */
export function PeopleList({ department }: { department: string | null }) {
  const { t } = useTranslation("admin");
  const pick = usePick();
  const may = useMay();
  const navigate = useNavigate();
  const [words, setWords] = useState("");
  const [role, setRole] = useState<Role | null>(null);
  const [active, setActive] = useState<"active" | "closed">("active");
  const [making, setMaking] = useState(false);
  const search = useDebounced(words.trim(), 200);
  const roles = useRoles();
  const filters = { search, department, role, active: active === "active" };
  const people = useInfiniteQuery({
    queryKey: ["people", "list", filters],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/people", {
          params: { query: { ...filters, cursor: pageParam, limit: PAGE } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: (previous) => previous,
  });
  const rows = people.data?.pages.flatMap((page) => page.items) ?? [];
  const more = () => {
    if (people.hasNextPage && !people.isFetchingNextPage) void people.fetchNextPage();
  };
  return (
    <section className="card stack">
      <div className="card-head">
        <h2>{t("people.title", { shown: people.data?.pages[0]?.total ?? 0 })}</h2>
        {may("people.manage") && (
          <Button type="primary" size="small" onClick={() => setMaking(true)}>
            {t("people.create")}
          </Button>
        )}
      </div>
      <div className="row">
        <Input
          className={styles.search}
          allowClear
          aria-label={t("people.search")}
          placeholder={t("people.search")}
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
        <Select<Role>
          aria-label={t("people.role")}
          placeholder={t("people.role")}
          allowClear
          popupMatchSelectWidth={false}
          value={role}
          options={roles.data?.map((one) => ({
            value: one.code,
            label: `${pick(one.name)} (${one.people})`,
          }))}
          onChange={(chosen) => setRole(chosen ?? null)}
        />
        <Select
          aria-label={t("people.state")}
          value={active}
          options={[
            { value: "active", label: t("people.active") },
            { value: "closed", label: t("people.closed") },
          ]}
          onChange={setActive}
        />
      </div>
      {people.isPending && <RowsSkeleton rows={8} />}
      {people.isError && <ErrorState compact error={people.error} onRetry={() => void people.refetch()} />}
      {people.data && rows.length === 0 && (
        <EmptyState compact title={t("people.noneTitle")} hint={t("people.noneHint")} />
      )}
      {rows.length > 0 && (
        <DataTable
          label={t("people.label")}
          rows={rows}
          columns={columnsOf(
            t("people.name"),
            t("people.username"),
            t("people.department"),
            t("people.closed"),
            pick,
          )}
          rowKey={(person) => person.username}
          rowHeight={44}
          maxHeight="calc(100vh - 360px)"
          onOpen={(person) => void navigate(`/admin/people/${person.username}`)}
          onEnd={more}
        />
      )}
      {making && <PersonModal department={department} onClose={() => setMaking(false)} />}
    </section>
  );
}

function columnsOf(
  name: string,
  username: string,
  department: string,
  closed: string,
  pick: ReturnType<typeof usePick>,
): TableColumn<PersonCard>[] {
  return [
    {
      key: "name",
      title: name,
      width: "minmax(110px, 1fr)",
      render: (person) => (
        <Link to={`/admin/people/${person.username}`}>
          <PersonTag person={person} />
        </Link>
      ),
    },
    {
      key: "username",
      title: username,
      width: "minmax(90px, 1fr)",
      render: (person) => <code>{person.username}</code>,
    },
    {
      key: "department",
      title: department,
      width: "minmax(90px, 1.4fr)",
      wideOnly: true,
      render: (person) => pick(person.department_name),
    },
    {
      key: "state",
      title: "",
      width: "72px",
      align: "end",
      render: (person) => !person.active && <StatusTag>{closed}</StatusTag>,
    },
  ];
}
