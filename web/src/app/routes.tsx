import type { ComponentType } from "react";
import { createBrowserRouter, Outlet, type RouteObject } from "react-router";
import { RouteError } from "@/components/RouteError";
import { PageSkeleton } from "@/components/Skeletons";
import { type Permission, Require } from "./session";
import { AppShell } from "./shell/AppShell";

type Load = () => Promise<{ default: ComponentType }>;

/** A page whose code is loaded when it is first opened, for people who hold one of the permissions. */
function page(path: string, load: Load, ...any: Permission[]): RouteObject {
  const route = { path, lazy: async () => ({ Component: (await load()).default }) };
  if (any.length === 0) return route;
  const guard = (
    <Require any={any}>
      <Outlet />
    </Require>
  );
  return { element: guard, children: [route] };
}

const routes: RouteObject[] = [
  {
    ...page("/login", () => import("@/identity/LoginPage")),
    ErrorBoundary: RouteError,
    HydrateFallback: PageSkeleton,
  },
  {
    Component: AppShell,
    HydrateFallback: PageSkeleton,
    ErrorBoundary: RouteError,
    children: [
      {
        ErrorBoundary: RouteError,
        children: [
          page("/", () => import("@/home/HomePage"), "metric.read"),
          page("/library", () => import("@/catalog/LibraryPage"), "metric.read"),
          page("/metrics/:code", () => import("@/catalog/MetricPage"), "metric.read"),
          page("/receipts/:id", () => import("@/query/ReceiptPage"), "metric.read", "audit.read"),
          page("/account", () => import("@/identity/AccountPage")),
          page("*", () => import("./NotFoundPage")),
        ],
      },
    ],
  },
];

export const makeRouter = () => createBrowserRouter(routes);
