import { Checkbox } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ForeignItem } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { StatusTag, type Tone } from "@/components/StatusTag";
import { useFormat } from "@/format/useFormat";

const TONES: Record<ForeignItem["change"], Tone> = { new: "good", changed: "accent", same: "neutral" };

/** Every definition, with what is wrong with it. */
export function Definitions({ items }: { items: readonly ForeignItem[] }) {
  const { t } = useTranslation("interchange");
  const [only, setOnly] = useState(false);
  const columns = useColumns();
  const faulty = items.filter((item) => item.faults.length > 0);
  const shown = only ? faulty : items;
  return (
    <div className="stack">
      <Checkbox checked={only} onChange={(event) => setOnly(event.target.checked)}>
        {t("report.onlyFaults")}
      </Checkbox>
      {shown.length === 0 ? (
        <p className="soft">{t("report.noFaulty")}</p>
      ) : (
        <DataTable
          label={t("report.title")}
          rows={shown}
          columns={columns}
          rowKey={(item) => `${item.kind}.${item.code}`}
          maxHeight="50vh"
        />
      )}
    </div>
  );
}

function useColumns(): TableColumn<ForeignItem>[] {
  const { t } = useTranslation("interchange");
  const pick = usePick();
  const format = useFormat();
  return [
    {
      key: "name",
      title: t("report.name"),
      width: "minmax(0, 1.6fr)",
      render: (item) => <span title={item.code}>{pick(item.name) || item.code}</span>,
      compare: (one, other) => pick(one.name).localeCompare(pick(other.name)),
    },
    {
      key: "kind",
      title: t("report.kind"),
      width: "96px",
      render: (item) => t(`report.kinds.${item.kind}`),
      compare: (one, other) => one.kind.localeCompare(other.kind),
    },
    {
      key: "code",
      title: t("report.code"),
      width: "minmax(0, 1.6fr)",
      wideOnly: true,
      render: (item) => <code>{item.code}</code>,
    },
    {
      key: "change",
      title: t("report.change"),
      width: "130px",
      render: (item) => <StatusTag tone={TONES[item.change]}>{t(`report.${item.change}`)}</StatusTag>,
    },
    {
      key: "faults",
      title: t("report.faults"),
      width: "minmax(0, 2.4fr)",
      render: (item) => {
        const [first, ...others] = item.faults.map((fault) => pick(fault.text));
        if (first === undefined) return <span className="soft">{t("report.none")}</span>;
        const more = others.length > 0 ? ` ${t("report.more", { shown: format.count(others.length) })}` : "";
        return <span title={[first, ...others].join("\n")}>{first + more}</span>;
      },
      compare: (one, other) => one.faults.length - other.faults.length,
    },
  ];
}
