import "./words";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ForeignReport } from "@/api/schema";
import { PageHeader } from "@/components/PageHeader";
import { Done } from "./Done";
import { Report } from "./Report";
import { SaveCard } from "./SaveCard";
import { type Chosen, SourceCard } from "./SourceCard";
import { useImport } from "./useImport";

/** Definitions from files: what they become is shown first, and kept when the person says so. */
export default function ImportPage() {
  const { t } = useTranslation("interchange");
  const preview = useImport();
  const save = useImport();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const look = (next: Chosen) => {
    setChosen(next);
    save.reset();
    preview.mutate({ ...next, outcome: "preview", title: "", reason: "" });
  };
  const forget = () => {
    preview.reset();
    save.reset();
    setChosen(null);
  };
  return (
    <div className="page">
      <PageHeader title={t("title")} below={t("below")} />
      {save.data ? (
        <Done report={save.data} onMore={forget} />
      ) : (
        <>
          <SourceCard preview={preview} onPreview={look} onChange={forget} />
          {preview.data && chosen && <Checked report={preview.data} chosen={chosen} save={save} />}
        </>
      )}
    </div>
  );
}

interface CheckedProps {
  report: ForeignReport;
  chosen: Chosen;
  save: ReturnType<typeof useImport>;
}

function Checked({ report, chosen, save }: CheckedProps) {
  return (
    <>
      <Report report={report} />
      <SaveCard
        report={report}
        save={save}
        onSave={(outcome, title, reason) => save.mutate({ ...chosen, outcome, title, reason })}
      />
    </>
  );
}
