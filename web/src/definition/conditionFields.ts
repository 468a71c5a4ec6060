import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { DatasetDef, DimensionDef } from "@/api/schema";
import { usePick } from "@/app/i18n/text";
import type { ValueType } from "./condition";
import { useDimensions } from "./sources";

/** What a condition may name, and from where values are proposed. */
export interface FieldInfo {
  name: string;
  label: string;
  type: ValueType;
  group: "columns" | "dimensions" | "values";
  /** Table of the lake and its column, where the most frequent values can be looked up. */
  profile: { table: string; column: string } | null;
  dimension: DimensionDef | null;
}

/** The columns of a dataset, and the dimensions that its rows lead to; null while those are not known. */
export function useDatasetFields(dataset: DatasetDef, reached: readonly string[] | null): FieldInfo[] {
  const pick = usePick();
  const { dimensions } = useDimensions();
  return useMemo(() => {
    const bound = (column: string) =>
      dimensions.find((dimension) =>
        dimension.bindings.some((binding) => binding.dataset === dataset.code && binding.column === column),
      ) ?? null;
    const { source } = dataset;
    const columns = dataset.columns.map(
      (column): FieldInfo => ({
        name: column.name,
        label: pick(column.label) || column.name,
        type: column.type,
        group: "columns",
        // A calculated column is not in the table.
        profile:
          source.kind === "lake" && !column.expression ? { table: source.table, column: column.name } : null,
        dimension: bound(column.name),
      }),
    );
    const others = dimensions
      .filter(({ code }) => reached?.includes(code) ?? true)
      .filter(({ code }) => !dataset.columns.some((column) => column.name === code));
    return [...columns, ...others.map((dimension) => fieldOf(dimension, pick(dimension.name)))];
  }, [dataset, dimensions, reached, pick]);
}

/** The dimensions that a metric can be split by. */
export function useDimensionFields(codes: readonly string[]): FieldInfo[] {
  const pick = usePick();
  const { dimensions } = useDimensions();
  return useMemo(
    () =>
      dimensions
        .filter(({ code }) => codes.includes(code))
        .map((dimension) => fieldOf(dimension, pick(dimension.name))),
    [dimensions, codes, pick],
  );
}

/** What a condition on inner rows may name: their value, and what they are computed by. */
export function useInnerFields(per: readonly string[]): FieldInfo[] {
  const { t } = useTranslation("definition");
  const groups = useDimensionFields(per);
  const value: FieldInfo = {
    name: "value",
    label: t("nested.value"),
    type: "decimal",
    group: "values",
    profile: null,
    dimension: null,
  };
  return [value, ...groups];
}

function fieldOf(dimension: DimensionDef, label: string): FieldInfo {
  return { name: dimension.code, label, type: "string", group: "dimensions", profile: null, dimension };
}
