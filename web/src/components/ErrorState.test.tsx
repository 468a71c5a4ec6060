import { render, screen } from "@testing-library/react";
import { beforeAll, expect, it } from "vitest";
import { toApiError } from "@/api/problem";
import { setLanguage } from "@/app/i18n/language";
import { ErrorState } from "./ErrorState";

beforeAll(() => setLanguage("en"));

it("shows the server's cause and remedy, the code and the correlation id", () => {
  const body = { code: "time_out", title: "The query took too long.", remedy: "Narrow the time range." };
  render(<ErrorState error={toApiError(504, body, "req-12345678")} />);
  expect(screen.getByText("The query took too long.")).toBeTruthy();
  expect(screen.getByText("Narrow the time range.")).toBeTruthy();
  expect(screen.getByText("time_out · req-12345678")).toBeTruthy();
});

it("says whom to ask when permission is missing", () => {
  render(
    <ErrorState
      error={toApiError(403, { code: "forbidden", title: "Not yours.", remedy: "Ask the owner." }, null)}
    />,
  );
  expect(screen.getByText("Ask the owner.")).toBeTruthy();
  expect(screen.queryByRole("button")).toBeNull();
});

it("never shows the text of an unexpected error", () => {
  render(<ErrorState error={new TypeError("cannot read x of undefined")} />);
  expect(screen.queryByText(/undefined/)).toBeNull();
});
