import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import styles from "../integration.module.css";
import { CODE } from "../types";
import { DomainSelect } from "./DomainSelect";

interface Props {
  /** The definition exists: its code stays. */
  fixed: boolean;
  nameRequired?: boolean;
  described?: boolean;
}

/** Code, names, domain: what every definition has. */
export function Basics({ fixed, nameRequired = true, described = true }: Props) {
  const { t } = useTranslation("integration");
  const needed = (message: string) => (nameRequired ? [{ required: true, whitespace: true, message }] : []);
  return (
    <>
      <Form.Item
        name="code"
        label={t("form.code")}
        extra={t("form.codeHint")}
        rules={[{ required: true, pattern: CODE, message: t("form.codeForm") }]}
      >
        <Input disabled={fixed} className="mono" />
      </Form.Item>
      <Form.Item
        name="domain"
        label={t("form.domain")}
        rules={[{ required: true, message: t("form.chooseDomain") }]}
      >
        <DomainSelect />
      </Form.Item>
      <Form.Item name={["name", "zh"]} label={t("form.nameZh")} rules={needed(t("form.needName"))}>
        <Input />
      </Form.Item>
      <Form.Item name={["name", "en"]} label={t("form.nameEn")} rules={needed(t("form.needName"))}>
        <Input />
      </Form.Item>
      {described && (
        <>
          <Form.Item name={["description", "zh"]} label={t("form.descriptionZh")}>
            <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} />
          </Form.Item>
          <Form.Item name={["description", "en"]} label={t("form.descriptionEn")}>
            <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} />
          </Form.Item>
        </>
      )}
      <div className={styles.wide} />
    </>
  );
}
