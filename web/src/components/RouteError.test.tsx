import { render, screen } from "@testing-library/react";
import { createMemoryRouter, Outlet, RouterProvider } from "react-router";
import { beforeAll, expect, it } from "vitest";
import { setLanguage } from "@/app/i18n/language";
import { watchMissingCode } from "@/app/missingCode";
import { RouteError } from "./RouteError";

beforeAll(() => {
  setLanguage("en");
  watchMissingCode();
});

function open(load: () => Promise<never>) {
  const page = { path: "/", lazy: load };
  const frame = { ErrorBoundary: RouteError, children: [{ element: <Outlet />, children: [page] }] };
  render(<RouterProvider router={createMemoryRouter([frame])} />);
}

/** What Vite's loader does when a file of the code is gone. */
async function gone(): Promise<never> {
  const error = new TypeError("Failed to fetch dynamically imported module");
  window.dispatchEvent(Object.assign(new Event("vite:preloadError"), { payload: error }));
  throw error;
}

it("asks to reload when an upgrade replaced the code of the page", async () => {
  open(gone);
  expect(await screen.findByText("A new version is out, reload")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Reload" })).toBeTruthy();
});

it("does not blame an upgrade for a page that broke", async () => {
  open(() => Promise.reject(new TypeError("cannot read x of undefined")));
  expect(await screen.findByText("Something on this page broke")).toBeTruthy();
});
