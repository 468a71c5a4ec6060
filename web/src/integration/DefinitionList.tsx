import { Input } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import type { DefinitionCard } from "@/api/schema";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import styles from "./integration.module.css";
import { useDefinitions } from "./useDefinitions";

interface Props {
  kind: "datasets" | "dimensions" | "relationships";
  columns: readonly TableColumn<DefinitionCard>[];
  onOpen?: (card: DefinitionCard) => void;
}

function holds(card: DefinitionCard, words: string): boolean {
  const texts = [card.code, card.name.zh ?? "", card.name.en ?? ""];
  return texts.some((text) => text.toLowerCase().includes(words.toLowerCase()));
}

/** All definitions of one kind, narrowed by words. */
export function DefinitionList({ kind, columns, onOpen }: Props) {
  const { t } = useTranslation("integration");
  const [params, setParams] = useSearchParams();
  const words = params.get("q") ?? "";
  const found = useDefinitions(kind);
  const rows = found.data?.filter((card) => holds(card, words.trim())) ?? [];
  return (
    <section className="card stack">
      <div className="row">
        <Input
          className={styles.search}
          allowClear
          aria-label={t("list.search")}
          placeholder={t("list.search")}
          value={words}
          onChange={(event) =>
            setParams(event.target.value ? { q: event.target.value } : {}, { replace: true })
          }
        />
        {found.data && <span className="soft">{t("list.count", { shown: rows.length })}</span>}
      </div>
      {found.isPending && <RowsSkeleton rows={10} />}
      {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && rows.length === 0 && (
        <EmptyState
          title={t(words ? "tables.noneTitle" : `list.${kind}Title`)}
          hint={t(words ? "tables.noneHint" : `list.${kind}Hint`)}
        />
      )}
      {rows.length > 0 && (
        <DataTable
          label={t(`data.${kind}`)}
          rows={rows}
          columns={columns}
          rowKey={(card) => card.code}
          rowHeight={52}
          maxHeight="calc(100vh - 290px)"
          onOpen={onOpen}
        />
      )}
    </section>
  );
}
