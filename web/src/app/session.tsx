import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect } from "react";
import { Navigate, useLocation } from "react-router";
import { answer, api } from "@/api/client";
import { ApiError } from "@/api/problem";
import type { Session } from "@/api/schema";
import { ErrorState } from "@/components/ErrorState";
import { NoPermission } from "@/components/NoPermission";
import { PageSkeleton } from "@/components/Skeletons";
import { currentLanguage, setLanguage } from "./i18n/language";
import { SESSION_KEY } from "./queryClient";

export type Permission =
  | "metric.read"
  | "metric.draft"
  | "change.decide"
  | "data.read"
  | "data.manage"
  | "calendar.manage"
  | "people.read"
  | "people.manage"
  | "policy.manage"
  | "audit.read"
  | "system.manage";

/** The session of this browser; null when nobody is signed in. */
async function readSession(): Promise<Session | null> {
  try {
    return await answer(api.GET("/api/v1/session"));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

export function useSessionQuery() {
  return useQuery({
    queryKey: SESSION_KEY,
    queryFn: readSession,
    staleTime: 60_000,
    refetchOnWindowFocus: true,
  });
}

const SessionContext = createContext<Session | null>(null);

/** The signed-in person's session. Only below `SessionGate`. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession outside SessionGate");
  return session;
}

/** Tell whether the signed-in person holds a permission. The server decides again at every request. */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useSession();
  return (permission) => permissions.includes(permission);
}

/** Everything below it has a session; without one the log-in page comes first and leads back here. */
export function SessionGate({ children }: { children: ReactNode }) {
  const location = useLocation();
  const session = useSessionQuery();
  const spoken = session.data?.language;
  useEffect(() => {
    // The person's own language wins over the browser's: what the server writes is in it too.
    if (spoken && spoken !== currentLanguage()) setLanguage(spoken);
  }, [spoken]);
  if (session.isPending) return <PageSkeleton />;
  if (session.isError) return <ErrorState error={session.error} onRetry={() => void session.refetch()} />;
  if (!session.data) {
    const next = location.pathname + location.search;
    return <Navigate to={next === "/" ? "/login" : `/login?next=${encodeURIComponent(next)}`} replace />;
  }
  // With a temporary password the server opens nothing but the way to a new one.
  if (session.data.password_temporary && location.pathname !== "/account")
    return <Navigate to="/account" replace />;
  return <SessionContext value={session.data}>{children}</SessionContext>;
}

/** Show `children` only to people who hold one of the permissions. */
export function Require({ any, children }: { any: readonly Permission[]; children: ReactNode }) {
  const may = useMay();
  return any.some(may) ? children : <NoPermission />;
}
