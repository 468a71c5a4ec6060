import i18next from "i18next";
import { describe, expect, it } from "vitest";
import { type Period, periodWords, tidy, USUAL, windowOf, withWindow } from "./period";
import "./words";

const zh = i18next.getFixedT("zh", "definition");
const en = i18next.getFixedT("en", "definition");

describe("periods in words", () => {
  it.each<[Period | null, string, string]>([
    [null, "所查询的周期本身", "The period asked for"],
    [{ to_date: "month" }, "本月至今", "Month to date"],
    [{ shift: { count: 1, unit: "month" } }, "上月", "Month before"],
    [{ shift: { count: 1, unit: "year" } }, "去年同期", "Year before"],
    [{ trailing: { count: 28, unit: "day" } }, "近 28 天", "Last 28 day(s)"],
    [
      { to_date: "month", shift: { count: 2, unit: "quarter" } },
      "本月至今，向前推 2 个季度",
      "Month to date, shifted back by 2 quarter(s)",
    ],
  ])("%j", (period, chinese, english) => {
    expect(periodWords(period, zh)).toBe(chinese);
    expect(periodWords(period, en)).toBe(english);
  });

  it("knows the usual words also when the server writes empty parts", () => {
    const written = { to_date: "year", trailing: null, shift: null } as Period;
    expect(periodWords(written, zh)).toBe("本年至今");
    expect(tidy({ to_date: null, trailing: null, shift: null })).toBeNull();
  });

  it("offers each usual period once", () => {
    expect(new Set(USUAL.map((usual) => JSON.stringify(usual.period))).size).toBe(USUAL.length);
  });
});

it("never holds a to-date and a trailing window together, and keeps the shift", () => {
  const shift = { count: 1, unit: "year" as const };
  const toDate = withWindow({ trailing: { count: 7, unit: "day" }, shift }, "to_date", "year");
  expect(toDate).toEqual({ to_date: "year", shift });
  const trailing = withWindow(toDate, "trailing");
  expect(trailing).toEqual({ trailing: { count: 7, unit: "day" }, shift });
  expect(windowOf(withWindow(trailing, "whole"))).toBe("whole");
});
