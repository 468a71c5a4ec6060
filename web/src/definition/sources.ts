import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { answer, api } from "@/api/client";
import type { DatasetDef, DefinitionCard, DimensionDef, DomainNode, ModifierDef } from "@/api/schema";
import { useDebounced } from "@/app/useDebounced";

/** What a definition may be built from: published things that the person may see. */

const MOST = 200;
const LONG = 120_000;

export function useDomains() {
  return useQuery({
    queryKey: ["domains"],
    queryFn: () => answer(api.GET("/api/v1/domains")),
    staleTime: LONG,
  });
}

export function domainNodes(tree: readonly DomainNode[]): DomainNode[] {
  return tree.flatMap((node) => [node, ...domainNodes(node.children ?? [])]);
}

export interface Known<Definition> {
  card: DefinitionCard;
  definition: Definition;
}

export function useDatasets() {
  const found = useQuery({
    queryKey: ["datasets", "all"],
    queryFn: () => answer(api.GET("/api/v1/datasets", { params: { query: { limit: MOST } } })),
    staleTime: LONG,
  });
  const datasets = useMemo(
    () =>
      (found.data?.items ?? []).flatMap((card): Known<DatasetDef>[] =>
        card.definition.kind === "dataset" ? [{ card, definition: card.definition }] : [],
      ),
    [found.data],
  );
  return { ...found, datasets };
}

export function useDimensions() {
  const found = useQuery({
    queryKey: ["dimensions", "all"],
    queryFn: () => answer(api.GET("/api/v1/dimensions", { params: { query: { limit: MOST } } })),
    staleTime: LONG,
  });
  const dimensions = useMemo(
    () =>
      (found.data?.items ?? []).flatMap((card): DimensionDef[] =>
        card.definition.kind === "dimension" ? [card.definition] : [],
      ),
    [found.data],
  );
  return { ...found, dimensions };
}

export function useModifiers() {
  const found = useQuery({
    queryKey: ["modifiers", "all"],
    queryFn: () => answer(api.GET("/api/v1/modifiers", { params: { query: { limit: MOST } } })),
    staleTime: LONG,
  });
  const modifiers = useMemo(
    () =>
      (found.data?.items ?? []).flatMap((card): ModifierDef[] =>
        card.definition.kind === "modifier" ? [card.definition] : [],
      ),
    [found.data],
  );
  return { ...found, modifiers };
}

/** Metrics that a search finds; no words, the first of the library. */
export function useMetricSearch(words: string) {
  const still = useDebounced(words, 200);
  return useQuery({
    queryKey: ["metrics", "pick", still],
    queryFn: () =>
      answer(
        api.GET("/api/v1/metrics", { params: { query: { search: still, limit: 50, status: "published" } } }),
      ),
    placeholderData: (previous) => previous,
  });
}

export function useMetric(code: string) {
  return useQuery({
    queryKey: ["metrics", "detail", code],
    queryFn: () => answer(api.GET("/api/v1/metrics/{code}", { params: { path: { code } } })),
    enabled: code !== "",
  });
}

export function usePeople(words: string) {
  const still = useDebounced(words, 200);
  return useQuery({
    queryKey: ["people", "pick", still],
    queryFn: () => answer(api.GET("/api/v1/people", { params: { query: { search: still, limit: 50 } } })),
    placeholderData: (previous) => previous,
  });
}

/** A published metric that reads the dataset, whose visible rows can be asked for values. */
export function useSampleMetric(dataset: string): string | null {
  const detail = useQuery({
    queryKey: ["datasets", "detail", dataset],
    queryFn: () => answer(api.GET("/api/v1/datasets/{code}", { params: { path: { code: dataset } } })),
    enabled: dataset !== "",
    staleTime: LONG,
  });
  return detail.data?.dependants.direct.find((ref) => ref.kind === "metric")?.code ?? null;
}
