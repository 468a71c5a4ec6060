import { expect, it } from "vitest";
import { toApiError, Unreachable } from "@/api/problem";
import { mayHeal } from "./queryClient";

it("tries again only what may heal, and not for ever", () => {
  expect(mayHeal(0, new Unreachable())).toBe(true);
  expect(mayHeal(0, toApiError(503, null, null))).toBe(true);
  expect(mayHeal(2, new Unreachable())).toBe(false);
  expect(mayHeal(0, toApiError(500, null, null))).toBe(false);
  expect(mayHeal(0, toApiError(422, null, null))).toBe(false);
});
