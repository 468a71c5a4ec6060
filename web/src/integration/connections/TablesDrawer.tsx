import { Drawer, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConnectionView } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useDebounced } from "@/app/useDebounced";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { LinkButton } from "@/components/LinkButton";
import { RowsSkeleton } from "@/components/Skeletons";
import { useTableNames } from "../forms/useSource";
import styles from "../integration.module.css";

interface Props {
  connection: ConnectionView;
  onClose: () => void;
}

const PAUSE = 250;

/** The tables that the account of a database may read, each the start of a dataset. */
export function TablesDrawer({ connection, onClose }: Props) {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const [search, setSearch] = useState("");
  const names = useTableNames(connection.code, useDebounced(search, PAUSE));
  const register = (table: string) =>
    `/data/register/dataset?${new URLSearchParams({ connection: connection.code, table })}`;
  return (
    <Drawer
      open
      onClose={onClose}
      title={t("connection.tablesOf", { name: pick(connection.name) || connection.code })}
    >
      <div className="stack">
        <Input.Search
          allowClear
          aria-label={t("connection.searchTables")}
          placeholder={t("connection.searchTables")}
          onChange={(event) => setSearch(event.target.value)}
        />
        {names.isPending && <RowsSkeleton rows={6} />}
        {names.isError && <ErrorState compact error={names.error} onRetry={() => void names.refetch()} />}
        {names.data?.length === 0 && (
          <EmptyState compact title={t("connection.noTables")} hint={t("connection.noTablesHint")} />
        )}
        <ul className={styles.tables}>
          {names.data?.map((table) => (
            <li key={table}>
              <code className="ellipsis" title={table}>
                {table}
              </code>
              <LinkButton to={register(table)} size="small">
                {t("connection.register")}
              </LinkButton>
            </li>
          ))}
        </ul>
      </div>
    </Drawer>
  );
}
