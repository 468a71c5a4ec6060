import { useTranslation } from "react-i18next";
import type { Figures, KeptReceipt } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { useSession } from "@/app/session";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { useFormat } from "@/format/useFormat";
import { numberAt } from "./ask";
import styles from "./ReceiptPage.module.css";

interface Row {
  key: string;
  cells: Figures["rows"][number];
  /** The row over everything. */
  isTotal?: boolean;
}

/** The number that the receipt proves: what the asker saw, or why it is not shown. */
export function FiguresCard({ receipt }: { receipt: KeptReceipt }) {
  const { t } = useTranslation("query");
  const { person } = useSession();
  const { figures } = receipt;
  const mine = receipt.asked_by === person.username;
  return (
    <section className="card" aria-labelledby="figures">
      <h2 id="figures" className={styles.title}>
        {t("figures.title")}
      </h2>
      {figures && <FiguresTable figures={figures} count={receipt.row_count} />}
      {!figures && <p className="soft">{t(mine ? "figures.notKept" : "figures.notYours")}</p>}
    </section>
  );
}

function FiguresTable({ figures, count }: { figures: Figures; count: number }) {
  const { t } = useTranslation("query");
  const pick = usePick();
  const format = useFormat();
  const columns = figures.columns.map((column, index): TableColumn<Row> => {
    const isNumber = column.role === "metric" || column.role === "comparison";
    const number = ({ cells }: Row): string => {
      const value = numberAt(cells, index);
      return value === null ? "–" : format.exactText(value, column);
    };
    const group = ({ cells, isTotal }: Row): string => {
      const cell = cells[index];
      if (isTotal) return index === 0 ? t("figures.overall") : "";
      if (cell === null || cell === "") return t("figures.blank");
      return column.grain ? format.period(String(cell), column.grain) : String(cell);
    };
    const label = pick(column.label) || column.name;
    return {
      key: column.name,
      title: column.role === "comparison" ? t("figures.compared", { label }) : label,
      align: isNumber ? "end" : "start",
      render: isNumber ? number : group,
    };
  });
  const rows = figures.rows.map((cells, index): Row => ({ key: String(index), cells }));
  const foot = figures.totals ? { key: "total", cells: figures.totals, isTotal: true } : undefined;
  return (
    <>
      <DataTable
        label={t("figures.title")}
        rows={rows}
        columns={columns}
        rowKey={(row) => row.key}
        rowHeight={34}
        maxHeight="420px"
        foot={foot}
      />
      {count > rows.length && (
        <p className="small faint">{t("figures.first", { shown: rows.length, count })}</p>
      )}
      {count === 0 && <p className="small faint">{t("figures.none")}</p>}
    </>
  );
}
