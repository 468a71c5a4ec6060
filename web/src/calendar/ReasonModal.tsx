import { Form, Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { Refused } from "@/admin/Refused";

interface Props {
  title: string;
  hint: string;
  ok: string;
  pending: boolean;
  error: unknown;
  onOk: (reason: string) => void;
  onClose: () => void;
}

/** A step that needs nothing but a reason. */
export function ReasonModal({ title, hint, ok, pending, error, onOk, onClose }: Props) {
  const { t } = useTranslation("calendar");
  const [form] = Form.useForm<{ reason: string }>();
  return (
    <Modal
      open
      title={title}
      okText={ok}
      cancelText={t("form.cancel")}
      confirmLoading={pending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="soft">{hint}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(told) => onOk(told.reason)}>
        <Form.Item
          name="reason"
          label={t("form.reason")}
          rules={[{ required: true, whitespace: true, message: t("form.needReason") }]}
        >
          <Input.TextArea autoFocus autoSize={{ minRows: 2 }} maxLength={500} />
        </Form.Item>
      </Form>
      <Refused error={error} />
    </Modal>
  );
}
