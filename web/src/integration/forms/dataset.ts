import type { Column, DatasetDef, Text } from "@/api/schema";
import { CODE } from "../types";
import type { Place, SourceTable } from "./useSource";

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
export function columnsOf(table: SourceTable | null, base: DatasetDef | null): Column[] {
  const told = new Map(base?.columns.map((column) => [column.name, column]));
  if (!table) return [...(base?.columns ?? [])];
  return table.columns.map(({ name, type }) => ({ ...UNTOLD, ...told.get(name), name, type }));
}

/** A code for a dataset on a table of a database: the table's own name, where codes may look like that. */
function codeOf(place: Place | null): string {
  const name = place?.table.split(".").at(-1)?.toLowerCase() ?? "";
  return CODE.test(name) ? name : "";
}

/** What is likely true of a table: its key, its first time column, and so its shape. */
export function firstFields(place: Place | null, table: SourceTable | null): Partial<DatasetFields> {
  const times = table?.columns.filter(isTime).map((column) => column.name) ?? [];
  return {
    table: place?.table,
    code: codeOf(place),
    shape: times.length > 0 || table === null ? "fact" : "dimension",
    primary_key: [...(table?.primary_key ?? [])],
    time_columns: times.slice(0, 1),
    anchor: "latest_data",
    row_access: "policy",
    real: true,
  };
}

/** The table that a dataset reads, in the lake or in a database; null where its rows are the answer of a question. */
export function placeOf(dataset: DatasetDef | null): Place | null {
  const source = dataset?.source;
  if (source?.kind === "lake") return { connection: "", table: source.table };
  return source?.kind === "database" ? { connection: source.connection, table: source.table } : null;
}

function sourceAt({ connection, table }: Place) {
  return connection ? { kind: "database" as const, connection, table } : { kind: "lake" as const, table };
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
  connection = "",
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
    source: base?.source ?? sourceAt({ connection, table: fields.table }),
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
