import { describe, expect, it } from "vitest";
import { readView, timeOf, writeView } from "./view";

const read = (query: string, smallest?: "day" | "month") => readView(new URLSearchParams(query), smallest);

describe("readView", () => {
  it("falls back to twelve months", () => {
    expect(read("grain=hour&range=-4")).toMatchObject({
      grain: "month",
      range: 12,
      compare: "none",
      side: "top",
    });
  });

  it("never asks for a grain finer than the metric allows", () => {
    expect(read("grain=day", "month").grain).toBe("month");
  });

  it("reads absolute days, open on either side", () => {
    expect(read("range=2017-01-01..").range).toEqual({ start: "2017-01-01", end: null });
    expect(timeOf(read("range=2017-01-01..2017-06-30"))).toEqual({
      kind: "absolute",
      start: "2017-01-01",
      end: "2017-06-30",
    });
    expect(read("range=yesterday..today").range).toBe(12);
  });
});

it("writes back what it reads and keeps other parameters", () => {
  const view = read("grain=week&range=26&compare=year&by=region&side=bottom&split=1");
  const written = writeView(view, new URLSearchParams("keep=me"));
  expect(readView(written)).toEqual(view);
  expect(written.get("keep")).toBe("me");
});
