import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { answer, api } from "@/api/client";
import type { Audience, GrantView } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useMay } from "@/app/session";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import { useFormat } from "@/format/useFormat";
import { asDataset, useDefinitions } from "@/integration/useDefinitions";
import styles from "../admin.module.css";
import { Refused } from "../Refused";
import { AudienceFields } from "./AudienceFields";
import { DeleteButton } from "./DeleteButton";
import { useAudienceText } from "./useAudienceText";

/** Who sees which sensitive columns, and why. */
export function GrantsTab() {
  const { t } = useTranslation("admin");
  const pick = usePick();
  const may = useMay();
  const datasets = useDefinitions("datasets");
  const [making, setMaking] = useState(false);
  const grants = useQuery({
    queryKey: ["column-grants"],
    queryFn: () => answer(api.GET("/api/v1/column-grants")),
  });
  if (grants.isPending) return <RowsSkeleton rows={8} />;
  if (grants.isError) return <ErrorState error={grants.error} onRetry={() => void grants.refetch()} />;
  const codes = [...new Set(grants.data.map((grant) => grant.dataset))];
  return (
    <div className="stack">
      <div className="card-head">
        <p className="soft">{t("grants.hint")}</p>
        {may("policy.manage") && (
          <Button type="primary" onClick={() => setMaking(true)}>
            {t("grants.create")}
          </Button>
        )}
      </div>
      {codes.length === 0 && <EmptyState title={t("grants.noneTitle")} hint={t("grants.noneHint")} />}
      {codes.map((code) => (
        <section key={code} className="card">
          <h2>
            <Link to={`/data/datasets/${code}`}>
              {pick(datasets.data?.find((card) => card.code === code)?.name) || code}
            </Link>{" "}
            <code className="faint">{code}</code>
          </h2>
          <ul>
            {grants.data
              .filter((grant) => grant.dataset === code)
              .map((grant) => (
                <Row key={grant.id} grant={grant} />
              ))}
          </ul>
        </section>
      ))}
      {making && <Make onClose={() => setMaking(false)} />}
    </div>
  );
}

function Row({ grant }: { grant: GrantView }) {
  const { t } = useTranslation("admin");
  const may = useMay();
  const format = useFormat();
  const { audience } = useAudienceText();
  return (
    <li className={styles.policy}>
      <code>{grant.column}</code>
      <span>{audience(grant.audience)}</span>
      <span className="soft">
        {grant.reason}
        <div className="small faint">
          {grant.granted_by} · {format.momentDay(grant.granted_at)}
        </div>
      </span>
      {may("policy.manage") && (
        <DeleteButton
          title={t("grants.deleteAsk", { name: grant.column })}
          refresh="column-grants"
          run={(reason) =>
            answer(
              api.DELETE("/api/v1/column-grants/{grant}", {
                params: { path: { grant: grant.id }, query: { reason } },
              }),
            )
          }
        />
      )}
    </li>
  );
}

interface Fields {
  dataset: string;
  column: string;
  audience: Audience;
  reason: string;
}

const NOBODY = { everyone: false, roles: [], departments: [], persons: [] };

function Make({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("admin");
  const pick = usePick();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const datasets = useDefinitions("datasets");
  const chosen = Form.useWatch("dataset", form);
  const sensitive = (datasets.data ?? [])
    .flatMap((card) => asDataset(card) ?? [])
    .map((dataset) => ({ dataset, columns: dataset.columns.filter((column) => column.sensitive) }))
    .filter(({ columns }) => columns.length > 0);
  const columns = sensitive.find(({ dataset }) => dataset.code === chosen)?.columns ?? [];
  const make = useMutation({
    mutationFn: (fields: Fields) =>
      answer(
        api.POST("/api/v1/column-grants", {
          body: { ...fields, audience: { ...NOBODY, ...fields.audience } },
        }),
      ),
    onSuccess: () => {
      for (const key of ["column-grants", "visibility"]) void queries.invalidateQueries({ queryKey: [key] });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t("grants.create")}
      okText={t("save")}
      cancelText={t("cancel")}
      confirmLoading={make.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ audience: NOBODY }}
        onFinish={make.mutate}
      >
        {datasets.data && sensitive.length === 0 && (
          <Alert type="info" showIcon title={t("grants.nothing")} />
        )}
        <Form.Item
          name="dataset"
          label={t("policies.dataset")}
          rules={[{ required: true, message: t("policies.needDataset") }]}
        >
          <Select
            options={sensitive.map(({ dataset }) => ({
              value: dataset.code,
              label: `${pick(dataset.name)} (${dataset.code})`,
            }))}
            onChange={() => form.resetFields(["column"])}
          />
        </Form.Item>
        <Form.Item
          name="column"
          label={t("grants.column")}
          rules={[{ required: true, message: t("grants.needColumn") }]}
        >
          <Select
            options={columns.map((column) => ({
              value: column.name,
              label: pick(column.label) ? `${column.name} · ${pick(column.label)}` : column.name,
            }))}
          />
        </Form.Item>
        <AudienceFields />
        <Form.Item
          name="reason"
          label={t("reason")}
          rules={[{ required: true, whitespace: true, message: t("grants.needReason") }]}
        >
          <Input maxLength={500} />
        </Form.Item>
        <Refused error={make.error} />
      </Form>
    </Modal>
  );
}
