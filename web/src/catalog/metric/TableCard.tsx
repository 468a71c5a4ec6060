import { DownloadOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { App, Button, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { ComparedDays, ComparedPeriod, DaySpan, MetricDetail, QueryAnswer } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { Delta } from "@/components/Delta";
import { EmptyState } from "@/components/EmptyState";
import { ErrorState } from "@/components/ErrorState";
import { ReceiptLink } from "@/components/ReceiptLink";
import { RowsSkeleton } from "@/components/Skeletons";
import { useFormat } from "@/format/useFormat";
import { type Ask, downloadCsv, numberAt, useAsk, valuePlace } from "@/query/ask";
import { useComparedDays, useDayWords, useSpanWords } from "@/query/comparedDays";
import { useCompareName } from "../compare";
import { comparisonOf, timeOf, type View } from "../view";
import styles from "./metric.module.css";
import { chosenDimension } from "./SplitCard";

interface Props {
  detail: MetricDetail;
  view: View;
  onChange: (next: Partial<View>) => void;
}

/** The exact figures behind the charts, and the same as a file. */
export function TableCard({ detail, view, onChange }: Props) {
  const { t } = useTranslation("catalog");
  const pick = usePick();
  const dimension = chosenDimension(detail, view);
  const ask: Ask = {
    metrics: [detail.code],
    grain: view.grain,
    dimensions: view.split && dimension ? [{ field: dimension.code }] : [],
    time: timeOf(view),
    comparison: comparisonOf(view),
    order: [{ by: "time", descending: true }],
  };
  const figures = useAsk(ask);
  const days = useComparedDays(figures.data).data;
  return (
    <section className="card" aria-labelledby="figures">
      <div className="card-head">
        <h2 id="figures">{t("table.title")}</h2>
        <div className="row">
          {dimension && (
            <span className="row">
              <Switch
                id="split-table"
                size="small"
                checked={view.split}
                onChange={(split) => onChange({ split, dimension: dimension.code })}
              />
              <label htmlFor="split-table">{t("table.split", { dimension: pick(dimension.name) })}</label>
            </span>
          )}
          <Export ask={ask} name={detail.code} />
          {figures.data && <ReceiptLink id={figures.data.receipt.id} />}
        </div>
      </div>
      {figures.isPending && <RowsSkeleton />}
      {figures.isError && <ErrorState error={figures.error} onRetry={() => void figures.refetch()} compact />}
      {figures.data && <Figures answer={figures.data} detail={detail} view={view} days={days} />}
    </section>
  );
}

function Export({ ask, name }: { ask: Ask; name: string }) {
  const { t } = useTranslation("catalog");
  const { message } = App.useApp();
  const load = useMutation({
    mutationFn: () => downloadCsv(ask, name),
    onError: (error) => void message.error(error.message || t("table.exportFailed")),
  });
  return (
    <Button size="small" icon={<DownloadOutlined />} loading={load.isPending} onClick={() => load.mutate()}>
      {t("table.export")}
    </Button>
  );
}

/** Where the compared days stand below the days, and how high such a row is. */
const NARROW = "(max-width: 760px)";
const TALL = 50;

interface Figure {
  key: string;
  cells: QueryAnswer["rows"][number];
}

interface FiguresProps {
  answer: QueryAnswer;
  detail: MetricDetail;
  view: View;
  days: ComparedDays | undefined;
}

function Figures({ answer, detail, view, days }: FiguresProps) {
  const { t } = useTranslation("catalog");
  const pick = usePick();
  const format = useFormat();
  const compareName = useCompareName();
  const place = valuePlace(answer, detail.code);
  if (!place || answer.rows.length === 0) {
    return <EmptyState compact title={t("trend.emptyTitle")} hint={t("trend.emptyHint")} />;
  }
  const { column, at, comparedAt } = place;
  const byNumber = (one: Figure, other: Figure) =>
    (numberAt(one.cells, at) ?? Number.NEGATIVE_INFINITY) -
    (numberAt(other.cells, at) ?? Number.NEGATIVE_INFINITY);
  const byText = (index: number) => (one: Figure, other: Figure) =>
    String(one.cells[index] ?? "").localeCompare(String(other.cells[index] ?? ""));
  const written = (value: number | null) => (value === null ? "–" : format.exactText(value, column));
  const columns: TableColumn<Figure>[] = [];
  const beside = new Map(days?.periods.map((period) => [period.period, period]));
  const time = answer.columns.findIndex((head) => head.role === "time");
  answer.columns.forEach((head, index) => {
    if (head.role === "time") {
      const render = (row: Figure) => {
        const period = beside.get(String(row.cells[index]));
        const day = head.grain === "day" ? period?.days : null;
        return (
          <>
            {day ? <Day span={day} /> : format.period(String(row.cells[index]), head.grain)}
            {period && (
              <div className={styles.narrow}>
                <Beside period={period} />
              </div>
            )}
          </>
        );
      };
      const width = beside.size > 0 ? "minmax(0, 1.8fr)" : "minmax(0, 1.4fr)";
      columns.push({ key: head.name, title: t("table.period"), width, compare: byText(index), render });
    }
    if (head.role === "dimension") {
      const render = (row: Figure) => String(row.cells[index] ?? t("split.blank"));
      columns.push({ key: head.name, title: pick(head.label), compare: byText(index), render });
    }
  });
  if (beside.size > 0) {
    columns.push({
      key: "days",
      title: t("table.comparedDays"),
      width: "minmax(0, 2fr)",
      wideOnly: true,
      render: (row) => <Beside period={beside.get(String(row.cells[time]))} />,
    });
  }
  columns.push({
    key: "value",
    title: pick(column.label),
    align: "end",
    compare: byNumber,
    render: (row) => written(numberAt(row.cells, at)),
  });
  if (comparedAt !== null) {
    columns.push(
      {
        key: "compared",
        title: compareName(view.compare),
        width: "minmax(0, 1.5fr)",
        align: "end",
        wideOnly: true,
        render: (row) => <span className="soft">{written(numberAt(row.cells, comparedAt))}</span>,
      },
      {
        key: "change",
        title: t("table.change"),
        align: "end",
        width: "120px",
        render: (row) => (
          <Delta
            now={numberAt(row.cells, at)}
            then={numberAt(row.cells, comparedAt)}
            unit={column.unit}
            direction={column.direction}
          />
        ),
      },
    );
  }
  const isTall = beside.size > 0 && matchMedia(NARROW).matches;
  const rows = answer.rows.map((cells) => ({ key: JSON.stringify(cells.slice(0, at)), cells }));
  return (
    <>
      <DataTable
        label={t("table.title")}
        rows={rows}
        columns={columns}
        rowKey={(row) => row.key}
        rowHeight={isTall ? TALL : 34}
        maxHeight="420px"
      />
      <p className="small faint">
        {t("table.rows", { count: rows.length })}
        {answer.truncated && ` · ${t("table.truncated")}`}
      </p>
    </>
  );
}

/** A day, and on wide screens whether people work when one would not think so. */
function Day({ span }: { span: DaySpan }) {
  const { day, note } = useDayWords()(span);
  return (
    <span title={note}>
      {day}
      {note && <span className={`small soft ${styles.wide} ${styles.dayNote}`}>{note}</span>}
    </span>
  );
}

/** The days that a period is compared with, in words. */
function Beside({ period }: { period: ComparedPeriod | undefined }) {
  const { t } = useTranslation("catalog");
  const words = useSpanWords();
  if (!period) return null;
  const text = period.compared ? words(period.compared) : t("table.noDay");
  return (
    <span className="small soft" title={text}>
      {text}
    </span>
  );
}
