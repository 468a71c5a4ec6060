import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Form, Input, Modal, Select, TreeSelect } from "antd";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { BilingualName, PersonView, TemporaryPassword } from "@/api/schema";
import { PeopleSelect } from "@/components/PeopleSelect";
import styles from "../admin.module.css";
import { Refused } from "../Refused";
import { SecretModal } from "../SecretModal";
import { useDepartmentTree } from "../useOrganisation";

interface Fields {
  username: string;
  name: BilingualName;
  department: string;
  email?: string;
  manager?: string | null;
  language?: "zh" | "en";
}

interface Props {
  /** The person to change; without one a new account is made. */
  person?: PersonView;
  department?: string | null;
  onClose: () => void;
}

/** Make an account, or change who somebody is and where he belongs. */
export function PersonModal({ person, department = null, onClose }: Props) {
  const { t } = useTranslation("admin");
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const tree = useDepartmentTree();
  const save = useMutation({
    mutationFn: async ({ username, language, ...fields }: Fields): Promise<TemporaryPassword | null> => {
      const told = { ...fields, manager: fields.manager ?? null, email: fields.email ?? "" };
      if (!person)
        return answer(api.POST("/api/v1/people", { body: { ...told, username, language, attributes: {} } }));
      const params = { path: { username: person.username } };
      await answer(api.PATCH("/api/v1/people/{username}", { params, body: told }));
      return null;
    },
    onSuccess: (secret) => {
      for (const key of ["people", "departments"]) void queries.invalidateQueries({ queryKey: [key] });
      if (secret) return;
      void message.success(t("saved"));
      onClose();
    },
  });
  if (save.data) return <SecretModal secret={save.data} onClose={onClose} />;
  const initial = person
    ? {
        name: { zh: person.name.zh, en: person.name.en },
        department: person.department,
        email: person.email,
        manager: person.manager?.username ?? null,
      }
    : { department, language: "zh" as const };
  return (
    <Modal
      open
      title={t(person ? "person.change" : "people.create")}
      okText={t("save")}
      cancelText={t("cancel")}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" requiredMark={false} initialValues={initial} onFinish={save.mutate}>
        <div className={styles.form}>
          {!person && (
            <Form.Item
              className={styles.wide}
              name="username"
              label={t("people.username")}
              extra={t("people.usernameHint")}
              rules={[
                { required: true, pattern: /^[a-z0-9][a-z0-9._-]{0,63}$/, message: t("people.usernameForm") },
              ]}
            >
              <Input className="mono" autoFocus autoComplete="off" />
            </Form.Item>
          )}
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
            name="department"
            label={t("people.department")}
            rules={[{ required: true, message: t("people.needDepartment") }]}
          >
            <TreeSelect treeData={tree} treeDefaultExpandAll />
          </Form.Item>
          <Form.Item name="manager" label={t("person.manager")}>
            <PeopleSelect label={t("person.manager")} />
          </Form.Item>
          <Form.Item
            name="email"
            label={t("person.email")}
            rules={[{ type: "email", message: t("person.emailForm") }]}
          >
            <Input />
          </Form.Item>
          {!person && (
            <Form.Item name="language" label={t("person.language")}>
              <Select
                options={[
                  { value: "zh", label: "中文" },
                  { value: "en", label: "English" },
                ]}
              />
            </Form.Item>
          )}
        </div>
        <Refused error={save.error} />
      </Form>
    </Modal>
  );
}
