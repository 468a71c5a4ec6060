import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { DraftView } from "@/api/schema";
import { useFormat } from "@/format/useFormat";
import styles from "./definition.module.css";
import { type Raw, same } from "./raw";
import type { Draft } from "./useDraft";

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
              <th scope="row">
                <code>{field}</code>
              </th>
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
  return typeof value === "string" ? value : JSON.stringify(value);
}
