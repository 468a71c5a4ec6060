import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Checkbox, Form, Input, InputNumber, Modal, Select } from "antd";
import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import type { BilingualName, ConnectionView } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useTold } from "@/components/ErrorState";
import styles from "../integration.module.css";
import { CODE } from "../types";
import { DATABASES } from "./databases";

interface Fields {
  code: string;
  name: BilingualName;
  kind: ConnectionView["kind"];
  host: string;
  port: number | null;
  database: string;
  user: string;
  password?: string;
  password_env?: string;
  tls: boolean;
  time_zone: string;
  department: string;
}

interface Props {
  connection: ConnectionView | null;
  onClose: () => void;
}

/** Register a database, or change how it is reached; it is tested at once. */
export function ConnectionModal({ connection, onClose }: Props) {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const kind = Form.useWatch("kind", form) ?? connection?.kind ?? "postgres";
  const departments = useQuery({
    queryKey: ["departments"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/departments", { signal })),
  });
  const department = departments.data?.find((one) => one.path === connection?.department)?.code;
  const save = useMutation({
    mutationFn: async ({ code, password, password_env = "", ...fields }: Fields) => {
      const body = { ...fields, password: password || null, password_env };
      const path = { code: connection?.code ?? code };
      if (connection)
        await answer(
          api.PUT("/api/v1/connections/{code}", {
            params: { path },
            body: { ...body, revision: connection.revision },
          }),
        );
      else await answer(api.POST("/api/v1/connections", { body: { ...body, code } }));
      await answer(api.POST("/api/v1/connections/{code}/test", { params: { path } }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["connections"] }),
    onSuccess: onClose,
  });
  const need = [{ required: true, whitespace: true, message: t("connection.need") }];
  const address = connection?.address;
  return (
    <Modal
      open
      width={640}
      title={t(connection ? "connection.change" : "connection.add")}
      okText={t("connection.save")}
      cancelText={t("connection.cancel")}
      okButtonProps={{ disabled: departments.isPending }}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<Fields>
        key={department}
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{
          kind: "postgres",
          tls: false,
          time_zone: "UTC",
          ...connection,
          ...address,
          password: undefined,
          department,
        }}
        onFinish={save.mutate}
      >
        <div className={styles.form}>
          {!connection && (
            <Form.Item
              name="code"
              label={t("connection.code")}
              extra={t("connection.codeHint")}
              rules={[{ required: true, pattern: CODE, message: t("connection.codeForm") }]}
            >
              <Input className="mono" autoFocus autoComplete="off" />
            </Form.Item>
          )}
          <Form.Item name="kind" label={t("connection.kind")}>
            <Select
              options={Object.entries(DATABASES).map(([value, { name }]) => ({ value, label: name }))}
            />
          </Form.Item>
          <Form.Item name={["name", "zh"]} label={t("connection.nameZh")} rules={need}>
            <Input />
          </Form.Item>
          <Form.Item name={["name", "en"]} label={t("connection.nameEn")}>
            <Input />
          </Form.Item>
          <Form.Item name="host" label={t("connection.host")} rules={need}>
            <Input className="mono" />
          </Form.Item>
          <Form.Item name="port" label={t("connection.port")}>
            <InputNumber min={1} max={65535} placeholder={String(DATABASES[kind].port)} />
          </Form.Item>
          <Form.Item name="database" label={t("connection.database")} rules={need}>
            <Input className="mono" />
          </Form.Item>
          <Form.Item name="user" label={t("connection.user")} extra={t("connection.userHint")} rules={need}>
            <Input className="mono" autoComplete="off" />
          </Form.Item>
          <Form.Item
            name="password"
            label={t("connection.password")}
            extra={t(address?.password === "stored" ? "connection.passwordKept" : "connection.passwordHint")}
          >
            <Input.Password autoComplete="new-password" />
          </Form.Item>
          <Form.Item
            name="password_env"
            label={t("connection.variable")}
            extra={t("connection.variableHint")}
            rules={[{ pattern: /^METRION_SECRET_[A-Z0-9_]+$/, message: t("connection.variableForm") }]}
          >
            <Input className="mono" placeholder="METRION_SECRET_SALES" />
          </Form.Item>
          <Form.Item name="department" label={t("connection.department")} rules={need}>
            <Select
              showSearch={{ optionFilterProp: "label" }}
              options={departments.data?.map((one) => ({ value: one.code, label: pick(one.name) }))}
            />
          </Form.Item>
          {kind === "postgres" && (
            <Form.Item name="time_zone" label={t("connection.zone")} extra={t("connection.zoneHint")}>
              <Input className="mono" />
            </Form.Item>
          )}
        </div>
        <Form.Item name="tls" valuePropName="checked">
          <Checkbox>{t("connection.tls")}</Checkbox>
        </Form.Item>
        <Refused error={save.error} />
      </Form>
    </Modal>
  );
}

function Refused({ error }: { error: unknown }) {
  const told = useTold(error);
  return error === null ? null : <Alert type="error" showIcon title={told.title} description={told.remedy} />;
}
