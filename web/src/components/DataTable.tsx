import { CaretDownFilled, CaretUpFilled } from "@ant-design/icons";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "./DataTable.module.css";

export interface TableColumn<Row> {
  key: string;
  title: ReactNode;
  /** CSS grid track; default `minmax(0, 1fr)`. */
  width?: string;
  align?: "start" | "end";
  render: (row: Row, index: number) => ReactNode;
  /** Lets people sort the rows at hand by this column. */
  compare?: (one: Row, other: Row) => number;
  /** Left out on narrow screens. */
  wideOnly?: boolean;
}

interface Props<Row> {
  label: string;
  rows: readonly Row[];
  columns: readonly TableColumn<Row>[];
  rowKey: (row: Row) => string;
  rowHeight?: number;
  /** Height of the scrolling part in CSS; it shrinks to fewer rows. */
  maxHeight?: string;
  /** A mouse click on the row; give the first cell a link for the keyboard. */
  onOpen?: (row: Row) => void;
  /** Called when the last rows come into sight: fetch the next page. */
  onEnd?: () => void;
  /** A last row fixed below the others, such as totals. */
  foot?: Row;
}

interface Sort {
  key: string;
  down: boolean;
}

const NEAR_END = 20;

/** A table of any length: only the rows in sight are in the page. */
export function DataTable<Row>(props: Props<Row>) {
  const { label, columns, rowKey, rowHeight = 40, maxHeight = "60vh", onOpen, onEnd, foot } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [sort, setSort] = useState<Sort | null>(null);
  const rows = useSorted(props.rows, columns, sort);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that are higher than before are measured anew
  useEffect(() => virtual.measure(), [rowHeight, virtual]);
  const items = virtual.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && lastSeen >= rows.length - NEAR_END) onEnd?.();
  }, [lastSeen, rows.length, onEnd]);

  const tracks: CSSProperties & Record<`--${string}`, string> = {
    "--tracks": columns.map(track).join(" "),
    "--tracks-narrow": columns
      .filter((column) => !column.wideOnly)
      .map(track)
      .join(" "),
    "--row": `${rowHeight}px`,
    maxHeight,
  };
  return (
    <div
      role="table"
      aria-label={label}
      aria-rowcount={rows.length}
      className={styles.table}
      style={tracks}
      ref={scroller}
      tabIndex={0}
    >
      <HeadRow columns={columns} sort={sort} onSort={setSort} />
      <div className={styles.body} style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          return row === undefined ? null : (
            <BodyRow
              key={rowKey(row)}
              row={row}
              index={item.index}
              columns={columns}
              onOpen={onOpen}
              start={item.start}
            />
          );
        })}
      </div>
      {foot !== undefined && <BodyRow row={foot} index={rows.length} columns={columns} foot />}
    </div>
  );
}

function track(column: { width?: string }): string {
  return column.width ?? "minmax(0, 1fr)";
}

function useSorted<Row>(
  rows: readonly Row[],
  columns: readonly TableColumn<Row>[],
  sort: Sort | null,
): readonly Row[] {
  return useMemo(() => {
    const compare = sort && columns.find((column) => column.key === sort.key)?.compare;
    if (!compare) return rows;
    const sign = sort.down ? -1 : 1;
    return [...rows].sort((one, other) => sign * compare(one, other));
  }, [rows, columns, sort]);
}

function cellClass<Row>(column: TableColumn<Row>): string {
  const names = [styles.cell];
  if (column.align === "end") names.push(styles.end);
  if (column.wideOnly) names.push(styles.wideOnly);
  return names.join(" ");
}

interface HeadProps<Row> {
  columns: readonly TableColumn<Row>[];
  sort: Sort | null;
  onSort: (sort: Sort | null) => void;
}

function HeadRow<Row>({ columns, sort, onSort }: HeadProps<Row>) {
  const { t } = useTranslation();
  const next = (key: string): Sort | null => {
    if (sort?.key !== key) return { key, down: true };
    return sort.down ? { key, down: false } : null;
  };
  return (
    <div role="row" className={`${styles.row} ${styles.head}`}>
      {columns.map((column) => {
        const mine = sort?.key === column.key ? sort : null;
        const order = mine ? (mine.down ? "descending" : "ascending") : "none";
        return (
          <div
            key={column.key}
            role="columnheader"
            className={cellClass(column)}
            aria-sort={column.compare ? order : undefined}
          >
            {column.compare ? (
              <button
                type="button"
                className={styles.sort}
                title={t("table.sort")}
                onClick={() => onSort(next(column.key))}
              >
                {column.title}
                {mine && (mine.down ? <CaretDownFilled aria-hidden /> : <CaretUpFilled aria-hidden />)}
              </button>
            ) : (
              column.title
            )}
          </div>
        );
      })}
    </div>
  );
}

interface RowProps<Row> {
  row: Row;
  index: number;
  columns: readonly TableColumn<Row>[];
  onOpen?: (row: Row) => void;
  start?: number;
  foot?: boolean;
}

function BodyRow<Row>({ row, index, columns, onOpen, start, foot = false }: RowProps<Row>) {
  const names = [styles.row, foot ? styles.foot : styles.placed, onOpen && !foot ? styles.open : ""];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click only widens that link for the mouse
    <div
      role="row"
      aria-rowindex={index + 1}
      className={names.join(" ")}
      style={start === undefined ? undefined : { transform: `translateY(${start}px)` }}
      onClick={onOpen && ((event) => opened(event.target) || onOpen(row))}
    >
      {columns.map((column) => (
        <div key={column.key} role="cell" className={cellClass(column)}>
          {column.render(row, index)}
        </div>
      ))}
    </div>
  );
}

/** Links and buttons inside the row do their own work; marking text is no click. */
function opened(target: EventTarget): boolean {
  const inner = target instanceof Element && target.closest("a, button, input") !== null;
  return inner || !getSelection()?.isCollapsed;
}
