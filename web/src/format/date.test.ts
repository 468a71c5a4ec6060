import { describe, expect, it } from "vitest";
import { agoText, axisText, dayText, periodText } from "./date";

describe("periods", () => {
  it("names a period by its first day in both languages", () => {
    expect(periodText("2017-10-01", "quarter", "zh")).toBe("2017年4季度");
    expect(periodText("2017-10-01", "quarter", "en")).toBe("Q4 2017");
    expect(periodText("2017-12-01", "month", "en")).toBe("Dec 2017");
    expect(axisText("2017-12-01", "month")).toBe("2017-12");
  });

  it("never moves a day by the browser's time zone", () => {
    expect(dayText("2017-01-01", "zh")).toBe("2017年1月1日");
    expect(dayText("2017-01-01T00:00:00", "en")).toBe("1 Jan 2017");
  });
});

describe("agoText", () => {
  it("speaks of hours and days, then of the date", () => {
    const now = Date.parse("2026-11-23T12:00:00Z");
    expect(agoText("2026-11-23T09:00:00Z", "en", now)).toBe("3 hours ago");
    expect(agoText("2026-11-22T09:00:00Z", "zh", now)).toBe("昨天");
    expect(agoText("2026-01-02T12:00:00Z", "en", now)).toContain("2026");
  });
});
