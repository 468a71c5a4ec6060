import type { FileColumn } from "@/api/schema";

export type DataType = FileColumn["type"];
export const DATA_TYPES: readonly DataType[] = [
  "string",
  "integer",
  "decimal",
  "float",
  "boolean",
  "date",
  "timestamp",
];

/** What codes of tables, datasets and dimensions look like. */
export const CODE = /^[a-z][a-z0-9_]{0,62}$/;
