import "../words";
import { useQuery } from "@tanstack/react-query";
import { Alert, Select, Tabs } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import { answer, api } from "@/api/client";
import type { TableInfo } from "@/api/schema";
import { useMay } from "@/app/session";
import { ErrorState } from "@/components/ErrorState";
import { Facts } from "@/components/Facts";
import { LinkButton } from "@/components/LinkButton";
import { PageHeader } from "@/components/PageHeader";
import { PageSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { Who } from "@/components/Who";
import { useFormat } from "@/format/useFormat";
import styles from "../integration.module.css";
import { sizeText } from "../size";
import { Profile } from "./Profile";
import { Rows } from "./Rows";
import { useVersions, Versions } from "./Versions";

const PARTS = ["profile", "rows", "versions"] as const;
type Part = (typeof PARTS)[number];

/** One table of the lake: its columns and what is in them, rows, versions. The address holds version and part. */
export default function TablePage() {
  const { name = "" } = useParams();
  const table = useQuery({
    queryKey: ["tables", "one", name],
    queryFn: () => answer(api.GET("/api/v1/tables/{name}", { params: { path: { name } } })),
  });
  const { t } = useTranslation("integration");
  if (table.isPending) return <PageSkeleton />;
  if (table.isError)
    return (
      <ErrorState
        error={table.error}
        onRetry={() => void table.refetch()}
        action={<LinkButton to="/data">{t("table.toTables")}</LinkButton>}
      />
    );
  return <Shown table={table.data} />;
}

function Shown({ table }: { table: TableInfo }) {
  const { t } = useTranslation("integration");
  const format = useFormat();
  const may = useMay();
  const [params, setParams] = useSearchParams();
  const asked = params.get("version");
  const version = asked !== null && /^\d+$/.test(asked) ? Number(asked) : null;
  const part: Part = PARTS.find((one) => one === params.get("tab")) ?? "profile";
  const change = (next: Record<string, string | null>) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [key, value] of Object.entries(next)) {
          if (value === null) after.delete(key);
          else after.set(key, value);
        }
        return after;
      },
      { replace: true, preventScrollReset: true },
    );
  const choose = (chosen: number) =>
    change({ version: chosen === table.version ? null : String(chosen), tab: "profile" });
  return (
    <div className="page">
      <PageHeader
        title={<code>{table.name}</code>}
        beside={table.datasets.length === 0 && <StatusTag>{t("tables.unregistered")}</StatusTag>}
        crumbs={[{ label: t("data.title"), to: "/data" }, { label: table.name }]}
        actions={
          may("data.manage") && (
            <>
              <LinkButton to="/data/upload">{t("upload.bring")}</LinkButton>
              {table.datasets.length === 0 && (
                <LinkButton type="primary" to={`/data/register/dataset?table=${table.name}`}>
                  {t("table.register")}
                </LinkButton>
              )}
            </>
          )
        }
      />
      <section className="card">
        <div className={styles.facts}>
          <Facts
            facts={[
              [t("tables.rows"), table.rows === null ? t("tables.partHint") : format.count(table.rows)],
              [t("tables.columns"), String(table.columns.length)],
              [t("tables.size"), table.size === null ? "–" : sizeText(table.size)],
              [
                t("table.key"),
                table.primary_key.length > 0 ? (
                  <code key="key">{table.primary_key.join(", ")}</code>
                ) : (
                  t("table.noKey")
                ),
              ],
            ]}
          />
          <Facts
            facts={[
              [
                t("tables.loaded"),
                <span key="loaded" className="row">
                  {format.moment(table.committed_at)} <Who username={table.committed_by} />
                </span>,
              ],
              [
                t("tables.dataset"),
                table.datasets.length === 0 ? (
                  <span key="none" className="soft">
                    {t("table.noDataset")}
                  </span>
                ) : (
                  <span key="datasets" className="row">
                    {table.datasets.map((code) => (
                      <Link key={code} to={`/data/datasets/${code}`}>
                        {code}
                      </Link>
                    ))}
                  </span>
                ),
              ],
            ]}
          />
        </div>
      </section>
      <section className="card">
        <Tabs
          activeKey={part}
          onChange={(tab) => change({ tab })}
          items={[
            { key: "profile", label: t("table.profile") },
            { key: "rows", label: t("table.rows") },
            { key: "versions", label: t("table.versions", { shown: table.version + 1 }) },
          ]}
        />
        {part !== "versions" && (
          <div className={styles.version}>
            <span className="soft small">{t("table.version")}</span>
            <VersionChoice table={table} version={version ?? table.version} onChoose={choose} />
          </div>
        )}
        {version !== null && version < table.version && part !== "versions" && (
          <Alert
            className={styles.past}
            type="info"
            showIcon
            title={t("table.past", { version, newest: table.version })}
          />
        )}
        {part === "profile" && <Profile table={table} version={version} />}
        {part === "rows" && <Rows table={table.name} version={version} />}
        {part === "versions" && <Versions table={table} onChoose={choose} />}
      </section>
    </div>
  );
}

interface ChoiceProps {
  table: TableInfo;
  version: number;
  onChoose: (version: number) => void;
}

function VersionChoice({ table, version, onChoose }: ChoiceProps) {
  const { t } = useTranslation("integration");
  const format = useFormat();
  const versions = useVersions(table.name);
  const known = versions.data?.pages.flatMap((page) => page.items) ?? [];
  const options = known.map((one) => ({
    value: one.version,
    label: `v${one.version} · ${format.moment(one.committed_at)}`,
  }));
  if (!options.some((one) => one.value === version)) options.push({ value: version, label: `v${version}` });
  return (
    <Select
      size="small"
      aria-label={t("table.version")}
      popupMatchSelectWidth={false}
      value={version}
      options={options}
      onChange={onChoose}
    />
  );
}
