import { useQuery } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import type { DatasetDef, DefinitionCard, DimensionDef, RelationshipDef } from "@/api/schema";

type Listed = "datasets" | "dimensions" | "relationships";
const PAGE = 200;

async function readAll(kind: Listed): Promise<DefinitionCard[]> {
  const found: DefinitionCard[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: PAGE, cursor };
    const page = await answer(api.GET(`/api/v1/${kind}`, { params: { query } }));
    found.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return found;
}

/** All definitions of a kind that the person may see; there are hundreds at most. */
export function useDefinitions(kind: Listed) {
  return useQuery({ queryKey: [kind, "all"], queryFn: () => readAll(kind) });
}

export function asDataset(card: DefinitionCard): DatasetDef | null {
  return card.definition.kind === "dataset" ? card.definition : null;
}

export function asDimension(card: DefinitionCard): DimensionDef | null {
  return card.definition.kind === "dimension" ? card.definition : null;
}

export function asRelationship(card: DefinitionCard): RelationshipDef | null {
  return card.definition.kind === "relationship" ? card.definition : null;
}
