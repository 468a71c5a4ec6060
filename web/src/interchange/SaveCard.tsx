import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ForeignReport } from "@/api/schema";
import { useFormat } from "@/format/useFormat";
import { countsOf } from "./counts";
import { Faults } from "./Faults";
import styles from "./import.module.css";
import type { Import } from "./useImport";

interface Props {
  report: ForeignReport;
  save: Import;
  onSave: (outcome: "drafts" | "change", title: string, reason: string) => void;
}

/** Keep what was seen: as drafts, or as a change request where nothing is wrong with it. */
export function SaveCard({ report, save, onSave }: Props) {
  const { t } = useTranslation("interchange");
  const format = useFormat();
  const [title, setTitle] = useState(t("title"));
  const [reason, setReason] = useState("");
  const counts = countsOf(report);
  const sound = counts.faulty === 0;
  if (counts.fresh + counts.changed === 0)
    return (
      <section className="card stack">
        <h2>{t("save.title")}</h2>
        <p className="soft">{t("save.nothing")}</p>
      </section>
    );
  const asked = save.isPending ? save.variables.outcome : null;
  return (
    <section className="card stack" aria-labelledby="import-save">
      <h2 id="import-save">{t("save.title")}</h2>
      <p className="soft">
        {sound ? t("save.sound") : t("save.faulty", { shown: format.count(counts.faulty) })}
      </p>
      {sound && (
        <div className={styles.form}>
          <Words id="import-title" label={t("save.changeTitle")} value={title} onChange={setTitle} />
          <Words id="import-reason" label={t("save.reason")} value={reason} onChange={setReason} />
        </div>
      )}
      {save.isError && <Faults error={save.error} />}
      <div className="row">
        {sound && (
          <Button
            type="primary"
            disabled={title.trim() === "" || save.isPending}
            loading={asked === "change"}
            onClick={() => onSave("change", title.trim(), reason.trim())}
          >
            {t("save.change")}
          </Button>
        )}
        <Button
          type={sound ? "default" : "primary"}
          disabled={save.isPending}
          loading={asked === "drafts"}
          onClick={() => onSave("drafts", "", "")}
        >
          {t("save.drafts")}
        </Button>
      </div>
    </section>
  );
}

interface WordsProps {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
}

function Words({ id, label, value, onChange }: WordsProps) {
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <Input id={id} value={value} maxLength={200} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}
