import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import type { MetricCard } from "@/api/schema";

const FOLLOWS = ["follows"] as const;

export function useFollows() {
  return useQuery({ queryKey: FOLLOWS, queryFn: () => answer(api.GET("/api/v1/follows")) });
}

/** Follow or unfollow one metric; the button answers at once and goes back when the server refuses. */
export function useFollow(code: string) {
  const queries = useQueryClient();
  const follows = useFollows();
  const following = follows.data?.some((metric) => metric.code === code) ?? false;
  const change = useMutation({
    mutationFn: (follow: boolean) => {
      const params = { params: { path: { code } } };
      return follow
        ? answer(api.PUT("/api/v1/follows/{code}", params))
        : answer(api.DELETE("/api/v1/follows/{code}", params));
    },
    onMutate: (follow) => {
      const before = queries.getQueryData<MetricCard[]>(FOLLOWS);
      if (!follow)
        queries.setQueryData<MetricCard[]>(FOLLOWS, (list) => list?.filter((metric) => metric.code !== code));
      return { before };
    },
    onError: (_error, _follow, context) => queries.setQueryData(FOLLOWS, context?.before),
    onSettled: () => queries.invalidateQueries({ queryKey: FOLLOWS }),
  });
  const wanted = change.isPending ? change.variables : following;
  return { following: wanted, ready: !follows.isPending, change: change.mutate };
}
