import { EyeInvisibleOutlined, EyeOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { answer, api } from "@/api/client";
import type { Visibility } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { Facts } from "@/components/Facts";
import { PeopleSelect } from "@/components/PeopleSelect";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { useDefinitions } from "@/integration/useDefinitions";
import styles from "../admin.module.css";
import { attributeText } from "../attributes";
import { useAudienceText } from "./useAudienceText";

const TONES = { all: "good", some: "accent", none: "bad" } as const;

/** What can this person see of this dataset, and why. */
export function VisibilityTab() {
  const { t } = useTranslation("admin");
  const pick = usePick();
  const [params, setParams] = useSearchParams();
  const datasets = useDefinitions("datasets");
  const username = params.get("person");
  const dataset = params.get("dataset");
  const change = (name: string, value: string | null) => {
    const after = new URLSearchParams(params);
    after.set("tab", "visibility");
    if (value) after.set(name, value);
    else after.delete(name);
    setParams(after, { replace: true });
  };
  const seen = useQuery({
    queryKey: ["visibility", username, dataset],
    queryFn: () =>
      answer(
        api.POST("/api/v1/policies/preview", { body: { username: username ?? "", dataset: dataset ?? "" } }),
      ),
    enabled: username !== null && dataset !== null,
  });
  return (
    <div className="stack">
      <section className="card stack">
        <h2>{t("see.title")}</h2>
        <div className={styles.ask}>
          <PeopleSelect
            label={t("see.person")}
            value={username}
            onChange={(value) => change("person", value)}
          />
          <Select
            aria-label={t("see.dataset")}
            placeholder={t("see.dataset")}
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            value={dataset}
            loading={datasets.isPending}
            options={datasets.data?.map((card) => ({
              value: card.code,
              label: `${pick(card.name)} (${card.code})`,
            }))}
            onChange={(value: string | null) => change("dataset", value)}
          />
        </div>
      </section>
      {(username === null || dataset === null) && (
        <EmptyState icon={<EyeOutlined />} title={t("see.chooseTitle")} hint={t("see.chooseHint")} />
      )}
      {seen.isLoading && <RowsSkeleton rows={5} />}
      {seen.isError && <ErrorState error={seen.error} onRetry={() => void seen.refetch()} />}
      {seen.data && <Seen seen={seen.data} />}
    </div>
  );
}

function Seen({ seen }: { seen: Visibility }) {
  const { t } = useTranslation("admin");
  const pick = usePick();
  const { because } = useAudienceText();
  const why = (reasons: readonly string[]) => reasons.map(because).join(t("rule.comma"));
  const who = pick(seen.person.name);
  return (
    <>
      <section className="card stack" aria-live="polite">
        {!seen.may_query && <Alert type="warning" showIcon title={t("see.mayNot", { who })} />}
        <p>{t("see.of", { who, dataset: pick(seen.dataset_name) })}</p>
        <p className={styles.answer}>
          <StatusTag tone={TONES[seen.rows]}>{t(`see.rows_${seen.rows}`)}</StatusTag>
          <span>{pick(seen.words)}</span>
        </p>
        <h3>{t("see.why")}</h3>
        {seen.policies.length === 0 && (
          <p className="soft">{t(seen.rows === "all" ? "see.openDataset" : "see.noPolicy")}</p>
        )}
        <ul className={styles.list}>
          {seen.policies.map((policy) => (
            <li key={policy.id} className={styles.item}>
              <span>
                <strong>{pick(policy.name)}</strong> {pick(policy.words)}
                {policy.missing_attributes.length > 0 && (
                  <div className={`small ${styles.fault}`}>
                    {t("see.missing", { names: policy.missing_attributes.join(", ") })}
                  </div>
                )}
              </span>
              <span className="small soft">{why(policy.because)}</span>
            </li>
          ))}
        </ul>
      </section>
      <div className="two">
        <section className="card">
          <h2>{t("see.columns")}</h2>
          {seen.columns.length === 0 && <p className="soft">{t("see.noSensitive")}</p>}
          <ul className={styles.list}>
            {seen.columns.map((column) => (
              <li key={column.column} className={styles.item}>
                <span>
                  {column.hidden ? <EyeInvisibleOutlined /> : <EyeOutlined />} <code>{column.column}</code>{" "}
                  <span className="soft">{pick(column.label)}</span>
                </span>
                {column.hidden ? (
                  <StatusTag tone="warn">{t("see.hidden")}</StatusTag>
                ) : (
                  <span className="small soft">{t("see.shown", { why: why(column.because ?? []) })}</span>
                )}
              </li>
            ))}
          </ul>
        </section>
        <section className="card">
          <div className="card-head">
            <h2>{t("see.attributes")}</h2>
            <Link to={`/admin/people/${seen.person.username}`}>{t("see.toPerson")}</Link>
          </div>
          <Facts
            facts={Object.entries(seen.attributes).map(([name, value]) => [
              name,
              attributeText(value, t("rule.comma")),
            ])}
          />
        </section>
      </div>
    </>
  );
}
