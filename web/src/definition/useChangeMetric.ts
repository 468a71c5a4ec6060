import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { answer, api } from "@/api/client";
import { draftKey } from "./useDraft";

/** Begin a new version of a published metric, or go on with the person's open draft of it. */
export function useChangeMetric(code: string) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      answer(api.POST("/api/v1/drafts/from/{kind}/{code}", { params: { path: { kind: "metric", code } } })),
    onSuccess: (draft) => {
      queries.setQueryData(draftKey(draft.id), draft);
      void navigate(`/drafts/${draft.id}`);
    },
  });
}
