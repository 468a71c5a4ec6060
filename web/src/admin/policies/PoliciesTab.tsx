import { useQuery } from "@tanstack/react-query";
import { Button, Select, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { answer, api } from "@/api/client";
import type { PolicyView } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useMay } from "@/app/session";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import { StatusTag } from "@/components/StatusTag";
import { useNames } from "@/integration/useNames";
import styles from "../admin.module.css";
import { DeleteButton } from "./DeleteButton";
import { PolicyModal } from "./PolicyModal";
import { ruleOf } from "./rule";
import { useAudienceText } from "./useAudienceText";
import { useChangePolicy } from "./useChangePolicy";
import { useFields } from "./useFields";
import { useSentence } from "./useSentence";

/** Who sees which rows. Policies on one dataset add up; without one nobody sees a row. */
export function PoliciesTab() {
  const { t } = useTranslation("admin");
  const may = useMay();
  const names = useNames();
  const [params, setParams] = useSearchParams();
  const [editing, setEditing] = useState<PolicyView | "new" | null>(null);
  const policies = useQuery({
    queryKey: ["policies", "all"],
    queryFn: () => answer(api.GET("/api/v1/policies")),
  });
  if (policies.isPending) return <RowsSkeleton rows={10} />;
  if (policies.isError) return <ErrorState error={policies.error} onRetry={() => void policies.refetch()} />;
  const datasets = [...new Set(policies.data.map((policy) => policy.dataset))];
  const chosen = params.get("dataset");
  const shown = chosen ? datasets.filter((code) => code === chosen) : datasets;
  return (
    <div className="stack">
      <div className="card-head">
        <Select
          className={styles.search}
          allowClear
          aria-label={t("policies.dataset")}
          placeholder={t("policies.allDatasets")}
          showSearch={{ optionFilterProp: "label" }}
          value={chosen}
          options={datasets.map((code) => ({ value: code, label: `${names.dataset(code)} (${code})` }))}
          onChange={(code: string | null) =>
            setParams(code ? { tab: "policies", dataset: code } : { tab: "policies" }, { replace: true })
          }
        />
        {may("policy.manage") && (
          <Button type="primary" onClick={() => setEditing("new")}>
            {t("policies.create")}
          </Button>
        )}
      </div>
      {datasets.length === 0 && <EmptyState title={t("policies.noneTitle")} hint={t("policies.noneHint")} />}
      {shown.map((code) => (
        <section key={code} className="card">
          <h2>
            <Link to={`/data/datasets/${code}`}>{names.dataset(code)}</Link>{" "}
            <code className="faint">{code}</code>
          </h2>
          <ul>
            {policies.data
              .filter((policy) => policy.dataset === code)
              .map((policy) => (
                <Row key={policy.id} policy={policy} onEdit={() => setEditing(policy)} />
              ))}
          </ul>
        </section>
      ))}
      {editing && (
        <PolicyModal policy={editing === "new" ? null : editing} onClose={() => setEditing(null)} />
      )}
    </div>
  );
}

function Row({ policy, onEdit }: { policy: PolicyView; onEdit: () => void }) {
  const { t } = useTranslation("admin");
  const pick = usePick();
  const may = useMay();
  const { audience } = useAudienceText();
  const change = useChangePolicy();
  const fields = useFields(policy.dataset);
  const sentence = useSentence(fields);
  const rule = ruleOf(policy.condition);
  const name = pick(policy.name);
  const { id, words: _, changed_by: __, changed_at: ___, ...body } = policy;
  return (
    <li className={policy.enabled ? styles.policy : `${styles.policy} ${styles.off}`}>
      <span>
        <strong>{name}</strong> {!policy.enabled && <StatusTag tone="warn">{t("policies.off")}</StatusTag>}
      </span>
      <span>{rule ? sentence(rule) : pick(policy.words)}</span>
      <span className="soft">{audience(policy.audience)}</span>
      {may("policy.manage") && (
        <span className="row">
          <Switch
            size="small"
            aria-label={t("policies.switch", { name })}
            checked={policy.enabled}
            loading={change.isPending}
            onChange={(enabled) => change.mutate({ id, body: { ...body, enabled } })}
          />
          <Button size="small" onClick={onEdit}>
            {t("edit")}
          </Button>
          <DeleteButton
            title={t("policies.deleteAsk", { name })}
            refresh="policies"
            run={(reason) =>
              answer(
                api.DELETE("/api/v1/policies/{policy}", {
                  params: { path: { policy: id }, query: { reason } },
                }),
              )
            }
          />
        </span>
      )}
    </li>
  );
}
