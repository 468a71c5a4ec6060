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
  const isNew = operation === "create";
  const shown = isNew ? differences.filter(({ path }) => path !== "kind").flatMap(unfolded) : differences;
  return (
    <table className={styles.differences}>
      <colgroup>
        <col className={styles.fieldColumn} />
        {!isNew && <col />}
        <col />
      </colgroup>
      <thead className={isNew ? "sr-only" : undefined}>
        <tr>
          <th scope="col">{t("difference.field")}</th>
          {!isNew && <th scope="col">{t("difference.old")}</th>}
          <th scope="col">{isNew ? t("difference.value") : t("difference.new")}</th>
        </tr>
      </thead>
      <tbody>
        {shown.map((change) => (
          <tr key={change.path}>
            <th scope="row">
              <FieldName change={change} />
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

/** A new definition comes as one value: its parts are told one by one. */
function unfolded(change: FieldChange): FieldChange[] {
  if (change.path !== "definition" && change.path !== "definition.measure") return [change];
  const { new: parts } = change;
  if (typeof parts !== "object" || parts === null || Array.isArray(parts)) return [change];
  return Object.entries(parts)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ({
      ...change,
      path: `${change.path}.${name}`,
      label: { zh: "", en: "" },
      new: value,
    }))
    .flatMap(unfolded);
}

const NAMED = [
  "definition.type",
  "definition.formula",
  "definition.dataset",
  "definition.time_column",
  "definition.base",
  "definition.modifiers",
  "definition.period",
  "definition.measure.expression",
  "definition.measure.aggregation",
  "definition.measure.filter",
  "definition.measure.semi_additive",
] as const;

/** The server's words for the field, else ours, else its path. */
function FieldName({ change }: { change: FieldChange }) {
  const { t } = useTranslation("governance");
  const pick = usePick();
  const named = NAMED.find((path) => path === change.path);
  const told = pick(change.label);
  if (named && (!told || told === change.path)) return <>{t(`field.${named}`)}</>;
  return told || <code>{change.path}</code>;
}
