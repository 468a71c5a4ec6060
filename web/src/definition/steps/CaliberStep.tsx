import { Select } from "antd";
import { useTranslation } from "react-i18next";
import styles from "../definition.module.css";
import { BilingualField, Field, TextField } from "../Field";
import { codeFrom, listAt, textAt, withValue } from "../raw";
import { useWizard } from "../wizard";

/** What the metric is called and what exactly is counted, in words. */
export function CaliberStep() {
  const { t } = useTranslation("definition");
  const { raw, stored, set, write } = useWizard();
  const isNew = stored.base_version === null;
  const rename = (side: "zh" | "en", text: string) => {
    const named = withValue(raw, `name.${side}`, text);
    // A new metric's code follows its English name until somebody writes another.
    const follows = side === "en" && isNew && textAt(raw, "code") === codeFrom(textAt(raw, "name.en"));
    write(follows ? withValue(named, "code", codeFrom(text) || undefined) : named);
  };
  return (
    <>
      <BilingualField
        path="name"
        label={t("caliber.name")}
        required
        onChange={rename}
        placeholders={{ zh: t("caliber.nameZh"), en: t("caliber.nameEn") }}
      />
      {isNew ? (
        <TextField
          path="code"
          mono
          required
          label={t("caliber.code")}
          hint={t("caliber.codeHint")}
          onChange={(text) => set("code", text || undefined)}
        />
      ) : (
        <div className={styles.field}>
          <span className={styles.label}>{t("caliber.code")}</span>
          <code>{stored.code}</code>
          <div className={styles.hint}>{t("caliber.codeFixed")}</div>
        </div>
      )}
      <BilingualField
        path="caliber"
        rows={3}
        label={t("caliber.caliber")}
        hint={t("caliber.caliberHint")}
        placeholders={{ zh: t("caliber.exampleZh"), en: t("caliber.exampleEn") }}
      />
      <Field path="aliases" label={t("caliber.aliases")} hint={t("caliber.aliasesHint")}>
        {(id) => (
          <Select
            id={id}
            mode="tags"
            className={styles.wide}
            value={listAt(raw, "aliases")}
            open={false}
            suffixIcon={null}
            tokenSeparators={[",", "，", "、"]}
            onChange={(aliases: string[]) => set("aliases", aliases.length > 0 ? aliases : undefined)}
          />
        )}
      </Field>
    </>
  );
}
