import { LockOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import styles from "../integration.module.css";

const SIZES = [20, 50, 200];

/** The first rows that the person may see; columns that he may not see are told as such. */
export function Rows({ table, version }: { table: string; version: number | null }) {
  const { t } = useTranslation("integration");
  const [limit, setLimit] = useState(50);
  const rows = useQuery({
    queryKey: ["tables", "rows", table, version, limit],
    queryFn: () =>
      answer(
        api.GET("/api/v1/tables/{name}/rows", {
          params: { path: { name: table }, query: { version, limit } },
        }),
      ),
    placeholderData: (previous) => previous,
  });
  if (rows.isPending) return <RowsSkeleton rows={10} />;
  if (rows.isError) return <ErrorState compact error={rows.error} onRetry={() => void rows.refetch()} />;
  const { columns, partial } = rows.data;
  return (
    <div className="stack">
      {partial && <Alert type="info" showIcon title={t("rows.partial")} />}
      {columns.some((column) => column.masked) && <Alert type="info" showIcon title={t("rows.masked")} />}
      <div className="row">
        <span className="soft small">{t("rows.first", { shown: rows.data.rows.length })}</span>
        <Segmented
          size="small"
          aria-label={t("rows.many")}
          options={SIZES}
          value={limit}
          onChange={setLimit}
        />
      </div>
      {rows.data.rows.length === 0 ? (
        <EmptyState compact title={t("rows.emptyTitle")} hint={t("rows.emptyHint")} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        <section className={styles.grid} aria-label={t("table.rows")} tabIndex={0}>
          <table>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th
                    key={column.name}
                    scope="col"
                    className={NUMBERS.has(column.type) ? styles.number : undefined}
                  >
                    {column.masked && <LockOutlined title={t("rows.maskedHint")} />} {column.name}
                    <div className={styles.kind}>{t(`type.${column.type}`)}</div>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.data.rows.map((row, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows of a preview have no other identity
                <tr key={place}>
                  {columns.map((column, at) => (
                    <td key={column.name} className={NUMBERS.has(column.type) ? styles.number : undefined}>
                      <Cell value={row[at] ?? null} masked={column.masked === true} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}

const NUMBERS = new Set(["integer", "decimal", "float"]);

function Cell({ value, masked }: { value: string | number | boolean | null; masked: boolean }) {
  const { t } = useTranslation("integration");
  if (masked)
    return (
      <span className="faint" title={t("rows.maskedHint")}>
        •••
      </span>
    );
  if (value === null)
    return (
      <span className="faint" title={t("rows.null")}>
        ∅
      </span>
    );
  return String(value);
}
