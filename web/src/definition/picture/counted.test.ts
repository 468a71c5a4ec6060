import { describe, expect, it } from "vitest";
import { addDays, weekdayOf } from "@/calendar/days";
import type { Grain } from "@/format/date";
import type { Period } from "../period";
import { type Asked, countedDays } from "./counted";
import { lastWhole } from "./days";
import type { CalendarDay } from "./leap";

function asked(start: string, end: string, grain: Grain): Asked {
  return { start, end, grain, weekStart: "monday" };
}
const MARCH = asked("2026-03-01", "2026-03-31", "month");

/** Runs as text: `2026-01-01..2026-01-31`, open ends empty. */
function told(period: Period | null, question: Asked, calendar: readonly CalendarDay[] | null = null) {
  return countedDays(period, question, { window: calendar, shift: calendar })?.map(
    ({ start, end }) => `${start ?? ""}..${end ?? ""}`,
  );
}

describe("days that count, without a calendar", () => {
  it.each<[string, Period | null, Asked, string[]]>([
    ["the period itself", null, MARCH, ["2026-03-01..2026-03-31"]],
    ["year to date", { to_date: "year" }, MARCH, ["2026-01-01..2026-03-31"]],
    ["a week to date across months", { to_date: "week" }, MARCH, ["2026-03-30..2026-03-31"]],
    ["the last 7 days", { trailing: { count: 7, unit: "day" } }, MARCH, ["2026-03-25..2026-03-31"]],
    [
      "the last month at a month's end is that month",
      { trailing: { count: 1, unit: "month" } },
      asked("2026-02-01", "2026-02-28", "month"),
      ["2026-02-01..2026-02-28"],
    ],
    ["the next 2 weeks", { leading: { count: 2, unit: "week" } }, MARCH, ["2026-04-01..2026-04-14"]],
    [
      "both sides",
      { trailing: { count: 2, unit: "day" }, leading: { count: 1, unit: "month" } },
      MARCH,
      ["2026-03-30..2026-04-30"],
    ],
    ["everything until then", { cumulative: true }, MARCH, ["..2026-03-31"]],
    ["everything after", { remaining: true }, MARCH, ["2026-04-01.."]],
    [
      "seen from the day before the period",
      { trailing: { count: 7, unit: "day" }, seen_from: "start" },
      MARCH,
      ["2026-02-22..2026-02-28"],
    ],
    ["the first day's value", { to_date: "month", within: "first" }, MARCH, ["2026-03-01..2026-03-01"]],
    ["the first month of the year", { point: "year" }, MARCH, ["2026-01-01..2026-01-31"]],
    [
      "the first day of the month",
      { point: "month" },
      asked("2026-03-18", "2026-03-18", "day"),
      ["2026-03-01..2026-03-01"],
    ],
    ["the month before", { shift: { count: 1, unit: "month" } }, MARCH, ["2026-02-01..2026-02-28"]],
    ["the month after", { shift: { count: -1, unit: "month" } }, MARCH, ["2026-04-01..2026-04-30"]],
    [
      "the year before keeps the last of February",
      { shift: { count: 1, unit: "year" } },
      asked("2025-02-01", "2025-02-28", "month"),
      ["2024-02-01..2024-02-29"],
    ],
    [
      "52 weeks before",
      { shift: { count: 1, unit: "year", match: "weekday" } },
      MARCH,
      ["2025-03-02..2025-04-01"],
    ],
    [
      "the end of a short month takes the days that the long one has more",
      { shift: { count: 1, unit: "month" } },
      asked("2026-02-28", "2026-02-28", "day"),
      ["2026-01-28..2026-01-31"],
    ],
    [
      "a day that the shorter month lacks gets nothing",
      { shift: { count: 1, unit: "month" } },
      asked("2026-03-29", "2026-03-29", "day"),
      [],
    ],
    [
      "looking back shows the last day again",
      { shift: { count: 1, unit: "month", match: "look_back" } },
      asked("2026-03-31", "2026-03-31", "day"),
      ["2026-02-28..2026-02-28"],
    ],
    [
      "looking back by whole months is moving them",
      { shift: { count: 1, unit: "month", match: "look_back" } },
      MARCH,
      ["2026-02-01..2026-02-28"],
    ],
    [
      "year to date, a year before",
      { to_date: "year", shift: { count: 1, unit: "year" } },
      MARCH,
      ["2025-01-01..2025-03-31"],
    ],
  ])("%s", (_, period, question, runs) => {
    expect(told(period, question)).toEqual(runs);
  });

  it("does not guess what takes hours or a calendar", () => {
    expect(told({ trailing: { count: 3, unit: "hour" } }, MARCH)).toBeUndefined();
    expect(told({ to_date: "fiscal_year" }, MARCH)).toBeUndefined();
    expect(told({ shift: { count: 1, unit: "month", match: "working_day" } }, MARCH)).toBeUndefined();
  });

  it("starts weeks where the company does", () => {
    expect(lastWhole("2026-03-18", "week", "monday")).toEqual({ start: "2026-03-09", end: "2026-03-15" });
    expect(lastWhole("2026-03-18", "week", "sunday")).toEqual({ start: "2026-03-08", end: "2026-03-14" });
  });
});

