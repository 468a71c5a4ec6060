import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { MetricDetail, VersionCard } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { ErrorState } from "@/components/ErrorState";
import { StatusTag } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import { VERSION_TONES } from "../status";
import styles from "./metric.module.css";

const DIGEST_SHOWN = 12;

/** What changed and when each version was in force; the newest first. */
export function VersionsCard({ detail }: { detail: MetricDetail }) {
  const { t } = useTranslation("catalog");
  const [all, setAll] = useState(false);
  const oldest = detail.history.at(-1);
  const more = oldest !== undefined && oldest.number > 1;
  const versions = useQuery({
    queryKey: ["metrics", "versions", detail.code],
    queryFn: () =>
      answer(api.GET("/api/v1/metrics/{code}/versions", { params: { path: { code: detail.code } } })),
    enabled: all,
  });
  const shown = versions.data ?? detail.history;
  return (
    <section className="card" aria-labelledby="versions">
      <div className="card-head">
        <h2 id="versions">{t("versions.title")}</h2>
        {more && !versions.data && (
          <Button size="small" loading={all && versions.isPending} onClick={() => setAll(true)}>
            {t("versions.all")}
          </Button>
        )}
      </div>
      {versions.isError && (
        <ErrorState error={versions.error} onRetry={() => void versions.refetch()} compact />
      )}
      <ol className={styles.versions}>
        {shown.map((version) => (
          <Version key={version.id} version={version} />
        ))}
      </ol>
    </section>
  );
}

function Version({ version }: { version: VersionCard }) {
  const { t } = useTranslation("catalog");
  const pick = usePick();
  const format = useFormat();
  return (
    <li className={styles.version}>
      <strong className="num">v{version.number}</strong>
      <span>
        <StatusTag tone={VERSION_TONES[version.state]}>{t(`versions.state.${version.state}`)}</StatusTag>
      </span>
      <span>{useInterval(version)}</span>
      <span className={`${styles.wide} small soft`}>
        {t("versions.by", { name: pick(version.author.name), when: format.momentDay(version.created_at) })}
      </span>
      <code className={`${styles.wide} faint`} title={version.digest}>
        {version.digest.slice(0, DIGEST_SHOWN)}
      </code>
    </li>
  );
}

function useInterval(version: VersionCard): string {
  const { t } = useTranslation("catalog");
  const format = useFormat();
  if (!version.valid_from) return t("versions.never");
  const from = format.momentDay(version.valid_from);
  return version.valid_to
    ? t("versions.between", { from, to: format.momentDay(version.valid_to) })
    : t("versions.from", { from });
}
