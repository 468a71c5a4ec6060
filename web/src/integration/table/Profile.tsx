import { LockOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { ColumnProfile, TableInfo } from "@/api/schema";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import { Histogram } from "./Histogram";
import styles from "./profile.module.css";

const TOP = 5;

/** What is in each column of one version, over the rows that the person may see. */
export function Profile({ table, version }: { table: TableInfo; version: number | null }) {
  const { t } = useTranslation("integration");
  const format = useFormat();
  const profile = useQuery({
    queryKey: ["tables", "profile", table.name, version ?? table.version],
    queryFn: () =>
      answer(
        api.GET("/api/v1/tables/{name}/profile", {
          params: { path: { name: table.name }, query: { version } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (profile.isPending) return <RowsSkeleton rows={10} />;
  if (profile.isError)
    return <ErrorState compact error={profile.error} onRetry={() => void profile.refetch()} />;
  const { rows, columns, partial } = profile.data;
  return (
    <div className="stack">
      {partial && <Alert type="info" showIcon title={t("rows.partial")} />}
      <p className="small soft">
        {t("profile.over", { rows: format.count(rows), version: profile.data.version })}
      </p>
      <ul className={styles.columns}>
        {columns.map((column) => (
          <Column
            key={column.name}
            column={column}
            rows={rows}
            isKey={table.primary_key.includes(column.name)}
          />
        ))}
      </ul>
    </div>
  );
}

function Column({ column, rows, isKey }: { column: ColumnProfile; rows: number; isKey: boolean }) {
  const { t } = useTranslation("integration");
  const format = useFormat();
  const nulls = rows > 0 ? format.shortText(column.nulls / rows, { unit: "%", decimals: 1 }) : "–";
  return (
    <li className={styles.column}>
      <div className={styles.name}>
        <span className={styles.title}>
          <code title={column.name} className="ellipsis">
            {column.name}
          </code>
          {isKey && <StatusTag tone="accent">{t("profile.key")}</StatusTag>}
        </span>
        <span className="small faint">{t(`type.${column.type}`)}</span>
      </div>
      <dl className={styles.facts}>
        <div>
          <dt>{t("profile.nulls")}</dt>
          <dd title={format.count(column.nulls)} className={column.nulls > 0 ? styles.some : undefined}>
            {column.nulls === 0 ? "0" : nulls}
          </dd>
        </div>
        {!column.masked && (
          <>
            <div>
              <dt>{t("profile.distinct")}</dt>
              <dd>
                {column.distinct_exact === false ? "≈ " : ""}
                {column.distinct === null || column.distinct === undefined
                  ? "–"
                  : format.count(column.distinct)}
              </dd>
            </div>
            <div>
              <dt>{t("profile.range")}</dt>
              <dd title={`${cellText(column.minimum)} – ${cellText(column.maximum)}`} className="ellipsis">
                {cellText(column.minimum)} <span className="faint">–</span> {cellText(column.maximum)}
              </dd>
            </div>
          </>
        )}
      </dl>
      <div className={styles.picture}>
        {column.masked ? (
          <p className="small soft">
            <LockOutlined /> {t("rows.maskedHint")}
          </p>
        ) : column.histogram && column.histogram.length > 0 ? (
          <Histogram name={column.name} bins={column.histogram} />
        ) : (
          <Top column={column} rows={rows} />
        )}
      </div>
    </li>
  );
}

function cellText(value: ColumnProfile["minimum"]): string {
  return value === null || value === undefined ? "–" : String(value);
}

/** The most frequent values, each with its share of the rows. */
function Top({ column, rows }: { column: ColumnProfile; rows: number }) {
  const { t } = useTranslation("integration");
  const format = useFormat();
  const top = (column.top ?? []).slice(0, TOP);
  if (top.length === 0) return <span className="small faint">{t("profile.nothing")}</span>;
  return (
    <ol className={styles.top} aria-label={t("profile.top", { name: column.name })}>
      {top.map((each) => {
        const share = rows > 0 ? each.count / rows : 0;
        return (
          <li key={String(each.value)} title={format.count(each.count)}>
            <span className={styles.bar} style={{ width: `${share * 100}%` }} />
            <span className="ellipsis">{cellText(each.value) || "“”"}</span>
            <span className="num faint">{format.shortText(share, { unit: "%", decimals: 1 })}</span>
          </li>
        );
      })}
    </ol>
  );
}
