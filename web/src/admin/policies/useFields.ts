import { useMemo } from "react";
import { usePick } from "@/app/i18n/text";
import { asDataset, asDimension, asRelationship, useDefinitions } from "@/integration/useDefinitions";
import type { FieldType } from "./rule";

export interface FieldChoice {
  name: string;
  label: string;
  type: FieldType;
  of: "column" | "dimension";
}

/** What a policy on a dataset can be about: its columns, and dimensions that its rows lead to. */
export function useFields(code: string | undefined): FieldChoice[] {
  const pick = usePick();
  const datasets = useDefinitions("datasets");
  const dimensions = useDefinitions("dimensions");
  const relationships = useDefinitions("relationships");
  return useMemo(() => {
    const known = datasets.data?.flatMap((card) => asDataset(card) ?? []) ?? [];
    const dataset = known.find((one) => one.code === code);
    if (!dataset) return [];
    const joins = relationships.data?.flatMap((card) => asRelationship(card) ?? []) ?? [];
    const reached = new Set([dataset.code]);
    // From the many side to the one side, over any number of steps.
    for (let before = 0; before < reached.size; ) {
      before = reached.size;
      for (const join of joins) if (reached.has(join.from_dataset)) reached.add(join.to_dataset);
    }
    const columns = dataset.columns.map(
      (column): FieldChoice => ({
        name: column.name,
        label: pick(column.label) || column.name,
        type: column.type,
        of: "column",
      }),
    );
    const own = new Set(columns.map((column) => column.name));
    const led = (dimensions.data ?? [])
      .flatMap((card) => asDimension(card) ?? [])
      .filter((dimension) => !own.has(dimension.code))
      .flatMap((dimension): FieldChoice[] => {
        const binding = dimension.bindings.find((one) => reached.has(one.dataset));
        if (!binding) return [];
        const column = known
          .find((one) => one.code === binding.dataset)
          ?.columns.find((one) => one.name === binding.column);
        const type = column?.type ?? "string";
        return [{ name: dimension.code, label: pick(dimension.name), type, of: "dimension" }];
      });
    return [...columns, ...led];
  }, [code, datasets.data, dimensions.data, relationships.data, pick]);
}
