import { describe, expect, it } from "vitest";
import { comparisonOf, readView, timeOf, writeView } from "./view";

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

describe("comparisons", () => {
  const shift = (query: string) => comparisonOf(read(query))?.shift;

  it("lay days beside days that are alike", () => {
    expect(shift("compare=year_weekday")).toEqual({ count: 1, unit: "year", match: "weekday" });
    expect(shift("compare=year_working_day")).toEqual({ count: 1, unit: "year", match: "working_day" });
    expect(shift("compare=month_working_day")).toEqual({ count: 1, unit: "month", match: "working_day" });
  });

  it("go by any level of the company's calendar", () => {
    expect(shift("grain=day&compare=spring_festival")).toEqual({
      count: 1,
      unit: "spring_festival",
      match: "rows",
    });
  });

  it("fall back where they mean nothing", () => {
    const hours = readView(new URLSearchParams("grain=hour&compare=spring_festival"), "hour");
    expect(hours.compare).toBe("none");
    expect(read("grain=year&compare=year").compare).toBe("previous");
    expect(read("compare=drop+table").compare).toBe("none");
  });
});

it("writes back what it reads and keeps other parameters", () => {
  const view = read("grain=week&range=26&compare=year&by=region&side=bottom&split=1");
  const written = writeView(view, new URLSearchParams("keep=me"));
  expect(readView(written)).toEqual(view);
  expect(written.get("keep")).toBe("me");
});
