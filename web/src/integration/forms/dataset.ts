import type { Column, DatasetDef, TableInfo, Text } from "@/api/schema";

/** What the form of a dataset holds beside its columns. */
export interface DatasetFields {
  table: string;
  code: string;
  name: Text;
  description?: Text;
  domain: string;
  shape: DatasetDef["shape"];
  primary_key: string[];
  time_columns: string[];
  anchor: "today" | "latest_data";
  row_access: "open" | "policy";
  real: boolean;
  title: string;
  reason: string;
}

export function isTime(column: { type: string }): boolean {
  return column.type === "date" || column.type === "timestamp";
}

const UNTOLD = { label: { zh: "", en: "" }, description: { zh: "", en: "" }, sensitive: false };

/** The columns to show: those of the table as it is, with what the dataset in force says about them. */
export function columnsOf(table: TableInfo | null, base: DatasetDef | null): Column[] {
  const told = new Map(base?.columns.map((column) => [column.name, column]));
  if (!table) return [...(base?.columns ?? [])];
  return table.columns.map(({ name, type }) => ({ ...UNTOLD, ...told.get(name), name, type }));
}

/** What is likely true of a table: its key, its first time column, and so its shape. */
export function firstFields(name: string | null, table: TableInfo | null): Partial<DatasetFields> {
  const times = table?.columns.filter(isTime).map((column) => column.name) ?? [];
  return {
    table: name ?? undefined,
    code: name ?? "",
    shape: times.length > 0 || table === null ? "fact" : "dimension",
    primary_key: [...(table?.primary_key ?? [])],
    time_columns: times.slice(0, 1),
    anchor: "latest_data",
    row_access: "policy",
    real: true,
  };
}

/** The table of the lake that a dataset reads; null where its rows come from somewhere else. */
export function lakeTable(dataset: DatasetDef | null): string | null {
  return dataset?.source.kind === "lake" ? dataset.source.table : null;
}

/**
 * The definition as it is sent. Keys and times that name no column any more are left out; what the dataset in force
 * says and the form does not ask (levels of a calendar, validity, a source outside the lake) stays as it is.
 */
export function datasetOf(
  fields: DatasetFields,
  columns: readonly Column[],
  owner: string,
  base: DatasetDef | null,
) {
  const names = new Set(columns.map((column) => column.name));
  const present = (chosen: readonly string[] | undefined) => (chosen ?? []).filter((name) => names.has(name));
  return {
    ...base,
    kind: "dataset" as const,
    code: fields.code,
    name: { ...fields.name },
    description: { ...fields.description },
    domain: fields.domain,
    shape: fields.shape,
    source: base && lakeTable(base) === null ? base.source : { kind: "lake" as const, table: fields.table },
    columns: columns.map((column) => ({
      ...column,
      name: column.name,
      type: column.type,
      label: { ...column.label },
      description: { ...column.description },
      sensitive: column.sensitive === true,
    })),
    primary_key: present(fields.primary_key),
    time_columns: present(fields.time_columns),
    anchor: fields.anchor,
    row_access: fields.row_access,
    real: fields.real,
    owner,
  };
}
