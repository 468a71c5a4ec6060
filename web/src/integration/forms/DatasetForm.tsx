import { useQuery } from "@tanstack/react-query";
import { Alert, Form, Radio, Select, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { Column, DatasetDef, TableInfo } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useSession } from "@/app/session";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import styles from "../integration.module.css";
import { Basics } from "./Basics";
import { ColumnLabels } from "./ColumnLabels";
import { columnsOf, type DatasetFields, datasetOf, firstFields, isTime, lakeTable } from "./dataset";
import { GateCard } from "./GateCard";
import { useGate } from "./useGate";

interface Props {
  /** The dataset in force that is changed; null: a new one. */
  base: DatasetDef | null;
  /** The table that a new dataset reads. */
  table: string | null;
}

/** A table becomes a dataset: what its rows are, its key, its time, who may see it. */
export function DatasetForm({ base, table }: Props) {
  const name = base ? lakeTable(base) : table;
  const first = useTable(name);
  if (first.isLoading) return <RowsSkeleton rows={10} />;
  if (first.isError) return <ErrorState error={first.error} onRetry={() => void first.refetch()} />;
  return <Filled base={base} first={first.data ?? null} />;
}

function useTable(name: string | null) {
  return useQuery({
    queryKey: ["tables", "one", name],
    queryFn: () => answer(api.GET("/api/v1/tables/{name}", { params: { path: { name: name ?? "" } } })),
    enabled: name !== null,
  });
}

const SHAPES = ["fact", "dimension", "snapshot", "bridge"] as const;

/** A calendar is founded with the company, not registered: only an existing one stays one. */
function shapesFor(base: DatasetDef | null) {
  return base?.shape === "calendar" ? (["calendar"] as const) : SHAPES;
}

function Filled({ base, first }: { base: DatasetDef | null; first: TableInfo | null }) {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const { person } = useSession();
  const [form] = Form.useForm<DatasetFields>();
  const [chosen, setChosen] = useState(first?.name ?? null);
  const [columns, setColumns] = useState<Column[] | null>(null);
  const gate = useGate("dataset", base?.code ?? null);
  const tables = useQuery({
    queryKey: ["tables", "names"],
    queryFn: () => answer(api.GET("/api/v1/tables", { params: { query: { limit: 200 } } })),
  });
  const source = useTable(chosen);
  const shown = columns ?? columnsOf(source.data ?? null, base);
  const options = shown.map((column) => ({ value: column.name, label: column.name }));
  const initial = base
    ? {
        ...base,
        table: lakeTable(base) ?? base.source.kind,
        title: t("gate.changeOf", { name: pick(base.name) || base.code }),
        reason: "",
      }
    : firstFields(first?.name ?? null, first);
  const other = (name: string) => {
    setChosen(name);
    setColumns(null);
    const found = tables.data?.items.find((one: TableInfo) => one.name === name);
    form.setFieldsValue({
      ...firstFields(name, found ?? null),
      domain: form.getFieldValue("domain") as string,
    });
  };
  const send = (fields: DatasetFields) =>
    gate.mutate({
      raw: datasetOf(fields, shown, base?.owner || person.username, base),
      title: fields.title,
      reason: fields.reason,
    });
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={initial}
      onFinish={send}
      className="stack"
      scrollToFirstError
    >
      <section className="card">
        <div className={styles.form}>
          <Form.Item
            name="table"
            label={t("dataset.table")}
            hidden={base !== null && lakeTable(base) === null}
            rules={[{ required: true, message: t("form.chooseTable") }]}
            className={styles.wide}
          >
            <Select
              disabled={base !== null}
              loading={tables.isPending}
              showSearch={{ optionFilterProp: "label" }}
              placeholder={t("form.chooseTable")}
              options={tables.data?.items.map((one) => ({ value: one.name, label: one.name }))}
              onChange={other}
            />
          </Form.Item>
          <Basics fixed={base !== null} />
          <Form.Item
            name="shape"
            label={t("dataset.shape")}
            className={styles.wide}
            rules={[{ required: true }]}
          >
            <Radio.Group>
              {shapesFor(base).map((shape) => (
                <Radio key={shape} value={shape}>
                  {t(`shape.${shape}`)} <span className="faint small">{t(`shape.${shape}Hint`)}</span>
                </Radio>
              ))}
            </Radio.Group>
          </Form.Item>
          <Form.Item name="primary_key" label={t("dataset.key")} extra={t("form.keyHint")}>
            <Select mode="multiple" options={options} />
          </Form.Item>
          <Form.Item name="time_columns" label={t("dataset.time")} extra={t("form.timeHint")}>
            <Select
              mode="multiple"
              options={shown.filter(isTime).map((column) => ({ value: column.name, label: column.name }))}
            />
          </Form.Item>
          <Form.Item name="anchor" label={t("dataset.anchor")} extra={t("form.anchorHint")}>
            <Radio.Group
              options={[
                { value: "latest_data", label: t("anchor.latest_data") },
                { value: "today", label: t("anchor.today") },
              ]}
            />
          </Form.Item>
          <Form.Item name="row_access" label={t("dataset.access")} extra={t("form.accessHint")}>
            <Radio.Group
              options={[
                { value: "policy", label: t("access.policy") },
                { value: "open", label: t("access.open") },
              ]}
            />
          </Form.Item>
          <Form.Item name="real" label={t("form.real")} extra={t("form.realHint")} valuePropName="checked">
            <Switch checkedChildren={t("form.isReal")} unCheckedChildren={t("form.isGenerated")} />
          </Form.Item>
        </div>
      </section>
      <section className="card stack">
        <h2>{t("dataset.columns", { shown: shown.length })}</h2>
        <p className="small soft">{t("form.columnsHint")}</p>
        {shown.length === 0 && <Alert type="info" showIcon title={t("form.noColumns")} />}
        <ColumnLabels columns={shown} onChange={setColumns} />
      </section>
      <GateCard pending={gate.isPending} error={gate.error} />
    </Form>
  );
}
