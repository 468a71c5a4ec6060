import { useTranslation } from "react-i18next";
import type { FieldChange } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { StatusTag } from "@/components/StatusTag";
import styles from "./governance.module.css";
import { CLASS_TONES } from "./look";
import { ValueWords } from "./ValueWords";

interface Props {
  differences: readonly FieldChange[];
  operation: "create" | "update";
}

/** What differs, field by field in words: as it was, as it will be. A new definition has only the second. */
export function Differences({ differences, operation }: Props) {
  const { t } = useTranslation("governance");
  const pick = usePick();
  const isNew = operation === "create";
  return (
    <table className={styles.differences}>
      <thead className={isNew ? "sr-only" : undefined}>
        <tr>
          <th scope="col">{t("difference.field")}</th>
          {!isNew && <th scope="col">{t("difference.old")}</th>}
          <th scope="col">{isNew ? t("difference.value") : t("difference.new")}</th>
        </tr>
      </thead>
      <tbody>
        {differences.map((change) => (
          <tr key={change.path}>
            <th scope="row">
              {pick(change.label) || <code>{change.path}</code>}
              {!isNew && (
                <div>
                  <StatusTag tone={CLASS_TONES[change.change_class]}>
                    {t(`class.${change.change_class}`)}
                  </StatusTag>
                </div>
              )}
            </th>
            {!isNew && (
              <td data-label={t("difference.old")}>
                {change.kind === "added" ? (
                  <span className="faint">{t("difference.absent")}</span>
                ) : (
                  <span className={styles.old}>
                    <ValueWords path={change.path} value={change.old} />
                  </span>
                )}
              </td>
            )}
            <td data-label={isNew ? undefined : t("difference.new")}>
              {change.kind === "removed" ? (
                <span className="faint">{t("difference.removed")}</span>
              ) : (
                <span className={isNew ? undefined : styles.new}>
                  <ValueWords path={change.path} value={change.new} />
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
