import { Alert, Form, Input, Modal } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { PasswordAgain, reauthenticate } from "../auth";
import { useFormWords } from "../useFormWords";

interface Waiting {
  again: () => Promise<void>;
}

/**
 * Run steps that protect the account. When the server wants the password again, a dialog asks for it and the step is
 * repeated; `dialog` must be rendered.
 */
export function useConfirmed(): { run: (step: () => Promise<void>) => Promise<void>; dialog: ReactNode } {
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  const run = async (step: () => Promise<void>) => {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof PasswordAgain)) throw error;
      setWaiting({ again: step });
    }
  };
  const dialog = waiting && <Ask onDone={waiting.again} onClose={() => setWaiting(null)} />;
  return { run, dialog };
}

function Ask({ onDone, onClose }: { onDone: () => Promise<void>; onClose: () => void }) {
  const { t } = useTranslation("identity");
  const words = useFormWords();
  const [form] = Form.useForm<{ password: string }>();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const confirm = async ({ password }: { password: string }) => {
    setBusy(true);
    setError(null);
    try {
      await reauthenticate(password);
      await onDone();
      onClose();
    } catch (refusal) {
      setError(refusal);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={t("confirm.title")}
      okText={t("confirm.submit")}
      cancelText={t("confirm.cancel")}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="soft">{t("confirm.hint")}</p>
      {error !== null && <Alert type="error" showIcon title={words(error, t("confirm.refused"))} />}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(values) => void confirm(values)}>
        <Form.Item
          name="password"
          label={t("login.password")}
          rules={[{ required: true, message: t("login.needPassword") }]}
        >
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  );
}
