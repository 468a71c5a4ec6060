import { useQuery } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { useMay } from "@/app/session";

/** How many changes wait for the person's decision; 0 for people who decide nothing. */
export function useInboxCount(): number {
  const decides = useMay()("change.decide");
  const count = useQuery({
    queryKey: ["changes", "inbox", "count"],
    queryFn: () => answer(api.GET("/api/v1/changes/inbox/count")),
    enabled: decides,
    refetchInterval: 60_000,
    refetchOnWindowFocus: true,
  });
  return count.data?.count ?? 0;
}
