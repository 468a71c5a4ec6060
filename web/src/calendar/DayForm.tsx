import { Button, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Refused } from "@/admin/Refused";
import type { CalendarDay, DayEdit } from "@/api/schema";
import styles from "./calendar.module.css";
import { useEdit } from "./useCalendar";

const KINDS: readonly DayEdit["kind"][] = ["working", "weekend", "holiday", "adjusted_working"];

interface Fields {
  kind: DayEdit["kind"];
  name: { zh?: string; en?: string };
  reason: string;
}

/** Say what kind of day a day is. Every edit has a reason, and can be taken back. */
export function DayForm({ day, onClose }: { day: CalendarDay; onClose: () => void }) {
  const { t } = useTranslation("calendar");
  const [form] = Form.useForm<Fields>();
  const kind = Form.useWatch("kind", form) ?? day.kind;
  const edit = useEdit(onClose);
  const send = (told: Pick<Fields, "reason"> & { kind: DayEdit["kind"] | null; name?: Fields["name"] }) =>
    edit.mutate({
      subject: "day",
      day: day.day,
      kind: told.kind,
      name: { zh: told.name?.zh ?? "", en: told.name?.en ?? "" },
      reason: told.reason,
      based_on: day.last_edit,
    });
  const back = async () => {
    const { reason } = await form.validateFields(["reason"]);
    send({ kind: null, reason });
  };
  const named = kind === "holiday" || kind === "adjusted_working";
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      className={styles.form}
      initialValues={{ kind: day.kind, name: day.name, reason: "" }}
      onFinish={(told) => send({ ...told, name: named ? told.name : undefined })}
    >
      <Form.Item name="kind" label={t("form.kind")}>
        <Select options={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))} />
      </Form.Item>
      {named && (
        <div className={styles.pair}>
          <Form.Item
            name={["name", "zh"]}
            label={t("form.nameZh")}
            rules={[{ required: kind === "holiday", whitespace: true, message: t("form.needName") }]}
          >
            <Input maxLength={100} placeholder={t(`form.like.${kind}`)} />
          </Form.Item>
          <Form.Item name={["name", "en"]} label={t("form.nameEn")}>
            <Input maxLength={100} />
          </Form.Item>
        </div>
      )}
      <Form.Item
        name="reason"
        label={t("form.reason")}
        rules={[{ required: true, whitespace: true, message: t("form.needReason") }]}
      >
        <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} placeholder={t("form.reasonHint")} />
      </Form.Item>
      <Refused error={edit.error} />
      <div className={styles.buttons}>
        <Button type="primary" htmlType="submit" loading={edit.isPending}>
          {t("form.save")}
        </Button>
        <Button onClick={onClose}>{t("form.cancel")}</Button>
        {day.edited && (
          <Button type="link" disabled={edit.isPending} onClick={() => void back().catch(() => undefined)}>
            {t("form.back")}
          </Button>
        )}
      </div>
    </Form>
  );
}
