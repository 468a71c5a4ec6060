import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { DraftView } from "@/api/schema";
import { useFormat } from "@/format/useFormat";
import styles from "./definition.module.css";
import { type Raw, same } from "./raw";
import type { Draft } from "./useDraft";

/** What the steps of the wizard call the fields; the others are told as the expert view writes them. */
const NAMES = {
  name: "caliber.name",
  code: "caliber.code",
  caliber: "caliber.caliber",
  aliases: "caliber.aliases",
  requirement: "requirement.requirement",
  purpose: "requirement.purpose",
  domain: "requirement.domain",
} as const;

function isNamed(field: string): field is keyof typeof NAMES {
  return field in NAMES;
}

/** Both texts field by field, and the choice between them; neither is dropped before it is made. */
export function ConflictNote({ draft, theirs }: { draft: Draft; theirs: DraftView }) {
  const { t } = useTranslation("definition");
  const format = useFormat();
  const mine = draft.state.raw;
  const fields = differing(mine, theirs.raw);
  return (
    <div className={styles.note} role="alert">
      <p>
        <strong>{t("conflict.title")}</strong>{" "}
        {t("conflict.text", { when: format.ago(theirs.updated_at), revision: theirs.revision })}
      </p>
      <table className={styles.sideBySide}>
        <thead>
          <tr>
            <th scope="col">{t("conflict.field")}</th>
            <th scope="col">{t("conflict.mine")}</th>
            <th scope="col">{t("conflict.theirs")}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field}>
              <th scope="row">{isNamed(field) ? t(NAMES[field]) : <code>{field}</code>}</th>
              <td>{written(mine[field])}</td>
              <td>{written(theirs.raw[field])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="row">
        <Button type="primary" onClick={() => draft.tell({ kind: "keepMine" })}>
          {t("conflict.keepMine")}
        </Button>
        <Button onClick={() => draft.tell({ kind: "keepTheirs" })}>{t("conflict.keepTheirs")}</Button>
      </div>
    </div>
  );
}

function differing(mine: Raw, theirs: Raw): string[] {
  const names = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
  return names.filter((name) => !same(mine[name], theirs[name]));
}

function written(value: unknown): string {
  if (value === undefined || value === null) return "–";
  if (typeof value === "string") return value;
  const sides = typeof value === "object" ? Object.entries(value) : [];
  const isText = sides.length > 0 && sides.every(([side]) => side === "zh" || side === "en");
  return isText ? sides.map(([, text]) => String(text)).join(" / ") : JSON.stringify(value);
}
