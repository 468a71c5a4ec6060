import { describe, expect, it } from "vitest";
import { addDays, addMonths, isDay, moved, placeInWeek, shortLunar, weekdayOf } from "./days";

describe("days", () => {
  it("knows days from other texts", () => {
    expect(isDay("2026-02-28")).toBe(true);
    expect(isDay("2026-2-28")).toBe(false);
    expect(isDay("2026-13-01")).toBe(false);
    expect(isDay(null)).toBe(false);
  });

  it("counts over ends of months and years", () => {
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(addDays("2024-03-01", -1)).toBe("2024-02-29");
    expect(addMonths("2026-01-31", 1)).toBe("2026-02-28");
    expect(addMonths("2026-01-15", -1)).toBe("2025-12-15");
  });

  it("places a day in the company's week", () => {
    expect(weekdayOf("2026-02-28")).toBe(6);
    expect(placeInWeek("2026-02-01", "monday")).toBe(6);
    expect(placeInWeek("2026-02-01", "sunday")).toBe(0);
  });

  it("follows the keys", () => {
    expect(moved("ArrowDown", "2026-02-25")).toBe("2026-03-04");
    expect(moved("PageUp", "2026-03-31")).toBe("2026-02-28");
    expect(moved("Home", "2026-02-28")).toBe("2026-02-01");
    expect(moved("End", "2026-02-03")).toBe("2026-02-28");
    expect(moved("a", "2026-02-03")).toBeNull();
  });

  it("shortens lunar dates", () => {
    expect(shortLunar("正月初一")).toBe("正月");
    expect(shortLunar("闰六月初一")).toBe("闰六月");
    expect(shortLunar("腊月三十")).toBe("三十");
  });
});
