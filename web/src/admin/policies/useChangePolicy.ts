import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { answer, api } from "@/api/client";
import { ApiError } from "@/api/problem";
import type { PolicyChange } from "@/api/schema";

/** Write a policy again; somebody else's newer version is never overwritten. */
export function useChangePolicy() {
  const queries = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: ({ id, body }: { id: string; body: PolicyChange }) =>
      answer(api.PUT("/api/v1/policies/{policy}", { params: { path: { policy: id } }, body })),
    onError: (error) => {
      if (error instanceof ApiError) void message.error(error.problem.title);
    },
    onSettled: () => {
      for (const key of ["policies", "visibility"]) void queries.invalidateQueries({ queryKey: [key] });
    },
  });
}
