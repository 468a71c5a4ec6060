import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Binding, DimensionDef, Text } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useSession } from "@/app/session";
import styles from "../integration.module.css";
import { asDataset, useDefinitions } from "../useDefinitions";
import { Basics } from "./Basics";
import { GateCard } from "./GateCard";
import { useGate } from "./useGate";

interface Fields {
  code: string;
  name: Text;
  description?: Text;
  aliases?: string[];
  domain: string;
  bindings: Binding[];
  parent?: string | null;
  title: string;
  reason: string;
}

/** What metrics can be split by: its name, and the columns that hold its values. */
export function DimensionForm({ base }: { base: DimensionDef | null }) {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const { person } = useSession();
  const [form] = Form.useForm<Fields>();
  const gate = useGate("dimension", base?.code ?? null);
  const datasets = useDefinitions("datasets");
  const dimensions = useDefinitions("dimensions");
  const bindings = Form.useWatch("bindings", form);
  const known = datasets.data?.flatMap((card) => asDataset(card) ?? []) ?? [];
  const columnsOf = (place: number) => {
    const dataset = known.find((one) => one.code === bindings?.[place]?.dataset);
    return dataset?.columns.map((column) => ({
      value: column.name,
      label: pick(column.label) ? `${column.name} · ${pick(column.label)}` : column.name,
    }));
  };
  const send = ({ title, reason, ...fields }: Fields) =>
    gate.mutate({
      raw: {
        kind: "dimension",
        code: fields.code,
        name: { ...fields.name },
        aliases: fields.aliases ?? [],
        description: { ...fields.description },
        domain: fields.domain,
        bindings: fields.bindings.map(({ dataset, column }) => ({ dataset, column })),
        parent: fields.parent ?? null,
        owner: base?.owner || person.username,
      },
      title,
      reason,
    });
  const initial = base
    ? { ...base, title: t("gate.changeOf", { name: pick(base.name) || base.code }) }
    : { bindings: [{}] };
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
          <Basics fixed={base !== null} />
          <Form.Item
            label={t("dimension.bindings")}
            extra={t("dimension.bindingsHint")}
            className={styles.wide}
          >
            <Form.List name="bindings">
              {(places, { add, remove }) => (
                <div className={styles.pairs}>
                  {places.map(({ key, name: place }) => (
                    <div key={key} className={styles.pair}>
                      <Form.Item
                        name={[place, "dataset"]}
                        noStyle
                        rules={[{ required: true, message: t("form.chooseDataset") }]}
                      >
                        <Select
                          aria-label={t("dimension.bindingDataset", { place: place + 1 })}
                          placeholder={t("form.chooseDataset")}
                          showSearch={{ optionFilterProp: "label" }}
                          options={known.map((dataset) => ({
                            value: dataset.code,
                            label: `${pick(dataset.name)} (${dataset.code})`,
                          }))}
                        />
                      </Form.Item>
                      <span className={styles.arrow}>.</span>
                      <Form.Item
                        name={[place, "column"]}
                        noStyle
                        rules={[{ required: true, message: t("form.chooseColumn") }]}
                      >
                        <Select
                          aria-label={t("dimension.bindingColumn", { place: place + 1 })}
                          placeholder={t("form.chooseColumn")}
                          options={columnsOf(place)}
                        />
                      </Form.Item>
                      <Button
                        type="text"
                        icon={<DeleteOutlined />}
                        aria-label={t("dimension.dropBinding", { place: place + 1 })}
                        disabled={places.length === 1}
                        onClick={() => remove(place)}
                      />
                    </div>
                  ))}
                  <div>
                    <Button size="small" icon={<PlusOutlined />} onClick={() => add({})}>
                      {t("dimension.addBinding")}
                    </Button>
                  </div>
                </div>
              )}
            </Form.List>
          </Form.Item>
          <Form.Item name="parent" label={t("dimension.parent")} extra={t("dimension.parentHint")}>
            <Select
              allowClear
              showSearch={{ optionFilterProp: "label" }}
              options={dimensions.data
                ?.filter((card) => card.code !== base?.code)
                .map((card) => ({ value: card.code, label: `${pick(card.name)} (${card.code})` }))}
            />
          </Form.Item>
          <Form.Item name="aliases" label={t("dimension.aliases")} extra={t("dimension.aliasesHint")}>
            <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", "，", "、"]} />
          </Form.Item>
        </div>
      </section>
      <GateCard pending={gate.isPending} error={gate.error} />
    </Form>
  );
}
