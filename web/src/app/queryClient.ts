import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError, Unreachable } from "@/api/problem";

const MAX_RETRIES = 2;

/** Only what may heal by itself is tried again: a lost connection and a server in trouble. */
export function mayHeal(failures: number, error: unknown): boolean {
  const transient =
    error instanceof Unreachable || (error instanceof ApiError && [502, 503, 504].includes(error.status));
  return transient && failures < MAX_RETRIES;
}

export const SESSION_KEY = ["session"] as const;

export function makeQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    defaultOptions: { queries: { retry: mayHeal, staleTime: 30_000, refetchOnWindowFocus: false } },
    queryCache: new QueryCache({
      onError: (error, query) => {
        // The session ended elsewhere (log-out everywhere, disabled): ask for it again, the gate does the rest.
        const ended = error instanceof ApiError && error.status === 401;
        if (ended && query.queryKey[0] !== SESSION_KEY[0])
          void client.invalidateQueries({ queryKey: SESSION_KEY });
      },
    }),
  });
  return client;
}
