import { Select } from "antd";
import { useTranslation } from "react-i18next";
import styles from "../../definition.module.css";
import { Field } from "../../Field";
import { listAt } from "../../raw";
import { useWizard } from "../../wizard";
import { MetricField } from "./fields";

/** What a variant may take from the metric that it is one of. */
const FIELDS = [
  "aliases",
  "caliber",
  "purpose",
  "subject",
  "unit",
  "decimals",
  "direction",
  "dimensions",
  "smallest_grain",
  "fill",
  "row_set",
  "zero_division",
  "sensitivity",
  "owner",
  "steward",
  "tags",
  "requirement",
  "effective_from",
  "effective_to",
] as const;

/** The metric that this one is a variant of. */
export function VariantSource() {
  const { t } = useTranslation("definition");
  return <MetricField path="extends.metric" label={t("variant.metric")} hint={t("variant.metricHint")} />;
}

/** What is taken from it; the rest is said anew. */
export function VariantFormula() {
  const { t } = useTranslation("definition");
  const { raw, set } = useWizard();
  return (
    <>
      <p className={styles.waiting}>{t("variant.calculation")}</p>
      <Field path="extends.fields" label={t("variant.fields")} hint={t("variant.fieldsHint")}>
        {(id, isFaulty) => (
          <Select
            id={id}
            mode="multiple"
            className={styles.wide}
            status={isFaulty ? "error" : undefined}
            value={listAt(raw, "extends.fields")}
            placeholder={t("variant.noFields")}
            showSearch={{ optionFilterProp: "label" }}
            options={FIELDS.map((name) => ({ value: name, label: t(`variant.field.${name}`) }))}
            onChange={(names: string[]) => set("extends.fields", names)}
          />
        )}
      </Field>
    </>
  );
}
