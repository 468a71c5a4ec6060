import { DatePicker, Form, Input, Modal, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { Refused } from "@/admin/Refused";
import type { CalendarEvent, EventView } from "@/api/schema";
import styles from "./calendar.module.css";
import { useEdit } from "./useCalendar";

const KINDS: readonly CalendarEvent["kind"][] = ["promotion", "company", "shutdown", "other"];

interface Fields {
  name: { zh?: string; en?: string };
  kind: CalendarEvent["kind"];
  days: [Dayjs, Dayjs];
  reason: string;
}

/** A named range of days. */
export function EventModal({
  event,
  year,
  onClose,
}: {
  event: EventView | null;
  year: number;
  onClose: () => void;
}) {
  const { t } = useTranslation("calendar");
  const [form] = Form.useForm<Fields>();
  const edit = useEdit(onClose);
  const send = (told: Fields) =>
    edit.mutate({
      subject: "event",
      id: event?.id ?? null,
      event: {
        name: { zh: told.name.zh ?? "", en: told.name.en ?? "" },
        kind: told.kind,
        first: told.days[0].format("YYYY-MM-DD"),
        last: told.days[1].format("YYYY-MM-DD"),
      },
      reason: told.reason,
      based_on: event?.edit ?? null,
    });
  return (
    <Modal
      open
      title={t(event ? "events.changeTitle" : "events.add")}
      okText={t("form.save")}
      cancelText={t("form.cancel")}
      confirmLoading={edit.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{
          name: event?.name ?? {},
          kind: event?.kind ?? "promotion",
          days: event ? [dayjs(event.first), dayjs(event.last)] : undefined,
        }}
        onFinish={send}
      >
        <div className={styles.pair}>
          <Form.Item
            name={["name", "zh"]}
            label={t("form.nameZh")}
            rules={[{ required: true, whitespace: true, message: t("form.needName") }]}
          >
            <Input maxLength={100} />
          </Form.Item>
          <Form.Item name={["name", "en"]} label={t("form.nameEn")}>
            <Input maxLength={100} />
          </Form.Item>
        </div>
        <div className={styles.pair}>
          <Form.Item name="kind" label={t("events.kind")}>
            <Select options={KINDS.map((value) => ({ value, label: t(`eventKind.${value}`) }))} />
          </Form.Item>
          <Form.Item
            name="days"
            label={t("events.days")}
            rules={[{ required: true, message: t("events.needDays") }]}
          >
            <DatePicker.RangePicker defaultPickerValue={[dayjs(`${year}-01-01`), dayjs(`${year}-02-01`)]} />
          </Form.Item>
        </div>
        <Form.Item
          name="reason"
          label={t("form.reason")}
          rules={[{ required: true, whitespace: true, message: t("form.needReason") }]}
        >
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} />
        </Form.Item>
      </Form>
      <Refused error={edit.error} />
    </Modal>
  );
}
