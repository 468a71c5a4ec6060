import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { answer, api } from "@/api/client";
import type { ChangeView, DecisionRequest } from "@/api/schema";

export function changeKey(id: string) {
  return ["changes", "one", id] as const;
}

type Step = "withdraw" | "remind" | "resubmit";

export type Act =
  | { kind: "decide"; decision: DecisionRequest["decision"]; digest: string; comment: string }
  | { kind: "comment"; comment: string }
  | { kind: Step; comment: string };

function send(id: string, act: Act, key: string): Promise<ChangeView> {
  const params = { path: { change_id: id } };
  const step = { comment: act.comment, idempotency_key: key };
  switch (act.kind) {
    case "decide":
      return answer(
        api.POST("/api/v1/changes/{change_id}/decision", {
          params,
          body: { ...step, decision: act.decision, digest: act.digest },
        }),
      );
    case "comment":
      return answer(api.POST("/api/v1/changes/{change_id}/comments", { params, body: step }));
    case "withdraw":
      return answer(api.POST("/api/v1/changes/{change_id}/withdraw", { params, body: step }));
    case "remind":
      return answer(api.POST("/api/v1/changes/{change_id}/remind", { params, body: step }));
    case "resubmit":
      return answer(api.POST("/api/v1/changes/{change_id}/resubmit", { params, body: step }));
  }
}

/** One step of a change. The same step sent again after a lost answer is one step. */
export function useAct(id: string, onDone?: () => void) {
  const queries = useQueryClient();
  const key = useRef({ act: "", value: "" });
  return useMutation({
    mutationFn: (act: Act) => {
      const written = JSON.stringify(act);
      if (key.current.act !== written) key.current = { act: written, value: crypto.randomUUID() };
      return send(id, act, key.current.value);
    },
    onSuccess: (change) => {
      key.current = { act: "", value: "" };
      queries.setQueryData(changeKey(id), change);
      for (const resource of ["changes", "metrics", "drafts"])
        void queries.invalidateQueries({ queryKey: [resource] });
      onDone?.();
    },
  });
}
