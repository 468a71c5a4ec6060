import { describe, expect, it } from "vitest";
import { changeOf } from "./change";

describe("changeOf", () => {
  it("judges by the metric's direction", () => {
    expect(changeOf(110, 100, { direction: "higher" }, "en")).toEqual({
      text: "+10%",
      sign: 1,
      verdict: "good",
    });
    expect(changeOf(110, 100, { direction: "lower" }, "en").verdict).toBe("bad");
    expect(changeOf(110, 100, { direction: "neutral" }, "en").verdict).toBe("neutral");
  });

  it("moves rates by percentage points", () => {
    expect(changeOf(0.31, 0.3, { unit: "%", direction: "higher" }, "en").text).toBe("+1 pp");
    expect(changeOf(0.28, 0.3, { unit: "%", direction: "lower" }, "zh")).toEqual({
      text: "-2 个百分点",
      sign: -1,
      verdict: "good",
    });
  });

  it("keeps the sign right when the older value is negative", () => {
    expect(changeOf(-50, -100, { direction: "higher" }, "en")).toEqual({
      text: "+50%",
      sign: 1,
      verdict: "good",
    });
  });

  it("says nothing where there is nothing to compare with", () => {
    expect(changeOf(5, 0, { direction: "higher" }, "en").text).toBeNull();
    expect(changeOf(5, null, { direction: "higher" }, "en").text).toBeNull();
  });
});
