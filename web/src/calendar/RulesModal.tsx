import { Alert, Form, Input, Modal, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Refused } from "@/admin/Refused";
import type { CalendarYear } from "@/api/schema";
import type { Language } from "@/app/i18n/language";
import { useFormat } from "@/format/useFormat";
import styles from "./calendar.module.css";
import { useEdit } from "./useCalendar";
import { patternText, useMonthName } from "./useNames";

type Rules = CalendarYear["rules"];

const COUNTRIES = ["CN", "HK", "TW", "SG", "JP", "KR", "US", "GB", "DE", "FR", "IN", "AU", "CA"];
const PATTERNS = ["445", "454", "544"] as const;

export function countryName(code: string, language: Language): string {
  return new Intl.DisplayNames([language], { type: "region" }).of(code) ?? code;
}

/** Change how years are cut. What was asked before keeps the version of the calendar that it was asked with. */
export function RulesModal({ year, onClose }: { year: CalendarYear; onClose: () => void }) {
  const { t } = useTranslation("calendar");
  const monthName = useMonthName();
  const { language } = useFormat();
  const [form] = Form.useForm<Rules & { reason: string }>();
  const edit = useEdit(onClose);
  const months = Array.from({ length: 12 }, (_, place) => ({
    value: place + 1,
    label: monthName(place + 1),
  }));
  const countries = [...new Set([year.rules.country ?? "CN", ...COUNTRIES])];
  return (
    <Modal
      open
      width={640}
      title={t("rules.change")}
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
        initialValues={{ ...year.rules, reason: "" }}
        onFinish={({ reason, ...rules }) =>
          edit.mutate({ subject: "rules", rules, reason, based_on: year.rules_edit })
        }
      >
        <div className={styles.pair}>
          <Form.Item name="country" label={t("rules.country")}>
            <Select
              showSearch={{ optionFilterProp: "label" }}
              options={countries.map((value) => ({ value, label: countryName(value, language) }))}
            />
          </Form.Item>
          <span />
          <Form.Item name="fiscal_start_month" label={t("rules.fiscalStart")}>
            <Select options={months} />
          </Form.Item>
          <Form.Item name="fiscal_named" label={t("rules.fiscalNamed")}>
            <Select
              options={(["start", "end"] as const).map((value) => ({
                value,
                label: t(`rules.named.${value}`),
              }))}
            />
          </Form.Item>
          <Form.Item name="retail_start_month" label={t("rules.retailStart")}>
            <Select options={months} />
          </Form.Item>
          <Form.Item name="retail_pattern" label={t("rules.pattern")}>
            <Select options={PATTERNS.map((value) => ({ value, label: patternText(value) }))} />
          </Form.Item>
        </div>
        <Form.Item name="retail_rule" label={t("rules.firstWeek")} extra={t("rules.longWeek")}>
          <Select
            options={(["nearest", "last"] as const).map((value) => ({
              value,
              label: t(`rules.rule.${value}`),
            }))}
          />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t("form.reason")}
          rules={[{ required: true, whitespace: true, message: t("form.needReason") }]}
        >
          <Input.TextArea autoSize={{ minRows: 2 }} maxLength={500} />
        </Form.Item>
        <Alert type="warning" showIcon title={t("rules.warning")} />
      </Form>
      <Refused error={edit.error} />
    </Modal>
  );
}
