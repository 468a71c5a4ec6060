import { useMemo } from "react";
import { usePick } from "@/app/i18n/text";
import { useDefinitions } from "./useDefinitions";

/** Names of datasets and dimensions by code; a code that is not known names itself. */
export function useNames() {
  const pick = usePick();
  const datasets = useDefinitions("datasets");
  const dimensions = useDefinitions("dimensions");
  const known = useMemo(
    () => ({
      datasets: new Map(datasets.data?.map((card) => [card.code, card.name])),
      dimensions: new Map(dimensions.data?.map((card) => [card.code, card.name])),
    }),
    [datasets.data, dimensions.data],
  );
  return {
    dataset: (code: string) => pick(known.datasets.get(code)) || code,
    dimension: (code: string) => pick(known.dimensions.get(code)) || code,
  };
}
