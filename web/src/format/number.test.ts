import { describe, expect, it } from "vitest";
import { exactText, shortText, unitWord } from "./number";

describe("short numbers", () => {
  it("counts in 万 and 亿 for Chinese readers", () => {
    expect(shortText(4_596_039.58, { unit: "元", decimals: 2 }, "zh")).toBe("459.6万元");
    expect(shortText(3_261_000_000, { unit: "元" }, "zh")).toBe("32.61亿元");
    expect(shortText(9_999, { unit: "笔", type: "integer" }, "zh")).toBe("9,999 笔");
  });

  it("counts in K, M and B for English readers", () => {
    expect(shortText(4_596_039.58, { unit: "元", decimals: 2 }, "en")).toBe("4.6M CNY");
    expect(shortText(-1_234, { unit: "笔", type: "integer" }, "en")).toBe("-1.23K transactions");
  });

  it("unfolds a unit that already carries a magnitude", () => {
    expect(shortText(12_345, { unit: "万元" }, "zh")).toBe("1.23亿元");
    expect(shortText(12_345, { unit: "万元" }, "en")).toBe("123.5M CNY");
    expect(shortText(2_000, { unit: "千克", type: "integer" }, "en")).toBe("2K kg");
  });
});

describe("ratios", () => {
  it("shows the fraction in the metric's own way", () => {
    expect(exactText(0.23456, { unit: "%", decimals: 2 }, "zh")).toBe("23.46%");
    expect(shortText(0.0031, { unit: "‰", decimals: 1 }, "en")).toBe("3.1‰");
    expect(exactText(0.0025, { unit: "基点", decimals: 0 }, "en")).toBe("25 bp");
  });

  it("never writes minus zero", () => {
    expect(exactText(-0.000001, { unit: "%", decimals: 2 }, "en")).toBe("0.00%");
  });
});

describe("exact numbers", () => {
  it("keeps the decimals of the metric", () => {
    expect(exactText(4_596_039.58, { unit: "元", decimals: 2 }, "zh")).toBe("4,596,039.58 元");
    expect(exactText(460, { unit: "笔", decimals: 2, type: "integer" }, "en")).toBe("460 transactions");
  });
});

describe("units", () => {
  it("translates each part of a compound", () => {
    expect(unitWord("元/笔", "en")).toBe("CNY/transaction");
    expect(unitWord("万元/人", "en")).toBe("10k CNY/person");
    expect(unitWord("元/小时", "en")).toBe("CNY/h");
    expect(unitWord("元/笔", "zh")).toBe("元/笔");
  });
});
