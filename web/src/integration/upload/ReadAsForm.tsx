import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Told } from "./stage";
import styles from "./upload.module.css";

interface Props {
  format: "csv" | "parquet" | "excel";
  value: Told;
  sheets?: readonly string[];
  /** Leave the choice to the product (only before a file was read). */
  mayFindOut?: boolean;
  disabled?: boolean;
  onChange: (told: Told) => void;
}

const ENCODINGS = ["utf-8", "gb18030", "utf-16"] as const;
const DELIMITERS = [",", ";", "\t", "|"] as const;
const DELIMITER_WORDS = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar" } as const;

/** How a file is read: what was found, and the person's word against it. */
export function ReadAsForm({ format, value, sheets = [], mayFindOut = false, disabled, onChange }: Props) {
  const { t } = useTranslation("integration");
  if (format === "parquet") return <p className="soft">{t("readAs.parquet")}</p>;
  const shared = { disabled, allowClear: mayFindOut, placeholder: t("readAs.find") };
  return (
    <div className={styles.readAs}>
      {format === "csv" && (
        <>
          <div className={styles.told}>
            <span>{t("readAs.encoding")}</span>
            <Select
              {...shared}
              aria-label={t("readAs.encoding")}
              value={value.encoding ?? null}
              options={ENCODINGS.map((one) => ({ value: one, label: one.toUpperCase() }))}
              onChange={(encoding) => onChange({ ...value, encoding })}
            />
          </div>
          <div className={styles.told}>
            <span>{t("readAs.delimiter")}</span>
            <Select
              {...shared}
              aria-label={t("readAs.delimiter")}
              value={value.delimiter ?? null}
              options={DELIMITERS.map((one) => ({ value: one, label: t(`readAs.${DELIMITER_WORDS[one]}`) }))}
              onChange={(delimiter) => onChange({ ...value, delimiter })}
            />
          </div>
        </>
      )}
      {format === "excel" && sheets.length > 0 && (
        <div className={styles.told}>
          <span>{t("readAs.sheet")}</span>
          <Select
            {...shared}
            aria-label={t("readAs.sheet")}
            value={value.sheet ?? null}
            options={sheets.map((one) => ({ value: one, label: one }))}
            onChange={(sheet) => onChange({ ...value, sheet })}
          />
        </div>
      )}
      <div className={styles.told}>
        <span>{t("readAs.header")}</span>
        <Select
          {...shared}
          aria-label={t("readAs.header")}
          value={value.header ?? null}
          options={[
            { value: true, label: t("readAs.withHeader") },
            { value: false, label: t("readAs.noHeader") },
          ]}
          onChange={(header) => onChange({ ...value, header })}
        />
      </div>
    </div>
  );
}
