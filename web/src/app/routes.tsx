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

/** Who writes or audits policies reads the datasets that they are about. */
const DATASET_READERS: Permission[] = ["data.read", "policy.manage", "audit.read"];

const CHANGE_READERS = ["change.decide", "metric.draft", "audit.read"] as const;

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
          page("/import", () => import("@/interchange/ImportPage"), "metric.draft"),
          page("/receipts/:id", () => import("@/query/ReceiptPage"), "metric.read", "audit.read"),
          page("/data", () => import("@/integration/TablesPage"), "data.read"),
          page("/data/datasets", () => import("@/integration/DatasetsPage"), ...DATASET_READERS),
          page("/data/datasets/:code", () => import("@/integration/dataset/DatasetPage"), ...DATASET_READERS),
          page("/data/relationships", () => import("@/integration/RelationshipsPage"), "data.read"),
          page("/data/dimensions", () => import("@/integration/DimensionsPage"), "data.read"),
          page("/data/calendar", () => import("@/calendar/CalendarPage"), "metric.read"),
          page(
            "/data/connections",
            () => import("@/integration/connections/ConnectionsPage"),
            "data.manage",
            "system.manage",
          ),
          page("/data/tables/:name", () => import("@/integration/table/TablePage"), "data.read"),
          page("/data/upload", () => import("@/integration/upload/BringPage"), "data.manage"),
          page("/data/upload/:id", () => import("@/integration/upload/StagedPage"), "data.manage"),
          page("/data/register/:kind", () => import("@/integration/forms/RegisterPage"), "data.manage"),
          page("/admin", () => import("@/admin/AdminPage"), "people.manage", "policy.manage", "audit.read"),
          page(
            "/admin/people/:username",
            () => import("@/admin/people/PersonPage"),
            "people.manage",
            "policy.manage",
            "audit.read",
          ),
          page("/audit", () => import("@/audit/AuditPage"), "audit.read"),
          page("/drafts", () => import("@/definition/DraftsPage"), "metric.draft"),
          page("/drafts/new", () => import("@/definition/NewDraftPage"), "metric.draft"),
          page("/drafts/:id", () => import("@/definition/WizardPage"), "metric.draft"),
          page("/governance", () => import("@/governance/GovernancePage"), ...CHANGE_READERS),
          page("/governance/changes/:id", () => import("@/governance/ChangePage"), ...CHANGE_READERS),
          page("/account", () => import("@/identity/AccountPage")),
          page("*", () => import("./NotFoundPage")),
        ],
      },
    ],
  },
];

export const makeRouter = () => createBrowserRouter(routes);
