import { Alert, Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { usePick } from "@/app/i18n/text";
import { useTold } from "@/components/ErrorState";
import styles from "../integration.module.css";
import { Faulty } from "./useGate";

/** The end of each form: why, and off to the gate. What is wrong is said here, all of it. */
export function GateCard({ pending, error }: { pending: boolean; error: unknown }) {
  const { t } = useTranslation("integration");
  return (
    <section className="card stack">
      <h2>{t("gate.title")}</h2>
      <p className="small soft">{t("gate.hint")}</p>
      <div className={styles.form}>
        <Form.Item
          name="title"
          label={t("gate.subject")}
          rules={[{ required: true, whitespace: true, message: t("gate.needSubject") }]}
        >
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t("gate.reason")}
          rules={[{ required: true, whitespace: true, message: t("gate.needReason") }]}
        >
          <Input.TextArea maxLength={4000} autoSize={{ minRows: 1, maxRows: 5 }} />
        </Form.Item>
      </div>
      {error !== null && <Refused error={error} />}
      <div>
        <Button type="primary" htmlType="submit" loading={pending}>
          {t("gate.submit")}
        </Button>
      </div>
    </section>
  );
}

function Refused({ error }: { error: unknown }) {
  const { t } = useTranslation("integration");
  const pick = usePick();
  const told = useTold(error);
  if (error instanceof Faulty)
    return (
      <Alert
        type="error"
        showIcon
        title={t("gate.faults", { shown: error.faults.length })}
        description={
          <ul>
            {error.faults.map((fault) => (
              <li key={`${fault.field}/${fault.code}/${pick(fault.text)}`}>
                {pick(fault.text)} <code className="faint">{fault.field}</code> {pick(fault.remedy)}
              </li>
            ))}
          </ul>
        }
      />
    );
  const lines = told.faults.map((fault) => <li key={`${fault.field}/${fault.title}`}>{fault.title}</li>);
  return (
    <Alert
      type="error"
      showIcon
      title={told.title}
      description={
        <>
          {told.remedy}
          {lines.length > 0 && <ul>{lines}</ul>}
        </>
      }
    />
  );
}
