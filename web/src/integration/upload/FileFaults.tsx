import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { ApiError, type Problem } from "@/api/problem";
import { DataTable } from "@/components/DataTable";
import { useTold } from "@/components/ErrorState";
import { useFormat } from "@/format/useFormat";
import { useReason } from "./useReason";

/** Everything that is wrong with a file, at once: line, column, value, why. Nothing was loaded. */
export function FileFaults({ error }: { error: unknown }) {
  const { t } = useTranslation("integration");
  const told = useTold(error);
  const problem = error instanceof ApiError ? error.problem : null;
  const places = problem?.errors ?? [];
  return (
    <div className="stack">
      <Alert type="error" showIcon title={told.title} description={told.remedy || undefined} />
      {places.length > 0 && <Places faults={places} />}
      {places.length === 0 && told.trace && <p className="small faint">{told.trace}</p>}
      {places.length > 0 && <p className="small soft">{t("faults.nothing")}</p>}
    </div>
  );
}

function Places({ faults }: { faults: readonly Problem[] }) {
  const { t } = useTranslation("integration");
  const format = useFormat();
  const reason = useReason();
  const line = (fault: Problem) => (typeof fault.params.line === "number" ? fault.params.line : null);
  const text = (value: unknown) => (value === undefined || value === null ? "–" : String(value));
  return (
    <DataTable
      label={t("faults.title")}
      rows={faults}
      rowKey={(fault) => `${text(line(fault))}/${text(fault.params.column)}/${fault.title}`}
      rowHeight={44}
      maxHeight="360px"
      columns={[
        {
          key: "line",
          title: t("faults.line"),
          width: "64px",
          align: "end",
          render: (fault) => (line(fault) === null ? "–" : format.count(line(fault) ?? 0)),
        },
        {
          key: "column",
          title: t("faults.column"),
          width: "minmax(60px, 0.8fr)",
          render: (fault) => text(fault.params.column),
        },
        {
          key: "value",
          title: t("faults.value"),
          width: "minmax(60px, 1fr)",
          render: (fault) => <code>{text(fault.params.value ?? fault.params.key)}</code>,
        },
        {
          key: "reason",
          title: t("faults.reason"),
          width: "minmax(120px, 2fr)",
          render: (fault) => <span title={`${fault.title} ${fault.remedy}`}>{reason(fault)}</span>,
        },
        {
          key: "remedy",
          title: t("faults.remedy"),
          width: "minmax(120px, 1.6fr)",
          wideOnly: true,
          render: (fault) => (
            <span className="soft" title={fault.remedy}>
              {fault.remedy}
            </span>
          ),
        },
      ]}
    />
  );
}
