import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import type { ForeignBody } from "@/api/schema";

export interface Request extends ForeignBody {
  format: string;
}

/** Send the files: to be looked at, or to be kept. */
export function useImport() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ format, ...body }: Request) =>
      answer(api.POST("/api/v1/import/{format}", { params: { path: { format } }, body })),
    onSuccess: (_report, { outcome }) => {
      if (outcome === "preview") return;
      void queries.invalidateQueries({ queryKey: ["drafts"] });
      void queries.invalidateQueries({ queryKey: ["changes"] });
    },
  });
}

export type Import = ReturnType<typeof useImport>;
