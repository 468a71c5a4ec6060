import type { Language } from "@/app/i18n/language";

/** What a number needs to be written: the column of an answer, or a metric's definition. */
export interface NumberKind {
  unit?: string;
  decimals?: number | null;
  type?: string;
}

export interface Written {
  /** Digits and, in the short form, the magnitude: `459.6万`. */
  number: string;
  /** The unit to set beside it, in the reader's language; empty when there is none. */
  unit: string;
}

interface Step {
  from: number;
  suffix: string;
}

const STEPS: Record<Language, readonly Step[]> = {
  zh: [
    { from: 1e12, suffix: "万亿" },
    { from: 1e8, suffix: "亿" },
    { from: 1e4, suffix: "万" },
  ],
  en: [
    { from: 1e12, suffix: "T" },
    { from: 1e9, suffix: "B" },
    { from: 1e6, suffix: "M" },
    { from: 1e3, suffix: "K" },
  ],
};

/** Units that already carry a magnitude: 万元 is ten thousand 元. 千克 and 千米 are units of their own. */
const MAGNITUDES: Record<string, number> = { 千: 1e3, 万: 1e4, 百万: 1e6, 亿: 1e8 };
const WITH_MAGNITUDE = /^(?:(千|百万|万|亿)((?:美|欧|港|日)?元|英镑)|(万)([^元/·]+))$/;

function base(unit: string): { unit: string; factor: number } {
  const found = WITH_MAGNITUDE.exec(unit);
  if (!found) return { unit, factor: 1 };
  return { unit: found[2] ?? found[4] ?? unit, factor: MAGNITUDES[found[1] ?? found[3] ?? ""] ?? 1 };
}

/** Ratios travel as fractions (0.23); these say how they are shown. 倍 shows the fraction itself. */
const RATIOS: Record<string, number> = { "%": 100, "‰": 1000, 基点: 10_000 };

const ENGLISH_UNITS: Record<string, string> = {
  元: "CNY",
  美元: "USD",
  欧元: "EUR",
  港元: "HKD",
  日元: "JPY",
  英镑: "GBP",
  笔: "transactions",
  单: "orders",
  件: "items",
  个: "pieces",
  人: "people",
  人次: "visits",
  户: "households",
  次: "times",
  家: "companies",
  台: "machines",
  辆: "vehicles",
  套: "sets",
  张: "sheets",
  条: "entries",
  箱: "boxes",
  店: "stores",
  分: "points",
  毫秒: "ms",
  秒: "s",
  分钟: "min",
  小时: "h",
  天: "d",
  月: "months",
  年: "years",
  克: "g",
  千克: "kg",
  吨: "t",
  米: "m",
  千米: "km",
  平方米: "m²",
  公顷: "ha",
  升: "L",
  立方米: "m³",
  千瓦时: "kWh",
  兆瓦时: "MWh",
  字节: "B",
  基点: "bp",
  倍: "×",
};

const ENGLISH_MAGNITUDES: Record<number, string> = {
  1e3: "thousand",
  1e4: "10k",
  1e6: "million",
  1e8: "100m",
};

const LOCALES: Record<Language, string> = { zh: "zh-CN", en: "en-US" };
const formats = new Map<string, Intl.NumberFormat>();

function digits(value: number, language: Language, least: number, most: number): string {
  const key = `${language}/${least}/${most}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(LOCALES[language], {
      minimumFractionDigits: least,
      maximumFractionDigits: most,
    });
    formats.set(key, format);
  }
  // Minus zero is what rounding leaves of a tiny negative number; nobody wants to read it.
  return format.format(value).replace(/^-(?=0(?:[.,]0*)?$)/, "");
}

function englishAtom(atom: string): string {
  const plain = base(atom);
  const word = ENGLISH_UNITS[plain.unit] ?? plain.unit;
  return plain.factor === 1 ? word : `${ENGLISH_MAGNITUDES[plain.factor]} ${word}`;
}

const SINGULARS: Record<string, string> = {
  people: "person",
  boxes: "box",
  entries: "entry",
  companies: "company",
};

function singular(word: string): string {
  return SINGULARS[word] ?? (word.length > 3 ? word.replace(/s$/, "") : word);
}

/** The unit in the reader's words: 元/笔 is `CNY/transaction` in English. */
export function unitWord(unit: string, language: Language): string {
  if (language === "zh") return unit;
  const [above = "", ...below] = unit.split("/").map((part) => part.replace(/[^·²³0-9^]+/g, englishAtom));
  return [above, ...below.map(singular)].join("/");
}

/** By how much a ratio is multiplied when shown; 1 for everything else. */
export function shownFactor(unit: string | undefined): number {
  return RATIOS[unit ?? ""] ?? 1;
}

/** The exact value with thousands separators and as many decimals as the metric says (those that it has if none are said). */
export function writeExact(value: number, kind: NumberKind, language: Language): Written {
  const whole = kind.type === "integer";
  const least = whole ? 0 : (kind.decimals ?? 0);
  const most = whole ? 0 : (kind.decimals ?? 6);
  const unit = kind.unit ?? "";
  const number = digits(value * shownFactor(unit), language, least, most);
  return unit === "%" || unit === "‰"
    ? { number: number + unit, unit: "" }
    : { number, unit: unitWord(unit, language) };
}

/** At most four digits and a magnitude, for headlines and axes; the exact value belongs in a hover. */
export function writeShort(value: number, kind: NumberKind, language: Language): Written {
  if (shownFactor(kind.unit) !== 1) {
    return writeExact(value, { ...kind, decimals: Math.min(kind.decimals ?? 2, 2) }, language);
  }
  const plain = base(kind.unit ?? "");
  const amount = value * plain.factor;
  const unit = unitWord(plain.unit, language);
  const size = Math.abs(amount);
  const step = STEPS[language].find(({ from }) => size >= from);
  if (!step) {
    const most =
      kind.type === "integer" || size >= 1000 ? 0 : Math.min(kind.decimals ?? 2, size >= 100 ? 1 : 2);
    return { number: digits(amount, language, 0, most), unit };
  }
  const shown = amount / step.from;
  const most = Math.abs(shown) >= 1000 ? 0 : Math.abs(shown) >= 100 ? 1 : 2;
  return { number: digits(shown, language, 0, most) + step.suffix, unit };
}

/** A tick of an axis: short, no zeros behind the point, no unit but the sign of a ratio. */
export function axisNumber(value: number, kind: NumberKind, language: Language): string {
  const factor = shownFactor(kind.unit);
  if (factor === 1) return writeShort(value, kind, language).number;
  const sign = kind.unit === "%" || kind.unit === "‰" ? kind.unit : "";
  return digits(value * factor, language, 0, 2) + sign;
}

/** A short value with its unit in one string, for axes, labels and tooltips. */
export function shortText(value: number, kind: NumberKind, language: Language): string {
  return join(writeShort(value, kind, language), language);
}

/** An exact value with its unit in one string. */
export function exactText(value: number, kind: NumberKind, language: Language): string {
  return join(writeExact(value, kind, language), language);
}

function join({ number, unit }: Written, language: Language): string {
  if (!unit) return number;
  return language === "zh" && /[一-鿿]$/.test(number) ? number + unit : `${number} ${unit}`;
}

/** A plain count: rows, people, days. */
export function countText(value: number, language: Language): string {
  return digits(value, language, 0, 0);
}
