import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import type { FollowState } from "@/api/schema";

const FOLLOWS = ["follows"] as const;
const SHOWN = 24;

/** The metrics that the person follows, the latest first. */
export function useFollows() {
  return useQuery({
    queryKey: [...FOLLOWS, "list"],
    queryFn: () => answer(api.GET("/api/v1/follows", { params: { query: { limit: SHOWN } } })),
  });
}

/** Follow or unfollow one metric; the button answers at once and goes back when the server refuses. */
export function useFollow(code: string) {
  const queries = useQueryClient();
  const params = { params: { path: { code } } };
  const state = useQuery<FollowState>({
    queryKey: [...FOLLOWS, code],
    queryFn: () => answer(api.GET("/api/v1/follows/{code}", params)),
  });
  const change = useMutation<unknown, Error, boolean>({
    mutationFn: (follow) =>
      follow
        ? answer(api.PUT("/api/v1/follows/{code}", params))
        : answer(api.DELETE("/api/v1/follows/{code}", params)),
    onSettled: () => queries.invalidateQueries({ queryKey: FOLLOWS }),
  });
  const following = change.isPending ? change.variables : (state.data?.following ?? false);
  return { following, ready: state.isSuccess, change: change.mutate };
}
