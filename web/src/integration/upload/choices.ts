import type { ColumnChoice, FileColumn, LoadRequest } from "@/api/schema";
import { CODE, type DataType } from "../types";

/** One column of the file as the person wants it in the table. */
export interface Choice {
  position: number;
  kept: boolean;
  name: string;
  type: DataType;
  /** Digits after the point, for decimals. */
  scale: number | null;
}

export interface Plan {
  table: string;
  mode: LoadRequest["mode"];
  choices: readonly Choice[];
  /** Positions of the key columns, in order; names may still change. */
  key: readonly number[];
  /** Positions of the columns that order the rows on disk. */
  order: readonly number[];
}

export function asFound(columns: readonly FileColumn[]): Choice[] {
  return columns.map((column) => ({
    position: column.position,
    kept: column.supported !== false,
    name: column.suggested_name,
    type: column.type,
    scale: column.scale ?? null,
  }));
}

/** What is wrong with the plan before it is sent; positions of columns, or the table. */
export interface PlanFaults {
  table: "missing" | "form" | null;
  columns: ReadonlyMap<number, "missing" | "taken">;
  nothingKept: boolean;
}

export function faultsOf(plan: Plan): PlanFaults {
  const kept = plan.choices.filter((choice) => choice.kept);
  const columns = new Map<number, "missing" | "taken">();
  const seen = new Set<string>();
  for (const choice of kept) {
    const name = choice.name.trim();
    if (name === "") columns.set(choice.position, "missing");
    else if (seen.has(name)) columns.set(choice.position, "taken");
    seen.add(name);
  }
  const table = plan.table.trim();
  return {
    table: table === "" ? "missing" : CODE.test(table) ? null : "form",
    columns,
    nothingKept: kept.length === 0,
  };
}

export function isFaultless(faults: PlanFaults): boolean {
  return faults.table === null && faults.columns.size === 0 && !faults.nothingKept;
}

/** The command that the plan stands for. */
export function requestOf(plan: Plan): LoadRequest {
  const kept = plan.choices.filter((choice) => choice.kept);
  const names = new Map(kept.map((choice) => [choice.position, choice.name.trim()]));
  const named = (positions: readonly number[]) => positions.flatMap((position) => names.get(position) ?? []);
  const columns = kept.map(
    (choice): ColumnChoice => ({
      position: choice.position,
      name: choice.name.trim(),
      type: choice.type,
      scale: choice.type === "decimal" ? choice.scale : null,
    }),
  );
  return {
    table: plan.table.trim(),
    mode: plan.mode,
    columns,
    primary_key: named(plan.key),
    sort_by: named(plan.order),
  };
}
