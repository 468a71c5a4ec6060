import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Form, Input, Modal, TreeSelect } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { BilingualName, DepartmentView } from "@/api/schema";
import { PeopleSelect } from "@/components/PeopleSelect";
import { AttributesEditor } from "../AttributesEditor";
import styles from "../admin.module.css";
import { attributesOf, faultOf, linesOf } from "../attributes";
import { Refused } from "../Refused";
import { useDepartmentTree } from "../useOrganisation";

/** What is being done to the tree. */
export type Doing =
  | { what: "create"; parent: string | null }
  | { what: "change"; department: DepartmentView }
  | { what: "move"; department: DepartmentView };

interface Fields {
  code: string;
  name: BilingualName;
  parent?: string | null;
  manager?: string | null;
}

/** Create, change or move a department. */
export function DepartmentModal({ doing, onClose }: { doing: Doing; onClose: () => void }) {
  const { t } = useTranslation("admin");
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const department = doing.what === "create" ? null : doing.department;
  const tree = useDepartmentTree(doing.what === "move" ? doing.department.code : undefined);
  const [lines, setLines] = useState(() => linesOf(department?.attributes ?? {}));
  const faulty = lines.some((line) => faultOf(line, lines) !== null);
  const save = useMutation({
    mutationFn: (fields: Fields) => {
      const told = { name: fields.name, manager: fields.manager ?? null, attributes: attributesOf(lines) };
      if (doing.what === "create")
        return answer(
          api.POST("/api/v1/departments", {
            body: { ...told, code: fields.code, parent: fields.parent ?? null },
          }),
        );
      const params = { path: { code: doing.department.code } };
      if (doing.what === "change")
        return answer(api.PATCH("/api/v1/departments/{code}", { params, body: told }));
      return answer(
        api.POST("/api/v1/departments/{code}/move", { params, body: { parent: fields.parent ?? null } }),
      );
    },
    onSuccess: () => {
      for (const key of ["departments", "people", "policies"])
        void queries.invalidateQueries({ queryKey: [key] });
      void message.success(t("saved"));
      onClose();
    },
  });
  const initial = department
    ? {
        code: department.code,
        name: { zh: department.name.zh, en: department.name.en },
        parent: department.parent,
        manager: department.manager?.username ?? null,
      }
    : { parent: doing.what === "create" ? doing.parent : null };
  const placed = doing.what !== "change";
  const described = doing.what !== "move";
  return (
    <Modal
      open
      title={t(`organisation.${doing.what}Title`)}
      okText={t("save")}
      cancelText={t("cancel")}
      okButtonProps={{ disabled: described && faulty }}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" requiredMark={false} initialValues={initial} onFinish={save.mutate}>
        {doing.what === "create" && (
          <Form.Item
            name="code"
            label={t("organisation.code")}
            extra={t("organisation.codeHint")}
            rules={[
              { required: true, pattern: /^[a-z][a-z0-9_]{0,62}$/, message: t("organisation.codeForm") },
            ]}
          >
            <Input className="mono" autoFocus />
          </Form.Item>
        )}
        {described && (
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
          </div>
        )}
        {placed && (
          <Form.Item
            name="parent"
            label={t("organisation.parent")}
            extra={t(`organisation.${doing.what}Hint`)}
          >
            <TreeSelect
              treeData={tree}
              treeDefaultExpandAll
              allowClear
              placeholder={t("organisation.root")}
            />
          </Form.Item>
        )}
        {described && (
          <>
            <Form.Item name="manager" label={t("organisation.manager")}>
              <PeopleSelect label={t("organisation.manager")} />
            </Form.Item>
            <Form.Item label={t("organisation.attributes")} extra={t("organisation.attributesHint")}>
              <AttributesEditor lines={lines} onChange={setLines} />
            </Form.Item>
          </>
        )}
        <Refused error={save.error} />
      </Form>
    </Modal>
  );
}