/** A calendar whose years begin in April; weekends are free. */
const FISCAL: CalendarDay[] = Array.from({ length: 1400 }, (_, index) => {
  const day = addDays("2023-04-01", index);
  const year = Number(day.slice(0, 4)) - (day.slice(5) < "04-01" ? 1 : 0);
  return { day, period: year, place: null, isWorking: weekdayOf(day) < 6 };
});
const MONTHLY = FISCAL.map((day) => ({ ...day, period: day.day.slice(0, 7) }));

describe("days that count, by the company's calendar", () => {
  it("counts from the start of the fiscal year", () => {
    expect(told({ to_date: "fiscal_year" }, MARCH, FISCAL)).toEqual(["2025-04-01..2026-03-31"]);
  });

  it("moves whole fiscal years: a leap day joins the last day, so nothing is lost", () => {
    const shift = { count: 1, unit: "fiscal_year" };
    const year = asked("2024-04-01", "2025-03-31", "year");
    expect(told({ shift }, year, FISCAL)).toEqual(["2023-04-01..2024-03-31"]);
    expect(told({ shift }, asked("2025-03-31", "2025-03-31", "day"), FISCAL)).toEqual([
      "2024-03-30..2024-03-31",
    ]);
  });

  it("lays the first working day upon the first working day", () => {
    const shift = { count: 1, unit: "month", match: "working_day" as const };
    // 2 March and 2 February 2026 are Mondays, the first working days of their months.
    expect(told({ shift }, asked("2026-03-02", "2026-03-02", "day"), MONTHLY)).toEqual([
      "2026-02-02..2026-02-02",
    ]);
    expect(told({ shift }, MARCH, MONTHLY)).toEqual(["2026-02-01..2026-02-28"]);
    expect(told({ shift }, asked("2026-03-31", "2026-03-31", "day"), MONTHLY)).toEqual([]);
  });

  it("keeps the place that a calendar gives, around a feast", () => {
    const feast = (day: string) => (day < "2025-07-01" ? 2025 : 2026);
    const eve = { 2025: "2025-01-29", 2026: "2026-02-17" };
    const days = FISCAL.filter(({ day }) => day >= "2024-07-01" && day < "2026-07-01").map((one) => {
      const period = feast(one.day);
      const place = Math.round((Date.parse(one.day) - Date.parse(eve[period])) / 86_400_000);
      return { ...one, period, place };
    });
    const shift = { count: 1, unit: "spring_festival" };
    expect(told({ shift }, asked("2026-02-17", "2026-02-17", "day"), days)).toEqual([
      "2025-01-29..2025-01-29",
    ]);
  });
});
