import { Checkbox, Input } from "antd";
import { useTranslation } from "react-i18next";
import type { Column } from "@/api/schema";
import styles from "../upload/upload.module.css";

interface Props {
  columns: readonly Column[];
  onChange: (columns: Column[]) => void;
}

/** Names that business people read, and which columns are sensitive. */
export function ColumnLabels({ columns, onChange }: Props) {
  const { t } = useTranslation("integration");
  const change = (name: string, next: Partial<Column>) =>
    onChange(columns.map((column) => (column.name === name ? { ...column, ...next } : column)));
  if (columns.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section className={styles.columns} aria-label={t("data.columns")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("column.name")}</th>
            <th scope="col">{t("column.type")}</th>
            <th scope="col">{t("form.nameZh")}</th>
            <th scope="col">{t("form.nameEn")}</th>
            <th scope="col">{t("column.sensitive")}</th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => {
            const told = { name: column.name };
            return (
              <tr key={column.name}>
                <td>
                  <code>{column.name}</code>
                </td>
                <td className="soft">{t(`type.${column.type}`)}</td>
                <td>
                  <Input
                    size="small"
                    aria-label={t("form.labelZhOf", told)}
                    value={column.label?.zh}
                    onChange={(event) =>
                      change(column.name, { label: { ...column.label, zh: event.target.value } })
                    }
                  />
                </td>
                <td>
                  <Input
                    size="small"
                    aria-label={t("form.labelEnOf", told)}
                    value={column.label?.en}
                    onChange={(event) =>
                      change(column.name, { label: { ...column.label, en: event.target.value } })
                    }
                  />
                </td>
                <td>
                  <Checkbox
                    aria-label={t("form.sensitiveOf", told)}
                    checked={column.sensitive === true}
                    onChange={(event) => change(column.name, { sensitive: event.target.checked })}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
