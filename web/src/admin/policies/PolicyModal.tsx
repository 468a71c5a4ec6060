import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Form, Input, Modal, Select, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { Audience, BilingualName, PolicyView } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { asDataset, useDefinitions } from "@/integration/useDefinitions";
import styles from "../admin.module.css";
import { Refused } from "../Refused";
import { AudienceFields } from "./AudienceFields";
import { ConditionLines } from "./ConditionLines";
import { conditionOf, isComplete, type Rule, ruleOf } from "./rule";
import { useFields } from "./useFields";

interface Fields {
  name: BilingualName;
  dataset: string;
  audience: Audience;
  enabled: boolean;
}

const NOBODY = { everyone: false, roles: [], departments: [], persons: [] };
const FIRST: Rule = { join: "and", lines: [{ field: "", operator: "in", person: "", texts: [] }] };

/** A row policy: on which dataset, which rows, for whom. */
export function PolicyModal({ policy, onClose }: { policy: PolicyView | null; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const pick = usePick();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const [rule, setRule] = useState<Rule | null>(() => (policy ? ruleOf(policy.condition) : FIRST));
  const dataset = Form.useWatch("dataset", form) ?? policy?.dataset;
  const fields = useFields(dataset);
  const datasets = useDefinitions("datasets");
  const typeOf = (name: string) => fields.find((field) => field.name === name)?.type ?? "string";
  const save = useMutation({
    mutationFn: (told: Fields) => {
      const condition = rule ? conditionOf(rule, typeOf) : policy?.condition;
      if (!condition) throw new Error("a new policy has lines");
      const body = { ...told, audience: { ...NOBODY, ...told.audience }, condition };
      if (!policy) return answer(api.POST("/api/v1/policies", { body }));
      const path = { policy: policy.id };
      return answer(
        api.PUT("/api/v1/policies/{policy}", {
          params: { path },
          body: { ...body, revision: policy.revision },
        }),
      );
    },
    onSuccess: () => {
      for (const key of ["policies", "visibility"]) void queries.invalidateQueries({ queryKey: [key] });
      void message.success(t("saved"));
      onClose();
    },
  });
  const open = datasets.data?.find((card) => card.code === dataset);
  const ignored = open !== undefined && asDataset(open)?.row_access === "open";
  return (
    <Modal
      open
      width={820}
      title={t(policy ? "policies.change" : "policies.create")}
      okText={t("save")}
      cancelText={t("cancel")}
      okButtonProps={{ disabled: rule !== null && !rule.lines.every(isComplete) }}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={policy ?? { audience: NOBODY, enabled: true }}
        onFinish={save.mutate}
      >
        <div className={styles.form}>
          <Form.Item
            name={["name", "zh"]}
            label={t("nameZh")}
            rules={[{ required: true, whitespace: true, message: t("needName") }]}
          >
            <Input />
          </Form.Item>
          <Form.Item name={["name", "en"]} label={t("nameEn")}>
            <Input />
          </Form.Item>
          <Form.Item
            className={styles.wide}
            name="dataset"
            label={t("policies.dataset")}
            rules={[{ required: true, message: t("policies.needDataset") }]}
          >
            <Select
              showSearch={{ optionFilterProp: "label" }}
              loading={datasets.isPending}
              options={datasets.data?.map((card) => ({
                value: card.code,
                label: `${pick(card.name)} (${card.code})`,
              }))}
              onChange={() => setRule(FIRST)}
            />
          </Form.Item>
        </div>
        {ignored && <Alert type="warning" showIcon title={t("policies.open")} />}
        <Form.Item label={t("policies.rows")} extra={t("policies.rowsHint")}>
          {rule ? (
            <ConditionLines rule={rule} fields={fields} onChange={setRule} />
          ) : (
            <Alert type="info" showIcon title={pick(policy?.words)} description={t("policies.deep")} />
          )}
        </Form.Item>
        <AudienceFields />
        <Form.Item name="enabled" label={t("policies.enabled")} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Refused error={save.error} />
      </Form>
    </Modal>
  );
}
