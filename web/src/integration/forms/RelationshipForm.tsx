import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { ColumnPair, RelationshipDef, Text } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import styles from "../integration.module.css";
import { CODE } from "../types";
import { asDataset, useDefinitions } from "../useDefinitions";
import { Basics } from "./Basics";
import { GateCard } from "./GateCard";
import { useGate } from "./useGate";

interface Fields {
  code: string;
  name?: Text;
  domain: string;
  from_dataset: string;
  to_dataset: string;
  columns: ColumnPair[];
  role?: string | null;
  title: string;
  reason: string;
}

/** Many rows of one dataset belong to one row of another: which columns say so. */
export function RelationshipForm({ base, from }: { base: RelationshipDef | null; from: string | null }) {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const [form] = Form.useForm<Fields>();
  const gate = useGate("relationship", base?.code ?? null);
  const datasets = useDefinitions("datasets");
  const many = Form.useWatch("from_dataset", form);
  const one = Form.useWatch("to_dataset", form);
  const known = datasets.data?.flatMap((card) => asDataset(card) ?? []) ?? [];
  const find = (code: string | undefined) => known.find((dataset) => dataset.code === code);
  const choices = known.map((dataset) => ({
    value: dataset.code,
    label: `${pick(dataset.name)} (${dataset.code})`,
  }));
  const columnsOf = (code: string | undefined) =>
    find(code)?.columns.map((column) => ({
      value: column.name,
      label: pick(column.label) ? `${column.name} · ${pick(column.label)}` : column.name,
    }));
  /** Both ends known: the code, the domain, and the target's key as the first proposal. */
  const propose = () => {
    const ends = form.getFieldsValue(["from_dataset", "to_dataset", "code", "domain", "columns"]);
    const [start, end] = [find(ends.from_dataset), find(ends.to_dataset)];
    if (!start || !end) return;
    const keys = end.primary_key ?? [];
    const has = (name: string) => start.columns.some((column) => column.name === name);
    form.setFieldsValue({
      code: ends.code || `${start.code}_${end.code}`.slice(0, 63),
      domain: ends.domain || start.domain,
      columns: keys.map((key) => ({ many: has(key) ? key : "", one: key })),
    });
  };
  const send = ({ title, reason, ...fields }: Fields) =>
    gate.mutate({
      raw: {
        kind: "relationship",
        code: fields.code,
        name: { ...fields.name },
        domain: fields.domain,
        from_dataset: fields.from_dataset,
        to_dataset: fields.to_dataset,
        columns: fields.columns.map((pair) => ({ many: pair.many, one: pair.one })),
        role: fields.role?.trim() || null,
      },
      title,
      reason,
    });
  const initial = base
    ? { ...base, title: t("gate.changeOf", { name: base.code }) }
    : { from_dataset: from ?? undefined, columns: [{ many: "", one: "" }] };
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={initial}
      onFinish={send}
      className="stack"
    >
      <section className="card">
        <div className={styles.form}>
          <Form.Item
            name="from_dataset"
            label={t("relationship.from")}
            extra={t("relationship.fromHint")}
            rules={[{ required: true, message: t("form.chooseDataset") }]}
          >
            <Select showSearch={{ optionFilterProp: "label" }} options={choices} onChange={propose} />
          </Form.Item>
          <Form.Item
            name="to_dataset"
            label={t("relationship.to")}
            extra={t("relationship.toHint")}
            rules={[{ required: true, message: t("form.chooseDataset") }]}
          >
            <Select showSearch={{ optionFilterProp: "label" }} options={choices} onChange={propose} />
          </Form.Item>
          <Form.Item label={t("relationship.columns")} className={styles.wide}>
            <Form.List name="columns">
              {(pairs, { add, remove }) => (
                <div className={styles.pairs}>
                  {pairs.map(({ key, name: place }) => (
                    <div key={key} className={styles.pair}>
                      <Form.Item
                        name={[place, "many"]}
                        noStyle
                        rules={[{ required: true, message: t("form.chooseColumn") }]}
                      >
                        <Select
                          aria-label={t("relationship.manyColumn", { place: place + 1 })}
                          options={columnsOf(many)}
                        />
                      </Form.Item>
                      <span className={styles.arrow}>=</span>
                      <Form.Item
                        name={[place, "one"]}
                        noStyle
                        rules={[{ required: true, message: t("form.chooseColumn") }]}
                      >
                        <Select
                          aria-label={t("relationship.oneColumn", { place: place + 1 })}
                          options={columnsOf(one)}
                        />
                      </Form.Item>
                      <Button
                        type="text"
                        icon={<DeleteOutlined />}
                        aria-label={t("relationship.dropPair", { place: place + 1 })}
                        disabled={pairs.length === 1}
                        onClick={() => remove(place)}
                      />
                    </div>
                  ))}
                  <div>
                    <Button size="small" icon={<PlusOutlined />} onClick={() => add({ many: "", one: "" })}>
                      {t("relationship.addPair")}
                    </Button>
                  </div>
                </div>
              )}
            </Form.List>
          </Form.Item>
          <Basics fixed={base !== null} nameRequired={false} described={false} />
          <Form.Item
            name="role"
            label={t("relationship.role")}
            extra={t("relationship.roleHint")}
            rules={[{ pattern: CODE, message: t("form.codeForm") }]}
          >
            <Input className="mono" />
          </Form.Item>
        </div>
      </section>
      <GateCard pending={gate.isPending} error={gate.error} />
    </Form>
  );
}
