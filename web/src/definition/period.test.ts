import i18next from "i18next";
import { describe, expect, it } from "vitest";
import { aheadOf, backOf, type Period, periodWords, tidy, USUAL, withAhead, withBack } from "./period";
import "./words";

const zh = i18next.getFixedT("zh", "definition");
const en = i18next.getFixedT("en", "definition");
const zhNames = (level: string) => ({ fiscal_year: "财年", month: "月" })[level] ?? level;
const enNames = (level: string) => ({ fiscal_year: "Fiscal year", month: "Month" })[level] ?? level;

describe("periods in words", () => {
  it.each<[Period | null, string, string]>([
    [null, "所查询的周期本身", "The period asked for"],
    [{ to_date: "month" }, "本月至今", "Month to date"],
    [{ shift: { count: 1, unit: "month" } }, "上月", "Month before"],
    [{ shift: { count: 1, unit: "year" } }, "去年同期", "Year before"],
    [{ trailing: { count: 28, unit: "day" } }, "近 28 天", "Last 28 day(s)"],
    [{ cumulative: true }, "历史累计", "Everything until then"],
    [{ to_date: "fiscal_year" }, "本财年至今", "Fiscal year to date"],
    [{ point: "month" }, "每个月第一期的值", "First period of each Month"],
    [
      { to_date: "month", shift: { count: 2, unit: "quarter" } },
      "本月至今，向前推 2 个季度",
      "Month to date, shifted back by 2 quarter(s)",
    ],
    [
      { shift: { count: 1, unit: "year", match: "weekday" } },
      "向前推 1 年，星期对星期",
      "shifted back by 1 year(s), weekday by weekday",
    ],
    [{ shift: { count: -1, unit: "week" } }, "向后推 1 周", "shifted ahead by 1 week(s)"],
    [
      { trailing: { count: 3, unit: "day" }, leading: { count: 2, unit: "day" }, within: "avg" },
      "近 3 天，其后 2 天，期内每日值的平均",
      "Last 3 day(s), Next 2 day(s), average of the daily values",
    ],
  ])("%j", (period, chinese, english) => {
    expect(periodWords(period, zh, zhNames)).toBe(chinese);
    expect(periodWords(period, en, enNames)).toBe(english);
  });

  it("knows the usual words also when the server writes what is usual", () => {
    const written = {
      to_date: "year",
      trailing: null,
      cumulative: false,
      seen_from: "end",
      within: "last",
      shift: { count: 1, unit: "year", match: "rows" },
    } as const;
    expect(periodWords(written, zh, zhNames)).toBe("去年同期累计");
    expect(tidy({ to_date: null, trailing: null, shift: null })).toBeNull();
  });

  it("offers each usual period once", () => {
    expect(new Set(USUAL.map((usual) => JSON.stringify(usual.period))).size).toBe(USUAL.length);
  });
});

describe("windows", () => {
  const shift = { count: 1, unit: "year" };

  it("never holds two windows of one side, and keeps the shift", () => {
    const toDate = withBack({ trailing: { count: 7, unit: "day" }, shift }, "to_date");
    expect(toDate).toEqual({ to_date: "month", shift });
    const trailing = withBack(toDate, "trailing");
    expect(trailing).toEqual({ trailing: { count: 7, unit: "day" }, shift });
    expect(withBack(trailing, "none")).toEqual({ shift });
  });

  it("may look to both sides", () => {
    const both = withAhead({ trailing: { count: 3, unit: "day" } }, "remaining");
    expect([backOf(both), aheadOf(both)]).toEqual(["trailing", "remaining"]);
  });

  it("drops what means nothing without a window, and the point with one", () => {
    expect(withBack({ to_date: "month", within: "avg", seen_from: "start" }, "none")).toBeNull();
    expect(withBack({ point: "year" }, "cumulative")).toEqual({ cumulative: true });
  });
});
