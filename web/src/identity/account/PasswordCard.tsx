import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { SESSION_KEY } from "@/app/queryClient";
import { changePassword } from "../auth";
import { useFormWords } from "../useFormWords";

interface Fields {
  current: string;
  next: string;
  again: string;
}

const SHORTEST = 10;

export function PasswordCard() {
  const { t } = useTranslation("identity");
  const words = useFormWords();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const change = useMutation({
    mutationFn: ({ current, next }: Fields) => changePassword(current, next),
    onSuccess: () => {
      form.resetFields();
      void message.success(t("password.done"));
      return queries.invalidateQueries({ queryKey: SESSION_KEY });
    },
  });
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t("password.title")}</h2>
      </div>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={change.mutate}>
        {change.isError && <Alert type="error" showIcon title={words(change.error, t("password.refused"))} />}
        <Form.Item
          name="current"
          label={t("password.current")}
          rules={[{ required: true, message: t("password.needCurrent") }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="next"
          label={t("password.next")}
          rules={[{ required: true, min: SHORTEST, message: t("password.needNext") }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={t("password.again")}
          dependencies={["next"]}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_rule, value) =>
                value === getFieldValue("next")
                  ? Promise.resolve()
                  : Promise.reject(new Error(t("password.differs"))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {t("password.submit")}
        </Button>
      </Form>
    </section>
  );
}
