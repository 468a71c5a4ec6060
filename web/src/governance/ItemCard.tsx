import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { answer, api } from "@/api/client";
import type { ItemView } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { Differences } from "./Differences";
import styles from "./governance.module.css";
import { lineDiff } from "./lineDiff";

type View = "words" | "yaml";
const FEW = 8;

/** One definition of a change: what it was, what it becomes, and who rests on it. */
export function ItemCard({ item }: { item: ItemView }) {
  const { t } = useTranslation("governance");
  const pick = usePick();
  const [view, setView] = useState<View>("words");
  const id = `item-${item.kind}-${item.code}`;
  return (
    <section className="card" aria-labelledby={id}>
      <div className="card-head">
        <div className="row">
          <h2 id={id}>{pick(item.name)}</h2>
          <code className="faint">{item.code}</code>
          <StatusTag tone="accent">
            {item.operation === "create"
              ? t("item.new")
              : t("item.versions", { old: item.base_version, next: item.version })}
          </StatusTag>
        </div>
        <Segmented
          size="small"
          aria-label={t("item.view")}
          value={view}
          onChange={setView}
          options={[
            { value: "words", label: t("item.words") },
            { value: "yaml", label: "YAML" },
          ]}
        />
      </div>
      {view === "words" && item.differences.length === 0 && <p className="soft">{t("item.same")}</p>}
      {view === "words" && item.differences.length > 0 && (
        <Differences differences={item.differences} operation={item.operation} />
      )}
      {view === "yaml" && <YamlDiff item={item} />}
      <Impact item={item} />
    </section>
  );
}

function useYaml(raw: ItemView["content"] | null | undefined) {
  return useQuery({
    queryKey: ["yaml", raw],
    queryFn: () => answer(api.POST("/api/v1/definitions/yaml", { body: { raw: raw ?? {} } })),
    enabled: raw !== null && raw !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function YamlDiff({ item }: { item: ItemView }) {
  const fresh = useYaml(item.content);
  const old = useYaml(item.base);
  const before = item.base ? old.data?.yaml : "";
  const lines = useMemo(
    () => (fresh.data && before !== undefined ? lineDiff(before, fresh.data.yaml) : null),
    [fresh.data, before],
  );
  const failed = fresh.isError ? fresh : old.isError ? old : null;
  if (failed) return <ErrorState error={failed.error} onRetry={() => void failed.refetch()} compact />;
  if (!lines) return <RowsSkeleton rows={6} />;
  const signs = { same: " ", removed: "−", added: "+" };
  return (
    <pre className={styles.yaml}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no identity but their place
        <div key={index} className={item.base ? styles[line.kind] : undefined}>
          {item.base && <span aria-hidden="true">{signs[line.kind]} </span>}
          {line.text}
        </div>
      ))}
    </pre>
  );
}

/** Who stands on the definition: what else changes with it. */
function Impact({ item }: { item: ItemView }) {
  const { t } = useTranslation("governance");
  const pick = usePick();
  const [all, setAll] = useState(false);
  if (item.operation === "create") return null;
  const shown = all ? item.impact : item.impact.slice(0, FEW);
  return (
    <div className={styles.impact}>
      <h3>{t("impact.title")}</h3>
      {item.impact.length === 0 && item.impact_hidden === 0 && <p className="soft">{t("impact.none")}</p>}
      {shown.length > 0 && (
        <ul className="row">
          {shown.map((row) => (
            <li key={`${row.kind}/${row.code}`} className={styles.dependant}>
              {row.kind === "metric" ? (
                <Link to={`/metrics/${row.code}`}>{pick(row.name)}</Link>
              ) : (
                pick(row.name)
              )}{" "}
              <span className="small faint">
                {row.distance === 1 ? t("impact.direct") : t("impact.steps", { count: row.distance })}
              </span>
            </li>
          ))}
          {item.impact.length > shown.length && (
            <li>
              <button type="button" className={styles.more} onClick={() => setAll(true)}>
                {t("impact.all", { count: item.impact.length })}
              </button>
            </li>
          )}
        </ul>
      )}
      {item.impact_hidden > 0 && (
        <p className="small soft">{t("impact.hidden", { count: item.impact_hidden })}</p>
      )}
    </div>
  );
}
