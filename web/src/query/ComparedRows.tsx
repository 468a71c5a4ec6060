import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import type { ComparedRow, ReceiptDifference } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { DataTable, type TableColumn } from "@/components/DataTable";
import type { NumberKind } from "@/format/number";
import { useFormat } from "@/format/useFormat";
import { useGroupWords } from "./groupWords";

/** The rows that both receipts hold: each can be explained. */
export function ComparedRows({ difference, kind }: { difference: ReceiptDifference; kind: NumberKind }) {
  const { t } = useTranslation("query");
  const format = useFormat();
  const pick = usePick();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const chosen = difference.at?.join("\n");
  const to = (row: ComparedRow): string => {
    const next = new URLSearchParams(params);
    next.delete("at");
    for (const part of row.at) next.append("at", part);
    return `?${next}`;
  };
  const key = useGroupWords(difference.columns);
  const text = (value: string | null | undefined): string =>
    typeof value === "string" ? format.exactText(Number(value), kind) : "–";
  const number = (value: (row: ComparedRow) => string | null | undefined, title: string, name: string) =>
    ({
      key: name,
      title,
      align: "end",
      render: (row) => text(value(row)),
      compare: (one, other) => Number(value(one) ?? 0) - Number(value(other) ?? 0),
    }) satisfies TableColumn<ComparedRow>;
  const columns: TableColumn<ComparedRow>[] = [
    ...difference.columns.map(
      (column, index): TableColumn<ComparedRow> => ({
        key: column.name,
        title: pick(column.label) || column.name,
        render: (row) => {
          const words = key(row, index);
          if (index > 0) return words;
          const here = row.at.join("\n") === chosen;
          return (
            <Link to={to(row)} aria-current={here ? "true" : undefined}>
              {here ? <strong>{words}</strong> : words}
            </Link>
          );
        },
      }),
    ),
    { ...number((row) => row.a, "A", "a"), wideOnly: true },
    { ...number((row) => row.b, "B", "b"), wideOnly: true },
    number((row) => row.amount, t("why.difference"), "amount"),
  ];
  return (
    <section className="card" aria-labelledby="rows">
      <h2 id="rows">{t("why.rows")}</h2>
      <p className="small soft">{t("why.rowsHint")}</p>
      <DataTable
        label={t("why.rows")}
        rows={difference.rows}
        columns={columns}
        rowKey={(row) => row.at.join("\n")}
        rowHeight={34}
        maxHeight="420px"
        onOpen={(row) => void navigate(to(row))}
      />
    </section>
  );
}
