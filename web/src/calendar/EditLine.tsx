import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CalendarEditView } from "@/api/schema";
import { useMay } from "@/app/session";
import { PersonTag } from "@/components/PersonTag";
import { StatusTag } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";
import styles from "./calendar.module.css";
import { ReasonModal } from "./ReasonModal";
import { useUndo } from "./useCalendar";
import { useEditWords } from "./useNames";

interface Props {
  edit: CalendarEditView;
  /** Without the subject, where all lines are about the same. */
  brief?: boolean;
  onOpen?: (day: string) => void;
}

/** Who changed what, from what to what, when and why; the last edit of a thing can be taken back. */
export function EditLine({ edit, brief = false, onOpen }: Props) {
  const { t } = useTranslation("calendar");
  const format = useFormat();
  const may = useMay();
  const words = useEditWords()(edit);
  const [asking, setAsking] = useState(false);
  const undo = useUndo(() => setAsking(false));
  const day = edit.day;
  return (
    <article className={styles.edit}>
      <div className={styles.editHead}>
        {!brief &&
          (day && onOpen ? (
            <button type="button" className={styles.link} onClick={() => onOpen(day)}>
              {words.subject}
            </button>
          ) : (
            <b>{words.subject}</b>
          ))}
        <span className={edit.undone ? styles.undone : undefined}>
          <span className="faint">{words.before}</span>
          <span className="faint" aria-hidden="true">
            {" → "}
          </span>
          <span className="sr-only">{t("edit.became")}</span>
          {words.after}
        </span>
        {edit.undone && <StatusTag>{t("edits.undone")}</StatusTag>}
        {edit.reverses != null && <StatusTag>{t("edits.reversal")}</StatusTag>}
      </div>
      <div className={`${styles.editFoot} small soft`}>
        {edit.person && <PersonTag person={edit.person} />}
        <span title={format.moment(edit.at)}>{format.ago(edit.at)}</span>
        <span>{edit.reason}</span>
        {edit.version != null && (
          <span className="faint">{t("edits.version", { version: edit.version })}</span>
        )}
        {edit.latest && may("calendar.manage") && (
          <Button size="small" type="link" onClick={() => setAsking(true)}>
            {t("edits.undo")}
          </Button>
        )}
      </div>
      {asking && (
        <ReasonModal
          title={t("edits.undoTitle")}
          hint={t("edits.undoHint", { after: words.after, before: words.before })}
          ok={t("edits.undo")}
          pending={undo.isPending}
          error={undo.error}
          onOk={(reason) => undo.mutate({ id: edit.id, reason })}
          onClose={() => setAsking(false)}
        />
      )}
    </article>
  );
}
