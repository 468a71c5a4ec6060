import { useQueryClient } from "@tanstack/react-query";
import { Alert, Form, Radio, Select, Switch } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Column, DatasetDef } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useSession } from "@/app/session";
import { ErrorState } from "@/components/ErrorState";
import { RowsSkeleton } from "@/components/Skeletons";
import styles from "../integration.module.css";
import { Basics } from "./Basics";
import { ColumnLabels } from "./ColumnLabels";
import { columnsOf, type DatasetFields, datasetOf, firstFields, isTime, placeOf } from "./dataset";
import { GateCard } from "./GateCard";
import { SourceFields } from "./SourceFields";
import { useGate } from "./useGate";
import { type Place, type SourceTable, sourceQuery, useSource } from "./useSource";

interface Props {
  /** The dataset in force that is changed; null: a new one. */
  base: DatasetDef | null;
  /** The table that a new dataset reads. */
  place: Place | null;
}

/** A table becomes a dataset: what its rows are, its key, its time, who may see it. */
export function DatasetForm({ base, place }: Props) {
  const where = base ? placeOf(base) : place;
  const first = useSource(where);
  if (first.isLoading) return <RowsSkeleton rows={10} />;
  // A database that does not answer keeps nobody from mending what is said about its columns.
  if (first.isError && !(base && where?.connection))
    return <ErrorState error={first.error} onRetry={() => void first.refetch()} />;
  return <Filled base={base} where={where} first={first.data ?? null} />;
}

const SHAPES = ["fact", "dimension", "snapshot", "bridge"] as const;

/** A calendar is founded with the company, not registered: only an existing one stays one. */
function shapesFor(base: DatasetDef | null) {
  return base?.shape === "calendar" ? (["calendar"] as const) : SHAPES;
}

interface FilledProps {
  base: DatasetDef | null;
  where: Place | null;
  first: SourceTable | null;
}

function Filled({ base, where, first }: FilledProps) {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const { person } = useSession();
  const [form] = Form.useForm<DatasetFields>();
  const [place, setPlace] = useState(where);
  const [columns, setColumns] = useState<Column[] | null>(null);
  const gate = useGate("dataset", base?.code ?? null);
  const source = useSource(place);
  const shown = columns ?? columnsOf((place && source.data) ?? null, base);
  const options = shown.map((column) => ({ value: column.name, label: column.name }));
  const initial = base
    ? {
        ...base,
        table: where?.table ?? base.source.kind,
        title: t("gate.changeOf", { name: pick(base.name) || base.code }),
        reason: "",
      }
    : firstFields(where, first);
  const queries = useQueryClient();
  const latest = useRef(where);
  const other = async (next: Place | null) => {
    latest.current = next;
    setPlace(next);
    setColumns(null);
    const domain = form.getFieldValue("domain") as string;
    form.setFieldsValue({ ...firstFields(next, null), table: next?.table, domain });
    if (next === null) return;
    const found = await queries.fetchQuery(sourceQuery(next)).catch(() => null);
    // The answer for a table chosen before may come last: it does not touch what is chosen now.
    if (found && latest.current === next) form.setFieldsValue({ ...firstFields(next, found), domain });
  };
  const send = (fields: DatasetFields) =>
    gate.mutate({
      raw: datasetOf(fields, shown, base?.owner || person.username, base, place?.connection),
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
          {(base === null || where !== null) && (
            <SourceFields
              place={place}
              fixed={base !== null}
              source={source.data}
              onChange={(next) => void other(next)}
            />
          )}
          {source.isError && (
            <div className={styles.wide}>
              <ErrorState compact error={source.error} onRetry={() => void source.refetch()} />
            </div>
          )}
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
